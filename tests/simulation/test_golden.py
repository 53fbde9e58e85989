"""A day with everything in it comes out as it did; meant changes are written by one command."""

from hall.measures.measure import measure
from simulation.run import Runner
from simulation.scenario_file import read_scenario
from tests.simulation.golden.day import DAY, SCENARIO, written


def test_the_golden_day_is_as_it_was() -> None:
    assert written() == DAY.read_text(encoding="utf-8"), (
        "meant? then: python -m tests.simulation.golden"
    )


def test_the_golden_day_has_everything_in_it() -> None:
    runner = Runner(read_scenario(SCENARIO))
    trace, plan = runner.trace(seed=1, replication=0), runner.days[0][1]
    found = measure(trace, plan.layout, days=[plan.calendar.openings])["all"]
    assert {"served", "queued_again", "abandoned"} <= set(trace.stops.outcome)
    assert {"ready", "calling", "serving", "paused", "closed"} == set(trace.states.doing)
    assert {"priority", "appointment", "walk_in"} == set(trace.stops.class_)
    assert {"1", "2", "3", "4"} <= set(trace.stops.counter)
    assert (found["stops_per_visit"] or 0) > 1
    assert (found["over_seats_share"] or 0) > 0
