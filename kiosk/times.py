"""The touch screen's page of when to come: waits of the next hours, kind by kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request

from hall.access import public
from hall.context import View
from hall.domain.moments import read
from hall.queries.foreseen import public_forecast
from kiosk.choices import part
from kiosk.frame import Page, blueprint, local, show
from kiosk.pages import room

#: How many kinds of matters fit on one page, and how many half hours beside each.
ROWS = (8, 5)
SLOTS = (5, 4)


@blueprint.get("/kiosk/<hall>/times")
@public
def times(hall: str) -> str:
    """Show the waits of the next hours."""
    return show(hall, _times)


def best_time(view: View, best: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the slot with the shortest wait with its time in the hall, if there is one."""
    return best and {**best, "from": _local(view, best["from"])}


def _at(slots: Sequence[dict[str, Any]], start: str) -> dict[str, Any] | None:
    return next((slot for slot in slots if slot["from"] == start), None)


def _local(view: View, moment: str) -> datetime:
    return local(view, read(moment))


def _times(view: View) -> Page:
    found = public_forecast(view)
    slots_of = {group["id"]: group["slots"] for group in found["groups"]} if found else {}
    starts = sorted({slot["from"] for slots in slots_of.values() for slot in slots})
    starts = starts[: room(SLOTS)]
    rows = [
        (group, [_at(slots_of[group.id], start) for start in starts])
        for group in view.layout.groups
        if slots_of.get(group.id)
    ]
    return "times", {
        "page": part(rows, number=request.args.get("page", 1, type=int), size=room(ROWS)),
        "starts": [_local(view, start) for start in starts],
        "best": best_time(view, found["best"]) if found else None,
    }
