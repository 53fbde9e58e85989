"""Comparing scenarios on the same people: paired differences, and what lies behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.domain.identities import GroupId
from hall.measures.figures import percentile
from hall.measures.measure import Measures
from simulation.scenario import Scenario
from simulation.summary import Figure, Summary, difference, summarize


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A scenario with the figures of its replications."""

    scenario: Scenario
    runs: Sequence[Measures]
    summary: Summary


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How unequally busy counters are: the utilization of the idlest and the busiest tenth."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What lies behind the figures of one scenario."""

    counters: int
    #: How many counters could serve a citizen, on the mean of all who came.
    choice: float
    spread: Spread


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A scenario against another one: what changed, for whom, and why."""

    scenario: Scenario
    against: Scenario
    difference: Summary
    #: Groups whose mean wait certainly became shorter, and longer, most first.
    gainers: tuple[tuple[GroupId, Figure], ...]
    losers: tuple[tuple[GroupId, Figure], ...]
    after: Side
    before: Side


def result(scenario: Scenario, runs: Sequence[Measures]) -> Result:
    """Return a scenario's result."""
    return Result(scenario=scenario, runs=runs, summary=summarize(runs))


def compare(one: Result, against: Result) -> Comparison:
    """Return how a scenario differs from another that met the same people."""
    differences = difference(one.runs, against.runs)
    waits = [
        (group.id, named["wait_minutes"])
        for group in one.scenario.layout.groups
        if (named := differences["groups"].get(group.id))
    ]
    return Comparison(
        scenario=one.scenario,
        against=against.scenario,
        difference=differences,
        gainers=tuple(sorted([w for w in waits if _is_below(w[1])], key=_mean)),
        losers=tuple(sorted([w for w in waits if _is_above(w[1])], key=_mean, reverse=True)),
        after=_side(one),
        before=_side(against),
    )


def _side(found: Result) -> Side:
    layout, summary = found.scenario.layout, found.summary
    takers = {
        group.id: sum(group.id in counter.takes for counter in layout.counters)
        for group in layout.groups
    }
    came = {name: named["arrived"].mean or 0 for name, named in summary["groups"].items()}
    all_ = sum(came[group] for group in takers) or 1
    busy = sorted(
        named["utilization"].mean
        for named in summary["counters"].values()
        if named["utilization"].mean is not None
    )
    return Side(
        counters=len(busy),
        choice=sum(came[group] * many for group, many in takers.items()) / all_,
        spread=Spread(low=percentile(busy, 0.1) or 0, high=percentile(busy, 0.9) or 0),
    )


def _mean(wait: tuple[GroupId, Figure]) -> float:
    return wait[1].mean or 0


def _is_below(figure: Figure) -> bool:
    return figure.high is not None and figure.high < 0


def _is_above(figure: Figure) -> bool:
    return figure.low is not None and figure.low > 0
