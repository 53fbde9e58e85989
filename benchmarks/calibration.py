"""Two months of a known hall, simulated, exported and calibrated, forty times.

Each stated 95 % interval must cover the truth in at least 34 of 40, and the hall as a whole must be
found within 2 %. The hall of the tests and one twice as large, with as long waits; two processes;
every tenth month goes through the text of a journal.
"""

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.measuring import bound
from hall.domain.events import event_form
from simulation.calibration.calibrate import Calibration, calibrate
from simulation.journal import journal
from simulation.past import Past, read_past
from simulation.scenario import Scenario
from simulation.vary import with_demand, with_more_counters
from tests.simulation.round_trip import Coverage, Whose, a_hall, a_past, is_cell, truths

SEEDS, AT_LEAST = 40, 34
#: Every so many months one is written as a journal and read again.
WRITTEN = 10
TIMES = 2


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    missed = 0
    for name, scenario in (("small hall", a_hall()), ("twice as large", larger(a_hall()))):
        coverage = covered(scenario)
        often = {whose: sum(c) for whose, c in coverage.covered.items() if not is_cell(whose)}
        for whose, times in often.items():
            stated = len(coverage.covered[whose])
            print(
                f"{name}: {' '.join(whose)}: {times} of {stated}, bias {coverage.bias(whose):+.3f}"
            )
        missed += bound(f"{name}: fewest covered of {SEEDS}", min(often.values()), least=AT_LEAST)
        for whose in hall_wide(coverage):
            off = abs(coverage.bias(whose))
            missed += bound(f"{name}: bias of {' '.join(whose)}, %", 100 * off, most=2)
    return missed


def larger(scenario: Scenario) -> Scenario:
    """Return the hall with twice as many people and counters."""
    for counter in scenario.layout.counters:
        scenario = with_more_counters(scenario, counter.id, TIMES - 1)
    return with_demand(scenario, TIMES)


def covered(scenario: Scenario) -> Coverage:
    """Return how often the intervals of forty calibrations cover."""
    found = Coverage()
    with ProcessPoolExecutor(2) as pool:
        for calibration, truth in pool.map(partial(once, scenario), range(SEEDS)):
            found.add(calibration, truth)
    return found


def once(scenario: Scenario, seed: int) -> tuple[Calibration, dict[Whose, float]]:
    """Return the calibration of two months, and what it should have found."""
    past = a_past(scenario, seed=seed)
    truth = truths(past, scenario, seed=seed)
    if seed % WRITTEN:
        return calibrate(past), truth
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(written(scenario, past))
        return calibrate(read_past(file)), truth


def written(scenario: Scenario, past: Past) -> Iterator[str]:
    """Yield the journal of some days, line by line."""
    last = None
    for day in past.days:
        roster = scenario.staffing if last is None else None
        events = journal(scenario.layout, day.trace, day=day.day, roster=roster, after=last)
        last = events[-1]
        for event in events:
            yield json.dumps(event_form(event), ensure_ascii=False) + "\n"


def hall_wide(coverage: Coverage) -> list[Whose]:
    """Return the figures of the hall as a whole."""
    return [
        whose
        for whose in coverage.covered
        if whose == ("visits_per_hour",) or whose[0] == "service_minutes"
    ]


if __name__ == "__main__":
    raise SystemExit(main())
