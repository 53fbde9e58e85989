"""The public API of waits: those of the next hours, and how well past announcements held."""

from functools import partial

from apiflask import APIBlueprint
from flask import Response, request

from hall.access import actor, context, public
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.queries.foreseen import forecast, public_forecast
from hall.queries.score import score
from hall.web.commands import answered
from hall.web.schemas import Answer

waits = APIBlueprint("waits", __name__, url_prefix="/api/v1", tag="Waits")
#: Who also reads how many counters the next hours need.
READERS = (Role.MANAGER, Role.ADMINISTRATOR, Role.PLANNER)


@waits.get("/halls/<hall>/forecast")
@waits.output(Answer)
@public
def forecast_(hall: str) -> Response:
    """The waits of the next hours by group; null when nothing fresh is known.

    Managers, administrators and planners also read how many counters each half hour needs.
    """
    is_public = actor(HallId(hall), *READERS, Role.CITIZEN).role is Role.CITIZEN
    found = context().ask(HallId(hall), public_forecast if is_public else forecast)
    return answered(200, {"forecast": found})


@waits.get("/halls/<hall>/score")
@waits.output(Answer)
@public
def score_(hall: str) -> Response:
    """How well what people were told held over the last ``?days=`` (7, at most 30)."""
    days = request.args.get("days", 7, type=int)
    return answered(200, context().ask(HallId(hall), partial(score, days=days)))
