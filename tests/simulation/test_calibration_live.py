"""A journal that the live hall itself wrote is calibrated like any other."""

from pathlib import Path

import pytest

from hall.context import Context
from hall.operations.counters import close_counter
from hall.operations.day import close_day
from simulation.calibration.calibrate import calibrate
from simulation.demand import People
from simulation.past import past_of
from simulation.plan import plan_of
from simulation.streams import Key
from tests.halls import MANAGER, FakeClock, a_hall
from tests.simulation.test_live_and_simulated import Clerks, _scenario, layout_text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_live_hall_calibrates_itself(context: Context, clock: FakeClock, tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, walk=0)
    day = scenario.run[0]  # type: ignore[index]
    plan = plan_of(scenario, day)
    visits = People(scenario).draw(Key(seed=1, replication=0, day=0), plan.calendar.openings)
    hall = a_hall(context, clock, layout_text(walk=0))
    Clerks(hall=hall, plan=plan, visits=visits).work_through()
    for counter in plan.layout.counters:
        hall.do(close_counter, MANAGER, counter=counter.id)
    hall.do(close_day, MANAGER)

    found = calibrate(past_of(hall.events()))

    assert found.days == (day,)
    assert found.visits == len(visits)
    assert found.layout_hash == plan.layout.hash
    assert found.scenario.approach_seconds == scenario.approach_seconds
    counts = [evidence.n for evidence in found.evidence if evidence.figure == "service_minutes"]
    assert 0 < sum(counts) <= sum(map(len, visits.matters))
