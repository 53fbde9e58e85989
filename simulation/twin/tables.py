"""The plan of a day as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hall.dispatch.pick import Terms
from hall.domain.layout import Policy
from simulation.plan import NONE, Plan, Takes
from simulation.staff import NEVER
from simulation.streams import Wholes
from simulation.twin.hall import Rule

_BINDS = {Policy.BOUND_AT_ISSUE: 1, Policy.SHORTEST_QUEUE: 2}


def rule_of(plan: Plan) -> Rule:
    """Return what a plan says, as arrays."""
    counters = [counter.id for counter in plan.layout.counters]
    switches = list(plan.switched)
    sets = [*plan.takes, *plan.bound_only, *plan.switched.values()]
    place = {switch: 2 * len(counters) + at for at, switch in enumerate(switches)}
    rings = [
        (ring.at_ms, ring.bell, ring.counter, place.get((ring.counter, ring.minute), NONE))
        for ring in plan.calendar.rings
    ]
    ends = [until for _, until in plan.calendar.openings]
    line_counter = [counters.index(line.counter) if line.counter else NONE for line in plan.lines]
    return Rule(
        line_counter=_wholes(line_counter),
        line_again=_wholes(plan.line_again),
        line_early=np.array(plan.early, np.bool_),
        free_line=_wholes(plan.free_line),
        bound_line=_wholes(plan.bound_line),
        class_again=_wholes(plan.class_again),
        walk=_wholes(plan.walk_ms),
        group_of=_wholes(plan.group_of_matter),
        pace=_wholes(plan.pace),
        in_order=_wholes(sorted(range(len(counters)), key=counters.__getitem__)),
        **_terms(sets),
        after=_wholes([takes.after_ms for takes in sets]),
        groups=np.array(
            [[g in takes.groups for g in range(len(plan.layout.groups))] for takes in sets]
        ),
        flexible=_wholes([takes.flexible for takes in sets]),
        rings=_wholes(rings).reshape(-1, 4),
        approach_ms=plan.approach_ms,
        pause_ms=plan.pause_ms,
        in_vain_ms=plan.in_vain_ms,
        closes_ms=max(ends, default=NEVER),
        until_ms=max(ends, default=0),
        binds=_BINDS.get(plan.layout.rule.policy, 0),
        has_backup=any(takes.later for takes in sets),
    )


def _terms(sets: Sequence[Takes]) -> dict[str, Any]:
    """Return all terms and all later lines in a row, and where those of each set begin."""
    terms = [Terms(*each) for takes in sets for each in takes.terms]
    later = [each for takes in sets for each in takes.later]
    return {
        "first_term": _starts(len(takes.terms) for takes in sets),
        "term_line": _wholes([each.line for each in terms]),
        "term_rank": _wholes([each.rank for each in terms]),
        "term_head_start": _wholes([each.head_start for each in terms]),
        "term_weight": _wholes([each.weight for each in terms]),
        "term_after": _wholes([each.after_ms for each in terms]),
        "term_early": np.array([each.early for each in terms], np.bool_),
        "first_later": _starts(len(takes.later) for takes in sets),
        "later_line": _wholes([line for line, _ in later]),
        "later_after": _wholes([after for _, after in later]),
    }


def _starts(lengths: Any) -> Wholes:
    return np.concatenate(([0], np.cumsum(np.fromiter(lengths, np.int64)))).astype(np.int64)


def _wholes(values: Any) -> Wholes:
    return np.array(values, dtype=np.int64)
