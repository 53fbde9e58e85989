"""What warm processes cost beside one: processor time of the same replications, alone and in two.

A first job starts the processes and lets them load the twin; what is counted is a second one of
about ten seconds, in this process and in all of the others together.
"""

import os
from pathlib import Path

from benchmarks.measuring import bound
from simulation.crew import Alone, Crew, crew
from simulation.replicate import Extent, replicate
from simulation.scenario_file import read_scenario

SCENARIOS = [
    read_scenario(Path("examples/twelve/silo-1000.toml")),
    read_scenario(Path("examples/twelve/pooled-1000.toml")),
]
#: Enough for each process to have loaded the compiled twin; and about ten seconds of work.
WARM, REPLICATIONS = 250, 1500
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    alone = _cost(Alone())
    with crew(2) as team:
        together = _cost(team)
    print(f"serial {alone:.1f} s, two warm processes {together:.1f} s of processor time")
    return bound("processor time, two warm processes ÷ serial", together / alone, most=1.10)


def _cost(hands: Crew) -> float:
    """Return the processor time of the job, in seconds, here and in all child processes."""
    replicate(SCENARIOS, seed=2, extent=Extent(replications=WARM), crew=hands)
    before = _spent()
    replicate(SCENARIOS, seed=1, extent=Extent(replications=REPLICATIONS), crew=hands)
    return _spent() - before


def _spent() -> float:
    """Return the processor time of this process and its living children, in seconds."""
    total = sum(os.times()[:2])
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) * _TICK_S
    return total
