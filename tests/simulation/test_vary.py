"""Scenarios changed in one respect: what is meant changes, the people stay."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hall.domain.identities import APPOINTMENT, CounterId, GroupId
from hall.domain.layout import Policy, Span
from hall.domain.reading import BadFile
from hall.domain.roster import Break
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.vary import (
    BOOKINGS,
    with_booked,
    with_breaks,
    with_comprehensive,
    with_demand,
    with_group_moved,
    with_group_pace,
    with_layout,
    with_more_counters,
    with_pace,
    with_policy,
    with_takes,
    without_counters,
)
from tests.simulation.halls import EXAMPLES

A, B, E = GroupId("a"), GroupId("b"), GroupId("e")
ONE, TWO, ELEVEN = CounterId("1"), CounterId("2"), CounterId("11")


def silo() -> Scenario:
    return read_scenario(EXAMPLES / "twelve" / "silo-800.toml")


def pooled() -> Scenario:
    return read_scenario(EXAMPLES / "twelve" / "pooled-800.toml")


def takes(scenario: Scenario, counter: CounterId) -> tuple[str, ...]:
    return scenario.layout.counter_of[counter].takes


VARIATIONS: dict[str, Callable[[Scenario], Scenario]] = {
    "pace": lambda s: with_pace(s, 1.2),
    "comprehensive": with_comprehensive,
    "takes": lambda s: with_takes(s, {ONE: [A, B]}),
    "policy": lambda s: with_policy(s, Policy.CLERK),
    "counters": lambda s: with_more_counters(s, ONE),
    "breaks": lambda s: with_breaks(s, []),
}
REFUSED: dict[str, Callable[[Scenario], Scenario]] = {
    "'99' is not a counter of the layout": lambda s: with_pace(s, 1.1, [CounterId("99")]),
    "'x' is not a group of the layout": lambda s: with_takes(s, {ONE: [GroupId("x")]}),
    "'e' is taken by no counter": lambda s: without_counters(s, [ELEVEN]),
    "'appointment' leaves shares that exceed 1": lambda s: with_booked(s, 1.1),
    "'a' is missing there, and people come for it": lambda s: with_layout(
        s, replace(s.layout, groups=s.layout.groups[1:])
    ),
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_another_hall_meets_the_same_people(name: str) -> None:
    assert Runner(VARIATIONS[name](silo())).visits(1, 0) == Runner(silo()).visits(1, 0)


def test_comprehensive_counters_are_the_layout_that_says_so() -> None:
    """The hash is that of the file: what was tried is what can be rolled out."""
    assert with_comprehensive(silo()).layout.hash == pooled().layout.hash
    assert with_pace(silo(), 1.0).layout.hash != with_pace(silo(), 1.1).layout.hash


def test_paces_multiply_where_they_are_meant() -> None:
    twice = with_pace(with_pace(silo(), 1.1), 1.2, [ONE])
    assert twice.layout.counter_of[ONE].pace_for(A) == pytest.approx(1.32)
    assert twice.layout.counter_of[TWO].pace_for(A) == pytest.approx(1.1)
    stated = with_group_pace(twice, ONE, {A: 1.5})
    assert stated.layout.counter_of[ONE].pace_for(A) == 1.5


def test_a_group_moves_to_other_counters_for_good() -> None:
    moved = with_group_moved(silo(), E, [ONE, TWO, CounterId("12")])
    assert takes(moved, ONE) == ("a", "e")
    assert takes(moved, ELEVEN) == ()
    assert takes(moved, CounterId("3")) == ("a",)


def test_more_counters_have_the_breaks_of_their_like() -> None:
    more = with_more_counters(silo(), ONE, 2)
    assert [c.id for c in more.layout.counters[-2:]] == ["13", "14"]
    assert more.staffing.breaks_of(CounterId("14")) == silo().staffing.breaks_of(ONE)


def test_a_removed_counter_leaves_the_roster() -> None:
    fewer = without_counters(pooled(), [ONE])
    assert ONE not in fewer.layout.counter_of
    assert not fewer.staffing.breaks_of(ONE)
    assert fewer.staffing.breaks_of(TWO) == pooled().staffing.breaks_of(TWO)


def test_more_demand_is_the_same_people_and_some_more() -> None:
    was, grown = Runner(silo()).visits(1, 0), Runner(with_demand(silo(), 1.1)).visits(1, 0)
    assert len(grown) == pytest.approx(1.1 * len(was), rel=0.05)
    assert set(map(tuple, was.work)) & set(map(tuple, grown.work))


def test_a_share_is_booked() -> None:
    booked = with_booked(silo(), 0.3)
    visits = Runner(booked).visits(1, 0)
    rules = [rule.id for rule in booked.layout.rule.classes]
    share = visits.class_.count(rules.index(APPOINTMENT)) / len(visits)
    # The 17 % who do not come are missing on both sides of the share.
    assert share == pytest.approx(0.3 * 0.83 / (1 - 0.3 * 0.17), abs=0.03)
    assert booked.appointments == BOOKINGS
    assert with_booked(booked, 0).demand.classes == silo().demand.classes[:1]


def test_breaks_are_replaced() -> None:
    rest = Break(counters=(ONE,), span=Span(from_minute=600, until_minute=630))
    assert with_breaks(silo(), [rest]).staffing.breaks == (rest,)


def test_another_layout_gets_the_people_and_what_remains_of_the_roster() -> None:
    smaller = without_counters(pooled(), [ONE]).layout
    varied = with_layout(silo(), smaller)
    assert varied.layout.hash == smaller.hash
    assert Runner(varied).visits(1, 0) == Runner(silo()).visits(1, 0)
    assert not varied.staffing.breaks_of(ONE)


@pytest.mark.parametrize("problem", REFUSED)
def test_what_cannot_be_is_refused_by_name(problem: str) -> None:
    with pytest.raises(BadFile, match=problem):
        REFUSED[problem](silo())
