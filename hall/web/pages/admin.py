"""The administrator's page: people and their roles, devices and the codes that enroll them."""

from flask import Response, abort, request, url_for

from hall.access import allowed, context
from hall.context import UnknownPerson
from hall.domain.actors import Role
from hall.domain.identities import CounterId, DeviceId, PersonId
from hall.domain.people import Person
from hall.operations import people as operations
from hall.web.pages.frame import ask, blueprint, draw, go, my_hall

ADMINISTRATOR = Role.ADMINISTRATOR
#: Roles that a person can have.
PERSON_ROLES = (
    Role.GUIDE,
    Role.CLERK,
    Role.MANAGER,
    Role.PLANNER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


@blueprint.get("/admin")
@allowed(ADMINISTRATOR)
def admin() -> str:
    """Show people, devices and the layout."""
    return _page()


@blueprint.post("/admin/people")
@allowed(ADMINISTRATOR)
def add_person() -> Response:
    """Add a person with a first role."""
    form, hall = request.form, my_hall(ADMINISTRATOR)
    people = context().people
    person = operations.add_person(
        people, login=form.get("login", ""), name=form.get("name", ""), password=_password()
    )
    for role in _roles():
        people.grant(person.id, hall, role)
    return go("staff.admin")


@blueprint.post("/admin/people/<person>")
@allowed(ADMINISTRATOR)
def change_person(person: str) -> Response:
    """Change the roles of a person, or give them a new password."""
    hall, people = my_hall(ADMINISTRATOR), context().people
    found, wanted = _mine(person), _roles()
    for role in PERSON_ROLES:
        change = people.grant if role in wanted else people.revoke
        change(found.id, hall, role)
    if password := _password():
        operations.set_password(people, person=found.id, password=password)
    return go("staff.admin")


@blueprint.post("/admin/people/<person>/sign-in")
@allowed(ADMINISTRATOR)
def give_sign_in(person: str) -> str:
    """Make an address that signs a person in once."""
    found = _mine(person)
    code = operations.sign_in_once(context().people, person=found.id, now=context().now())
    address = url_for("staff.sign_in_once", code=code, _external=True)
    return _page(told={"person": found.name, "address": address})


@blueprint.post("/admin/devices")
@allowed(ADMINISTRATOR)
def offer_enrollment() -> str:
    """Make a code that enrolls one device."""
    form = request.form
    role = Role(form.get("role", ""))
    code = operations.offer_enrollment(
        context().people,
        hall=my_hall(ADMINISTRATOR),
        role=role,
        name=form.get("name", "").strip() or role.value,
        counter=CounterId(form["counter"]) if form.get("counter") else None,
        now=context().now(),
    )
    return _page(told={"code": f"{code[:4]} {code[4:]}"})


@blueprint.post("/admin/devices/<device>/stop")
@allowed(ADMINISTRATOR)
def stop_device(device: str) -> Response:
    """Let a device act no more."""
    mine = {known.id for known in context().people.devices(my_hall(ADMINISTRATOR))}
    if device not in mine:
        abort(404)
    context().people.stop_device(DeviceId(device))
    return go("staff.admin")


def _page(told: dict[str, str] | None = None) -> str:
    hall, people = my_hall(ADMINISTRATOR), context().people
    return draw(
        "admin",
        hall=hall,
        layout=ask(lambda view: view.layout, ADMINISTRATOR),
        people=people.people(hall),
        devices=people.devices(hall),
        told=told,
        person_roles=PERSON_ROLES,
        device_roles=sorted(operations.DEVICE_ROLES),
        minutes=operations.CODE_IS_GOOD_FOR.seconds // 60,
    )


def _mine(person: str) -> Person:
    """Return a person who works in the administrator's hall; others are not theirs to change."""
    found = context().people.person(PersonId(person))
    if not found.roles & {(my_hall(ADMINISTRATOR), role) for role in PERSON_ROLES}:
        raise UnknownPerson
    return found


def _roles() -> set[Role]:
    return {role for role in PERSON_ROLES if role.value in request.form.getlist("role")}


def _password() -> str | None:
    return request.form.get("password") or None
