"""The time that counters have left, and how people ahead use it up, like water filling a basin."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: A period in milliseconds, half-open.
Part = tuple[int, int]


class Taker(NamedTuple):
    """A counter that takes some line, among those whose time is counted."""

    counter: int
    #: How much work it does in a unit of time; less than 1 where it is slower than usual.
    rate: float
    #: When it takes the line; nothing if it always does.
    allowed: tuple[Part, ...] | None


class FreeTime:
    """When each of some counters is free, as far as nobody ahead has taken that time."""

    def __init__(self, parts: Iterable[Sequence[Part]]) -> None:
        self._whole = [tuple(of_one) for of_one in parts]
        self._parts = [list(of_one) for of_one in self._whole]

    def pour(self, work_ms: float, takers: Sequence[Taker]) -> float | None:
        """Let work take the earliest time its takers have; return until when that is.

        Returns nothing, and takes nothing, if there is not so much time.
        """
        edges = []
        for taker in takers:
            for start, until in self._of(taker):
                edges.append((start, taker.rate))
                edges.append((until, -taker.rate))
        level = _filled(sorted(edges), work_ms)
        if level is not None:
            for taker in takers:
                self._take(taker, level)
        return level

    def used_up(self, level: float) -> tuple[int, float]:
        """Return how many counters work without a pause until ``level``, and how long in all."""
        counters, used_ms = 0, 0.0
        for whole, left in zip(self._whole, self._parts, strict=True):
            before = sum(min(b, level) - a for a, b in whole if a < level)
            if before > 0 and (not left or left[0][0] >= level - 1):
                counters, used_ms = counters + 1, used_ms + before
        return max(counters, 1), used_ms

    def _of(self, taker: Taker) -> list[Part]:
        parts = self._parts[taker.counter]
        return parts if taker.allowed is None else list(_common(parts, taker.allowed))

    def _take(self, taker: Taker, level: float) -> None:
        until = round(level)
        taken = [(a, min(b, until)) for a, b in self._of(taker) if a < until]
        for out in taken:
            self._parts[taker.counter] = list(_without(self._parts[taker.counter], out))


def _filled(edges: Sequence[tuple[int, float]], work_ms: float) -> float | None:
    """Return when the work is done, given by how much its speed changes when."""
    left, speed, at = work_ms, 0.0, 0
    for time, change in edges:
        done = speed * (time - at)
        if speed > 0 and done >= left:
            return at + left / speed
        left, speed, at = left - done, speed + change, time
    return None


def _common(parts: Sequence[Part], others: Sequence[Part]) -> Iterable[Part]:
    for a, b in parts:
        for c, d in others:
            if max(a, c) < min(b, d):
                yield max(a, c), min(b, d)


def _without(parts: Sequence[Part], out: Part) -> Iterable[Part]:
    for a, b in parts:
        if a < min(b, out[0]):
            yield a, min(b, out[0])
        if max(a, out[1]) < b:
            yield max(a, out[1]), b
