"""The guide's page at the door: numbers for others, lost slips, missed calls."""

from collections.abc import Callable
from functools import partial
from typing import Any

import segno
from flask import abort, request, url_for
from markupsafe import Markup

from hall.access import allowed
from hall.domain.actors import Role
from hall.domain.identities import BundleId, ClassId, MatterCode, TicketId
from hall.domain.tickets import Ticket
from hall.operations import serve
from hall.operations.issue import Issued, issue_ticket
from hall.queries.overview import door
from hall.queries.tickets import ticket as one_ticket
from hall.queries.tickets import tickets
from hall.web.pages.frame import ask, blueprint, carry_out, draw, my_hall

AT_THE_DOOR = (Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
#: Steps that a guide takes with the ticket of somebody who stands there.
STEPS: dict[str, Callable[..., Ticket]] = {
    "come-back": serve.come_back,
    "abandon": serve.abandon,
    "postpone": serve.postpone,
}


@blueprint.get("/guide")
@allowed(*AT_THE_DOOR)
def guide() -> str:
    """Show the guide's page."""
    layout = ask(lambda view: view.layout, *AT_THE_DOOR)
    return draw("guide", layout=layout, **ask(door, *AT_THE_DOOR))


@blueprint.get("/guide/now")
@allowed(*AT_THE_DOOR)
def guide_now() -> str:
    """Return the part of the page that changes: lines, missed calls, counters asked for."""
    return draw("guide_now", **ask(door, *AT_THE_DOOR))


@blueprint.post("/guide/tickets")
@allowed(*AT_THE_DOOR)
def issue() -> str:
    """Issue a number for somebody else, with the class that was checked."""
    matters = tuple(MatterCode(code) for code in request.form.getlist("matter"))
    bundle, class_ = request.form.get("bundle"), request.form.get("class")
    do = partial(
        issue_ticket,
        matters=matters,
        bundle=BundleId(bundle) if bundle else None,
        class_=ClassId(class_) if class_ else None,
    )
    issued = carry_out(do, *AT_THE_DOOR)
    slip = _slip(issued) if issued else {"ticket": None}
    return draw("guide_issued", hall=my_hall(*AT_THE_DOOR), **slip)


@blueprint.get("/guide/tickets")
@allowed(*AT_THE_DOOR)
def find() -> str:
    """Return the tickets with a number, with their place: for somebody who lost the slip."""
    number = request.args.get("number", "").strip().upper()
    return draw("guide_found", number=number, found=_found(number) if number else [])


@blueprint.post("/guide/step/<step>")
@allowed(*AT_THE_DOOR)
def step_at_the_door(step: str) -> str:
    """Take one step with the ticket of somebody who stands there, and show it again."""
    if step not in STEPS:
        abort(404)
    ticket = TicketId(request.form.get("ticket", ""))
    carry_out(partial(STEPS[step], ticket=ticket), *AT_THE_DOOR)
    number = request.form.get("number", "")
    return draw("guide_found", number=number, found=_found(number), stepped=True)


def _found(number: str) -> list[dict[str, Any]]:
    rows = ask(partial(tickets, number=number), *AT_THE_DOOR)
    return [ask(partial(one_ticket, id_=TicketId(row["id"])), *AT_THE_DOOR) for row in rows]


def _slip(issued: Issued) -> dict[str, Any]:
    """Return what is shown of a new number: it is told once, with the code for the phone."""
    address = url_for("kiosk.phone", secret=issued.secret, _external=True)
    drawing = segno.make(address, error="m").svg_inline(scale=4, border=2)
    return {
        "ticket": issued.ticket,
        "secret": issued.secret,
        "ahead": issued.ahead,
        "estimate": issued.estimate,
        "code": Markup(drawing),  # noqa: S704 - drawn by segno from an address of our own
    }
