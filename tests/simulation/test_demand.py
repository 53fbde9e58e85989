"""Who comes: as many as the scenario says, when it says, and the same people in every layout."""

from collections import Counter as Tally
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hall.domain.reading import Source
from simulation.calendar import day_calendar
from simulation.demand import People
from simulation.effort import unit_effort
from simulation.scenario import Demand, Distribution, Patience, Scenario
from simulation.scenario_file import read_scenario, scenario_in
from simulation.streams import Key
from simulation.visits import FOR_EVER, Visits
from tests.simulation.halls import EQUAL, EXAMPLES, layout_text

MINUTE = 60_000
OPENS, LUNCH, REOPENS, CLOSES = (minute * MINUTE for minute in (540, 720, 780, 960))


def a_scenario(*, demand: str = "", more: str = "", classes: str = EQUAL) -> Scenario:
    """Return a scenario of one day, 9 to 12 and 13 to 16 o'clock, with two groups."""
    text = f"""
format = 1
[run]
days = [ 1970-01-01 ]
[demand]
interval_minutes = 60
{demand or "per_hour = { a = 20, b = 10 }"}
[service.default]
cv = 0.5
{more}
[layout_inline]
format = 1
{layout_text(groups=("a", "b"), handling_minutes=6, classes=classes, at="layout_inline.")}
"""
    return scenario_in(Source("scenario", text), folder=Path())


def drawn(scenario: Scenario, *, days: int = 1, seed: int = 1) -> list[Visits]:
    people, day = People(scenario), scenario.run[0]  # type: ignore[index]
    openings = day_calendar(scenario.layout, scenario.staffing, day).openings
    return [people.draw(Key(seed=seed, replication=n, day=0), openings) for n in range(days)]


def with_demand(scenario: Scenario, **changes: object) -> Scenario:
    demand: Demand = replace(scenario.demand, **changes)  # type: ignore[arg-type]
    return replace(scenario, demand=demand)


