"""The stops of one visit: which counters its matters lead to, in order."""

from datetime import datetime, timedelta
from typing import Any

from hall.domain.identities import GroupId, MatterCode
from hall.domain.moments import read
from hall.domain.tickets import Status
from hall.queries.board import name_json
from hall.store.view import View


def stops(view: View, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the stops of a visit whose matters no single counter takes; nothing for all others.

    Args:
        view: the hall.
        ticket: its JSON.

    Returns:
        The group, the numbers of its counters and their zones, the minutes to walk there from the
        stop before, whether everything is done there, whether it is the next one and, if who walks
        there cannot be there yet, from when on they are called; in order.
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
    found: list[dict[str, Any]] = []
    for group, done in by_group.items():
        there = [counter for counter in layout.counters if group in counter.ever_takes()]
        zones = sorted({counter.zone for counter in there if counter.zone})
        is_far = bool(found) and not {*zones} & {*found[-1]["zones"]}
        is_next = group == ticket["group"] and ticket["status"] == Status.WAITING
        found.append(
            {
                "group": name_json(layout.group_of[group].name),
                "counters": [counter.number for counter in there],
                "zones": zones,
                "walk_minutes": round(layout.walk / timedelta(minutes=1)) if is_far else 0,
                "done": all(done),
                "next": group == ticket["group"],
                "called_from": _called_from(view, ticket) if is_next else None,
            }
        )
    return found


def _called_from(view: View, ticket: dict[str, Any]) -> datetime | None:
    """Return when who walks to the next stop can be there, in the hall's time; nothing once past.

    Who booked and came early waits for the time of the first stop, and does not walk.
    """
    due = read(ticket["due_at"])
    walks = due > view.now and any(matter["outcome"] for matter in ticket["matters"])
    return due.astimezone(view.layout.zone) if walks else None
