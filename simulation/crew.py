"""Who does the runs: this process, warm processes beside it, or a cluster."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from hall.domain.reading import BadFile, Problem
from simulation.run import Runner
from simulation.scenario import Scenario

#: Which scenario, which replication.
Task = tuple[int, int]
#: What is asked of a replication of a scenario: a function of a module, so that it can travel.
Question = Callable[[Runner, int, int], Any]
#: What travels once to each process: the scenarios and the question, pickled.
Job = bytes

#: How many jobs a process keeps ready; a search asks about one pair of scenarios after another.
_KEPT = 4
#: At most so many replications travel together.
_CHUNK = 32


class Crew(Protocol):
    """Does runs, and gives the answers in order."""

    #: How many work at once.
    hands: int

    def run(
        self, scenarios: Sequence[Scenario], question: Question, seed: int, tasks: Sequence[Task]
    ) -> Iterator[Any]:
        """Yield the answer to the question for each task, in the order of the tasks."""
        ...


class Alone:
    """This process does all the work."""

    hands = 1

    def run(
        self, scenarios: Sequence[Scenario], question: Question, seed: int, tasks: Sequence[Task]
    ) -> Iterator[Any]:
        """Yield the answer to the question for each task, in the order of the tasks."""
        runners = [Runner(scenario) for scenario in scenarios]
        for at, number in tasks:
            yield question(runners[at], seed, number)


class Team:
    """Processes that stay warm from one search to the next, here or on a cluster."""

    def __init__(self, hands: int, give: Callable[[Job, int, list[list[Task]]], Iterator[Any]]):
        self.hands = hands
        self._give = give

    def run(
        self, scenarios: Sequence[Scenario], question: Question, seed: int, tasks: Sequence[Task]
    ) -> Iterator[Any]:
        """Yield the answer to the question for each task, in the order of the tasks."""
        job = pickle.dumps((list(scenarios), question))
        size = max(1, min(_CHUNK, len(tasks) // (4 * self.hands)))
        chunks = [list(tasks[at : at + size]) for at in range(0, len(tasks), size)]
        for answers in self._give(job, seed, chunks):
            yield from answers


@contextmanager
def crew(workers: int = 1, *, dask: str | None = None) -> Iterator[Crew]:
    """Yield who does the runs; what they answer does not depend on who they are.

    Args:
        workers: how many processes on this machine; 1 is this process alone.
        dask: the address of a Dask scheduler instead, on whose workers this project is installed.

    Raises:
        BadFile: there is no scheduler at that address, or Dask is not installed here.
    """
    if dask is not None:
        with _cluster(dask) as team:
            yield team
    elif workers == 1:
        yield Alone()
    else:
        with ProcessPoolExecutor(workers) as pool:
            yield Team(workers, lambda job, seed, chunks: pool.map(partial(_do, job, seed), chunks))


@contextmanager
def _cluster(address: str) -> Iterator[Team]:
    """Yield the workers of a cluster; a job is sent to each of them once."""
    try:
        from distributed import Client  # noqa: PLC0415  # an extra: the others do without

        known = Client(address)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, ModuleNotFoundError) as error:
        problem = f"no scheduler can be reached: {error}"
        raise BadFile(address, [Problem(at="dask", problem=problem)]) from error
    with known as client:

        def give(job: Job, seed: int, chunks: list[list[Task]]) -> Iterator[Any]:
            there = client.scatter(job, broadcast=True, hash=False)
            futures = [client.submit(_do, there, seed, chunk, pure=False) for chunk in chunks]
            return (future.result() for future in futures)

        yield Team(sum(client.nthreads().values()), give)


#: In a process of the team: the jobs it knows, ready to run, the latest last.
_ready: dict[Job, tuple[list[Runner], Question]] = {}


def _do(job: Job, seed: int, chunk: Sequence[Task]) -> list[Any]:
    """Return the answers for some tasks of a job."""
    known = _ready.pop(job, None)
    if known is None:
        scenarios, question = pickle.loads(job)  # noqa: S301  # from the process that asks
        known = [Runner(scenario) for scenario in scenarios], question
        if len(_ready) >= _KEPT:
            _ready.pop(next(iter(_ready)))
    _ready[job] = known
    runners, question = known
    return [question(runners[at], seed, number) for at, number in chunk]
