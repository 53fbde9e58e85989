"""Which line a free counter calls, and which counter a new ticket goes to: plain arithmetic."""

from collections.abc import Sequence
from typing import NamedTuple

#: The ``due_ms`` of a line in which nobody waits.
NOBODY = -(2**62)


class Terms(NamedTuple):
    """What one counter thinks of one line; all whole numbers, so that no rounding can differ.

    ``score = head_start + weight × waited_ms``, both in thousandths of a millisecond.
    """

    #: Where the line stands in the caller's arrays.
    line: int
    #: Strict classes come first, by rank; all others share the last rank.
    rank: int
    #: Credit and bonus, in thousandths of a millisecond.
    head_start: int
    #: What a millisecond of waiting is worth, in thousandths.
    weight: int
    #: How long the head must have waited before this counter helps out; 0 for no condition.
    after_ms: int
    #: Whether the head may be called before it is due.
    early: bool


def score(terms: Terms, due_ms: int, now_ms: int) -> int:
    """Return what the head of a line is worth at ``now_ms``, in thousandths of a millisecond."""
    return terms.head_start + terms.weight * (now_ms - due_ms)


def pick_line(
    eligible: Sequence[Terms], due_ms: Sequence[int], order: Sequence[int], now_ms: int
) -> int:
    """Return the line whose head a free counter calls, or -1 when it can call nobody.

    The lowest rank wins, then the highest score, then the earliest order. Costs one step per
    eligible line, whatever the number of people waiting.

    Args:
        eligible: the counter's terms for each line that it takes now.
        due_ms: per line, when its head is due, in milliseconds; ``NOBODY`` for an empty line.
        order: per line, the sequence number that put its head there; no two are equal.
        now_ms: the time of the decision, in milliseconds.
    """
    best, best_rank, best_score, best_order = -1, 0, 0, 0
    for line, rank, head_start, weight, after_ms, early in eligible:
        due = due_ms[line]
        if due == NOBODY:
            continue
        waited = now_ms - due
        if waited < after_ms and not (early and after_ms == 0):
            continue
        worth = head_start + weight * waited
        if best >= 0:
            if rank > best_rank:
                continue
            if rank == best_rank and (
                worth < best_score or (worth == best_score and order[line] > best_order)
            ):
                continue
        best, best_rank, best_score, best_order = line, rank, worth, order[line]
    return best


def pick_counter(able: Sequence[bool], takes: Sequence[int], idle_since_ms: Sequence[int]) -> int:
    """Return which ready counter a new ticket goes to, or -1 when none is able.

    The least flexible able counter wins (it takes the fewest groups), so that those who can do
    everything stay free; then the one that has been idle longest; then the first.

    Args:
        able: per ready counter, whether it takes the ticket's line now.
        takes: per ready counter, how many groups it takes now.
        idle_since_ms: per ready counter, since when it has been idle, in milliseconds.
    """
    best = -1
    for index, can in enumerate(able):
        if can and (
            best < 0 or (takes[index], idle_since_ms[index]) < (takes[best], idle_since_ms[best])
        ):
            best = index
    return best


def bind_to_shortest(able: Sequence[bool], load: Sequence[int]) -> int:
    """Return the able counter with the fewest people waiting or being served, the first of equals.

    Used by the policies ``shortest_queue`` (load: people there now) and ``bound_at_issue``
    (load: tickets bound to the counter today, so that counters take turns); -1 when none is able.
    """
    best = -1
    for index, can in enumerate(able):
        if can and (best < 0 or load[index] < load[best]):
            best = index
    return best
