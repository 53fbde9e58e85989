"""The manager's page of appointments that a change has hit, and the way out for each."""

from functools import partial

from flask import Response, request

from hall.access import OVERSEERS, allowed, context
from hall.domain.slots import slot_named
from hall.operations.booking import Because, cancel_booking
from hall.operations.moving import move_all
from hall.queries.affected import affected, count_affected
from hall.web.pages.frame import ask, blueprint, carry_out, draw, go


@blueprint.get("/manager/appointments")
@allowed(*OVERSEERS)
def affected_appointments() -> str:
    """Show which appointments no longer fit, why, and the next free time for each."""
    return draw("affected", **ask(partial(affected, seal=context().seal), *OVERSEERS))


@blueprint.get("/manager/appointments/count")
@allowed(*OVERSEERS)
def affected_count() -> str:
    """Return how many there are, for the page of the moment."""
    return draw("affected_count", count=ask(count_affected, *OVERSEERS))


@blueprint.post("/manager/appointments/move")
@allowed(*OVERSEERS)
def move_affected() -> Response:
    """Move one of them to the time that was offered, or all to theirs."""
    to = []
    for wanted in request.form.getlist("move"):
        which, _, slot = wanted.partition("@")
        to.append((which, *slot_named(slot)))
    carry_out(partial(move_all, to=to), *OVERSEERS)
    return go("staff.affected_appointments")


@blueprint.post("/manager/appointments/cancel")
@allowed(*OVERSEERS)
def cancel_affected() -> Response:
    """Cancel one that no other time would help."""
    which = request.form.get("which", "")
    carry_out(partial(cancel_booking, code=which, because=Because.CHANGE), *OVERSEERS)
    return go("staff.affected_appointments")
