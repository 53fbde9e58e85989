"""Who comes before somebody in a line by credit, weight and wait, and which counters take them."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import fmean
from typing import NamedTuple

from hall.dispatch.free_time import FreeTime, Part, Taker, Work
from hall.dispatch.load import HallLoad, LineLoad
from hall.dispatch.rule import rule_of
from hall.dispatch.takers import Standing, Taking, standings
from hall.domain.hours import DAY_MINUTES
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
#: What a visit takes where no matter says it.
_USUAL_MS = 5 * _MINUTE_MS
_FOR_EVER_MS = 7 * DAY_MINUTES * _MINUTE_MS


class Takers(NamedTuple):
    """The counters that take some lines, by their place in the load, and when."""

    each: tuple[Taker, ...]
    counters: frozenset[int]


class Rivals(NamedTuple):
    """People whom the same counters take, as far as they come before the one who asks."""

    takers: Takers
    #: How many of them wait now.
    here: float
    #: How many more will come in time to be called first.
    coming: float
    work_ms: float


class Scene:
    """A hall at one moment; whatever does not depend on who asks is worked out once."""

    def __init__(self, layout: Layout, load: HallLoad) -> None:
        self.layout, self.load = layout, load
        self.standings = standings(layout)
        self._index = {c.counter: at for at, c in enumerate(load.counters) if c.spans}
        self._midnight_ms = load.now_ms - load.now_ms % _MINUTE_MS - load.minute * _MINUTE_MS
        #: Who comes first, by what decides it; filled by those who ask.
        self.rivals: dict[object, list[Rivals]] = {}
        self._takers: dict[tuple[int, int], Takers] = {}
        self._typed_ms: dict[GroupId, float] = {}
        self._shared: dict[object, FreeTime] = {}

    def takers(self, line: Standing, first_due_ms: int) -> Takers:
        """Return the counters that take a line; the same value for lines that are taken alike."""
        helped = any(taking.after_ms for taking in line.taken)
        key = line.crowd, first_due_ms if helped else 0
        if key not in self._takers:
            each = tuple(
                Taker(self._index[t.counter], 1 / t.pace, self._allowed(t, first_due_ms))
                for t in line.taken
                if t.counter in self._index
            )
            self._takers[key] = Takers(each, frozenset(taker.counter for taker in each))
        return self._takers[key]

    def shared(self, rivals: Sequence[Rivals], *, middle_ms: float) -> FreeTime:
        """Return the time of the counters once the work of all rivals was shared among them.

        Args:
            rivals: who comes before the one who asks.
            middle_ms: how much earlier a counter is as good as free.
        """
        key = middle_ms, frozenset((id(some.takers), some.work_ms) for some in rivals)
        if key not in self._shared:
            work = [Work(some.takers.each, some.work_ms) for some in rivals]
            self._shared[key] = FreeTime(self._parts(middle_ms), work)
        return self._shared[key]

    def typed_ms(self, group: GroupId) -> float:
        """Return how long a visit to a group takes, by the layout alone."""
        if group not in self._typed_ms:
            lengths = [length_ms(m.handling) for m in self.layout.matters if m.group == group]
            self._typed_ms[group] = fmean(lengths or [_USUAL_MS])
        return self._typed_ms[group]

    def _parts(self, middle_ms: float) -> list[list[Part]]:
        """Return when each counter has time, its beginnings brought forward by ``middle_ms``."""
        found = []
        for counter in self.load.counters:
            free_ms = counter.free_at_ms
            parts: list[Part] = [(max(a, free_ms), b) for a, b in counter.spans if free_ms < b]
            found.append([(start - middle_ms, until) for start, until in parts])
        return found

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


@lru_cache(maxsize=8)
def scene(layout: Layout, load: HallLoad) -> Scene:
    """Return the scene of ``load``: a board asks for every group at the same moment."""
    return Scene(layout, load)


class Contest:
    """One who asks, from a line of a hall, against everybody else there."""

    def __init__(self, scene: Scene, *, line: Line, due_ms: int) -> None:
        self.scene = scene
        self._mine = scene.standings.of(line)
        self._due_ms = due_ms
        is_early = rule_of(scene.layout, line.class_).early
        #: How long it takes until the one who asks may be called at all.
        self.not_before_ms = 0 if is_early else max(0, due_ms - scene.load.now_ms)
        #: Of whose line only those before the one who asks are given; a new one is behind them all.
        self._shortened = line if due_ms < scene.load.now_ms else None
        first = next((other for other in scene.load.lines if other.line == line), None)
        #: How long visits like the asker's take, by the layout alone.
        self.typed_ms = scene.typed_ms(line.group)
        #: The counters that take the one who asks.
        self.takers = scene.takers(self._mine, first.first_due_ms if first else due_ms)

    def depends_on_wait(self) -> bool:
        """Whether waiting longer changes who comes first: more arrive, or time counts unequally."""
        return any(
            line.per_hour or self.scene.standings.of(line.line).weight != self._mine.weight
            for line in self.scene.load.lines
        )

    def rivals(self, wait_ms: float) -> list[Rivals]:
        """Return who comes first if the one who asks waits ``wait_ms`` from now.

        Only those who compete for a counter with the one who asks, or with such rivals; those
        whom the same counters take are one.
        """
        rank, head_start_ms, weight = self._mine[:3]
        key = rank, head_start_ms, weight, self._due_ms, self._shortened, wait_ms
        known = self.scene.rivals
        if key not in known:
            known[key] = _merged(self._of_line(line, wait_ms) for line in self.scene.load.lines)
        return _reached(self.takers.counters, known[key])

    def _of_line(self, line: LineLoad, wait_ms: float) -> Rivals:
        now_ms, other = self.scene.load.now_ms, self.scene.standings.of(line.line)
        if line.line == self._shortened:
            here, until_ms = float(line.waiting), -math.inf
        else:
            until_ms = self._comes_first_until(other, wait_ms)
            here = _due_before(line, until_ms, now_ms)
        coming_ms = max(0.0, min(until_ms - now_ms, wait_ms))
        coming = coming_ms * line.per_hour / _HOUR_MS
        typed_ms = self.scene.typed_ms(line.line.group)
        unit_ms = line.work_ms / line.waiting if line.waiting else typed_ms
        takers = self.scene.takers(other, line.first_due_ms)
        return Rivals(takers, here, coming, (here + coming) * unit_ms)

    def _comes_first_until(self, other: Standing, wait_ms: float) -> float:
        """Return until when somebody of another line may be due and still be called first."""
        mine, at_ms = self._mine, self.scene.load.now_ms + wait_ms
        if other.rank != mine.rank:
            return math.inf if other.rank < mine.rank else -math.inf
        worth = mine.head_start_ms + mine.weight * (at_ms - self._due_ms)
        if other.weight == 0:
            return math.inf if other.head_start_ms >= worth else -math.inf
        return at_ms - (worth - other.head_start_ms) / other.weight


def _merged(rivals: Iterable[Rivals]) -> list[Rivals]:
    """Return the rivals with those as one whom the same counters take."""
    found: dict[int, Rivals] = {}
    for some in rivals:
        _, here, coming, work_ms = found.get(id(some.takers), (None, 0.0, 0.0, 0.0))
        found[id(some.takers)] = Rivals(
            some.takers, here + some.here, coming + some.coming, work_ms + some.work_ms
        )
    return list(found.values())


def _reached(counters: frozenset[int], rivals: list[Rivals]) -> list[Rivals]:
    """Return the rivals that share counters, directly or through others, with ``counters``."""
    found: list[Rivals] = []
    while near := [some for some in rivals if not counters.isdisjoint(some.takers.counters)]:
        found += near
        rivals = [some for some in rivals if counters.isdisjoint(some.takers.counters)]
        counters = counters.union(*(some.takers.counters for some in near))
    return found


def _due_before(line: LineLoad, until_ms: float, now_ms: int) -> float:
    """Return how many of a line are due by then, as if they had come one by one since the first."""
    if not line.waiting or until_ms < line.first_due_ms:
        return 0.0
    if until_ms >= now_ms:
        return float(line.waiting)
    return 1 + (line.waiting - 1) * (until_ms - line.first_due_ms) / (now_ms - line.first_due_ms)
