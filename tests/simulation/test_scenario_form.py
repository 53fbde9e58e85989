"""A scenario written as a file reads as the same scenario."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hall.domain.reading import BadFile, Source
from simulation.scenario import Distribution, Scenario, Service
from simulation.scenario_file import read_scenario, scenario_in
from simulation.scenario_form import scenario_form, scenario_of, scenario_text
from tests.simulation.halls import a_layout, a_steady_scenario
from tests.simulation.test_scenario_file import GOOD, SCENARIOS

NIGHT = """
takes = [ "*" ]
classes = [ "priority" ]
during = [ { from = "01:00", until = "02:30", takes = [ "b" ] } ]
bonus_minutes = { a = 5 }
backup = [ { group = "b", after_minutes = 20 } ]
pace = { a = 1.1 }
"""


def a_full_scenario() -> Scenario:
    """Return a scenario that says something everywhere, of a hall that is open into the night."""
    text = GOOD.replace('takes = [ "*" ]', NIGHT).replace(
        'opening = [ { days = "mon-sun", from = "09:00", until = "12:00" },',
        """closed = [ 2026-10-01 ]
extra_open = [ { date = 2026-10-10, from = "09:00", until = "16:00" } ]
opening = [ { days = "mon-sun", from = "20:00", until = "04:00" },""",
    )
    text = text.replace(
        "layout_inline.call_rule]", "layout_inline.call_rule]\nno_show_seconds = 90"
    )
    text = text.replace("a = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ]", "a = 3")
    text = text.replace("[demand.mix]", "[demand.weekdays.fri]\na = 1\n[demand.mix]")
    text = text.replace(
        "breaks = [",
        'shifts = [ { days = "mon-fri", counters = [ "1" ], '
        'from = "20:00", until = "03:00" } ]\nbreaks = [',
    )
    return scenario_in(Source("full", text), folder=Path())


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios say the same; layouts are compared by their hash."""
    assert one.layout.hash == other.layout.hash
    return replace(one, layout=other.layout, file=other.file) == other


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_written_again_reads_the_same(path: Path) -> None:
    scenario = read_scenario(path)

    again = scenario_in(Source("again", scenario_text(scenario)), folder=Path())

    assert same(again, scenario)


def test_every_key_is_written() -> None:
    scenario = a_full_scenario()

    again = scenario_in(Source("again", scenario_text(scenario)), folder=Path())

    assert same(again, scenario)


def test_a_form_is_json_and_reads_the_same() -> None:
    scenario = a_full_scenario()

    again = scenario_of(json.loads(json.dumps(scenario_form(scenario))))

    assert same(again, scenario)


def test_a_steady_run_reads_the_same() -> None:
    scenario = a_steady_scenario(counters=2, per_hour=100, horizon_minutes=1000)

    assert same(scenario_of(scenario_form(scenario)), scenario)


def test_values_that_were_seen_stay_with_their_matter() -> None:
    seen = Service(distribution=Distribution.EMPIRICAL, cv=0.7, values_minutes=(1.5, 2.25))
    scenario = a_full_scenario()
    (first, _), (second, usual) = scenario.services
    scenario = replace(scenario, services=((first, seen), (second, usual)))

    assert same(scenario_of(scenario_form(scenario)), scenario)


def test_a_layout_may_stay_in_its_own_file() -> None:
    form = scenario_form(a_full_scenario(), layout="layout.toml")

    assert form["layout"] == "layout.toml"
    assert "layout_inline" not in form


def test_a_form_that_is_wrong_says_where() -> None:
    form = scenario_form(a_full_scenario())
    form["run"]["days"] = ["soon"]

    with pytest.raises(BadFile) as bad:
        scenario_of(form)

    assert "run.days[0]" in {problem.at for problem in bad.value.problems}


def test_a_layout_with_days_of_its_own_is_written_with_dates() -> None:
    scenario = replace(a_full_scenario(), run=(date(2026, 10, 10),))

    assert "2026-10-10" in scenario_text(scenario)
    assert same(scenario_of(scenario_form(scenario)), scenario)


def test_a_small_layout_keeps_its_hash() -> None:
    layout = a_layout(counters=3, groups=("a", "b"))
    scenario = replace(a_steady_scenario(counters=1, per_hour=1, horizon_minutes=9), layout=layout)

    assert scenario_of(scenario_form(scenario)).layout.hash == layout.hash
