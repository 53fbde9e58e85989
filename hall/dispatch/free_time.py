"""The time that counters have, and how the people ahead share it, like water finding its level."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: A period in milliseconds, half-open.
Part = tuple[int, int]
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

    def __init__(self, parts: Iterable[Sequence[Part]], everything: Sequence[Work]) -> None:
        """Share ``everything``; work for which there is no time at all is left undone."""
        self._parts = [tuple(of_one) for of_one in parts]
        self._used = [0.0] * len(self._parts)
        work = sorted(everything, key=lambda one: len(one.takers))
        shares: list[dict[int, float]] = [{} for _ in work]
        for _ in range(_SWEEPS if len(work) > 1 else 1):
            for at, one in enumerate(work):
                for counter, ms in shares[at].items():
                    self._used[counter] -= ms
                shares[at] = self._share(one)
                for counter, ms in shares[at].items():
                    self._used[counter] += ms

    def level(self, one: Work) -> float | None:
        """Return when still more work would be done; nothing if there is not so much time."""
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
            parts, used = self._parts[counter], self._used[counter]
            idle_at = next(iter(_after(parts, used)), (until, 0))[0]
            if idle_at >= since and parts and parts[0][0] < until:
                found.append(used)
        return found

    def _share(self, one: Work) -> dict[int, float]:
        level = self.level(one)
        if level is None:
            return {}
        return {
            taker.counter: sum(min(b, level) - a for a, b in self._left(taker) if a < level)
            for taker in one.takers
        }

    def _left(self, taker: Taker) -> Iterable[tuple[float, int]]:
        left = _after(self._parts[taker.counter], self._used[taker.counter])
        return left if taker.allowed is None else _common(left, taker.allowed)


def _filled(edges: Sequence[tuple[float, float]], work_ms: float) -> float | None:
    """Return when the work is done, given by how much its speed changes when."""
    left, speed, at = work_ms, 0.0, 0.0
    for time, change in edges:
        done = speed * (time - at)
        if speed > 0 and done >= left:
            return at + left / speed
        left, speed, at = left - done, speed + change, time
    return None


def _after(parts: Iterable[Part], used_ms: float) -> Iterable[tuple[float, int]]:
    """Return what is left of the parts once so much of them is used, the earliest first."""
    for start, until in parts:
        if used_ms < until - start:
            yield start + used_ms, until
        used_ms = max(0.0, used_ms - (until - start))


def _common(
    parts: Iterable[tuple[float, int]], others: Sequence[Part]
) -> Iterable[tuple[float, int]]:
    for a, b in parts:
        for c, d in others:
            if max(a, c) < min(b, d):
                yield max(a, c), min(b, d)
