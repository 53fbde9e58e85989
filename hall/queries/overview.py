"""What the manager sees of the hall at this moment, and what the guide sees of it."""

from typing import Any

from hall.domain.counters import CounterState
from hall.domain.identities import MatterCode
from hall.domain.moments import length_ms
from hall.domain.tickets import Status
from hall.queries.console import surroundings, with_matters
from hall.queries.counters import counters
from hall.queries.proposals import proposals
from hall.queries.queue import aside, queue
from hall.queries.rollouts import urgent
from hall.store.view import View

_MINUTE_MS = 60_000
#: So many of those who wait longest are named.
LONGEST = 6
#: Service takes suspiciously long beyond this many times what was expected.
TOO_LONG = 2.0
#: However short the matter, so many minutes are not long.
AT_LEAST_MINUTES = 15
#: Somebody called for so long is not coming.
CALLED_TOO_LONG_MINUTES = 5


def overview(view: View) -> dict[str, Any]:
    """Return what the manager's board shows: counters, lines, warnings, who was set aside."""
    layout = view.layout
    places = [{**place, "is_long": _is_long(view, place)} for place in counters(view)]
    names = {group.id: group.name for group in layout.groups}
    return {
        **surroundings(view),
        "counters": places,
        "open_counters": sum(place["state"] != CounterState.CLOSED for place in places),
        "proposals": [{**p, "group_name": names[p["group"]]} for p in proposals(view)],
        "aside": aside(view),
        "longest": [with_matters(view, row) for row in queue(view, limit=LONGEST)["tickets"]],
        "target_share": layout.target.share,
        "seats": layout.seats,
        "layout_hash": layout.hash,
        "rollouts": urgent(view),
    }


def door(view: View) -> dict[str, Any]:
    """Return what a guide sees: lines with their estimates, who missed the call, who waits."""
    missed = aside(view)["no_show"]
    return {
        **surroundings(view),
        "no_show": [with_matters(view, row) for row in missed],
        "asked": [place for place in counters(view) if place["asked"]],
    }


def _is_long(view: View, place: dict[str, Any]) -> bool:
    """Whether a citizen has been at a counter for suspiciously long."""
    ticket = place["ticket"]
    if ticket is None:
        return False
    if ticket["status"] == Status.CALLED:
        return bool(place["minutes"] >= CALLED_TOO_LONG_MINUTES)
    codes = [MatterCode(matter["code"]) for matter in ticket["matters"]]
    matters = [view.layout.matter_of[code] for code in codes if code in view.layout.matter_of]
    expected = sum(length_ms(matter.handling) for matter in matters) / _MINUTE_MS
    return bool(place["minutes"] >= max(AT_LEAST_MINUTES, TOO_LONG * expected))
