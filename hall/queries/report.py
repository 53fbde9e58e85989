"""The day report: what was good or bad, by the same measures as the simulation's."""

from datetime import date, timedelta
from typing import Any

from hall.domain.folding import fold
from hall.domain.hours import day_start_minute, moment
from hall.domain.moments import to_ms
from hall.measures.measure import measure, openings_ms
from hall.queries.score import score_between
from hall.store.view import View

#: The longest period that one report covers.
MOST_DAYS = 92


class PeriodIsWrong(Exception):
    """A report's days are not in order, or too many."""


def report(view: View, *, first: date | None = None, last: date | None = None) -> dict[str, Any]:
    """Return the measures of some business days, today's if none are named."""
    layout = view.layout
    today = view.today
    first = first or today
    last = last or first
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise PeriodIsWrong(f"{first} – {last}")
    start = day_start_minute(layout.hours)
    from_ms = to_ms(moment(layout.zone, first, start))
    until_ms = to_ms(moment(layout.zone, last + timedelta(days=1), start))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    measures = measure(
        fold(view.journal_between(from_ms, until_ms)),
        layout,
        days=openings_ms(layout, days),
        until_ms=view.now_ms if view.now_ms < until_ms else None,
    )
    return {
        "hall": view.hall,
        "from": first.isoformat(),
        "until": last.isoformat(),
        "layout_hash": layout.hash,
        "measures": measures,
        "announced": score_between(view, first=first, last=last)["all"],
    }
