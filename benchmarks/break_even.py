"""The break-even table of the twelve counters, against the paces that an independent model found.

Sixty days for each demand, two processes, compiling included; first without the compiled twin, then
with it.
"""

import os
import sys
import time
from pathlib import Path

from benchmarks.measuring import bound
from simulation.crew import Crew, crew
from simulation.scenario_file import read_scenario
from simulation.verdict.break_even import BreakEven, Pace, break_even
from simulation.verdict.trials import Trials

EXAMPLES = Path("examples/twelve")
#: Visits a day, and the known paces on the mean wait and on its p90.
KNOWN = {
    800: (1.21, 1.27),
    900: (1.15, 1.22),
    1000: (1.08, 1.16),
    1100: (1.05, 1.13),
    1200: (1.03, 1.10),
}
DAYS, WORKERS = 60, 2
NEAR = 0.04
WITHOUT_SECONDS, WITH_SECONDS = 60, 10


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    known = sys.modules.get("numba")
    sys.modules["numba"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        missed = _table("without the twin", WITHOUT_SECONDS)
    finally:
        del sys.modules["numba"]
        if known is not None:
            sys.modules["numba"] = known
    return missed + _table("with the twin", WITH_SECONDS)


def _table(what: str, most: float) -> int:
    """Print the table and how long it took; return how many bounds were missed."""
    print(f"{what}: visits, mean (95 %), p90 (95 %)", flush=True)
    began, before = time.monotonic(), sum(os.times()[:4])
    missed = 0
    with crew(WORKERS) as hands:
        for visits, (mean, p90) in KNOWN.items():
            found = _found(visits, hands)
            print(f"{visits:>6}  {_said(found.mean)}  {_said(found.p90)}", flush=True)
            missed += sum(
                abs((pace.value or 0) - paces) > NEAR
                for pace, paces in ((found.mean, mean), (found.p90, p90))
            )
    spent = (sum(os.times()[:4]) - before) / WORKERS
    print(f"{time.monotonic() - began:.1f} s by the clock of a machine that others may use too")
    missed += bound(f"paces of the table more than {NEAR} from the known ones", missed, most=0)
    return missed + bound(f"processor seconds of each core {what}", spent, most=most)


def _found(visits: int, hands: Crew) -> BreakEven:
    before, after = (
        read_scenario(EXAMPLES / f"{name}-{visits}.toml") for name in ("silo", "pooled")
    )
    return break_even(Trials(before, after, days=DAYS, crew=hands))


def _said(pace: Pace) -> str:
    return f"{pace.value:.3f} ({pace.low:.3f} … {pace.high:.3f})"


if __name__ == "__main__":
    raise SystemExit(main())
