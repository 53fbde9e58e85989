"""What a counter does of a visit in one stop, and what is left for the next one."""

from simulation.plan import PACE, Plan

#: Matters that are left for a next stop, and the work of each.
Left = tuple[tuple[int, ...], tuple[int, ...]]


def split(
    plan: Plan,
    counter: int,
    groups: frozenset[int],
    matters: tuple[int, ...],
    work: tuple[int, ...],
) -> tuple[int, Left | None]:
    """Return how long the matters take that are done at a counter, and those that are left.

    Args:
        plan: of the day.
        counter: the one that called.
        groups: what it takes at this time of day; it does the first matter in any case.
        matters: those that are open, in the order in which the citizen wants them.
        work: how long each takes at pace 1.
    """
    group_of, pace = plan.group_of_matter, plan.pace[counter]
    here = groups | {group_of[matters[0]]}
    pairs = list(zip(matters, work, strict=True))
    took = sum(paced(w, pace[m]) for m, w in pairs if group_of[m] in here)
    left = [pair for pair in pairs if group_of[pair[0]] not in here]
    return took, (tuple(m for m, _ in left), tuple(w for _, w in left)) if left else None


def paced(work: int, pace: int) -> int:
    """Return how long a matter takes at a counter's pace, in whole milliseconds, at least one."""
    return work if pace == PACE else (work * pace + PACE // 2) // PACE or 1
