"""Comparing scenarios on the same people: paired differences, and what lies behind them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hall.domain.layout import Layout
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


class Kind(StrEnum):
    """Who may gain or lose."""

    #: 事项类别
    GROUP = "group"
    #: 人群类别
    CLASS = "class"
    #: 事项
    MATTER = "matter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Those of a group, a class or a matter whose mean wait certainly changed, and by how much."""

    kind: Kind
    id: str
    #: In minutes.
    wait: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A scenario against another one: what changed, for whom, and why."""

    scenario: Scenario
    against: Scenario
    difference: Summary
    #: Whose mean wait certainly became shorter, and longer: groups, classes, matters; most first.
    gainers: tuple[Change, ...]
    losers: tuple[Change, ...]
    after: Side
    before: Side


def result(scenario: Scenario, runs: Sequence[Measures]) -> Result:
    """Return a scenario's result."""
    return Result(scenario=scenario, runs=runs, summary=summarize(runs))


def compare(one: Result, against: Result) -> Comparison:
    """Return how a scenario differs from another that met the same people."""
    differences = difference(one.runs, against.runs)
    changes = list(_changes(one.scenario.layout, differences))
    return Comparison(
        scenario=one.scenario,
        against=against.scenario,
        difference=differences,
        gainers=tuple(sorted((c for c in changes if _is_below(c.wait)), key=_by_kind)),
        losers=tuple(sorted((c for c in changes if _is_above(c.wait)), key=_by_kind)),
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


def _changes(layout: Layout, differences: Summary) -> Iterator[Change]:
    """Yield how the wait of each group, class and matter changed.

    The only matter of a group is the group, and not named twice.
    """
    alone = Counter(matter.group for matter in layout.matters)
    matters = [matter.code for matter in layout.matters if alone[matter.group] > 1]
    for kind, names, figures in (
        (Kind.GROUP, [group.id for group in layout.groups], differences["groups"]),
        (Kind.CLASS, [rule.id for rule in layout.rule.classes], differences["classes"]),
        (Kind.MATTER, matters, differences["matters"]),
    ):
        for name in names:
            if name in figures:
                yield Change(kind=kind, id=name, wait=figures[name]["wait_minutes"])


def _by_kind(change: Change) -> tuple[int, float]:
    """Return what sorts changes: groups, classes, matters, the largest change first."""
    return list(Kind).index(change.kind), -abs(change.wait.mean or 0)


def _is_below(figure: Figure) -> bool:
    return figure.high is not None and figure.high < 0


def _is_above(figure: Figure) -> bool:
    return figure.low is not None and figure.low > 0
