"""Correcting a range by how past ones held, so that eight of ten waits lie in the next ones."""

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from hall.domain.habits import UNCORRECTED, Correction

#: As long as fewer are scored, a range stays as it is.
LEAST = 200
#: Nine of ten waits are not below a range's low end, nine of ten not above its high end.
_COVERED = 0.9
#: No side is made narrower or wider than this many times: more is a mistake, not a habit.
_NARROWEST, _WIDEST = 0.5, 4.0
#: Nor is the whole range made shorter or longer than this many times.
_SHORTEST, _LONGEST = 0.7, 1.5
#: Who is told less than this does not tell whether waits are longer than was said.
_WAITS_MS = 2 * 60_000


class Told(NamedTuple):
    """A range before any correction, and how long the wait was; all in milliseconds."""

    low_ms: int
    likely_ms: int
    high_ms: int
    waited_ms: int


def correction(told: Sequence[Told], *, least: int = LEAST) -> Correction:
    """Return by what to multiply a range and either side of it, learned from ranges that were told.

    The whole range by the median of what waits were of what was likely: clerks who tidy up between
    two citizens make every wait longer. Then each side on its own, because waits are skewed. The
    promise is for all who ask, not for each hour of the day alone; no model is assumed, only that
    tomorrow's people are like these.

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
    scale = _scale(told)
    scaled = [(scale * t.low_ms, scale * t.likely_ms, scale * t.high_ms, t.waited_ms) for t in told]
    return Correction(
        scale=scale,
        low=_factor((likely - waited, likely - low) for low, likely, _, waited in scaled),
        high=_factor((waited - likely, high - likely) for _, likely, high, waited in scaled),
    )


def corrected(
    range_ms: tuple[float, float, float], known: Correction, *, certain_ms: float = 0.0
) -> tuple[int, int, int]:
    """Return a range with its middle, in milliseconds, as wide as past ones had to be.

    Args:
        range_ms: low, likely and high before any correction.
        known: what past ones taught.
        certain_ms: nobody waits less than this.
    """
    low_ms, likely_ms, high_ms = (max(certain_ms, known.scale * ms) for ms in range_ms)
    return (
        round(max(min(certain_ms, low_ms), likely_ms - known.low * (likely_ms - low_ms))),
        round(likely_ms),
        round(likely_ms + known.high * (high_ms - likely_ms)),
    )


def _scale(told: Sequence[Told]) -> float:
    """Return the median of what waits were of what was likely."""
    shares = [t.waited_ms / t.likely_ms for t in told if t.likely_ms >= _WAITS_MS]
    if len(shares) < len(told) // 4:
        return 1.0
    return min(_LONGEST, max(_SHORTEST, median(shares)))


def _factor(sides: Iterable[tuple[float, float]]) -> float:
    """Return how many times as wide a side had to be, given how far waits went and it reached."""
    scores = sorted(beyond / reach for beyond, reach in sides if reach > 0)
    if not scores:
        return 1.0
    place = min(len(scores), math.ceil((len(scores) + 1) * _COVERED))
    return min(_WIDEST, max(_NARROWEST, scores[place - 1]))
