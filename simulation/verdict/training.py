"""The training plan: which counter should learn which group next, by what each step gains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hall.domain.identities import CounterId, GroupId
from hall.domain.layout import Counter
from hall.measures.measure import Measures
from simulation.scenario import Scenario
from simulation.vary import with_group_pace, with_takes
from simulation.verdict.trials import Trials

#: How many candidates are simulated for each step.
TRIED = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One counter learns one group."""

    counter: CounterId
    group: GroupId
    #: The mean wait in the hall after this step.
    wait_minutes: float
    #: How much of what can be gained by training everybody in everything has been gained by now.
    gain_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """Steps in the order in which they gain most, from the hall of today."""

    wait_minutes: float
    #: With every counter comprehensive.
    best_wait_minutes: float
    steps: tuple[Step, ...]


def training(trials: Trials, *, steps: int, pace: float = 1.0) -> Training:
    """Return the next steps of training, each the one of a few likely ones that gains most.

    Likely is what brings work that waits to counters that are idle: the minutes waited in a group
    times the idle share of a counter. Skills so added form chains, which gain nearly as much as
    full flexibility does.

    Args:
        trials: the hall of today is where the training begins.
        steps: how many steps at most; fewer when everybody knows everything.
        pace: how much longer a newly learned group takes, once learned.

    Source:
        W. C. Jordan, S. C. Graves: Principles on the benefits of manufacturing process
        flexibility, Management Science 41 (1995): chaining. The greedy search is our own.
    """
    hall = trials.before_scenario
    everything = _wait(trials.run([_all_trained(hall, pace)])[0])
    runs, start = trials.before, _wait(trials.before)
    found: list[Step] = []
    while len(found) < steps and (likely := _likely(hall, runs)):
        halls = [_trained(hall, *candidate, pace) for candidate in likely]
        answers = trials.run(halls)
        at = min(range(len(likely)), key=lambda at: _wait(answers[at]))
        hall, runs = halls[at], answers[at]
        (counter, group), wait = likely[at], _wait(runs)
        share = (start - wait) / (start - everything) if start != everything else 1.0
        found.append(Step(counter=counter, group=group, wait_minutes=wait, gain_share=share))
    return Training(wait_minutes=start, best_wait_minutes=everything, steps=tuple(found))


def _likely(hall: Scenario, runs: Sequence[Measures]) -> list[tuple[CounterId, GroupId]]:
    """Return the candidates that promise most; of counters that are alike only the first."""
    worth: dict[tuple[CounterId, GroupId], float] = {}
    alike = set()
    for counter in hall.layout.counters:
        idle = 1 - _mean(run["counters"][counter.id]["utilization"] for run in runs)
        for group in hall.layout.groups:
            kind = (counter.takes, hall.staffing.breaks_of(counter.id), group.id)
            if not _may_learn(counter, group.id) or kind in alike:
                continue
            alike.add(kind)
            worth[counter.id, group.id] = idle * _waited(runs, group.id)
    return sorted(worth, key=lambda candidate: worth[candidate], reverse=True)[:TRIED]


def _may_learn(counter: Counter, group: GroupId) -> bool:
    """Whether a counter could learn a group; one that is kept for some classes stays as it is."""
    return bool(counter.takes) and group not in counter.takes and not counter.classes


def _waited(runs: Sequence[Measures], group: GroupId) -> float:
    figures = [run["groups"][group] for run in runs]
    return _mean((each["arrived"] or 0) * (each["wait_minutes"] or 0) for each in figures)


def _trained(hall: Scenario, counter: CounterId, group: GroupId, pace: float) -> Scenario:
    takes = {*hall.layout.counter_of[counter].takes, group}
    learned = with_takes(hall, {counter: takes})
    return learned if pace == 1 else with_group_pace(learned, counter, {group: pace})


def _all_trained(hall: Scenario, pace: float) -> Scenario:
    groups = [group.id for group in hall.layout.groups]
    new = {
        counter.id: [group for group in groups if _may_learn(counter, group)]
        for counter in hall.layout.counters
    }
    takes = {id_: {*hall.layout.counter_of[id_].takes, *more} for id_, more in new.items() if more}
    learned = with_takes(hall, takes)
    if pace != 1:
        for id_ in takes:
            learned = with_group_pace(learned, id_, dict.fromkeys(new[id_], pace))
    return learned


def _wait(runs: Sequence[Measures]) -> float:
    return _mean(run["all"]["wait_minutes"] for run in runs)


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
