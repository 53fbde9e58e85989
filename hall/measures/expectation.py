"""What was expected of some days against what they were: inside the range, or not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hall.measures.figures import Figures, mean


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What is expected of one figure of one day: 95 of 100 days lie from ``low`` to ``high``."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One figure: what was expected and what it was, on average over ``days`` days."""

    figure: str
    expected: Expected
    #: The mean of the days; nothing if it can be said of none of them.
    fact: float | None
    #: Between these the mean of so many days is expected.
    low: float
    high: float
    days: int

    @property
    def is_inside(self) -> bool | None:
        """Whether the fact lies where it was expected; nothing if there is no fact."""
        return None if self.fact is None else self.low <= self.fact <= self.high


def compare(expected: Mapping[str, Expected], days: Sequence[Figures]) -> list[Comparison]:
    """Return each expected figure beside what some days came to.

    The mean of n days is expected in a range narrower by the square root of n than that of one
    day, on each side of the expected mean: the days are taken as independent, as they are in the
    simulation.

    Args:
        expected: by the names of the figures, for one day.
        days: the figures of each day; a figure that a day has not is left out of its mean.

    Example:
        >>> found = compare({"wait_minutes": Expected(mean=6, low=2, high=12)},
        ...                 [{"wait_minutes": 3.0}] * 4)
        >>> found[0].low, found[0].fact, found[0].high, found[0].is_inside
        (4.0, 3.0, 9.0, False)
    """
    found = []
    for figure, range_ in expected.items():
        facts = [fact for day in days if (fact := day.get(figure)) is not None]
        narrower = math.sqrt(max(1, len(facts)))
        found.append(
            Comparison(
                figure=figure,
                expected=range_,
                fact=mean(facts),
                low=range_.mean - (range_.mean - range_.low) / narrower,
                high=range_.mean + (range_.high - range_.mean) / narrower,
                days=len(facts),
            )
        )
    return found


def expected_in(form: Mapping[str, Mapping[str, Any]]) -> dict[str, Expected]:
    """Return the expectations that stand in plain JSON; what is not complete is left out."""
    return {
        figure: Expected(**{name: float(range_[name]) for name in ("mean", "low", "high")})
        for figure, range_ in form.items()
        if all(isinstance(range_.get(name), int | float) for name in ("mean", "low", "high"))
    }
