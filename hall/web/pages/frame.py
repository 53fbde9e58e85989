"""What every page of the staff shares: whose hall it is, one command at a time, how it is drawn."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask import url_for as address
from werkzeug.exceptions import Forbidden, Unauthorized

from hall.access import actor, caller, context
from hall.context import Answered, Change, Key, Once, View
from hall.domain.actors import Actor, Role
from hall.domain.identities import HallId
from hall.web.errors import detail_of, refusal_of
from hall.web.pages import saying

R = TypeVar("R")

blueprint = Blueprint("staff", __name__)
#: Roles that may work at a counter.
AT_COUNTERS = (Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
#: Roles that have a page of their own, and that page; who has several begins with the first.
WORK = {
    Role.CLERK: "staff.clerk",
    Role.GUIDE: "staff.guide",
    Role.MANAGER: "staff.manager",
    Role.ADMINISTRATOR: "staff.admin",
    Role.PLANNER: "studio.home",
}


def my_hall(*roles: Role) -> HallId:
    """Return the hall in which the caller works now in one of ``roles``.

    Raises:
        Forbidden: the caller has none of the roles anywhere.
    """
    mine = [hall for hall in caller().halls() if caller().roles(hall) & set(roles)]
    if not mine:
        raise Forbidden
    return HallId(session["hall"]) if session.get("hall") in mine else mine[0]


def me(*roles: Role) -> Actor:
    """Return the caller as one who acts in one of ``roles`` where they work now."""
    return actor(my_hall(*roles), *roles)


def ask(question: Callable[[View], R], *roles: Role) -> R:
    """Return the answer to a question about the hall in which the caller works now."""
    return context().ask(my_hall(*roles), question)


def carry_out(do: Callable[[Change], R], *roles: Role) -> R | None:
    """Carry out one operation, once however often the same form is sent."""
    key = Key(
        caller=caller().id,
        key=f"{request.path} {request.form.get('key') or secrets.token_hex(8)}",
        fingerprint=request.path,
    )
    once = Once(key=key, render=_nothing)
    with suppress(Answered):
        return context().perform(my_hall(*roles), do, by=me(*roles), once=once)
    return None


def draw(template: str, **values: Any) -> str:
    """Return a page or a part of one, with a key for the commands that are sent from it."""
    shared = {"say": saying, "who": caller(), "key": secrets.token_hex(8)}
    return render_template(f"staff/{template}.html", **shared, **values)


def go(endpoint: str, **values: Any) -> Response:
    """Send the browser to another page, also from within a page that changes by parts."""
    target = address(endpoint, **values)
    if not _is_part():
        return make_response(redirect(target, 303))
    answer = make_response("")
    answer.headers["HX-Redirect"] = target
    return answer


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """Never show an old page again."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _nothing(_: object) -> None:
    """Keep nothing of an answer: a repeat shows how things stand now."""


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def refuse(error: Exception) -> Response:
    """Say why something was not done: beside what is shown, or as a page of its own."""
    if isinstance(error, Unauthorized):
        return go("staff.sign_in", then=request.path if request.method == "GET" else None)
    found = refusal_of(error)
    title, detail = str(found.title), saying.detail(error) or detail_of(error)
    if not _is_part():
        page = draw("refused", title=title, detail=detail, status=found.status)
        return make_response(page, found.status)
    answer = make_response(draw("problem", title=title, detail=detail), found.status)
    answer.headers.update({"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"})
    answer.headers["HX-Trigger"] = "changed"
    return answer
