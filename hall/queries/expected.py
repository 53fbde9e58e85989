"""The booked citizens who are still expected today, and what is known of such people."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from hall.domain.identities import APPOINTMENT, GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line
from hall.store.booking_forecast import expected_today, punctuality
from hall.store.no_shows import LOOKING_BACK, missed_share
from hall.store.view import View

#: So far ahead the known bookings say how many will come in an hour.
NEAR = timedelta(hours=1)


def takes_bookings(layout: Layout) -> bool:
    """Whether anything can be booked here, and who booked stands in lines of their own."""
    return APPOINTMENT in layout.class_of and any(m.appointments for m in layout.matters)


def expected(view: View, day: date) -> dict[str, Any] | None:
    """Return who is still expected on a day as JSON, or nothing in a hall without bookings.

    ``open``: group, start and expected time at a counter of each, in milliseconds.
    ``missed_share``: of such people, who never come. ``punctuality``: when the others check in,
    in minutes after the start, as mean and standard deviation; nothing while that is not known.
    """
    if not takes_bookings(view.layout):
        return None
    handling_ms = cache(view.handling_ms)
    since = day - LOOKING_BACK
    punctual = punctuality(view, since=since)
    return {
        "open": [
            (group, start_ms, handling_ms(matters)) for group, start_ms, matters in _open(view, day)
        ],
        "missed_share": missed_share(view, since=since),
        "punctuality": punctual and (punctual.mean, punctual.sd),
    }


def booked_per_hour(view: View, day: date) -> dict[Line, float] | None:
    """Return how many who booked come to each line in the next hour; nothing without bookings."""
    if not takes_bookings(view.layout):
        return None
    until_ms = view.now_ms + length_ms(NEAR)
    near = Counter(group for group, start_ms, _ in _open(view, day) if start_ms <= until_ms)
    comes = 1 - missed_share(view, since=day - LOOKING_BACK)
    return {
        Line(group=group, class_=APPOINTMENT): people * comes / (NEAR / timedelta(hours=1))
        for group, people in near.items()
    }


def _open(view: View, day: date) -> Iterator[tuple[GroupId, int, tuple[MatterCode, ...]]]:
    """Yield the group, the start and the matters of those expected, as far as they are known."""
    known = view.layout.matter_of
    for row in expected_today(view, day):
        matters = tuple(MatterCode(code) for code in row.matters if code in known)
        if matters:
            yield known[matters[0]].group, row.start_ms, matters
