"""Everything the clerk at one counter sees: whom they serve, who is next and why, the hall."""

from collections.abc import Iterable
from typing import Any

from hall.dispatch.expect import hall_load
from hall.domain.hours import is_open
from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.domain.moments import length_ms, read, to_ms
from hall.domain.tickets import Status
from hall.queries.board import name_json
from hall.queries.counters import counter, counters
from hall.queries.queue import aside, next_for, queue
from hall.queries.waiting import group_outlook
from hall.store.lines import Waiting
from hall.store.view import View

_MINUTE_MS = 60_000
#: Rows of the queue that a clerk looks at.
ROWS = 12


def console(view: View, *, counter_id: CounterId) -> dict[str, Any]:
    """Return what the console of a counter shows."""
    here = counter(view, id_=counter_id)
    waiting = queue(view, counter=counter_id, limit=ROWS)
    next_ = next_for(view, counter=counter_id)
    serving = here["ticket"]
    return {
        **surroundings(view),
        "counter": here,
        "ticket": with_matters(view, at_counter(view, serving), here["takes"]) if serving else None,
        "next": with_matters(view, next_) if next_ else None,
        "queue": {**waiting, "tickets": [with_matters(view, row) for row in waiting["tickets"]]},
        "aside": {
            name: [with_matters(view, row) for row in rows if _concerns(row, counter_id, view)]
            for name, rows in aside(view).items()
        },
        "counters": counters(view),
    }


def surroundings(view: View) -> dict[str, Any]:
    """Return what every page of the staff shows of the hall: lines, waiting, whether it is open."""
    layout = view.layout
    lines = view.lines()
    load = hall_load(view, lines)
    groups = []
    for group in layout.groups:
        of_group = [w for w in lines if w.line.group == group.id]
        expected = group_outlook(view, load, group.id)
        groups.append(
            {
                "id": group.id,
                "name": name_json(group.name),
                "prefix": group.prefix,
                "waiting": sum(w.waiting for w in of_group),
                "longest_minutes": _longest(view, of_group),
                "estimate": expected.in_minutes() if expected else None,
            }
        )
    return {
        "hall": view.hall,
        "name": name_json(layout.name),
        "sequence": view.sequence,
        "now": view.now.astimezone(layout.zone),
        "today": view.today,
        "day": view.day,
        "is_open": is_open(layout.hours, layout.zone, view.now),
        "waiting": sum(w.waiting for w in lines),
        "longest_minutes": _longest(view, lines),
        "target_minutes": length_ms(layout.target.walk_in) // _MINUTE_MS,
        "groups": groups,
    }


def with_matters(
    view: View, ticket: dict[str, Any], takes: Iterable[GroupId] | None = None
) -> dict[str, Any]:
    """Return a ticket's JSON whose matters and group carry their names.

    With ``takes``, each matter also says whether a counter that takes these groups can do it.
    """
    layout = view.layout
    here = None if takes is None else {*takes, ticket["group"]}
    matters = []
    for matter in ticket["matters"]:
        known = layout.matter_of.get(MatterCode(matter["code"]))
        matters.append(
            {
                **matter,
                "name": name_json(known.name) if known else None,
                "group": known.group if known else ticket["group"],
                "papers": [name_json(paper.name) for paper in known.materials] if known else [],
                "here": here is None or known is None or known.group in here,
            }
        )
    group = layout.group_of.get(GroupId(ticket["group"]))
    return {**ticket, "matters": matters, "group_name": name_json(group.name) if group else None}


def at_counter(view: View, ticket: dict[str, Any]) -> dict[str, Any]:
    """Return a called or served ticket's JSON with how long it waited and is expected to take."""
    codes = [MatterCode(m["code"]) for m in ticket["matters"] if m["outcome"] is None]
    waited_ms = to_ms(read(ticket["called_at"])) - to_ms(read(ticket["due_at"]))
    return {
        **ticket,
        "waited_minutes": max(0, waited_ms // _MINUTE_MS),
        "expected_seconds": view.handling_ms(codes) // 1000,
    }


def _longest(view: View, lines: Iterable[Waiting]) -> int:
    return max([0, *((view.now_ms - w.due_ms) // _MINUTE_MS for w in lines)])


def _concerns(row: dict[str, Any], counter_id: CounterId, view: View) -> bool:
    """Whether a ticket that was set aside was called to this counter or could be."""
    if row["status"] == Status.HELD:
        return bool(row["counter"] == counter_id)
    takes = view.counter(counter_id).ever_takes()
    return row["counter"] == counter_id or row["group"] in takes
