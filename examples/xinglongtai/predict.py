"""Calibrate 兴隆台 before its reform to the published wait, and predict the wait after it.

``python -m examples.xinglongtai.predict`` from the checkout. Published (兴隆台区人民政府,
2025-07-14): 10 minutes before, with 75 special counters; 5 minutes after, with 34 comprehensive
ones. One parameter is free, how many citizens come, and it is set by the hall before alone. The
pace of generalists is not published: the wait after is predicted for each pace from 1.0 to 1.2.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulation.crew import Crew, crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.summary import Figure, figure
from simulation.vary import with_demand, with_pace
from simulation.verdict.break_even import root

HERE = Path(__file__).parent
BEFORE_MINUTES, AFTER_MINUTES = 10.0, 5.0
#: How many times the citizens of the files come.
FACTORS = (0.9, 0.95, 1.0, 1.05, 1.1)
PACES = (1.0, 1.05, 1.1, 1.15, 1.2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What the hall before says about the hall after."""

    #: How many times the citizens of the files come, with its 95 % interval.
    factor: Figure
    #: The predicted mean wait after the reform, in minutes, for each of ``PACES``.
    waits: tuple[Figure, ...]
    #: At which pace the prediction is the published wait, if at any, with its 95 % interval.
    pace: Figure


def predict(*, days: int, seed: int = 1, hands: Crew | None = None) -> Prediction:
    """Return the prediction, from so many days."""
    before, after = (read_scenario(HERE / f"{name}.toml") for name in ("before", "after"))
    busier = [with_demand(before, factor) for factor in FACTORS]
    factor = _where(FACTORS, _waits(busier, days, seed, hands), BEFORE_MINUTES)
    if factor.mean is None:
        raise ValueError(f"no factor of {FACTORS} gives {BEFORE_MINUTES:g} minutes")
    calibrated = with_demand(after, factor.mean)
    waits = _waits([with_pace(calibrated, pace) for pace in PACES], days, seed, hands)
    return Prediction(factor=factor, waits=tuple(waits), pace=_where(PACES, waits, AFTER_MINUTES))


def _waits(scenarios: Sequence[Scenario], days: int, seed: int, hands: Crew | None) -> list[Figure]:
    runs = replicate(scenarios, seed=seed, extent=Extent(replications=days), crew=hands)
    return [figure(run["all"]["wait_minutes"] for run in each) for each in runs]


def _where(at: Sequence[float], waits: Sequence[Figure], minutes: float) -> Figure:
    """Return where the mean wait is so long; the interval is that of the wait, turned round."""
    lines = [
        [(end or 0.0) - minutes for end in ends] for ends in zip(*map(_ends, waits), strict=True)
    ]
    mean, low, high = (root(at, line) for line in lines)
    return Figure(mean=mean, low=low, high=high)


def _ends(wait: Figure) -> tuple[float | None, float | None, float | None]:
    return wait.mean, wait.high, wait.low


def main() -> None:
    """Print the prediction."""
    parser = argparse.ArgumentParser(description="Predict the wait after the reform.")
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    with crew(given.workers) as hands:
        found = predict(days=given.days, hands=hands)
    print(f"before: {said(found.factor)} times the citizens of the files give 10 minutes")
    for pace, wait in zip(PACES, found.waits, strict=True):
        print(f"after, pace {pace:.2f}: {said(wait)} minutes")
    low, high = found.waits[0].low or 0, found.waits[-1].high or 0
    inside = "inside" if low <= AFTER_MINUTES <= high else "outside"
    print(
        f"the published 5 minutes lie {inside} {low:.1f} … {high:.1f}, at pace {said(found.pace)}"
    )


def said(value: Figure) -> str:
    """Return a figure with its interval."""
    numbers = (value.mean, value.low, value.high)
    mean, low, high = ("–" if number is None else f"{number:.2f}" for number in numbers)
    return f"{mean} ({low} … {high})"


if __name__ == "__main__":
    main()
