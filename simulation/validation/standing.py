"""The layout of a day whose people already stand in their lines: one group for each of these."""

from collections.abc import Iterable
from dataclasses import replace

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Counter, Layout, Policy
from hall.domain.tickets import Line
from simulation.plan import BINDING


def standing_group(line: Line) -> GroupId:
    """Return the group that stands for a line: its own, or one of a counter it is bound to."""
    return line.group if line.counter is None else GroupId(f"{line.group}@{line.counter}")


def standing_layout(layout: Layout, lines: Iterable[Line]) -> Layout:
    """Return a layout that has a group with one matter for each group, and each bound one.

    What somebody came for is in the work that was seen, and to which counter a ticket was bound
    in its line; so the model need not bind anybody.
    """
    bound = sorted({line for line in lines if line.counter is not None}, key=lambda line: line.key)
    apart = {standing_group(line): line for line in bound}
    groups = (
        *layout.groups,
        *(replace(layout.group_of[line.group], id=id_) for id_, line in apart.items()),
    )
    policy = Policy.CLERK if layout.rule.policy in BINDING else layout.rule.policy
    return replace(
        layout,
        groups=groups,
        matters=tuple(
            replace(layout.matters[0], code=MatterCode(group.id), group=group.id)
            for group in groups
        ),
        counters=tuple(
            _with(counter, [line for line in apart.values() if line.counter == counter.id])
            for counter in layout.counters
        ),
        rule=replace(layout.rule, policy=policy),
    )


def _with(counter: Counter, bound: list[Line]) -> Counter:
    """Return a counter that takes those who are bound to it, at any time."""
    mine = tuple(dict.fromkeys(map(standing_group, bound)))
    groups = {standing_group(line): line.group for line in bound}
    bonus = dict(counter.bonus)
    return replace(
        counter,
        takes=(*counter.takes, *mine),
        during=tuple(replace(part, takes=(*part.takes, *mine)) for part in counter.during),
        bonus=(*counter.bonus, *((id_, bonus[g]) for id_, g in groups.items() if g in bonus)),
        pace=(*counter.pace, *((id_, counter.pace_for(g)) for id_, g in groups.items())),
    )
