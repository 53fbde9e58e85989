"""One simulated day, told so that it can be played: what counters did, who stood where when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hall.domain.hours import moment
from hall.domain.layout import Layout
from hall.domain.moments import from_ms, to_ms, written
from hall.domain.trace import ABSENT, Doing, Stops, Trace
from hall.measures.measure import Openings

#: What the columns of a day's tables hold; times are seconds since the day's midnight.
CITIZENS = ("number", "group", "class", "due", "called", "started", "finished", "counter")
COUNTERS = ("counter", "since", "until", "doing")


def day_form(layout: Layout, trace: Trace, openings: Openings, day: date) -> dict[str, Any]:
    """Return a day as JSON: the citizens, a row per stop, and what each counter did when."""
    midnight = to_ms(moment(layout.zone, day, 0))

    def second(at: int) -> int | None:
        return None if at == ABSENT else (at - midnight) // 1000

    stops, states = trace.stops, trace.states
    numbers = _numbers(layout, stops)
    return {
        "day": day.isoformat(),
        "midnight": midnight,
        "openings": [[second(since), second(until)] for since, until in openings],
        "citizens": [
            [
                numbers[stops.ticket[row]],
                stops.group[row],
                stops.class_[row],
                second(stops.due[row]),
                second(stops.called[row]),
                second(stops.started[row]),
                second(stops.finished[row]),
                stops.counter[row],
            ]
            for row in range(len(stops))
        ],
        "counters": [
            [counter, second(since), second(until), doing.value]
            for counter, since, until, doing in zip(
                states.counter, states.since, states.until, states.doing, strict=True
            )
            if doing is not Doing.CLOSED and until != ABSENT
        ],
    }


def board_at_opening(layout: Layout, day: Mapping[str, Any]) -> dict[str, Any]:
    """Return the board with which a played day begins: nobody is there yet."""
    begin = from_ms(day["midnight"] + 1000 * day["openings"][0][0])
    return {
        "sequence": 0,
        "hall": layout.hall,
        "name": {"zh": layout.name.zh, "en": layout.name.en},
        "now": written(begin),
        "time_zone": layout.time_zone,
        "day": day["day"],
        "open": True,
        "openings": [
            {
                "from": written(from_ms(day["midnight"] + 1000 * since)),
                "until": written(from_ms(day["midnight"] + 1000 * until)),
            }
            for since, until in day["openings"]
        ],
        "zone": None,
        "waiting": 0,
        "calls": [],
        "groups": [
            {
                "id": group.id,
                "name": {"zh": group.name.zh, "en": group.name.en},
                "prefix": group.prefix,
                "waiting": 0,
                "estimate": None,
            }
            for group in layout.groups
        ],
        "counters": [],
        "next": [],
    }


def _numbers(layout: Layout, stops: Stops) -> dict[str, str]:
    """Return the number of each ticket, in the order in which they are issued."""
    last: dict[str, int] = {}
    found: dict[str, str] = {}
    for ticket, group in zip(stops.ticket, stops.group, strict=True):
        if ticket not in found:
            prefix = layout.group_of[group].prefix
            last[prefix] = last.get(prefix, 0) + 1
            found[ticket] = f"{prefix}{last[prefix]:03d}"
    return found
