"""The compiled twin against the reference model: every day is the same, event by event."""

from hypothesis import given, settings

from simulation.model import simulate
from simulation.plan import Plan
from simulation.twin.simulate import simulate as twin
from simulation.visits import Visits
from tests.simulation.days import plans, visits


@settings(deadline=None, max_examples=300)
@given(plans(), visits())
def test_every_day_is_the_same_event_by_event(plan: Plan, coming: Visits) -> None:
    assert twin(plan, coming) == simulate(plan, coming)
