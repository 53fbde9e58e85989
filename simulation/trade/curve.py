"""A hall under every value of one setting, on the same people: who waits how long, who is idle."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from scipy.special import stdtrit

from hall.domain.reading import BadFile, Problem
from hall.measures.figures import Figures
from simulation.crew import Alone, Crew
from simulation.scenario import Scenario
from simulation.summary import CONFIDENCE, Figure
from simulation.trade.days import Day, day_of, together
from simulation.trade.settings import Setting, check, in_order, present, usual_values, varied

#: Of one day nothing is certain.
FEWEST_DAYS = 2
#: Into so many parts the days are divided to see how sure a figure is.
PARTS = 10

#: Is told how many days are done, of how many.
Progress = Callable[[int, int], None]
#: Means of those who wait and of the whole hall, by name.
Means = Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a curve goes over, and on how many days."""

    setting: Setting
    #: What to try besides the present value; nothing for the usual values.
    values: tuple[float, ...] | None = None
    #: Another seed meets other people.
    seed: int = 1
    #: How many days each value is tried on, two or more; a steady run is one day.
    days: int = 60

    def values_for(self, scenario: Scenario) -> tuple[float, ...]:
        """Return what is tried, the present value among them, in order."""
        if self.values is None:
            return usual_values(scenario, self.setting)
        return in_order(scenario, self.setting, self.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What one value of the setting leads to."""

    value: float
    scenario: Scenario
    figures: Means
    #: How much more than at the present value, on the same people.
    changes: Means


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """What every value of a setting leads to, the smallest first; the present one is among them."""

    scenario: Scenario
    asked: Asked
    present: float
    points: tuple[Point, ...]

    @property
    def setting(self) -> Setting:
        """What is varied."""
        return self.asked.setting

    @property
    def now(self) -> Point:
        """The present value."""
        return next(point for point in self.points if point.value == self.present)


def curve(
    scenario: Scenario,
    asked: Asked,
    *,
    crew: Crew | None = None,
    progress: Progress = lambda _done, _known: None,
) -> Curve:
    """Return what every value of a setting leads to.

    Figures are those of all days together: the wait that nine in ten of all who came stay within.
    Each day meets the same people under every value, as far as the setting leaves them the same.

    Args:
        scenario: the hall; it stays as it is in all but the setting.
        asked: what is varied, how, and on how many days.
        crew: who does the runs; the figures do not depend on it.
        progress: is told how many days are done, of how many.

    Raises:
        BadFile: nobody books, a value cannot be, or a single day is asked for.
    """
    check(scenario, asked.setting)
    if asked.days < FEWEST_DAYS:
        problem = "of one day nothing is certain; give two or more"
        raise BadFile(scenario.file, [Problem(at="replications", problem=problem)])
    values = asked.values_for(scenario)
    scenarios = [varied(scenario, asked.setting, value) for value in values]
    lived = _live(scenarios, asked, Alone() if crew is None else crew, progress)
    now = present(scenario, asked.setting)
    points = _points(values, scenarios, lived, values.index(now))
    return Curve(scenario=scenario, asked=asked, present=now, points=points)


def _live(
    scenarios: Sequence[Scenario], asked: Asked, crew: Crew, progress: Progress
) -> list[list[Day]]:
    """Return the days of some scenarios; all of them live one day before the next begins."""
    tasks = [(at, number) for number, at in product(range(asked.days), range(len(scenarios)))]
    lived: list[list[Day]] = [[] for _ in scenarios]
    answers = crew.run(scenarios, day_of, asked.seed, tasks)
    for done, ((at, _), day) in enumerate(zip(tasks, answers, strict=True), start=1):
        lived[at].append(day)
        progress(done, len(tasks))
    return lived


def _points(
    values: Sequence[float],
    scenarios: Sequence[Scenario],
    lived: Sequence[Sequence[Day]],
    now: int,
) -> tuple[Point, ...]:
    """Return the points; ``now`` is the place of the present value."""
    parts = [_parts(days) for days in lived]
    return tuple(
        Point(
            value=value,
            scenario=scenario,
            figures=_means(found),
            changes=_means([_minus(*pair) for pair in zip(found, parts[now], strict=True)]),
        )
        for value, scenario, found in zip(values, scenarios, parts, strict=True)
    )


def _parts(days: Sequence[Day]) -> list[dict[str, Figures]]:
    """Return what all days say together, and then what each part of them says.

    Days are dealt out one by one, so that every part has days of all kinds.
    """
    many = min(PARTS, len(days))
    return [together(days), *(together(days[first::many]) for first in range(many))]


def _means(parts: Sequence[Mapping[str, Figures]]) -> Means:
    whole, *some = parts
    return {
        who: {
            name: _figure(value, [part[who][name] for part in some]) for name, value in of.items()
        }
        for who, of in whole.items()
    }


def _figure(whole: float | None, parts: Sequence[float | None]) -> Figure:
    """Return a figure of all days with its interval, by how much parts of them differ from it.

    Source:
        M. K. Nakayama: Confidence intervals for quantiles using sectioning when applying
        variance-reduction techniques. ACM Transactions on Modeling and Computer Simulation 24
        (2014), section 3: the estimate is that of the whole, the spread that of the sections.
    """
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < FEWEST_DAYS:
        return Figure(mean=whole)
    spread = sum((part - whole) ** 2 for part in known) / (len(known) - 1)
    reach = float(stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2)) * (spread / len(known)) ** 0.5
    return Figure(mean=whole, low=whole - reach, high=whole + reach)


def _minus(one: Mapping[str, Figures], other: Mapping[str, Figures]) -> dict[str, Figures]:
    return {
        who: {name: _difference(value, other[who][name]) for name, value in figures.items()}
        for who, figures in one.items()
    }


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other
