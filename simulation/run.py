"""Running scenarios: each replication is the same, however many there are and wherever they run."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product

from hall.domain.identities import TicketId
from hall.domain.trace import States, Stops, Trace
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Measures, measure
from simulation.demand import People
from simulation.model import simulate
from simulation.plan import Plan, plan_of
from simulation.scenario import Scenario, Steady
from simulation.streams import Key
from simulation.summary import is_precise
from simulation.visits import Visits

#: A stated precision takes at least and at most so many replications.
FEWEST, MOST = 10, 1000

#: Which scenario, which replication.
Task = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """How many replications: so many, or until the mean wait is known to within a share of it."""

    replications: int = 20
    precision: float | None = None


class Runner:
    """One scenario, ready to run any of its replications."""

    def __init__(self, scenario: Scenario) -> None:
        days = (None,) if isinstance(scenario.run, Steady) else scenario.run
        self.scenario = scenario
        self.days: list[tuple[date | None, Plan]] = [(day, plan_of(scenario, day)) for day in days]
        self._people = People(scenario)

    def visits(self, seed: int, replication: int, at: int = 0) -> Visits:
        """Return who comes on one day of a replication, by its position among the days."""
        day, plan = self.days[at]
        key = Key(seed=seed, replication=replication, day=day.toordinal() if day else 0)
        return self._people.draw(key, plan.calendar.openings)

    def trace(self, seed: int, replication: int, at: int = 0) -> Trace:
        """Return what happens on one day of a replication."""
        return simulate(self.days[at][1], self.visits(seed, replication, at))

    def measures(self, seed: int, replication: int) -> Measures:
        """Return the figures of one replication over all its days."""
        run, layout = self.scenario.run, self.scenario.layout
        if isinstance(run, Steady):
            since, until = run.warm_up_minutes * MINUTE_MS, run.horizon_minutes * MINUTE_MS
            trace = self.trace(seed, replication)
            return measure(trace, layout, days=[], since_ms=round(since), until_ms=round(until))
        traces = [self.trace(seed, replication, at) for at in range(len(self.days))]
        openings = [plan.calendar.openings for _, plan in self.days]
        return measure(_together(traces), layout, days=openings)


def replicate(
    scenarios: Sequence[Scenario],
    *,
    seed: int,
    extent: Extent,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _known: None,
) -> list[list[Measures]]:
    """Return the figures of every replication, per scenario; the nth always meets the same people.

    Args:
        scenarios: what to run.
        seed: another seed meets other people.
        extent: how many replications; with a precision, until every scenario reaches it.
        workers: how many processes; the figures do not depend on it.
        progress: is told how many runs are done, of how many as far as is known.
    """
    found: list[list[Measures]] = [[] for _ in scenarios]
    with _mapping(scenarios, workers) as run:
        while (more := _missing(found, extent)) > 0:
            done = len(found[0])
            numbers = range(done, done + more)
            tasks = [(at, number) for number, at in product(numbers, range(len(scenarios)))]
            for (at, _), measures in zip(tasks, run(seed, tasks), strict=True):
                found[at].append(measures)
                progress(sum(map(len, found)), len(scenarios) * (done + more))
    return found


def _missing(found: Sequence[Sequence[Measures]], extent: Extent) -> int:
    """Return how many more replications to run before looking again."""
    done = len(found[0])
    if extent.precision is None:
        return extent.replications - done
    if done < FEWEST:
        return FEWEST - done
    if all(is_precise(runs, extent.precision) for runs in found):
        return 0
    return min(done, MOST - done)


@contextmanager
def _mapping(
    scenarios: Sequence[Scenario], workers: int
) -> Iterator[Callable[[int, list[Task]], Iterator[Measures]]]:
    """Yield what runs tasks in order, here or in processes of their own."""
    if workers == 1:
        runners = [Runner(scenario) for scenario in scenarios]
        yield lambda seed, tasks: (runners[at].measures(seed, number) for at, number in tasks)
        return
    with ProcessPoolExecutor(workers, initializer=_prepare, initargs=(scenarios,)) as pool:
        yield lambda seed, tasks: pool.map(
            partial(_one, seed), tasks, chunksize=max(1, min(8, len(tasks) // (4 * workers)))
        )


#: In a worker process: its scenarios, ready to run.
_ready: list[Runner] = []


def _prepare(scenarios: Sequence[Scenario]) -> None:
    _ready[:] = [Runner(scenario) for scenario in scenarios]


def _one(seed: int, task: Task) -> Measures:
    at, number = task
    return _ready[at].measures(seed, number)


def _together(traces: Sequence[Trace]) -> Trace:
    """Return the traces of several days as one; a ticket number of each day is another ticket."""
    if len(traces) == 1:
        return traces[0]
    stops, states = Stops(), States()
    for day, trace in enumerate(traces):
        stops.ticket.extend(TicketId(f"{day}/{ticket}") for ticket in trace.stops.ticket)
        for name in Stops.__slots__:
            if name != "ticket":
                getattr(stops, name).extend(getattr(trace.stops, name))
        for name in States.__slots__:
            getattr(states, name).extend(getattr(trace.states, name))
    return Trace(stops=stops, states=states)
