"""Who may do what: people, devices, roles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, Unauthorized

from hall.context import Context, UnknownPerson
from hall.domain.actors import Actor, Role
from hall.domain.identities import CounterId, HallId, PersonId
from hall.domain.people import Device, Person

F = TypeVar("F", bound=Callable[..., Any])

DEVICE_COOKIE = "hall_device"
#: The name of what a route's rule is kept under.
RULE = "access_rule"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Of several roles that would do, the one that may do most is taken.
BY_POWER = (
    Role.ADMINISTRATOR,
    Role.MANAGER,
    Role.CLERK,
    Role.GUIDE,
    Role.PLANNER,
    Role.AUDITOR,
    Role.KIOSK,
    Role.DISPLAY,
    Role.CITIZEN,
)
STAFF = frozenset({Role.CLERK, Role.GUIDE, Role.MANAGER, Role.ADMINISTRATOR})
OVERSEERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


class CrossSite(Forbidden):
    """A change was asked for by a page that is not ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who sends a request: a signed-in person, a device, or a citizen whom nobody knows."""

    person: Person | None = None
    device: Device | None = None

    @property
    def id(self) -> str:
        """What idempotency keys and limits are counted by."""
        if self.person is not None:
            return self.person.id
        if self.device is not None:
            return self.device.id
        return f"citizen {context().seal.mark('address', request.remote_addr or '')}"

    def roles(self, hall: HallId | None) -> frozenset[Role]:
        """Return the roles in ``hall``, or in any hall."""
        found = {Role.CITIZEN}
        if self.person is not None:
            found |= {role for where, role in self.person.roles if hall in (None, where)}
        elif self.device is not None and hall in (None, self.device.hall):
            found.add(self.device.role)
        return frozenset(found)

    def halls(self) -> list[HallId]:
        """Return the halls in which the caller is more than a citizen."""
        if self.person is not None:
            return sorted({hall for hall, _ in self.person.roles})
        return [self.device.hall] if self.device is not None else []

    @property
    def counter(self) -> CounterId | None:
        """The counter a device stands at, if it stands at one."""
        return self.device.counter if self.device is not None else None


def context() -> Context:
    """Return the context of this application."""
    return cast(Context, current_app.extensions["hall"])


def caller() -> Caller:
    """Return who sends this request: bearer token, signed-in session or device cookie."""
    if "caller" not in g:
        g.caller = _caller()
    return cast(Caller, g.caller)


def actor(hall: HallId, *roles: Role) -> Actor:
    """Return the caller as one who acts in ``hall`` in one of ``roles``.

    Raises:
        Unauthorized: nobody is signed in and a citizen may not do it.
        Forbidden: the caller has none of the roles in this hall.
    """
    who = caller()
    mine = who.roles(hall)
    for role in BY_POWER:
        if role in roles and role in mine:
            return Actor(
                role=role,
                person=who.person.id if who.person else None,
                device=who.device.id if who.device else None,
            )
    raise Forbidden if who.person or who.device else Unauthorized


def device_cookie() -> str:
    """Return the name of the cookie that holds a device's token; a rehearsal has its own."""
    return f"rehearsal_{DEVICE_COOKIE}" if current_app.config["REHEARSAL"] else DEVICE_COOKIE


def public(view: F) -> F:
    """Let everybody ask for a route."""
    setattr(view, RULE, frozenset({Role.CITIZEN}))
    return view


def allowed(*roles: Role) -> Callable[[F], F]:
    """Let only those ask for a route who have one of ``roles`` (in its hall, if it names one)."""

    def mark(view: F) -> F:
        setattr(view, RULE, frozenset(roles))
        return view

    return mark


def guard(app: Flask, csrf: CSRFProtect) -> None:
    """Check the rule of every route, and that changes come from our own pages."""

    @app.before_request
    def check() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return
        _check_origin()
        hall = (request.view_args or {}).get("hall")
        rule = rule_of(app, request.endpoint or "")
        if Role.CITIZEN not in rule:
            actor(HallId(hall), *rule) if hall else _somewhere(rule)
        if _signed_in_by_cookie() and request.method not in SAFE_METHODS:
            csrf.protect()


def rule_of(app: Flask, endpoint: str) -> frozenset[Role]:
    """Return who may ask for an endpoint; one without a rule is for nobody."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return frozenset({Role.CITIZEN})
    return cast(frozenset[Role], getattr(app.view_functions[endpoint], RULE, frozenset()))


def caller_with(token: str | None, person: tuple[str, int] | None, where: Context) -> Caller:
    """Return who has a device's token, or a session's person and version."""
    if token:
        device = where.people.device_with(token)
        if device is not None:
            return Caller(device=device)
    if person is not None:
        try:
            found = where.people.person(PersonId(person[0]))
        except UnknownPerson:
            return Caller()
        if found.is_active and found.session_version == person[1]:
            return Caller(person=found)
    return Caller()


def remember(person: Person) -> None:
    """Sign a person in to this browser."""
    session.clear()
    session["person"] = [person.id, person.session_version]
    session.permanent = True
    g.pop("caller", None)


def forget() -> None:
    """Sign out of this browser."""
    session.clear()
    g.pop("caller", None)


def _caller() -> Caller:
    bearer = _bearer()
    if bearer is not None:
        found = caller_with(bearer, None, context())
        if found.device is None:
            raise Unauthorized
        return found
    kept = session.get("person")
    person = (str(kept[0]), int(kept[1])) if kept else None
    found = caller_with(None, person, context())
    if found.person is None:
        return caller_with(request.cookies.get(device_cookie()), None, context())
    return found


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _signed_in_by_cookie() -> bool:
    return _bearer() is None and caller().person is not None


def _check_origin() -> None:
    """Refuse changes that another site's page asks for with our cookies."""
    if request.method in SAFE_METHODS or _bearer() is not None:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        raise CrossSite
    if origin not in (None, "null") and origin != request.host_url.rstrip("/"):
        raise CrossSite


def _somewhere(rule: frozenset[Role]) -> None:
    who = caller()
    if not rule & who.roles(None):
        raise Forbidden if who.person or who.device else Unauthorized