def test_as_many_come_in_each_interval_as_the_rates_say() -> None:
    rates = [30, 0, 12, 6, 24, 18]
    days = drawn(a_scenario(demand=f"per_hour = {{ a = {rates} }}"), days=300)
    hours = Tally(moment // (60 * MINUTE) for day in days for moment in day.arrival)
    for hour, rate in zip((9, 10, 11, 13, 14, 15), rates, strict=True):
        expected = rate * len(days)
        assert abs(hours[hour] - expected) <= 4 * expected**0.5
    assert sum(hours.values()) == sum(map(len, days))
    assert hours[12] == hours[10] == 0


def test_visits_stand_in_the_order_of_arrival() -> None:
    day = drawn(a_scenario())[0]
    assert day.arrival == sorted(day.arrival)
    assert day.due == day.arrival
    assert day.patience == [FOR_EVER] * len(day)


def test_totals_of_days_vary_beyond_poisson_as_the_day_factor_says() -> None:
    plain = a_scenario()
    mean, cv = 180, 0.3
    totals = [len(day) for day in drawn(with_demand(plain, day_factor_cv=cv), days=600)]
    assert np.mean(totals) == pytest.approx(mean, rel=0.05)
    assert np.var(totals) == pytest.approx(mean + (cv * mean) ** 2, rel=0.2)
    without = [len(day) for day in drawn(plain, days=600)]
    assert np.var(without) == pytest.approx(mean, rel=0.2)


def test_classes_and_matters_come_in_their_shares() -> None:
    scenario = a_scenario(
        demand="""per_hour = { a = 200, b = 100 }
classes = { priority = 0.2 }
matters_per_visit = { counts = [ 0.7, 0.3 ] }"""
    )
    days = drawn(scenario, days=10)
    visits = sum(map(len, days))
    classes = Tally(class_ for day in days for class_ in day.class_)
    assert classes[0] / visits == pytest.approx(0.2, abs=0.02)
    assert classes[0] + classes[2] == visits
    first = Tally(matters[0] for day in days for matters in day.matters)
    assert first[0] / visits == pytest.approx(2 / 3, abs=0.02)
    several = [matters for day in days for matters in day.matters if len(matters) > 1]
    assert len(several) / visits == pytest.approx(0.3, abs=0.02)
    assert all(one != other for one, other in several)
    assert all(len(w) == len(m) for d in days for w, m in zip(d.work, d.matters, strict=True))


@pytest.mark.parametrize("kind", list(Distribution)[:4])
@pytest.mark.parametrize("cv", [0.4, 1.0, 1.5])
def test_efforts_have_mean_one_and_the_stated_variation(kind: Distribution, cv: float) -> None:
    uniform = (np.arange(200_000) + 0.5) / 200_000
    effort = unit_effort(kind, np.full(len(uniform), cv), uniform)
    varies = {Distribution.EXPONENTIAL: 1.0, Distribution.DETERMINISTIC: 0.0}.get(kind, cv)
    assert effort.mean() == pytest.approx(1, rel=0.01)
    assert effort.std() / effort.mean() == pytest.approx(varies, rel=0.02, abs=1e-9)


def test_work_has_the_mean_of_the_layout_and_seen_values_their_own() -> None:
    plain = [w for day in drawn(a_scenario(), days=20) for (w,) in day.work]
    assert np.mean(plain) == pytest.approx(6 * MINUTE, rel=0.05)
    seen = a_scenario(more='[service.a-1]\ndistribution = "empirical"\nvalues_minutes = [ 2, 4 ]')
    for day in drawn(seen, days=5):
        of_a = {w for (w,), (m,) in zip(day.work, day.matters, strict=True) if m == 0}
        assert of_a == {2 * MINUTE, 4 * MINUTE}


def test_patience_is_weibull_with_its_mean() -> None:
    scenario = replace(a_scenario(), patience=Patience(mean_minutes=40, shape=1.5))
    waits = [p / MINUTE for day in drawn(scenario, days=30) for p in day.patience]
    assert np.mean(waits) == pytest.approx(40, rel=0.04)
    assert np.std(waits) / np.mean(waits) == pytest.approx(0.679, rel=0.05)


APPOINTMENTS = """[appointments]
slot_minutes = 30
no_show_share = 0.25
unpunctuality_minutes = { mean = -5, sd = 8 }"""


def booked(scenario: Scenario, *, days: int = 1) -> list[tuple[int, int]]:
    """Return arrival and due of everybody with an appointment."""
    return [
        (arrival, due)
        for day in drawn(scenario, days=days)
        for arrival, due, class_ in zip(day.arrival, day.due, day.class_, strict=True)
        if class_ == 1
    ]


def test_bookings_are_spread_evenly_and_some_never_come() -> None:
    demand = "per_hour = { a = 40 }\nclasses = { appointment = 0.5 }"
    found = booked(a_scenario(demand=demand, more=APPOINTMENTS), days=100)
    assert len(found) / 100 == pytest.approx(0.75 * 0.5 * 240, rel=0.05)
    slots = Tally(due // (30 * MINUTE) for arrival, due in found if arrival <= due)
    assert set(slots) <= {*range(18, 24), *range(26, 32)}
    assert max(slots.values()) < 2 * min(slots.values())


def test_who_booked_waits_from_the_later_of_slot_and_check_in() -> None:
    demand = "per_hour = { a = 40 }\nclasses = { appointment = 0.5 }"
    found = booked(a_scenario(demand=demand, more=APPOINTMENTS), days=20)
    assert all(arrival <= due for arrival, due in found)
    early = [due - arrival for arrival, due in found if arrival < due]
    late = [arrival for arrival, due in found if arrival == due]
    assert len(early) > len(late) > 0
    assert all(due % (30 * MINUTE) == 0 for arrival, due in found if arrival < due)
    assert all(OPENS <= a < LUNCH or REOPENS <= a < CLOSES for a, _ in found)


def test_punctual_bookings_come_at_their_slot() -> None:
    demand = "per_hour = { a = 2 }\nclasses = { appointment = 1.0 }"
    found = booked(a_scenario(demand=demand, more="[appointments]\nslot_minutes = 30"))
    assert [arrival for arrival, _ in found] == [due for _, due in found]
    assert len(found) == 12
    assert len(set(found)) == 12


def test_more_demand_brings_the_same_people_and_some_more() -> None:
    fewer = drawn(a_scenario(demand="per_hour = { a = 20 }"))[0]
    more = drawn(a_scenario(demand="per_hour = { a = 40 }"))[0]
    assert len(fewer) < len(more)
    assert more.work[: len(fewer)] == fewer.work
    assert all(m <= f for m, f in zip(more.arrival, fewer.arrival, strict=False))


def test_another_group_disturbs_nobody() -> None:
    alone = drawn(a_scenario(demand="per_hour = { a = 20 }"))[0]
    together = drawn(a_scenario(demand="per_hour = { a = 20, b = 30 }"))[0]
    of_a = [
        (arrival, work)
        for arrival, work, matters in zip(
            together.arrival, together.work, together.matters, strict=True
        )
        if matters == (0,)
    ]
    assert of_a == list(zip(alone.arrival, alone.work, strict=True))


def test_another_layout_meets_the_same_people() -> None:
    silo, pooled = (
        read_scenario(EXAMPLES / "twelve" / f"{name}-1000.toml") for name in ("silo", "pooled")
    )
    assert drawn(silo) == drawn(pooled)


def test_another_seed_and_another_replication_meet_others() -> None:
    scenario = a_scenario()
    first, second = drawn(scenario, days=2)
    assert first != second
    assert drawn(scenario, seed=2)[0] != first
    assert drawn(scenario)[0] == first


def test_so_many_are_not_there_when_called_and_so_many_of_them_come_back() -> None:
    rule = "[no_shows]\nshare = 0.2\nseconds = 90\nreturn_share = 0.5\nreturn_minutes = 12"
    days = drawn(a_scenario(more=rule), days=50)
    in_vain = np.array([wait for day in days for wait in day.in_vain])
    back = np.array([after for day in days for after in day.back])
    is_away, returns = in_vain > 0, back < FOR_EVER
    assert set(in_vain.tolist()) == {0, 90_000}
    assert is_away.mean() == pytest.approx(0.2, abs=0.02)
    assert returns[is_away].mean() == pytest.approx(0.5, abs=0.06)
    assert not returns[~is_away].any()
    assert back[returns].mean() == pytest.approx(12 * MINUTE, rel=0.15)


def test_no_shows_change_nothing_else_that_citizens_bring() -> None:
    rule = "[no_shows]\nshare = 0.2\nseconds = 90"
    without, with_ = drawn(a_scenario())[0], drawn(a_scenario(more=rule))[0]
    assert with_ != without
    assert replace(with_, in_vain=[], back=[]) == replace(without, in_vain=[], back=[])


def test_bookings_that_never_come_can_be_called_at_their_slot() -> None:
    demand = "per_hour = { a = 20 }\nclasses = { appointment = 0.5 }"
    rule = "[appointments]\nslot_minutes = 20\nno_show_share = 0.3\n"
    without = drawn(a_scenario(demand=demand, more=rule))[0]
    with_ = drawn(a_scenario(demand=demand, more=f"{rule}absent_seconds = 90"))[0]
    absent = [row for row, wait in enumerate(with_.in_vain) if wait]
    assert len(with_) == len(without) + len(absent) > len(without)
    for row in absent:
        assert with_.in_vain[row] == 90_000
        assert with_.arrival[row] == with_.due[row]
        assert with_.due[row] % (20 * MINUTE) == 0
        assert with_.patience[row] == with_.back[row] == FOR_EVER


def test_each_day_of_the_week_brings_its_own_people() -> None:
    demand = "per_hour = { a = 20 }\n[demand.weekdays.mon]\na = 40"
    people = People(a_scenario(demand=demand))
    monday = date(2026, 3, 2).toordinal()
    openings = ((OPENS, LUNCH), (REOPENS, CLOSES))

    def came(day: int) -> int:
        keys = (Key(seed=1, replication=n, day=day) for n in range(100))
        return sum(len(people.draw(key, openings)) for key in keys)

    assert abs(came(monday) - 24_000) <= 4 * 24_000**0.5
    assert abs(came(monday + 1) - 12_000) <= 4 * 12_000**0.5
