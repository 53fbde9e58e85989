"""Figures over replications: their means, their confidence intervals, their paired differences."""

from collections.abc import Iterable, Sequence
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


def is_precise(runs: Sequence[Measures], share: float) -> bool:
    """Whether the interval of the mean wait reaches at most a share of it to either side."""
    wait = figure(run["all"]["wait_minutes"] for run in runs)
    if not wait.mean or wait.half_width is None:
        return True
    return wait.half_width <= share * wait.mean


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
