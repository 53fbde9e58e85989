"""The first page: which halls there are, and where one goes from here."""

from typing import Any

from flask import Response, request, session
from werkzeug.exceptions import Forbidden

from hall.access import BY_POWER, allowed, caller, context, public
from hall.context import View
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.web.pages.frame import WORK, blueprint, draw, go


@blueprint.get("/")
@public
def welcome() -> str:
    """Show the halls, with the pages of each that the caller may open."""
    halls = [context().ask(hall, _hall) for hall in context().halls()]
    return draw("welcome", halls=halls)


@blueprint.post("/hall")
@allowed(*BY_POWER)
def work_there() -> Response:
    """Work in another hall from now on."""
    hall = HallId(request.form["hall"])
    role = Role(request.form["role"])
    if role not in WORK or role not in caller().roles(hall):
        raise Forbidden
    session["hall"] = hall
    session.pop("counter", None)
    return go(WORK[role])


def _hall(view: View) -> dict[str, Any]:
    """Return what the first page says of a hall."""
    return {
        "id": view.hall,
        "name": view.layout.name,
        "takes_appointments": any(matter.appointments for matter in view.layout.matters),
        "zones": sorted({counter.zone for counter in view.layout.counters if counter.zone}),
    }
