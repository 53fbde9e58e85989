"""Other ways to the same end: some counters kept special, and other ways to call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hall.domain.identities import CounterId, GroupId
from hall.domain.layout import Policy
from simulation.vary import with_pace, with_policy, with_takes
from simulation.verdict.learning import Learning
from simulation.verdict.load import loads
from simulation.verdict.stage import Stage, stage
from simulation.verdict.trials import Trials

#: Which shares of the comprehensive counters are kept special.
SHARES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hybrid:
    """The planned hall with some of its comprehensive counters kept special."""

    #: Which counters take which group alone, at the pace of specialists.
    special: tuple[tuple[CounterId, GroupId], ...]
    #: With everybody else at the first pace, and at the settled one.
    first: Stage
    settled: Stage


def hybrids(trials: Trials, learning: Learning) -> tuple[Hybrid, ...]:
    """Return the planned hall with a quarter, a half, three quarters of its generalists special.

    Special counters are shared out to the groups by their work, the largest remainder first; they
    are as quick as special counters are, pace 1.
    """
    hall = trials.after_scenario
    every = len(hall.layout.groups)
    general = [c.id for c in hall.layout.counters if every > 1 and len(c.takes) == every]
    found = []
    for share in SHARES:
        groups = shared_out(loads(hall), round(share * len(general)))
        if not groups or len(groups) == len(general):
            continue
        special = tuple(zip(_spread(general, len(groups)), groups, strict=True))
        varied = with_takes(hall, {counter: [group] for counter, group in special})
        others = {c.id for c in hall.layout.counters} - {counter for counter, _ in special}
        paces = (learning.first, learning.settled)
        runs = trials.run([with_pace(varied, pace, others) for pace in paces])
        stages = [stage(trials, *pair) for pair in zip(runs, paces, strict=True)]
        found.append(Hybrid(special=special, first=stages[0], settled=stages[1]))
    return tuple(found)


def policies(trials: Trials, pace: float) -> dict[Policy, Stage]:
    """Return the planned hall at a pace under each way in which citizens and counters meet."""
    hall = with_pace(trials.after_scenario, pace)
    runs = trials.run([with_policy(hall, policy) for policy in Policy])
    return {policy: stage(trials, each, pace) for policy, each in zip(Policy, runs, strict=True)}


def shared_out(shares: dict[GroupId, float], seats: int) -> list[GroupId]:
    """Return a group for each of some seats, by shares that add up to 1, largest remainder first.

    Example:
        >>> shared_out({GroupId("a"): 0.7, GroupId("b"): 0.3}, 4)
        ['a', 'a', 'a', 'b']
    """
    whole = {group: int(share * seats) for group, share in shares.items()}
    rest = sorted(shares, key=lambda group: whole[group] - shares[group] * seats)
    for group in rest[: seats - sum(whole.values())]:
        whole[group] += 1
    return [group for group, many in whole.items() for _ in range(many)]


def _spread(counters: Sequence[CounterId], many: int) -> Iterable[CounterId]:
    """Return some counters, evenly over the hall, so that breaks hit both kinds alike."""
    return [counters[at * len(counters) // many] for at in range(many)]
