"""The simulation against the tutorial idiom, Ciw and its compiled twin; and its memory.

The day: 1,200 visits to the 12 comprehensive counters of examples/twelve, with lunch breaks, 20 s
from the call to the start and 10 s before a free counter is given the next number. Everybody was
drawn before; all three serve the same people for the same times. The twin is compared with the
reference on the golden hall of the tests, ten times as large: that has everything in it, two
openings, shifts, breaks, re-set counters, backups, bonuses, appointments, several matters,
patience, no-shows and returns; from the visits to the trace, once everything is loaded.
"""

import gc
import os
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import ciw
import simpy

from benchmarks.measuring import bound, percentile
from hall.measures.measure import measure
from simulation.calendar import Bell
from simulation.engine import Simulate, engine
from simulation.model import simulate
from simulation.plan import Plan
from simulation.run import Runner
from simulation.scenario import NoShows, Scenario
from simulation.scenario_file import read_scenario
from simulation.vary import with_demand, with_more_counters
from simulation.visits import Visits

SCENARIO = Path("examples/twelve/pooled-1200.toml")
EVERYTHING = Path("tests/simulation/golden/scenario.toml")
TIMES = 10
DAYS, ROUNDS = 5, 5
MANY_DAYS, WARM = 1_000, 100
MINUTE_MS = 60_000


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    runner = Runner(read_scenario(SCENARIO))
    plan = runner.days[0][1]
    days = [runner.visits(seed=1, replication=number) for number in range(DAYS)]
    ours, tutorials, peers = (_timed(does, plan, days) for does in (_reference, _tutorial, _ciw))
    missed = bound("tutorial idiom ÷ reference model", tutorials / ours, least=4)
    missed += bound("Ciw ÷ reference model", peers / ours, least=3)
    missed += bound("reference model ÷ twin, everything", _twin(Runner(everything())), least=15)
    print(f"reference model ÷ twin, pooled hall: {_twin(runner):.1f}")
    return missed + bound("memory after 1,000 days ÷ after 100", _growth(runner), most=1.02)


def everything() -> Scenario:
    """Return a large hall with everything in it that the model knows."""
    found = read_scenario(EVERYTHING)
    for counter in found.layout.counters:
        found = with_more_counters(found, counter.id, TIMES - 1)
    no_shows = NoShows(share=0.03, seconds=90, return_share=0.5, return_minutes=12)
    assert found.patience is not None
    patience = replace(found.patience, in_vain_seconds=60)
    return with_demand(replace(found, no_shows=no_shows, patience=patience), TIMES)


def _twin(runner: Runner) -> float:
    """Return how many times as long the reference model takes as the twin, from visits to trace."""
    plan = runner.days[0][1]
    days = [runner.visits(seed=1, replication=number) for number in range(DAYS)]
    twin = engine("twin")
    assert all(twin(plan, visits) == simulate(plan, visits) for visits in days)
    print(f"{len(days[0])} visits, {len(plan.takes)} counters", flush=True)
    taken: dict[Simulate, list[float]] = {simulate: [], twin: []}
    for does, _, visits in product(taken, range(2 * ROUNDS), days):
        began = time.process_time()
        does(plan, visits)
        taken[does].append(time.process_time() - began)
    return percentile(taken[simulate], 0.5) / percentile(taken[twin], 0.5)


def _timed(does: Callable[[Plan, Visits], float], plan: Plan, days: list[Visits]) -> float:
    """Return the median processor time of a day, in milliseconds; print it with the mean wait."""
    taken, waits = [], []
    for _ in range(ROUNDS):
        for visits in days:
            began = time.process_time()
            waits.append(does(plan, visits))
            taken.append((time.process_time() - began) * 1000)
    name = does.__name__.strip("_")
    wait = sum(waits) / len(waits)
    print(
        f"{name:>10}: {percentile(taken, 0.5):6.1f} ms a day, mean wait {wait:.2f} min", flush=True
    )
    return percentile(taken, 0.5)


def _reference(plan: Plan, visits: Visits) -> float:
    """Return the mean wait as the reference model and the hall's own measures have it."""
    trace = simulate(plan, visits)
    found = measure(trace, plan.layout, days=[plan.calendar.openings])
    return found["all"]["wait_minutes"] or 0.0


def _tutorial(plan: Plan, visits: Visits) -> float:
    """Return the mean wait as SimPy's tutorials would have it: a process a visit, a store."""
    waits = _Idiom(plan).waits(visits)
    return sum(waits) / len(waits) / MINUTE_MS


