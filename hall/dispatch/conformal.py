"""Correcting a range by how past ones held, so that eight of ten waits lie in the next ones."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hall.domain.habits import UNCORRECTED, Correction

#: As long as fewer are scored, a range stays as it is.
LEAST = 200
#: Nine of ten waits are not below a range's low end, nine of ten not above its high end.
_COVERED = 0.9
#: No side is made narrower or wider than this many times: more is a mistake, not a habit.
_NARROWEST, _WIDEST = 0.5, 4.0


class Told(NamedTuple):
    """A range before any correction, and how long the wait was; all in milliseconds."""

    low_ms: int
    likely_ms: int
    high_ms: int
    waited_ms: int


def correction(told: Sequence[Told], *, least: int = LEAST) -> Correction:
    """Return by what to multiply either side of a range, learned from ranges that were told.

    Each side on its own, because waits are skewed. The promise is for all who ask, not for each
    hour of the day alone; no model is assumed, only that tomorrow's people are like these.

    Args:
        told: ranges as they were before any correction, and what came of them.
        least: with fewer of them, nothing is corrected.

    Source:
        H. Papadopoulos, K. Proedrou, V. Vovk, A. Gammerman: Inductive confidence machines for
        regression (2002): split conformal prediction with scores scaled by the model's own width;
        the quantile of n scores is the ⌈(n + 1) × 0.9⌉th smallest.
    """
    if len(told) < least:
        return UNCORRECTED
    return Correction(
        low=_factor((t.likely_ms - t.waited_ms, t.likely_ms - t.low_ms) for t in told),
        high=_factor((t.waited_ms - t.likely_ms, t.high_ms - t.likely_ms) for t in told),
    )


def _factor(sides: Iterable[tuple[int, int]]) -> float:
    """Return how many times as wide a side had to be, given how far waits went and it reached."""
    scores = sorted(beyond / reach for beyond, reach in sides if reach > 0)
    if not scores:
        return 1.0
    place = min(len(scores), math.ceil((len(scores) + 1) * _COVERED))
    return min(_WIDEST, max(_NARROWEST, scores[place - 1]))
