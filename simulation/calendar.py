"""What the clock does to the counters: shifts, breaks, closing, and what they take when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from hall.domain.hours import moment, spans_of
from hall.domain.layout import Counter, Layout, Span
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.measures.measure import Openings, openings_ms


class Bell(IntEnum):
    """What happens to a counter by the clock; at one moment in this order."""

    #: It takes something else from now on. 换办事项
    SWITCH = 0
    #: Its break is over. 休息结束
    RESUME = 1
    #: Its shift is over; those who wait are for others. 下班
    LEAVE = 2
    #: The hall closes; those who wait are still served. 闭厅
    CLOSE = 3
    #: Its shift begins. 上班
    OPEN = 4
    #: Its break begins once its citizen is served. 休息
    PAUSE = 5


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Ring:
    """One bell for one counter; ``minute`` is the minute of the day that a switch looks at."""

    at_ms: int
    bell: Bell
    counter: int
    minute: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The openings of a day, and the rings in order."""

    openings: Openings
    rings: tuple[Ring, ...]


def steady(layout: Layout, *, horizon_ms: int) -> Calendar:
    """Return a run from 0 to ``horizon_ms`` in which every counter is always staffed."""
    rings = [
        ring
        for k in range(len(layout.counters))
        for ring in (
            Ring(at_ms=0, bell=Bell.OPEN, counter=k),
            Ring(at_ms=horizon_ms, bell=Bell.CLOSE, counter=k),
        )
    ]
    return Calendar(openings=((0, horizon_ms),), rings=tuple(sorted(rings)))


def day_calendar(layout: Layout, roster: Roster, day: date) -> Calendar:
    """Return the calendar of one day: opening hours, shifts, breaks and re-set counters."""
    rings: list[Ring] = []
    for k, counter in enumerate(layout.counters):
        for at, bell, minute in _counter(layout, roster, counter, day):
            at_ms = to_ms(moment(layout.zone, day, at))
            rings.append(Ring(at_ms=at_ms, bell=bell, counter=k, minute=minute))
    return Calendar(openings=openings_ms(layout, [day])[0], rings=tuple(sorted(rings)))


def _counter(
    layout: Layout, roster: Roster, counter: Counter, day: date
) -> Iterator[tuple[int, Bell, int]]:
    """Yield the rings of one counter: minute, bell, minute that a switch looks at."""
    for minute in sorted({m for d in counter.during for m in _ends(d.span)}):
        yield minute, Bell.SWITCH, minute
    closings = {span.until_minute for span in spans_of(layout.hours, day)}
    for shift in roster.staffed(counter.id, day, layout.hours):
        yield shift.from_minute, Bell.OPEN, 0
        last = Bell.CLOSE if shift.until_minute in closings else Bell.LEAVE
        yield shift.until_minute, last, 0
        for start, end in _breaks(roster, counter, shift):
            yield start, Bell.PAUSE, 0
            yield end, Bell.RESUME, 0


def _breaks(roster: Roster, counter: Counter, shift: Span) -> list[tuple[int, int]]:
    """Return the breaks of a counter within its shift, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for rest in roster.breaks_of(counter.id):
        start = max(rest.from_minute, shift.from_minute)
        end = min(rest.until_minute, shift.until_minute)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _ends(span: Span) -> tuple[int, int]:
    return span.from_minute, span.until_minute
