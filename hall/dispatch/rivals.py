"""Who comes before somebody in a line by credit, weight and wait, and which counters take them."""

import math
from typing import NamedTuple

from hall.dispatch.free_time import Part, Taker
from hall.dispatch.load import HallLoad, LineLoad
from hall.dispatch.takers import Standing, Taking, standing
from hall.domain.hours import DAY_MINUTES
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_FOR_EVER_MS = 7 * DAY_MINUTES * _MINUTE_MS


class Rivals(NamedTuple):
    """People whom the same counters take, as far as they come before the one who asks."""

    takers: tuple[Taker, ...]
    #: How many of them wait now.
    here: float
    #: How many more will come in time to be called first.
    coming: float
    work_ms: float

    def counters(self) -> set[int]:
        """Return the counters that take them."""
        return {taker.counter for taker in self.takers}


class Contest:
    """One who asks, from a line of a hall, against everybody else there."""

    def __init__(self, layout: Layout, load: HallLoad, *, line: Line, due_ms: int) -> None:
        self._layout, self.load, self._line, self._due_ms = layout, load, line, due_ms
        self._index = {c.counter: at for at, c in enumerate(load.counters) if c.spans}
        self._midnight_ms = load.now_ms - load.now_ms % _MINUTE_MS - load.minute * _MINUTE_MS
        self._standing = standing(layout, line)
        first = next((other for other in load.lines if other.line == line), None)
        self.takers = self._takers(self._standing, first.first_due_ms if first else due_ms)
        #: The counters that take the one who asks.
        self.counters = {taker.counter for taker in self.takers}

    def depends_on_wait(self) -> bool:
        """Whether waiting longer changes who comes first: more arrive, or time counts unequally."""
        return any(
            line.per_hour or standing(self._layout, line.line).weight != self._standing.weight
            for line in self.load.lines
        )

    def rivals(self, wait_ms: float) -> list[Rivals]:
        """Return who comes first if the one who asks waits ``wait_ms`` from now.

        Only those who compete for a counter with the one who asks, or with such rivals; those
        whom the same counters take are one.
        """
        left: dict[tuple[Taker, ...], Rivals] = {}
        for line in self.load.lines:
            some = self._of_line(line, wait_ms)
            _, here, coming, work_ms = left.get(some.takers, Rivals(some.takers, 0, 0, 0))
            left[some.takers] = Rivals(
                some.takers, here + some.here, coming + some.coming, work_ms + some.work_ms
            )
        reached, found = set(self.counters), list[Rivals]()
        while near := [some for some in left.values() if not reached.isdisjoint(some.counters())]:
            for some in near:
                found.append(left.pop(some.takers))
                reached |= some.counters()
        return found

    def typed_ms(self) -> float:
        """Return how long a visit of the asker's group takes, by the layout alone."""
        matters = [matter for matter in self._layout.matters if matter.group == self._line.group]
        lengths = [length_ms(matter.handling) for matter in matters]
        return sum(lengths) / len(lengths) if lengths else 5.0 * _MINUTE_MS

    def _of_line(self, line: LineLoad, wait_ms: float) -> Rivals:
        now_ms, other = self.load.now_ms, standing(self._layout, line.line)
        if line.line == self._line:
            here, until_ms = float(line.waiting), -math.inf
        else:
            until_ms = self._comes_first_until(other, wait_ms)
            here = _due_before(line, until_ms, now_ms)
        coming_ms = max(0.0, min(until_ms - now_ms, wait_ms))
        coming = coming_ms * line.per_hour / _HOUR_MS
        unit_ms = line.work_ms / line.waiting if line.waiting else self.typed_ms()
        takers = self._takers(other, line.first_due_ms)
        return Rivals(takers, here, coming, (here + coming) * unit_ms)

    def _comes_first_until(self, other: Standing, wait_ms: float) -> float:
        """Return until when somebody of another line may be due and still be called first."""
        mine, at_ms = self._standing, self.load.now_ms + wait_ms
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
        """Return when a counter takes a line; one that only helps out does once the head waited."""
        if taking.spans is None and taking.after_ms == 0:
            return None
        from_ms = first_due_ms + taking.after_ms if taking.after_ms else 0
        if taking.spans is None:
            return ((from_ms, self.load.now_ms + _FOR_EVER_MS),)
        return tuple(
            (max(from_ms, self._at(span.from_minute)), self._at(span.until_minute))
            for span in taking.spans
        )

    def _at(self, minute: int) -> int:
        return self._midnight_ms + minute * _MINUTE_MS


def _due_before(line: LineLoad, until_ms: float, now_ms: int) -> float:
    """Return how many of a line are due by then, as if they had come one by one since the first."""
    if not line.waiting or until_ms < line.first_due_ms:
        return 0.0
    if until_ms >= now_ms:
        return float(line.waiting)
    return 1 + (line.waiting - 1) * (until_ms - line.first_due_ms) / (now_ms - line.first_due_ms)
