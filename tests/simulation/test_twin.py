"""The compiled twin against the reference model: every day is the same, event by event."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from hall.dispatch import pick, rule
from simulation import engine as engines
from simulation.engine import engine
from simulation.model import simulate
from simulation.plan import Plan
from simulation.run import Runner
from simulation.scenario_file import read_scenario
from simulation.twin.compiled import digest
from simulation.twin.simulate import simulate as twin
from simulation.visits import Visits
from tests.simulation.days import plans, visits
from tests.simulation.golden.day import SCENARIO
from tests.simulation.halls import EXAMPLES


@settings(deadline=None, max_examples=300)
@given(plans(), visits())
def test_every_day_is_the_same_event_by_event(plan: Plan, coming: Visits) -> None:
    assert twin(plan, coming) == simulate(plan, coming)


@pytest.mark.parametrize(
    "path",
    [SCENARIO, EXAMPLES / "twelve/pooled-1200.toml", EXAMPLES / "xinglongtai/before.toml"],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_whole_hall_is_the_same_event_by_event(path: Path) -> None:
    scenario = read_scenario(path)
    ours, theirs = (Runner(scenario, engine(name)) for name in ("twin", "simpy"))
    assert ours.trace(3, 0) == theirs.trace(3, 0)
    assert ours.measures(3, 1) == theirs.measures(3, 1)


def test_the_twin_is_loaded_once_that_pays_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = read_scenario(SCENARIO)
    reference = Runner(scenario, simulate)
    monkeypatch.setattr(engines, "_MANY", 3)
    monkeypatch.setattr(engines._Days, "done", 0)
    monkeypatch.setattr(engines._Days, "simulate", staticmethod(simulate))
    runner = Runner(scenario)
    used = []
    for number in range(4):
        assert runner.trace(5, number) == reference.trace(5, number)
        used.append(engines._Days.simulate)
    assert used == [simulate, simulate, twin, twin]


def test_without_numba_the_reference_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read_scenario(SCENARIO)
    monkeypatch.setattr(engines, "find_spec", lambda _name: None)
    monkeypatch.setattr(engines, "_MANY", 1)
    monkeypatch.setattr(engines._Days, "done", 0)
    monkeypatch.setattr(engines._Days, "simulate", staticmethod(simulate))
    assert Runner(scenario).trace(5, 0) == Runner(scenario, simulate).trace(5, 0)
    assert engines._Days.simulate is simulate


def test_the_twin_is_compiled_anew_when_what_it_is_made_of_changes() -> None:
    assert digest([pick, rule]) == digest([pick, rule]) != digest([pick])
