"""Running scenarios again and again, on the same people, until enough is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hall.measures.measure import Measures
from simulation.crew import Alone, Crew
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.summary import replications_needed

#: A stated precision takes at least and at most so many replications.
FEWEST, MOST = 10, 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """How many replications: so many, or until the mean wait is known to within a share of it."""

    replications: int = 20
    precision: float | None = None


def replicate(
    scenarios: Sequence[Scenario],
    *,
    seed: int,
    extent: Extent,
    crew: Crew | None = None,
    progress: Callable[[int, int], None] = lambda _done, _known: None,
) -> list[list[Measures]]:
    """Return the figures of every replication, per scenario; the nth always meets the same people.

    Args:
        scenarios: what to run.
        seed: another seed meets other people.
        extent: how many replications; with a precision, until every scenario reaches it, or
            ``MOST`` are done.
        crew: who does it; the figures do not depend on it.
        progress: is told how many runs are done, of how many as far as is known.
    """
    hands = Alone() if crew is None else crew
    found: list[list[Measures]] = [[] for _ in scenarios]
    while (more := _missing(found, extent)) > 0:
        done = len(found[0])
        numbers = range(done, done + more)
        tasks = [(at, number) for number, at in product(numbers, range(len(scenarios)))]
        answers = hands.run(scenarios, Runner.measures, seed, tasks)
        for (at, _), measures in zip(tasks, answers, strict=True):
            found[at].append(measures)
            progress(sum(map(len, found)), len(scenarios) * (done + more))
    return [runs[: len(runs) + more] for runs in found]


def each(
    scenario: Scenario,
    question: Callable[[Runner, int, int], Any],
    *,
    seed: int,
    replications: int,
    crew: Crew | None = None,
) -> list[Any]:
    """Return what a question of one's own finds in each replication of a scenario.

    Args:
        scenario: what to run.
        question: asked of the runner, the seed and the number of the replication; a function of a
            module, so that it can be sent to another process.
        seed: another seed meets other people.
        replications: how many.
        crew: who does it; the answers do not depend on it.
    """
    hands = Alone() if crew is None else crew
    return list(hands.run([scenario], question, seed, [(0, n) for n in range(replications)]))


def _missing(found: Sequence[Sequence[Measures]], extent: Extent) -> int:
    """Return how many more replications to run before looking again; below 0, how many to drop.

    They are dropped so that the answer does not depend on how many were run at once.
    """
    done = len(found[0])
    if extent.precision is None:
        return extent.replications - done
    needed = [
        replications_needed(
            [run["all"]["wait_minutes"] for run in runs], extent.precision, fewest=FEWEST
        )
        for runs in found
    ]
    known = [number for number in needed if number is not None]
    if len(known) == len(needed):
        return min(max(known), MOST) - done
    return min(max(FEWEST, done // 4), MOST - done)
