"""Waits for everybody to read: the next hours, and how well the hall's word held."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import request

from hall.access import OVERSEERS, allowed, context, public
from hall.context import UnknownHall, View
from hall.domain.identities import HallId
from hall.domain.moments import read
from hall.queries.foreseen import forecast, public_forecast
from hall.queries.score import MOST_DAYS, score
from hall.web.pages.frame import ask, blueprint, draw

#: The periods one can choose from, in days.
PERIODS = (1, 7, MOST_DAYS)
#: How many half hours a manager sees.
SLOTS = 8


@blueprint.get("/score/<hall>")
@public
def announced(hall: str) -> str:
    """Show how well announcements held, and the waits of the next hours."""
    days = request.args.get("days", 7, type=int)
    if HallId(hall) not in context().halls():
        raise UnknownHall(hall)
    found = context().ask(HallId(hall), partial(_announced, days=days))
    return draw("score", periods=PERIODS, days=days, **found)


@blueprint.get("/manager/ahead")
@allowed(*OVERSEERS)
def manager_ahead() -> str:
    """Return the next hours with the counters they need; they change every few minutes."""
    return draw("manager_ahead", **ask(_ahead, *OVERSEERS))


def _announced(view: View, *, days: int) -> dict[str, Any]:
    layout, foreseen = view.layout, public_forecast(view)
    waits = {group["id"]: group for group in foreseen["groups"]} if foreseen else {}
    slots = sorted({slot["from"] for group in waits.values() for slot in group["slots"]})
    return {
        "hall": view.hall,
        "name": layout.name,
        "score": score(view, days=days),
        "groups": layout.groups,
        "starts": [(start, _local(view, start)) for start in slots],
        "waits": {
            id_: {slot["from"]: slot for slot in group["slots"]} for id_, group in waits.items()
        },
        "best": _timed(view, foreseen["best"]) if foreseen and foreseen["best"] else None,
    }


def _ahead(view: View) -> dict[str, Any]:
    found = forecast(view)
    groups = {group.id: group for group in view.layout.groups}
    slots = [
        {**_timed(view, slot), "short": [groups[id_] for id_ in slot["short"] if id_ in groups]}
        for slot in (found["counters"][:SLOTS] if found else ())
    ]
    most = max([1, *(max(slot["needed"], slot["planned"]) for slot in slots)])
    return {
        "slots": slots,
        "most": most,
        "at": _local(view, found["at"]) if found else None,
        "everybody": len(groups),
        "there": len(view.layout.counters),
    }


def _timed(view: View, slot: dict[str, Any]) -> dict[str, Any]:
    """Return a slot with its ends in the hall's own time."""
    return {**slot, "from": _local(view, slot["from"]), "until": _local(view, slot["until"])}


def _local(view: View, moment: str) -> datetime:
    return read(moment).astimezone(view.layout.zone)
