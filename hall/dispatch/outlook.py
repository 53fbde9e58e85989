"""How long somebody who stands in a line now will wait: a range, from counts per line alone.

Everybody ahead is work, and the counters that take them have time; the work is poured into the
earliest time there is, from those few counters can help to those whom many can. My turn comes at
the level where a counter that takes me has time again. It costs a step per line and counter,
however many wait. The spread is that of a sum of service times over the counters that share it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hall.dispatch.free_time import FreeTime, Part, Taker
from hall.dispatch.load import HallLoad, LineLoad
from hall.dispatch.spread import Spread, shared_work_variance
from hall.dispatch.takers import Standing, Taking, standing
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
#: Longer waits are said in steps of five minutes.
_EXACT_MINUTES = 30
#: Whoever is there when the hall closes stays until everybody is served.
_OVERTIME_MS = 24 * _HOUR_MS
#: How often a wait is put back into the question who comes in before it is over.
_ROUNDS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """How long the one who asks will wait from now on; eight of ten wait from low to high."""

    low_ms: int
    likely_ms: int
    high_ms: int
    #: How many people stand before the one who asks at a counter that takes both.
    ahead: int

    def in_minutes(self) -> dict[str, int]:
        """Return the range as it is said to people: whole minutes, steps of 5 above 30."""
        low, likely, high = (ms / _MINUTE_MS for ms in (self.low_ms, self.likely_ms, self.high_ms))
        return {
            "low": math.floor(low / _step(low)) * _step(low),
            "likely": round(likely / _step(likely)) * _step(likely),
            "high": max(1, math.ceil(high / _step(high)) * _step(high)),
        }


def outlook(
    layout: Layout, load: HallLoad, *, line: Line, due_ms: int | None = None
) -> Outlook | None:
    """Return what awaits somebody in ``line``, or nothing when no counter will take the line today.

    Args:
        layout: the active layout.
        load: the hall as it stands now.
        line: the line asked for.
        due_ms: when the one who asks was due; now, if not given.
    """
    asker = _Asker(layout, load, line, load.now_ms if due_ms is None else due_ms)
    found = asker.answer(0) if asker.takers else None
    for _ in range(_ROUNDS):
        if found is None:
            return None
        before, found = found, asker.answer(found.spread.mean_ms)
        if found is None or abs(found.spread.mean_ms - before.spread.mean_ms) < _MINUTE_MS / 10:
            break
    return found and Outlook(
        low_ms=found.spread.low_ms(),
        likely_ms=found.spread.likely_ms(),
        high_ms=found.spread.high_ms(),
        ahead=round(found.ahead),
    )


def left_ms(*, elapsed_ms: int, expected_ms: int, cv: float) -> int:
    """Return how long a service that has taken ``elapsed_ms`` will still take, on average.

    The mean residual life of a gamma distribution falls from the mean to the mean × cv²; in
    between it is close to an exponential decay. So nobody is ever "about to be finished" only
    because they have been there long.
    """
    floor = min(cv * cv, 1.0)
    return round(expected_ms * (floor + (1 - floor) * math.exp(-elapsed_ms / expected_ms)))


def _step(minutes: float) -> int:
    return 1 if minutes <= _EXACT_MINUTES else 5


class _Rivals(NamedTuple):
    """Those of one line who come before the asker, and the counters that take them."""

    takers: tuple[Taker, ...]
    #: How many of them wait now.
    here: float
    #: How many more will come in time to be called first.
    coming: float
    work_ms: float


class _Answer(NamedTuple):
    spread: Spread
    ahead: float


class _Asker:
    """Somebody in a line who asks; the answer depends on how long they wait themselves."""

    def __init__(self, layout: Layout, load: HallLoad, line: Line, due_ms: int) -> None:
        self._layout, self._load, self._line, self._due_ms = layout, load, line, due_ms
        self._index = {counter.counter: at for at, counter in enumerate(load.counters)}
        self._midnight_ms = load.now_ms - load.now_ms % _MINUTE_MS - load.minute * _MINUTE_MS
        self._standing = standing(layout, line)
        own = (other for other in load.lines if other.line == line and other.waiting)
        first = next(own, None)
        self.takers = self._takers(self._standing, first.first_due_ms if first else due_ms)

    def answer(self, wait_ms: float) -> _Answer | None:
        """Return what awaits the asker, given who comes before them within ``wait_ms``."""
        rivals = _connected(self.takers, [self._rivals(line, wait_ms) for line in self._load.lines])
        people = sum(some.here + some.coming for some in rivals)
        work_ms = sum(some.work_ms for some in rivals)
        unit_ms = work_ms / people if people else self._typed_ms()
        mine = {taker.counter for taker in self.takers}
        ahead = sum(some.here for some in rivals if _meet(some.takers, mine))
        spread = self._spread(rivals, unit_ms)
        return None if spread is None else _Answer(spread, ahead)

    def _spread(self, rivals: list[_Rivals], unit_ms: float) -> Spread | None:
        """Return when a counter has time for the asker, once all rivals were poured."""
        load, cv = self._load, self._load.cv
        # When my turn comes, the other counters are in the middle of something: each is as good
        # as free so much earlier, and I wait for one of them to get through it.
        middle_ms = unit_ms * (1 + cv * cv) / 2
        free = FreeTime(self._parts(middle_ms))
        for some in sorted(rivals, key=lambda some: len(some.takers)):
            free.pour(some.work_ms, some.takers)
        level = free.pour(middle_ms, self.takers)
        if level is None:
            return None
        certain_ms = max(
            0, min(load.counters[t.counter].spans[0][0] for t in self.takers) - load.now_ms
        )
        counters, used_ms = free.used_up(level)
        jobs = max(0.0, used_ms - middle_ms) / unit_ms
        people = sum(some.here + some.coming for some in rivals)
        coming = jobs * sum(some.coming for some in rivals) / people if people else 0.0
        variance = shared_work_variance(
            jobs=jobs, coming=coming, cv=cv, per_counter=jobs / counters
        )
        return Spread(
            certain_ms=certain_ms,
            mean_ms=max(certain_ms, level - load.now_ms),
            variance=variance * (unit_ms / counters) ** 2,
        )

    def _rivals(self, line: LineLoad, wait_ms: float) -> _Rivals:
        """Return those of ``line`` who come before the asker within ``wait_ms``."""
        now_ms, other = self._load.now_ms, standing(self._layout, line.line)
        if line.line == self._line:
            here, until_ms = float(line.waiting), now_ms + 0.0
        else:
            until_ms = self._comes_first_until(other, wait_ms)
            here = _due_before(line, until_ms, now_ms)
        latest_ms = min(until_ms, now_ms + wait_ms)
        coming = line.per_hour / _HOUR_MS * max(0.0, latest_ms - now_ms)
        unit_ms = line.work_ms / line.waiting if line.waiting else self._typed_ms()
        takers = self._takers(other, line.first_due_ms)
        return _Rivals(takers, here, coming, (here + coming) * unit_ms)

    def _comes_first_until(self, other: Standing, wait_ms: float) -> float:
        """Return until when somebody of another line may be due and still be called first."""
        mine, at_ms = self._standing, self._load.now_ms + wait_ms
        if other.rank != mine.rank:
            return math.inf if other.rank < mine.rank else -math.inf
        worth = mine.head_start_ms + mine.weight * (at_ms - self._due_ms)
        if other.weight == 0:
            return math.inf if other.head_start_ms >= worth else -math.inf
        return at_ms - (worth - other.head_start_ms) / other.weight

    def _takers(self, line: Standing, first_due_ms: int) -> tuple[Taker, ...]:
        return tuple(
            Taker(self._index[taking.counter], 1 / taking.pace, self._allowed(taking, first_due_ms))
            for taking in line.taken
            if taking.counter in self._index
        )

    def _allowed(self, taking: Taking, first_due_ms: int) -> tuple[Part, ...] | None:
        """Return when a counter takes a line; who only helps out starts when the head waited."""
        if taking.spans is None and taking.after_ms == 0:
            return None
        helps_from_ms = first_due_ms + taking.after_ms if taking.after_ms else -_OVERTIME_MS
        if taking.spans is None:
            return ((helps_from_ms, self._load.now_ms + 2 * _OVERTIME_MS),)
        return tuple(
            (max(helps_from_ms, self._at(span.from_minute)), self._at(span.until_minute))
            for span in taking.spans
        )

    def _at(self, minute: int) -> int:
        return self._midnight_ms + minute * _MINUTE_MS

    def _parts(self, middle_ms: float) -> Iterator[list[Part]]:
        closing_ms = max(until for counter in self._load.counters for _, until in counter.spans)
        for counter in self._load.counters:
            parts = [
                (max(start, counter.free_at_ms), until + (until == closing_ms) * _OVERTIME_MS)
                for start, until in counter.spans
            ]
            parts = [part for part in parts if part[0] < part[1]]
            parts[:1] = [(start - round(middle_ms), until) for start, until in parts[:1]]
            yield parts

    def _typed_ms(self) -> float:
        """Return what a visit to the asker's group takes by the layout alone."""
        lengths = [
            length_ms(m.handling) for m in self._layout.matters if m.group == self._line.group
        ]
        return sum(lengths) / len(lengths) if lengths else 5.0 * _MINUTE_MS


