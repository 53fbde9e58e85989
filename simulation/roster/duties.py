"""From a solution to duties: who works when, rests when, and sits at which counter."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from hall.domain.identities import CounterId
from hall.domain.layout import Span
from simulation.roster.crews import crews_of, works
from simulation.roster.need import Need
from simulation.roster.program import Given
from simulation.roster.solve import Solution
from simulation.roster.staff import Staff

#: Being where somebody is needed counts for more than anything; staying for more than order.
_NEEDED, _SAME_COUNTER, _SAME_KIND = 10_000.0, 100.0, 50.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A span that a clerk spends at one counter."""

    span: Span
    counter: CounterId


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One shift of one clerk: clerk, day and shift by position."""

    clerk: int
    day: int
    shift: int
    breaks: tuple[Span, ...]
    places: tuple[Place, ...] = ()


def duties(staff: Staff, need: Need, solved: Solution) -> tuple[Duty, ...]:
    """Return what a solution says, by day and clerk, everybody at a counter while one is left."""
    breaks = _breaks(staff, need, solved)
    found = [Duty(clerk=c, day=d, shift=s, breaks=breaks[c, d, s]) for c, d, s in solved.given]
    return tuple(
        sorted(
            (
                duty
                for day in range(len(staff.days))
                for duty in _seated(staff, need, [d for d in found if d.day == day])
            ),
            key=lambda duty: (duty.day, duty.clerk),
        )
    )


def _breaks(staff: Staff, need: Need, solved: Solution) -> dict[Given, tuple[Span, ...]]:
    """Return who of a crew takes the breaks in which way: in turn, from day to day another."""
    crew_of = {clerk: at for at, crew in enumerate(crews_of(staff, need)) for clerk in crew.clerks}
    waiting: dict[tuple[int, int, int], list[Given]] = defaultdict(list)
    for clerk, day, shift in sorted(solved.given):
        waiting[crew_of[clerk], day, shift].append((clerk, day, shift))
    found: dict[Given, tuple[Span, ...]] = {}
    for (crew, day, shift, breaks), number in solved.patterns.items():
        for _ in range(number):
            group = waiting[crew, day, shift]
            found[group.pop(day % len(group))] = breaks
    return found


def _seated(staff: Staff, need: Need, today: Sequence[Duty]) -> Iterator[Duty]:
    """Yield the duties of one day with their counters: first where needed, then where they were."""
    pieces = [piece for piece in need.pieces if today and piece.day == today[0].day]
    counters = [(k, c.id) for k, kind in enumerate(need.kinds) for c in kind.counters]
    able = [
        [need.kinds[k].groups <= staff.clerks[duty.clerk].skills for k, _ in counters]
        for duty in today
    ]
    last: list[int | None] = [None] * len(today)
    places: list[list[Place]] = [[] for _ in today]
    for piece in pieces:
        present = [
            at
            for at, duty in enumerate(today)
            if works(staff.shifts[duty.shift], duty.breaks, piece.span)
        ]
        value = _values(present, last, able, counters, piece.needed)
        rows, columns = linear_sum_assignment(value, maximize=True)
        for row, seat in zip(rows, columns, strict=True):
            at = present[row]
            if value[row, seat] <= 0:
                continue
            counter = seat % len(counters)
            last[at] = counter
            _extend(places[at], piece.span, counters[counter][1])
    for duty, mine in zip(today, places, strict=True):
        yield replace(duty, places=tuple(mine))


def _values(
    present: Sequence[int],
    last: Sequence[int | None],
    able: Sequence[Sequence[bool]],
    counters: Sequence[tuple[int, CounterId]],
    needed: Sequence[int],
) -> NDArray[np.float64]:
    """Return what it is worth to put each clerk who is there at each counter.

    The counters that are needed are the first so many of a kind that somebody sits at already,
    then the first so many in the order of the layout.
    """
    kept = {last[at] for at in present}
    value = np.zeros((len(present), len(counters)))
    for kind, many in enumerate(needed):
        mine = [at for at, (k, _) in enumerate(counters) if k == kind]
        mine.sort(key=lambda at: (at not in kept, at))
        for rank, counter in enumerate(mine):
            for row, at in enumerate(present):
                if not able[at][counter]:
                    continue
                before = last[at]
                value[row, counter] = (
                    1.0
                    + (_NEEDED if rank < many else 0.0)
                    + (_SAME_COUNTER if before == counter else 0.0)
                    + (_SAME_KIND if before is not None and counters[before][0] == kind else 0.0)
                    - rank / 1000
                )
    return value


def _extend(places: list[Place], span: Span, counter: CounterId) -> None:
    """Add a span at a counter, joined to the one before where it goes on."""
    if places and places[-1].counter == counter:
        before = places[-1].span
        if before.until_minute == span.from_minute:
            joined = Span(from_minute=before.from_minute, until_minute=span.until_minute)
            places[-1] = replace(places[-1], span=joined)
            return
    places.append(Place(span=span, counter=counter))
