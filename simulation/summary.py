"""Figures over replications: their means, their confidence intervals, their paired differences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from scipy.special import stdtrit

from hall.measures.measure import Measures

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A mean over replications and its 95 % interval; nothing where nothing can be said."""

    mean: float | None
    low: float | None = None
    high: float | None = None

    @property
    def half_width(self) -> float | None:
        """How far the interval reaches to either side."""
        return None if self.high is None or self.mean is None else self.high - self.mean


class Summary(TypedDict):
    """The figures of several replications, in the shape of the measures of one."""

    all: dict[str, Figure]
    groups: dict[str, dict[str, Figure]]
    classes: dict[str, dict[str, Figure]]
    counters: dict[str, dict[str, Figure]]
    matters: dict[str, dict[str, Figure]]


def figure(values: Iterable[float | None], *, confidence: float = CONFIDENCE) -> Figure:
    """Return the mean of what replications found and its interval, by Student's t.

    Args:
        values: one a replication; ``None`` where a replication can say nothing.
        confidence: between 0 and 1.

    Source:
        A. M. Law: Simulation modeling and analysis, 5th edition (2015), section 9.4.

    Example:
        >>> found = figure([1.0, 2.0, 3.0])
        >>> found.mean, round(found.half_width, 3)
        (2.0, 2.484)
    """
    known = [value for value in values if value is not None]
    count = len(known)
    if count == 0:
        return Figure(mean=None)
    mean = sum(known) / count
    if count == 1:
        return Figure(mean=mean)
    spread = sum((value - mean) ** 2 for value in known) / (count - 1)
    reach = float(stdtrit(count - 1, (1 + confidence) / 2)) * (spread / count) ** 0.5
    return Figure(mean=mean, low=mean - reach, high=mean + reach)


def summarize(runs: Sequence[Measures]) -> Summary:
    """Return the means of some replications of one scenario."""
    return cast(Summary, _means(runs))


def difference(runs: Sequence[Measures], against: Sequence[Measures]) -> Summary:
    """Return how much more each figure is than in another scenario that met the same people.

    Replications are paired one by one, so that what the people have in common cancels out. What
    only one of the scenarios has, such as a counter, is left out.

    Source:
        A. M. Law: Simulation modeling and analysis, 5th edition (2015), sections 10.2 and 11.2.
    """
    return cast(Summary, _means([_minus(*pair) for pair in zip(runs, against, strict=True)]))


def replications_needed(values: Sequence[float | None], share: float, *, fewest: int) -> int | None:
    """Return after how many replications a mean is known, or nothing if it is not yet.

    It is known when its interval reaches at most a ``share`` of it to either side, and still does
    in a few more replications, so that a lucky run at the beginning ends nothing.

    Source:
        K. Hoad, S. Robinson, R. Davies: Automated selection of the number of replications for a
        discrete-event simulation. Journal of the Operational Research Society 61 (2010), section 4,
        with their look-ahead of 5, and of 5 % beyond 100 replications.

    Example:
        >>> replications_needed([5.0] * 20, 0.1, fewest=3)
        8
    """
    since = 0
    for count, wide in enumerate(_half_widths(values), start=1):
        if count < fewest or (wide is not None and wide > share):
            since = 0
            continue
        since = since or count
        if count - since >= max(5, since * 5 // 100):
            return count
    return None


def _half_widths(values: Sequence[float | None]) -> Iterator[float | None]:
    """Yield how far the interval of the mean of the first n reaches, as a share of the mean.

    Nothing where there is no mean to know. The running sums are Welford's.
    """
    count, mean, squares = 0, 0.0, 0.0
    for value in values:
        if value is not None:
            count += 1
            step = value - mean
            mean += step / count
            squares += step * (value - mean)
        if count < 2 or mean == 0:  # noqa: PLR2004
            yield None if count != 1 else float("inf")
        else:
            reach = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2))
            yield reach * (squares / (count - 1) / count) ** 0.5 / abs(mean)


def form(summary: Any) -> Any:
    """Return a summary as JSON."""
    if isinstance(summary, Figure):
        return {"mean": summary.mean, "ci95": [summary.low, summary.high]}
    return {name: form(part) for name, part in summary.items()}


def _means(runs: Sequence[Any]) -> Any:
    if isinstance(runs[0], dict):
        return {name: _means([run[name] for run in runs]) for name in runs[0]}
    return figure(runs)


def _minus(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {name: _minus(part, other[name]) for name, part in one.items() if name in other}
    return None if one is None or other is None else one - other
