"""All that is known of the rest of a hall's day, for whoever simulates it forward."""

from datetime import timedelta
from typing import Any

from hall.dispatch.expect import hall_load
from hall.domain.hours import openings_of
from hall.domain.layout_form import canonical_form
from hall.domain.moments import length_ms, to_ms
from hall.queries.expected import expected
from hall.queries.learning import DAYS, PART_MINUTES, today, work_ms
from hall.store.forecasts import joined, waiting_tickets
from hall.store.view import View


def ahead(view: View) -> dict[str, Any] | None:
    """Return the hall as it stands and what is known of its days, as JSON; nothing if it is closed.

    Moments and lengths are whole milliseconds. ``counters``: from when until when each will be
    staffed, and whom it serves, how long they have been there and were expected to take in all.
    ``waiting``: line, when due, how long they will take. ``past``: who joined on past days and
    today, by day, part of the day, group and class. ``booked``: see ``hall.queries.expected``.
    """
    layout, day = view.layout, today(view)
    openings = [
        (to_ms(period.start), to_ms(period.until))
        for period in openings_of(layout.hours, layout.zone, day)
        if period.until is not None and period.until > view.now
    ]
    if view.layout_hash is None or view.day != day or not openings:
        return None
    first = day - timedelta(days=DAYS)
    return {
        "now_ms": view.now_ms,
        "day": day.isoformat(),
        "layout": canonical_form(layout),
        "openings": openings,
        "counters": _counters(view),
        "waiting": [(row.line, row.due_ms, row.handling_ms) for row in waiting_tickets(view)],
        "cv": view.habits.cv,
        "work_ms": {group.id: work_ms(view, group.id) for group in layout.groups},
        "part_ms": length_ms(timedelta(minutes=PART_MINUTES)),
        "minute": view.minute,
        "past": [
            (row.day, row.part, row.group, row._mapping["class"], row.people, float(row.work_ms))
            for row in joined(view, first=first, last=day, every=PART_MINUTES)
        ],
        "booked": expected(view, day),
        "target_ms": length_ms(layout.target.walk_in),
        "target_share": layout.target.share,
    }


def _counters(view: View) -> dict[str, Any]:
    """Return the counters that are there now or will be today, and whom they serve."""
    served = {ticket.counter: (ticket, ms) for ticket, ms in view.all_at_counters()}
    found: dict[str, Any] = {}
    for counter in hall_load(view, []).counters:
        ticket, expected_ms = served.get(counter.counter, (None, 0))
        since = ticket.here_since if ticket else None
        found[counter.counter] = {
            "spans": counter.spans,
            "elapsed_ms": view.now_ms - to_ms(since) if since else None,
            "expected_ms": expected_ms,
        }
    return found
