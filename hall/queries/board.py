"""The board: what every public screen shows."""

from typing import Any

from hall.dispatch.expect import hall_load
from hall.dispatch.load import HallLoad
from hall.domain import moments
from hall.domain.counters import CounterState
from hall.domain.hours import is_open, openings_of
from hall.domain.identities import CounterId
from hall.domain.layout import Counter, Layout, Name
from hall.domain.tickets import AT_COUNTER, Ticket
from hall.queries.foreseen import best_time
from hall.queries.waiting import group_outlook
from hall.store.lines import Waiting
from hall.store.view import View

#: How many calls a wall shows.
CALLS = 12
#: How many numbers are told to get ready.
NEXT = 6


def board(view: View, *, zone: str | None = None) -> dict[str, Any]:
    """Return the board of a hall, or of one of its zones."""
    layout = view.layout
    counters = [c for c in layout.counters if zone is None or c.zone == zone]
    ids = {counter.id for counter in counters}
    lines = view.lines()
    now = hall_load(view, lines)
    serving = {t.counter: t for t, _ in view.all_at_counters()}
    return {
        "sequence": view.sequence,
        "hall": view.hall,
        "name": name_json(layout.name),
        "now": moments.written(view.now),
        "time_zone": layout.time_zone,
        "day": view.day.isoformat() if view.day else None,
        "open": is_open(layout.hours, layout.zone, view.now),
        **_hours(view),
        "zone": zone,
        "waiting": sum(w.waiting for w in lines),
        "calls": [
            call_json(layout, ticket)
            for ticket in view.announced(limit=CALLS * (1 if zone is None else 4))
            if ticket.counter in ids and ticket.day == view.day
        ][:CALLS],
        "groups": _groups(view, counters, lines, now),
        "counters": _counters(view, counters, serving),
        "next": _next(view, lines),
        "best": best_time(view),
    }


def _groups(
    view: View, counters: list[Counter], lines: list[Waiting], now: HallLoad
) -> list[dict[str, Any]]:
    """Return the groups that some of these counters take, with the wait of a new number."""
    taken = {group for counter in counters for group in counter.ever_takes()}
    found = []
    for group in view.layout.groups:
        if group.id not in taken:
            continue
        expected = group_outlook(view, now, group.id)
        found.append(
            {
                "id": group.id,
                "name": name_json(group.name),
                "prefix": group.prefix,
                "waiting": sum(w.waiting for w in lines if w.line.group == group.id),
                "estimate": expected.in_minutes() if expected else None,
            }
        )
    return found


def name_json(name: Name) -> dict[str, str]:
    """Return a name as JSON."""
    return {"zh": name.zh, "en": name.en}


def call_json(layout: Layout, ticket: Ticket) -> dict[str, Any]:
    """Return an announcement as the walls show and say it."""
    counter = layout.counter_of.get(ticket.counter) if ticket.counter else None
    return {
        "announcement": str(ticket.announcement),
        "number": ticket.number,
        "counter": counter.number if counter else None,
        "counter_id": ticket.counter,
        "group": ticket.line.group,
        "at": moments.written(ticket.announced_at) if ticket.announced_at else None,
        "recalled": ticket.calls > 1,
        "active": ticket.status in AT_COUNTER,
    }


def _hours(view: View) -> dict[str, Any]:
    layout = view.layout
    day = view.today
    openings = openings_of(layout.hours, layout.zone, day)
    return {
        "openings": [
            {
                "from": moments.written(period.start),
                "until": moments.written(period.until) if period.until else None,
            }
            for period in openings
        ]
    }


def _counters(
    view: View, counters: list[Counter], serving: dict[CounterId | None, Ticket]
) -> list[dict[str, Any]]:
    """Return the counters that are really open now."""
    states = view.counters_now()
    found = []
    for counter in counters:
        now = states.get(counter.id)
        if now is None or now.state is CounterState.CLOSED:
            continue
        ticket = serving.get(counter.id)
        found.append(
            {
                "id": counter.id,
                "number": counter.number,
                "name": name_json(counter.name),
                "state": now.state.value,
                "ticket": ticket.number if ticket else None,
                "ticket_status": ticket.status.value if ticket else None,
                "takes": list(counter.takes_at(view.minute)),
            }
        )
    return found


def _next(view: View, lines: list[Waiting]) -> list[dict[str, Any]]:
    """Return the numbers that are likely to be called soon: the first of each line, by due time."""
    firsts = [ticket for w in lines for ticket in view.first_waiting(w.line, limit=NEXT)]
    rules = view.layout.class_of

    def rank(ticket: Ticket) -> tuple[float, int]:
        rule = rules.get(ticket.line.class_)
        credit = rule.credit.total_seconds() if rule else 0.0
        return (ticket.due_at.timestamp() - credit, ticket.placed)

    return [
        {"number": ticket.number, "class": ticket.class_, "group": ticket.line.group}
        for ticket in sorted(firsts, key=rank)[:NEXT]
    ]