def _due_before(line: LineLoad, until_ms: float, now_ms: int) -> float:
    """Return how many of a line are due by then, as if they had come one by one since the first."""
    if not line.waiting or until_ms < line.first_due_ms:
        return 0.0
    if until_ms >= now_ms:
        return float(line.waiting)
    return 1 + (line.waiting - 1) * (until_ms - line.first_due_ms) / (now_ms - line.first_due_ms)


def _meet(takers: tuple[Taker, ...], counters: set[int]) -> bool:
    return any(taker.counter in counters for taker in takers)


def _connected(mine: tuple[Taker, ...], rivals: list[_Rivals]) -> list[_Rivals]:
    """Return the rivals that compete with the asker, directly or by competing with such rivals.

    Those whom the same counters take become one.
    """
    left: dict[tuple[Taker, ...], _Rivals] = {}
    for some in rivals:
        before = left.get(some.takers, _Rivals(some.takers, 0, 0, 0))
        left[some.takers] = _Rivals(
            some.takers,
            before.here + some.here,
            before.coming + some.coming,
            before.work_ms + some.work_ms,
        )
    counters, found = {taker.counter for taker in mine}, []
    while near := [takers for takers in left if _meet(takers, counters)]:
        for takers in near:
            found.append(left.pop(takers))
            counters |= {taker.counter for taker in takers}
    return found
