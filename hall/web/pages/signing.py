"""Signing in and out: with a password, or once with an address made for it."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request

from hall.access import context, forget, public, remember
from hall.domain.limits import limits_in
from hall.domain.people import Person
from hall.limits import count_address
from hall.operations.people import NotAdmitted, admit, admit_once
from hall.web.pages.frame import WORK, blueprint, draw, go

#: How often one address may try to get in; a whole hall may stand behind it, at eight o'clock.
(FROM_ONE_ADDRESS,) = limits_in("100/minute")
#: How often one name may be tried from there.
(BY_ONE_NAME,) = limits_in("10/minute")


@blueprint.get("/sign-in")
@public
def sign_in() -> str:
    """Ask for name and password."""
    return draw("sign_in", then=request.args.get("then", ""), login="", refused=False)


@blueprint.post("/sign-in")
@public
def sign_in_now() -> Response:
    """Sign in to this browser, or say that name or password is not right."""
    login, then = request.form.get("login", ""), request.form.get("then", "")
    count_address("sign in", FROM_ONE_ADDRESS)
    count_address("name", BY_ONE_NAME, login.strip().lower())
    try:
        person = admit(context().people, login=login, password=request.form.get("password", ""))
    except NotAdmitted:
        return make_response(draw("sign_in", then=then, login=login, refused=True), 401)
    remember(person)
    return make_response(redirect(then, 303)) if _is_ours(then) else to_work(person)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """Sign out of this browser."""
    forget()
    return go("staff.welcome")


@blueprint.get("/sign-in/once/<code>")
@public
def sign_in_once(code: str) -> str:
    """Show the button that uses a one-time sign-in up."""
    return draw("sign_in_once", code=code)


@blueprint.post("/sign-in/once/<code>")
@public
def sign_in_once_now(code: str) -> Response:
    """Sign in with a code that works once."""
    count_address("sign in", FROM_ONE_ADDRESS)
    try:
        person = admit_once(context().people, code=code, now=context().now())
    except NotAdmitted:
        return make_response(draw("sign_in_once", code=None), 401)
    remember(person)
    return to_work(person)


def to_work(person: Person) -> Response:
    """Send a person to the page of their work."""
    mine = {role for _, role in person.roles}
    return go(next((page for role, page in WORK.items() if role in mine), "staff.welcome"))


def _is_ours(address: str) -> bool:
    """Whether an address leads to a page of ours, and to nobody else's."""
    parts = urlsplit(address)
    local = not parts.scheme and not parts.netloc and address.startswith("/")
    return local and not address.startswith("//") and "\\" not in address
