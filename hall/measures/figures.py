"""Figures of lists of numbers; nothing can be said of an empty one."""

from collections.abc import Sequence

MINUTE_MS = 60_000

#: What can be said, by name; nothing where nothing can be said.
Figures = dict[str, float | None]


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, or nothing of no values."""
    return sum(values) / len(values) if values else None


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a ``share`` of ``ordered`` lies, by linear interpolation.

    Args:
        ordered: values from the smallest to the largest.
        share: between 0 and 1.

    Returns:
        The value at position ``share × (n − 1)``, between its two neighbours; nothing of no values.

    Source:
        R. J. Hyndman, Y. Fan: Sample quantiles in statistical packages. The American Statistician
        50 (1996), definition 7.

    Example:
        >>> percentile([1, 2, 3, 10], 0.5)
        2.5
    """
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = int(position)
    if below + 1 == len(ordered):
        return float(ordered[below])
    return ordered[below] + (position - below) * (ordered[below + 1] - ordered[below])


def share(part: float, whole: float) -> float | None:
    """Return how much of ``whole`` is ``part``, or nothing of nothing."""
    return part / whole if whole else None


def minutes(milliseconds: float | None) -> float | None:
    """Return a length of time in minutes."""
    return None if milliseconds is None else milliseconds / MINUTE_MS
