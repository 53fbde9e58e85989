"""A scenario with so many counters of each kind in each interval: more counters, and shifts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import numpy as np
from numpy.typing import NDArray

from hall.domain.canonical import digest
from hall.domain.hours import DAY_MINUTES, spans_of
from hall.domain.identities import CounterId, LayoutHash
from hall.domain.layout import Counter, Layout, Name, Span
from hall.domain.layout_form import canonical_form
from hall.domain.roster import Roster, Shift
from simulation.scenario import Scenario
from simulation.sizing.frame import Frame

#: How many counters, by kind and interval.
Counts = NDArray[np.int64]


def staffed(frame: Frame, counts: Counts) -> Scenario:
    """Return the scenario of one day in which so many counters are staffed, without breaks.

    Counters are staffed in the order of the layout; where it has too few of a kind, more like
    them are added. One that is never needed has a shift while the hall is closed.
    """
    base = frame.scenario.layout
    fresh = count(max(counter.number for counter in base.counters) + 1)
    used = [_of_kind(frame, at, int(max(row)), fresh) for at, row in enumerate(counts)]
    known = {counter.id for counter in base.counters}
    added = [counter for row in used for counter in row if counter.id not in known]
    layout = with_more(base, added)
    shifts = [
        Shift(days=_days(frame), counters=(counter.id,), span=span)
        for row, counters in zip(counts, used, strict=True)
        for at, counter in enumerate(counters)
        for span in _spans(frame, row, at)
    ]
    busy = {counter.id for row in used for counter in row}
    idle = tuple(counter.id for counter in base.counters if counter.id not in busy)
    if idle:
        never = closed_minute(layout)
        shifts.append(Shift(days=frozenset(range(7)), counters=idle, span=never))
    return replace(frame.scenario, layout=layout, staffing=Roster(shifts=tuple(shifts)))


def with_more(layout: Layout, added: Sequence[Counter]) -> Layout:
    """Return a layout with more counters, and the hash that it has then."""
    if not added:
        return layout
    more = replace(layout, counters=(*layout.counters, *added))
    return replace(more, hash=LayoutHash(digest(canonical_form(more))))


def closed_minute(layout: Layout) -> Span:
    """Return a minute in which the hall is never open, or its first minute if it always is."""
    openings = [opening.span for opening in layout.hours.openings]
    openings += [extra.span for extra in layout.hours.extra_open]
    for minute in range(DAY_MINUTES):
        here = (minute, minute + DAY_MINUTES)
        if not any(s.from_minute <= at < s.until_minute for s in openings for at in here):
            return Span(from_minute=minute, until_minute=minute + 1)
    return Span(from_minute=0, until_minute=1)


def _of_kind(frame: Frame, kind: int, number: int, fresh: Iterator[int]) -> list[Counter]:
    """Return so many counters of a kind: those of the layout, then more like them."""
    there = frame.kinds[kind].counters
    more = range(len(there), number)
    known = frame.scenario.layout.counter_of
    return [*there[:number], *(_another(there[at % len(there)], known, fresh) for at in more)]


def _another(like: Counter, known: Mapping[CounterId, Counter], fresh: Iterator[int]) -> Counter:
    """Return a counter like another one, with a number and an id that nothing has yet."""
    number = next(number for number in fresh if str(number) not in known)
    name = Name(zh=f"增开窗口 {number}", en=f"Additional counter {number}")
    return replace(like, id=CounterId(str(number)), number=number, name=name)


def _spans(frame: Frame, row: Counts, at: int) -> Iterator[Span]:
    """Yield when the counter at a position of its kind is staffed; touching intervals as one."""
    spans = [span for span, many in zip(frame.spans, row, strict=True) if many > at]
    while spans:
        first = last = spans.pop(0)
        while spans and spans[0].from_minute == last.until_minute:
            last = spans.pop(0)
        yield Span(from_minute=first.from_minute, until_minute=last.until_minute)


def _days(frame: Frame) -> frozenset[int]:
    """Return the days of the week with the hours and the citizens of the sized day."""
    hours, demand = frame.scenario.layout.hours, frame.scenario.demand
    week = [frame.day + timedelta(days=at) for at in range(7)]
    mine = spans_of(hours, frame.day), demand.rates_on(frame.day.weekday())
    return frozenset(
        day.weekday()
        for day in week
        if (spans_of(hours, day), demand.rates_on(day.weekday())) == mine
    )
