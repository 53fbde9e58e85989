"""Signing in and out: with a password, or once with an address made for it."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request

from hall.access import context, forget, public, remember
from hall.domain.people import Person
from hall.operations.people import NotAdmitted, admit, admit_once
from hall.web.limits import limiter
from hall.web.pages.frame import WORK, blueprint, draw, go

#: How often one address may try to get in; a whole hall may stand behind it, at eight o'clock.
FROM_ONE_ADDRESS = "100 per minute"
#: How often one name may be tried from there.
BY_ONE_NAME = "10 per minute"


def one_name() -> str:
    """Return what the attempts with one name are counted by."""
    return f"{request.remote_addr} {request.form.get('login', '').strip().lower()}"


@blueprint.get("/sign-in")
@public
def sign_in() -> str:
    """Ask for name and password."""
    return draw("sign_in", then=request.args.get("then", ""), login="", refused=False)


@blueprint.post("/sign-in")
@limiter.limit(FROM_ONE_ADDRESS)
@limiter.limit(BY_ONE_NAME, key_func=one_name)
@public
def sign_in_now() -> Response:
    """Sign in to this browser, or say that name or password is not right."""
    login, then = request.form.get("login", ""), request.form.get("then", "")
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
@limiter.limit(FROM_ONE_ADDRESS)
@public
def sign_in_once_now(code: str) -> Response:
    """Sign in with a code that works once."""
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
