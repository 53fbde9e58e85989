"""What people are told about the wait on simulated days; benchmarks/estimate.py has 100 of them."""

from statistics import fmean

import pytest

from benchmarks.estimate import FRESH, SCENARIO, Asked, asked, learned, minutes_off
from simulation.scenario_file import read_scenario

#: In one process: what is found once serves all of them.
pytestmark = pytest.mark.xdist_group("estimate")


@pytest.fixture(scope="module")
def told() -> list[Asked]:
    """What those who had to wait were told on fresh days, with what days before them taught."""
    scenario = read_scenario(SCENARIO)
    known = learned(scenario, days=6)
    return list(asked(scenario, seed=FRESH, days=7, known=known))


def test_the_error_is_a_third_below_people_ahead_over_counters(told: list[Asked]) -> None:
    plain = minutes_off([one.outlook.plain_ms - one.waited_ms for one in told])
    ours = minutes_off([one.outlook.likely_ms - one.waited_ms for one in told])
    assert ours < 0.65 * plain


def test_eight_of_ten_wait_as_they_were_told(told: list[Asked]) -> None:
    assert fmean(one.is_held for one in told) == pytest.approx(0.8, abs=0.04)
