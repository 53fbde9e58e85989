"""What a manager could do against a surge: warnings, each with one proposed action."""

from typing import Any

from hall.domain.counters import CounterState
from hall.domain.identities import GroupId
from hall.domain.layout import Counter
from hall.store.lines import Waiting
from hall.store.view import View


def proposals(view: View) -> list[dict[str, Any]]:
    """Return the warnings that hold now, each with the action that would help most.

    A proposal's id says what it does (``open:7``, ``help:3:tax``), so that accepting one that no
    longer stands changes nothing but what was meant.
    """
    lines, surge = view.lines(), view.layout.surge
    waiting = sum(w.waiting for w in lines)
    open_ = _open(view)
    longest = max([0, *(view.now_ms - w.due_ms for w in lines)]) / 60_000
    warnings: list[dict[str, Any]] = []
    if waiting > surge.waiting:
        warnings.append({"warning": "waiting", "value": waiting, "limit": surge.waiting})
    if waiting and waiting > surge.waiting_per_counter * max(1, len(open_)):
        per = round(waiting / max(1, len(open_)), 1)
        warnings.append(
            {"warning": "waiting_per_counter", "value": per, "limit": surge.waiting_per_counter}
        )
    limit = surge.longest.total_seconds() / 60
    if longest > limit:
        warnings.append({"warning": "longest", "value": int(longest), "limit": int(limit)})
    if not warnings:
        return []
    return [{**action, "warnings": warnings} for action in _actions(view, lines, open_)]


def _open(view: View) -> list[Counter]:
    states = view.counters_now()
    return [
        counter
        for counter in view.layout.counters
        if counter.id in states and states[counter.id].state is CounterState.READY
    ]


def _actions(view: View, lines: list[Waiting], open_: list[Counter]) -> list[dict[str, Any]]:
    """Return what would help: a closed counter that takes the worst group, one that could help."""
    work: dict[GroupId, int] = {}
    for w in lines:
        work[w.line.group] = work.get(w.line.group, 0) + w.work_ms
    if not work:
        return []
    worst = max(work, key=lambda group: (work[group], group))
    actions: list[dict[str, Any]] = []
    states = view.counters_now()
    for counter in view.layout.counters:
        now = states.get(counter.id)
        idle = now is None or (now.state is not CounterState.READY and now.asked_at is None)
        if idle and worst in counter.takes_at(view.minute):
            actions.append(_action("open", counter, worst))
            break
    load = {c.id: sum(work.get(g, 0) for g in c.takes_at(view.minute)) for c in open_}
    able = [c for c in open_ if worst not in c.takes_at(view.minute)]
    if able:
        helper = min(able, key=lambda c: (load[c.id], c.number))
        actions.append(_action("help", helper, worst))
    return actions


def _action(kind: str, counter: Counter, group: GroupId) -> dict[str, Any]:
    identity = f"{kind}:{counter.id}" if kind == "open" else f"{kind}:{counter.id}:{group}"
    return {
        "id": identity,
        "action": kind,
        "counter": counter.id,
        "counter_number": counter.number,
        "group": group,
    }
