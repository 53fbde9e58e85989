"""What the days of a past show, as columns over all of them."""

from bisect import bisect_right
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hall.domain import moments
from hall.domain.appointments import Appointment, AppointmentStatus, Share
from hall.domain.hours import minute_of_day
from hall.domain.identities import APPOINTMENT
from hall.domain.layout import Layout
from hall.domain.trace import ABSENT, Outcome, Stops
from hall.measures.figures import MINUTE_MS
from simulation.arrivals import intervals
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.serving import UNKNOWN, Services, Serving
from simulation.past import PastDay
from simulation.streams import Reals, Wholes

#: Who takes a ticket so soon after the doors open stood before them, in milliseconds.
AT_THE_DOOR_MS = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    """Tickets, a row each; everything by position: days of the past, the rest of the layout."""

    day: Wholes
    #: Where the interval of open time begins in which it was issued, in minutes of the day.
    minute: Wholes
    group: Wholes
    class_: Wholes
    #: The first matter, and how many there are.
    matter: Wholes
    matters: Wholes
    #: How long before being due it was issued, in minutes, and whether as the doors opened.
    early: Reals
    at_the_door: Wholes
    #: Whether somebody came to a counter with it, and how long after an opening it was due.
    came: Wholes
    due: Reals


@dataclass(frozen=True, kw_only=True, slots=True)
class Bookings:
    """Appointments of the days: how many were kept, and how many nobody checked in."""

    kept: int
    missed: int
    slot_minutes: int
    #: Which share of them staff made.
    by_staff: float
    #: Which share of all visits began with a matter that can be booked.
    bookable: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Everything that calibration looks at, but who staffed the counters when."""

    days: tuple[date, ...]
    visits: Visits
    services: Services
    #: From the call to the start, in minutes.
    approach: Reals
    calls: Calls
    #: Which of the calls are of appointments.
    booked: Wholes
    #: Appointments by the record itself; nothing where it holds none.
    bookings: Bookings | None = None


class Reading:
    """Columns in the making, a day at a time."""

    def __init__(
        self, layout: Layout, *, interval_minutes: int, appointments: Iterable[Appointment] = ()
    ) -> None:
        self._layout = layout
        self._length_ms = interval_minutes * MINUTE_MS
        self._matter = {matter.code: at for at, matter in enumerate(layout.matters)}
        self._groups = [group.id for group in layout.groups]
        self._classes = [rule.id for rule in layout.rule.classes]
        self._days: list[date] = []
        self._visits: list[tuple[float, ...]] = []
        self._serving = Serving(layout)
        self._appointments = tuple(appointments)
        #: Per ticket of an appointment, its time.
        self._start = {
            booking.ticket: moments.to_ms(booking.place.start)
            for booking in self._appointments
            if booking.ticket is not None
        }
        self._calls: list[tuple[float, ...]] = []

    def take(self, day: PastDay) -> None:
        """Take a day into account."""
        self._take_visits(day, len(self._days))
        self._serving.take(day)
        self._take_calls(day)
        self._days.append(day.day)

    def columns(self) -> Columns:
        """Return what was read."""
        visits = np.array(self._visits, dtype=np.float64).reshape(-1, 10)
        whole = visits.astype(np.int64)
        calls = np.array(self._calls, dtype=np.float64).reshape(-1, 6)
        return Columns(
            days=tuple(self._days),
            visits=Visits(
                day=whole[:, 0],
                minute=whole[:, 1],
                group=whole[:, 2],
                class_=whole[:, 3],
                matter=whole[:, 4],
                matters=whole[:, 5],
                early=visits[:, 6],
                at_the_door=whole[:, 7],
                came=whole[:, 8],
                due=visits[:, 9],
            ),
            services=self._serving.services(),
            approach=self._serving.approach(),
            calls=Calls(
                seen=calls[:, 0].astype(np.int64),
                wait=calls[:, 1],
                open_after=calls[:, 2],
                back=calls[:, 3],
                lost=calls[:, 4],
            ),
            booked=calls[:, 5].astype(np.int64),
            bookings=self._bookings(),
        )

    def _bookings(self) -> Bookings | None:
        """Return the appointments of the days, if the record has any."""
        mine = [booking for booking in self._appointments if booking.place.day in self._days]
        count = Tally(booking.status for booking in mine)
        kept, missed = count[AppointmentStatus.CHECKED_IN], count[AppointmentStatus.MISSED]
        if not kept + missed:
            return None
        over = (AppointmentStatus.CHECKED_IN, AppointmentStatus.MISSED)
        staff = sum(b.status in over and b.share is Share.STAFF for b in mine)
        first = [int(matter) for _, _, _, _, matter, *_ in self._visits]
        known = [self._layout.matters[at].appointments for at in first if at != UNKNOWN]
        return Bookings(
            kept=kept,
            missed=missed,
            slot_minutes=self._layout.booking.slot_minutes,
            by_staff=staff / (kept + missed),
            bookable=sum(known) / max(len(known), 1),
        )

    def _take_visits(self, day: PastDay, at: int) -> None:
        stops, layout = day.trace.stops, self._layout
        starts, _ = intervals(day.openings, self._length_ms)
        begins = starts.tolist()
        labels = [minute_of_day(layout.zone, day.day, moments.from_ms(start)) for start in begins]
        doors = [since for since, _ in day.openings]
        for row in _firsts(stops):
            issued, due, matters = stops.issued[row], stops.due[row], stops.matters[row]
            matter = self._matter.get(matters[0], UNKNOWN) if matters else UNKNOWN
            group = layout.matters[matter].group if matter != UNKNOWN else stops.group[row]
            start = self._start.get(stops.ticket[row])
            class_ = stops.class_[row] if start is None else APPOINTMENT
            due = due if start is None else start
            self._visits.append(
                (
                    at,
                    labels[max(bisect_right(begins, issued) - 1, 0)] if labels else 0,
                    _position(self._groups, group),
                    _position(self._classes, class_),
                    matter,
                    max(len(matters), 1),
                    (due - issued) / MINUTE_MS,
                    any(since <= issued < since + AT_THE_DOOR_MS for since in doors),
                    stops.started[row] != ABSENT,
                    (due - doors[max(bisect_right(doors, due) - 1, 0)]) / MINUTE_MS,
                )
            )

    def _take_calls(self, day: PastDay) -> None:
        stops, missed = day.trace.stops, day.trace.missed
        closes = max((until for _, until in day.openings), default=0)
        rows = [row for row in range(len(missed)) if missed.stop[row] == 1]
        first = {missed.ticket[row]: row for row in reversed(rows)}
        for row in _firsts(stops):
            miss = first.get(stops.ticket[row])
            after, open_after, lost = 0, 0, 0
            if miss is not None and missed.called[miss] == stops.called[row]:
                back, ended = missed.back[miss], missed.ended[miss]
                seen, end = (Seen.MISSED if back == ABSENT else Seen.CAME_BACK), stops.called[row]
                after, open_after = max(back - ended, 0), max(closes - ended, 0)
                lost = ended - end
            else:
                found = _seen(stops, row)
                if found is None:
                    continue
                seen, end = found
                lost = stops.finished[row] - end if seen is Seen.GONE else 0
            times = (max(end - stops.due[row], 0), open_after, after, lost)
            is_booked = stops.class_[row] == APPOINTMENT or stops.ticket[row] in self._start
            self._calls.append((seen, *(time / MINUTE_MS for time in times), is_booked))


def _seen(stops: Stops, row: int) -> tuple[Seen, int] | None:
    """Return what was seen of a citizen whose first call was not missed, and when."""
    called, ended, outcome = stops.called[row], stops.finished[row], stops.outcome[row]
    if stops.started[row] != ABSENT:
        return Seen.CAME, called
    if outcome is Outcome.ABANDONED and called != ABSENT:
        return Seen.GONE, called
    if outcome is Outcome.ABANDONED and ended > stops.due[row]:
        return Seen.LEFT, ended
    if outcome is Outcome.CLOSED and called == ABSENT and ended > stops.due[row]:
        return Seen.NOT_CALLED, ended
    return None


def _firsts(stops: Stops) -> Iterable[int]:
    return (row for row, stop in enumerate(stops.stop) if stop == 1)


def _position(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else UNKNOWN
