"""Replications, intervals and comparisons."""

from dataclasses import replace
from datetime import date

import pytest

from hall.measures.measure import Measures
from simulation.compare import Kind, compare, result
from simulation.replicate import FEWEST, Extent, replicate
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.summary import difference, figure, form, summarize
from simulation.vary import with_pace
from tests.simulation.golden.day import SCENARIO
from tests.simulation.halls import EXAMPLES, a_steady_scenario


def golden() -> Scenario:
    return read_scenario(SCENARIO)


def twelve(name: str) -> Scenario:
    return read_scenario(EXAMPLES / "twelve" / f"{name}.toml")


def runs(*scenarios: Scenario, number: int = 4) -> list[list[Measures]]:
    return replicate(scenarios, seed=3, extent=Extent(replications=number))


def test_a_replication_does_not_depend_on_how_many_there_are() -> None:
    assert runs(golden(), number=2)[0] == runs(golden(), number=5)[0][:2]


def test_a_replication_does_not_depend_on_what_else_is_run() -> None:
    alone = runs(golden(), number=3)[0]
    assert runs(twelve("pooled-800"), golden(), number=3)[1] == alone


def test_a_day_does_not_depend_on_the_other_days() -> None:
    alone, other = date(2026, 3, 2), date(2026, 3, 3)
    both = replace(golden(), run=(other, alone))
    assert Runner(both).trace(1, 0, at=1) == Runner(golden()).trace(1, 0)
    assert Runner(both).trace(1, 0, at=0) != Runner(golden()).trace(1, 0)


def test_several_days_are_measured_together() -> None:
    days = (date(2026, 3, 2), date(2026, 3, 3))
    both = runs(replace(golden(), run=days), number=1)[0][0]["all"]
    each = [runs(replace(golden(), run=(day,)), number=1)[0][0]["all"] for day in days]
    assert both["arrived"] == sum(one["arrived"] or 0 for one in each)
    assert both["waiting_max"] == max(one["waiting_max"] or 0 for one in each)
    assert both["overtime_minutes"] == pytest.approx(
        sum(one["overtime_minutes"] or 0 for one in each) / 2
    )


def test_a_stated_precision_is_reached_and_looked_at_again() -> None:
    scenario = twelve("pooled-1000")
    easy = replicate([scenario], seed=3, extent=Extent(precision=0.9))[0]
    assert len(easy) == FEWEST + 5
    found = replicate([scenario], seed=3, extent=Extent(precision=0.12))[0]
    waits = [run["all"]["wait_minutes"] for run in found]
    known = [figure(waits[:count]) for count in range(1, len(found) + 1)]
    reached = [(wait.half_width or 1e9) <= 0.12 * (wait.mean or 0) for wait in known]
    assert len(found) > FEWEST + 5
    assert all(reached[-6:])
    assert not reached[-7]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    replicate(
        [golden(), golden()],
        seed=1,
        extent=Extent(replications=2),
        progress=lambda done, known: told.append((done, known)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_intervals_are_students() -> None:
    found = figure([10, 12, 14, None])
    reach = 4.303 * 2 / 3**0.5
    assert found.mean == 12
    assert found.low == pytest.approx(12 - reach, abs=1e-3)
    assert found.high == pytest.approx(12 + reach, abs=1e-3)
    assert form(figure([5])) == {"mean": 5, "ci95": [None, None]}
    assert figure([None]).mean is None


def test_differences_are_paired() -> None:
    one, other = runs(twelve("silo-900"), twelve("pooled-900"), number=6)
    waits = [run["all"]["wait_minutes"] or 0 for run in one]
    others = [run["all"]["wait_minutes"] or 0 for run in other]
    found = difference(other, one)["all"]["wait_minutes"]
    assert found == figure([b - a for a, b in zip(waits, others, strict=True)])
    apart = sum(summarize(each)["all"]["wait_minutes"].half_width or 0 for each in (one, other))
    assert (found.half_width or 0) < apart


def test_a_comparison_says_who_gains_and_why() -> None:
    scenarios = [twelve("silo-1000"), twelve("pooled-1000")]
    before, after = (
        result(*pair) for pair in zip(scenarios, runs(*scenarios, number=8), strict=True)
    )
    found = compare(after, before)
    assert found.before.counters == found.after.counters == 12
    assert found.before.choice < 3 < found.after.choice == 12
    before_spread, after_spread = found.before.spread, found.after.spread
    assert after_spread.high - after_spread.low < before_spread.high - before_spread.low
    gained = {(change.kind, change.id) for change in found.gainers}
    lost = {(change.kind, change.id) for change in found.losers}
    assert (Kind.CLASS, "walk_in") in gained
    assert {kind for kind, _ in gained} == {Kind.GROUP, Kind.CLASS}
    assert not gained & lost
    assert all((change.wait.high or 0) < 0 for change in found.gainers)


def test_a_comparison_names_matters_where_a_group_has_several() -> None:
    slower = with_pace(golden(), 1.5)
    before, after = (
        result(*pair) for pair in zip((golden(), slower), runs(golden(), slower), strict=True)
    )
    found = compare(after, before)
    matters = {change.id for change in found.losers if change.kind is Kind.MATTER}
    assert matters
    assert matters <= {"card", "pension"}


def test_a_steady_run_leaves_the_warm_up_out() -> None:
    scenario = a_steady_scenario(counters=2, per_hour=60, horizon_minutes=400)
    found = runs(scenario, number=1)[0][0]["all"]
    trace = Runner(scenario).trace(3, 0)
    counted = [due for due in trace.stops.due if 20 * 60_000 <= due < 400 * 60_000]
    assert found["arrived"] == len(counted) < len(trace.stops)
    assert found["overtime_minutes"] is None
