"""The stops of one visit: which counters its matters lead to, in order."""

from typing import Any

from hall.domain.identities import GroupId, MatterCode
from hall.queries.board import name_json
from hall.store.view import View


def stops(view: View, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the stops of a visit whose matters no single counter takes; nothing for all others.

    Args:
        view: the hall.
        ticket: its JSON.

    Returns:
        The group, the numbers of its counters and whether everything is done there, in order.
    """
    layout = view.layout
    by_group: dict[GroupId, list[bool]] = {}
    for matter in ticket["matters"]:
        known = layout.matter_of.get(MatterCode(matter["code"]))
        if known is not None:
            by_group.setdefault(known.group, []).append(matter["outcome"] is not None)
    everywhere = any(by_group.keys() <= set(counter.takes) for counter in layout.counters)
    if len(by_group) <= 1 or everywhere:
        return []
    return [
        {
            "group": name_json(layout.group_of[group].name),
            "counters": [c.number for c in layout.counters if group in c.ever_takes()],
            "done": all(done),
            "next": group == ticket["group"],
        }
        for group, done in by_group.items()
    ]
