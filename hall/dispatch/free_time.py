"""The time that counters have, and how the people ahead share it, like water finding its level."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

#: A period in milliseconds, half-open.
Part = tuple[float, float]
#: How often everybody's work is levelled again after the others' was.
_SWEEPS = 3


class Taker(NamedTuple):
    """A counter that takes some line, among those whose time is counted."""

    counter: int
    #: How much work it does in a unit of time; less than 1 where it is slower than usual.
    rate: float
    #: When it takes the line; nothing if it always does.
    allowed: tuple[Part, ...] | None


class Work(NamedTuple):
    """Work that some counters can do."""

    takers: tuple[Taker, ...]
    work_ms: float


class FreeTime:
    """When each of some counters is free, before and after all work was shared among them."""

    def __init__(self, parts: Iterable[Iterable[Part]], everything: Iterable[Work]) -> None:
        """Share ``everything``; work that is more than there is time for takes all of it."""
        self._parts = [list(of_one) for of_one in parts]
        #: Per counter, how much of its time is used, from the first on.
        self._used = [0.0] * len(self._parts)
        #: Per counter, the time used by work that it does at some times only.
        self._holes: list[list[Part]] = [[] for _ in self._parts]
        work = sorted(everything, key=_flexibility)
        shares: list[list[_Share]] = [[] for _ in work]
        for _ in range(_SWEEPS if len(work) > 1 else 1):
            for at, one in enumerate(work):
                for share in shares[at]:
                    self._give_back(share)
                level = self.level(one)
                shares[at] = [self._take(taker, level) for taker in one.takers]

    def level(self, one: Work) -> float:
        """Return when still more work would be done; infinity if there is not so much time."""
        edges = []
        for taker in one.takers:
            for start, until in self._left(taker):
                edges.append((start, taker.rate))
                edges.append((until, -taker.rate))
        return _filled(sorted(edges), one.work_ms)

    def working(self, among: Iterable[int], *, since: float, until: float) -> list[float]:
        """Return how much work was put on each counter that has none left between two moments."""
        found = []
        for counter in among:
            idle_at = next((start for start, _ in self._idle(counter)), until)
            begins = min((start for start, _ in self._parts[counter]), default=until)
            if idle_at >= since and begins < until:
                found.append(self._used[counter] + sum(b - a for a, b in self._holes[counter]))
        return found

    def _take(self, taker: Taker, level: float) -> "_Share":
        parts = [(a, min(b, level)) for a, b in self._left(taker) if a < level]
        if taker.allowed is None:
            self._used[taker.counter] += sum(b - a for a, b in parts)
        else:
            self._holes[taker.counter] += parts
        return _Share(taker, parts)

    def _give_back(self, share: "_Share") -> None:
        counter = share.taker.counter
        if share.taker.allowed is None:
            self._used[counter] -= sum(b - a for a, b in share.parts)
        else:
            self._holes[counter] = [
                hole for hole in self._holes[counter] if hole not in share.parts
            ]

    def _left(self, taker: Taker) -> Iterable[Part]:
        idle = self._idle(taker.counter)
        return idle if taker.allowed is None else _common(idle, taker.allowed)

    def _idle(self, counter: int) -> Iterator[Part]:
        """Return when a counter has time that nobody uses."""
        parts: Iterable[Part] = self._parts[counter]
        for hole in self._holes[counter]:
            parts = _without(parts, hole)
        return _after(parts, self._used[counter])


class _Share(NamedTuple):
    """The time of one counter that some work uses."""

    taker: Taker
    parts: list[Part]


def _flexibility(one: Work) -> tuple[int, list[int], float]:
    """Return the key that puts first what few counters can do; the rest makes the order certain."""
    return len(one.takers), [taker.counter for taker in one.takers], one.work_ms


def _filled(edges: Sequence[tuple[float, float]], work_ms: float) -> float:
    """Return when the work is done, given by how much its speed changes when."""
    left, speed, at = work_ms, 0.0, 0.0
    for time, change in edges:
        done = speed * (time - at)
        if speed > 0 and done >= left:
            return at + left / speed
        left, speed, at = left - done, speed + change, time
    return math.inf


def _after(parts: Iterable[Part], used_ms: float) -> Iterator[Part]:
    """Return what is left of the parts once so much of them is used, the earliest first."""
    for start, until in parts:
        if used_ms < until - start:
            yield start + used_ms, until
        used_ms = max(0.0, used_ms - (until - start))


def _common(parts: Iterable[Part], others: Sequence[Part]) -> Iterator[Part]:
    for a, b in parts:
        for c, d in others:
            if max(a, c) < min(b, d):
                yield max(a, c), min(b, d)


def _without(parts: Iterable[Part], hole: Part) -> Iterator[Part]:
    for a, b in parts:
        if a < min(b, hole[0]):
            yield a, min(b, hole[0])
        if max(a, hole[1]) < b:
            yield max(a, hole[1]), b