class _Idiom:
    """Free counters are things in a store; a visit is a process that takes one and puts it back."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.takes = [takes.groups for takes in plan.takes]
        self.breaks = _breaks(plan)
        self.env = simpy.Environment(plan.calendar.openings[0][0])
        self.counters = simpy.FilterStore(self.env)
        self.waited: list[float] = []

    def waits(self, visits: Visits) -> list[float]:
        """Run a day and return what each visit waited, in milliseconds."""
        for counter in range(len(self.takes)):
            self.counters.put(counter)
            self.env.process(self.rest(counter))
        self.env.process(self.door(visits))
        self.env.run()
        return self.waited

    def door(self, visits: Visits) -> Generator[Any, Any, Any]:
        """Start a process for everybody who comes."""
        group_of = self.plan.group_of_matter
        for at, matters, work in zip(visits.arrival, visits.matters, visits.work, strict=True):
            yield self.env.timeout(at - self.env.now)
            self.env.process(self.visit(group_of[matters[0]], work[0]))

    def visit(self, group: int, work: int) -> Generator[Any, Any, Any]:
        """Wait for a counter that takes the group, be served, leave."""
        came = self.env.now
        counter = yield self.counters.get(lambda counter: group in self.takes[counter])
        self.waited.append(self.env.now - came)
        yield self.env.timeout(self.plan.approach_ms + work)
        self.env.process(self.free(counter))

    def free(self, counter: int) -> Generator[Any, Any, Any]:
        """Put a counter back after the pause, or after its break if that has begun."""
        yield self.env.timeout(self.plan.pause_ms)
        begins, ends = self.breaks[counter]
        if begins <= self.env.now < ends:
            yield self.env.timeout(ends - self.env.now)
        self.counters.put(counter)

    def rest(self, counter: int) -> Generator[Any, Any, Any]:
        """Take an idle counter out of the store for its break."""
        begins, ends = self.breaks[counter]
        yield self.env.timeout(begins - self.env.now)
        if counter in self.counters.items:
            yield self.counters.get(lambda other: other == counter)
            yield self.env.timeout(ends - self.env.now)
            self.counters.put(counter)


class _Drawn(ciw.dists.Distribution):  # type: ignore[misc]
    """Service times that were drawn before, in the order of arrival."""

    def __init__(self, times: list[int]) -> None:
        self.times = times

    def sample(self, t: float | None = None, ind: Any = None) -> int:  # noqa: ARG002
        return self.times[int(ind.id_number) - 1]


def _ciw(plan: Plan, visits: Visits) -> float:
    """Return the mean wait as Ciw has it: all counters alike, their number by a schedule."""
    opens = plan.calendar.openings[0][0]
    gaps = [b - a for a, b in pairwise([opens, *visits.arrival])]
    extra = plan.approach_ms + plan.pause_ms
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[_Drawn([work + extra for (work,) in visits.work])],
        number_of_servers=[_schedule(plan, opens)],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(len(visits))
    waits = [record.waiting_time for record in run.get_all_records()]
    return float(sum(waits)) / len(waits) / MINUTE_MS


def _schedule(plan: Plan, opens: int) -> Any:
    """Return how many counters there are until when."""
    changes: dict[int, int] = {}
    for begins, ends in _breaks(plan).values():
        changes[begins] = changes.get(begins, 0) - 1
        changes[ends] = changes.get(ends, 0) + 1
    numbers, ends_at = [len(plan.takes)], []
    for at in sorted(changes):
        if changes[at]:
            ends_at.append(at - opens)
            numbers.append(numbers[-1] + changes[at])
    return ciw.Schedule(numbers_of_servers=numbers, shift_end_dates=[*ends_at, 10**12])


def _breaks(plan: Plan) -> dict[int, tuple[int, int]]:
    """Return the break of each counter: beginning and end."""
    rings = plan.calendar.rings
    ends = {ring.counter: ring.at_ms for ring in rings if ring.bell is Bell.RESUME}
    return {r.counter: (r.at_ms, ends[r.counter]) for r in rings if r.bell is Bell.PAUSE}


def _growth(runner: Runner) -> float:
    """Return by which factor the memory grows between the 100th and the 1,000th day."""
    for number in range(WARM):
        runner.measures(1, number)
    before = _resident()
    for number in range(WARM, MANY_DAYS):
        runner.measures(1, number)
    return _resident() / before


def _resident() -> int:
    """Return how many bytes of memory this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    raise SystemExit(main())
