"""The model against queueing theory; the tolerance is the model's own 99 % confidence interval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from hall.domain.trace import ABSENT, Trace
from hall.measures.measure import Measures
from simulation.formulas import (
    impatient,
    mean_wait,
    mean_wait_general,
    mean_waits_accumulating,
    mean_waits_strict,
)
from simulation.formulas_skills import mean_wait_by_skills
from simulation.replicate import Extent, replicate
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.summary import figure
from tests.simulation.halls import STRICT, TWICE, a_steady_scenario

#: How visits are spread over three or four groups.
SHARES = {3: (0.45, 0.35, 0.2), 4: (0.3, 0.35, 0.15, 0.2)}
#: The wait of the mean citizen, from a replication's measures.
Reading = Callable[[Measures], float | None]


def of_all(run: Measures) -> float | None:
    return run["all"]["wait_minutes"]


def of_class(name: str) -> Reading:
    return lambda run: run["classes"][name]["wait_minutes"]


def assert_agrees(values: list[float | None], theory: float, *, within: float) -> None:
    """The interval covers the theory, and is narrow enough to mean something."""
    found = figure(values, confidence=0.99)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= theory <= found.high, f"{found} does not cover {theory}"
    assert found.half_width is not None
    assert found.half_width <= within * theory, f"{found} is too wide for {theory}"


def runs_of(scenario: Scenario, *, replications: int = 20) -> list[Measures]:
    return replicate([scenario], seed=11, extent=Extent(replications=replications))[0]


@pytest.mark.parametrize(
    ("counters", "load", "minutes"),
    [(1, 0.7, 10_000), (2, 0.75, 4_000), (10, 0.8, 1_200), (24, 0.85, 800)],
)
def test_one_line_waits_as_erlang_c_says(counters: int, load: float, minutes: float) -> None:
    rate = counters * load
    scenario = a_steady_scenario(counters=counters, per_hour=60 * rate, horizon_minutes=minutes)
    theory = mean_wait(arrival_rate=rate, mean_service=1, counters=counters)
    assert_agrees([of_all(run) for run in runs_of(scenario)], theory, within=0.15)


def test_lognormal_services_wait_as_pollaczek_and_khinchine_say() -> None:
    scenario = a_steady_scenario(
        counters=1,
        per_hour=42,
        horizon_minutes=10_000,
        service='distribution = "lognormal"\ncv = 0.8',
    )
    theory = mean_wait_general(arrival_rate=0.7, mean_service=1, cv=0.8)
    assert_agrees([of_all(run) for run in runs_of(scenario)], theory, within=0.15)


def test_calls_in_vain_cost_as_much_as_pollaczek_and_khinchine_say() -> None:
    scenario = a_steady_scenario(
        counters=1,
        per_hour=42,
        horizon_minutes=10_000,
        more="[no_shows]\nshare = 0.2\nseconds = 90",
    )
    mean, square = 0.8 * 1 + 0.2 * 1.5, 0.8 * 2 + 0.2 * 1.5**2
    cv = (square / mean**2 - 1) ** 0.5
    theory = mean_wait_general(arrival_rate=0.7, mean_service=mean, cv=cv)
    assert_agrees([of_all(run) for run in runs_of(scenario)], theory, within=0.15)


@pytest.mark.parametrize(
    "takes",
    [
        (("a", "b"), ("b", "c"), ("c", "a")),
        (("a", "b"), ("b", "c"), ("b", "c"), ("c", "d"), ("d", "a")),
    ],
    ids=["a closed chain", "a longer one, one link twice"],
)
def test_chained_skills_wait_as_adan_and_weiss_say(takes: Sequence[tuple[str, str]]) -> None:
    groups = sorted({group for pair in takes for group in pair})
    rates = [0.8 * len(takes) * share for share in SHARES[len(groups)]]
    scenario = a_steady_scenario(
        counters=[f'takes = [ "{first}", "{second}" ]' for first, second in takes],
        per_hour={group: 60 * rate for group, rate in zip(groups, rates, strict=True)},
        horizon_minutes=5_000,
    )
    theory = mean_wait_by_skills(
        arrival_rates=rates,
        takes=[[groups.index(group) for group in pair] for pair in takes],
        mean_service=1,
    )
    assert_agrees([of_all(run) for run in runs_of(scenario)], theory, within=0.15)


def test_three_strict_priorities_wait_as_cobham_says() -> None:
    shares = {"priority": 0.2, "appointment": 0.3}
    scenario = a_steady_scenario(
        counters=5, per_hour=60 * 4, horizon_minutes=2_500, classes=STRICT, shares=shares
    )
    theory = mean_waits_strict(arrival_rates=[0.8, 1.2, 2.0], mean_service=1, counters=5)
    runs = runs_of(scenario)
    for name, wait in zip(("priority", "appointment", "walk_in"), theory, strict=True):
        assert_agrees([of_class(name)(run) for run in runs], wait, within=0.15)


def test_accumulating_priorities_wait_as_kleinrock_says() -> None:
    scenario = a_steady_scenario(
        counters=1, per_hour=42, horizon_minutes=10_000, classes=TWICE, shares={"priority": 0.4}
    )
    theory = mean_waits_accumulating(
        arrival_rates=[0.28, 0.42], weights=[2, 1], mean_service=1, cv=1
    )
    runs = runs_of(scenario)
    for name, wait in zip(("priority", "walk_in"), theory, strict=True):
        assert_agrees([of_class(name)(run) for run in runs], wait, within=0.15)


def waited_of_all(trace: Trace) -> Mapping[str, float]:
    """Return the shares and the mean wait over all who came, those who left among them."""
    stops = trace.stops
    ends = [c if c != ABSENT else f for c, f in zip(stops.called, stops.finished, strict=True)]
    waits = [end - due for end, due in zip(ends, stops.due, strict=True)]
    return {
        "waiting_share": sum(wait > 0 for wait in waits) / len(waits),
        "abandoned_share": sum(called == ABSENT for called in stops.called) / len(waits),
        "mean_wait": sum(waits) / len(waits) / 60_000,
    }


def test_those_who_leave_leave_as_erlang_a_says() -> None:
    scenario = a_steady_scenario(
        counters=5,
        per_hour=60 * 6,
        horizon_minutes=2_000,
        patience='distribution = "weibull"\nmean_minutes = 2\nshape = 1',
    )
    theory = impatient(arrival_rate=6, mean_service=1, counters=5, mean_patience=2)
    runner = Runner(scenario)
    found = [waited_of_all(runner.trace(11, replication)) for replication in range(20)]
    wanted: dict[str, Any] = {
        name: getattr(theory, name) for name in ("waiting_share", "abandoned_share", "mean_wait")
    }
    for name, value in wanted.items():
        assert_agrees([each[name] for each in found], value, within=0.05)
