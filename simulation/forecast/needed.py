"""How many counters a part of the day needs, by groups that share them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hall.domain.identities import CounterId, GroupId
from hall.domain.tickets import Line
from simulation.forecast.known import Known
from simulation.forecast.rest import Rest
from simulation.formulas import waiting_probability

#: Which groups a counter takes at some time of the day.
_Taken = dict[CounterId, frozenset[GroupId]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Groups that share counters, directly or through others, and all counters that take them."""

    groups: frozenset[GroupId]
    counters: frozenset[CounterId]
    taken: _Taken

    def alike(self, group: GroupId) -> frozenset[GroupId]:
        """Return the groups that exactly the same counters take."""

        def takers(one: GroupId) -> set[CounterId]:
            return {counter for counter, groups in self.taken.items() if one in groups}

        return frozenset(other for other in self.groups if takers(other) == takers(group))


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What a part of the day asks of a pool."""

    pool: Pool
    needed: int
    #: How many will be there on average, by the roster and by who is open now.
    planned: float
    coming: float


def pools(known: Known) -> list[Pool]:
    """Return the pools of a hall: no citizen of one can be served by a counter of another."""
    taken: _Taken = {counter.id: counter.ever_takes() for counter in known.layout.counters}
    left = {group.id for group in known.layout.groups}
    found = []
    while left:
        groups = {min(left)}
        counters: set[CounterId] = set()
        while more := {c for c, of in taken.items() if of & groups} - counters:
            counters |= more
            groups |= {group for counter in more for group in taken[counter]}
        mine = {counter: taken[counter] for counter in counters}
        found.append(Pool(groups=frozenset(groups), counters=frozenset(counters), taken=mine))
        left -= groups
    return found


def needs(rest: Rest, pool: Pool, spans: Sequence[tuple[int, int]]) -> Iterator[Need]:
    """Yield what each part of the day asks of a pool, if all parts before were given theirs.

    Enough counters for those who come, so that the hall's share of them is called within its
    target (Erlang C), and to work off within the part whoever has waited too long already. What
    more counters than there are would do is left to the parts that follow.

    Args:
        rest: the rest of the day.
        pool: the groups and counters.
        spans: the parts, in order: from when until when.
    """
    known = rest.known
    waiting = float(sum(line.group in pool.groups for line, _, _ in known.waiting))
    for span in spans:
        length_ms = span[1] - span[0]
        coming, mean_ms = _coming(rest, pool, span)
        too_long = max(0.0, waiting - coming * known.target_ms / length_ms)
        found = _enough(known, (coming + too_long) / length_ms, mean_ms)
        there = sum(_overlap(known, counter, span) for counter in pool.counters) / length_ms
        yield Need(pool=pool, needed=found, planned=there, coming=coming)
        able = max(there, min(found, len(pool.counters))) * length_ms / mean_ms
        waiting = max(0.0, waiting + coming - able)


def _coming(rest: Rest, pool: Pool, span: tuple[int, int]) -> tuple[float, float]:
    """Return how many join the pool's lines within a part of the day, and their mean work."""
    known = rest.known
    lines = {
        line: _expected(known, line, rest, span)
        for line in rest.coming()
        if line.group in pool.groups
    }
    people = sum(lines.values())
    if people:
        return people, sum(n * rest.mean_ms(line) for line, n in lines.items()) / people
    usual = [known.work_ms[group] for group in pool.groups]
    return 0.0, max(1.0, sum(usual) / len(usual))


def _enough(known: Known, per_ms: float, mean_ms: float) -> int:
    """Return how few counters call the hall's share of people within its target."""
    load = per_ms * mean_ms
    counters = math.floor(load) + 1 if load > 0 else 0
    while counters and 1 - known.target_share < waiting_probability(
        offered_load=load, counters=counters
    ) * math.exp(-(counters - load) * known.target_ms / mean_ms):
        counters += 1
    return counters


def _expected(known: Known, line: Line, rest: Rest, span: tuple[int, int]) -> float:
    """Return how many join a line between two moments of one part of the day."""
    part = (span[0] - known.midnight_ms) // known.part_ms
    return float(rest.coming()[line][part]) * (span[1] - span[0]) / known.part_ms


def _overlap(known: Known, counter: CounterId, span: tuple[int, int]) -> int:
    """Return for how long a counter is staffed between two moments."""
    busy = known.counters.get(counter)
    spans = busy.spans if busy else ()
    return sum(max(0, min(until, span[1]) - max(start, span[0])) for start, until in spans)
