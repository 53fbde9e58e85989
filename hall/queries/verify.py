"""Verifying a hall's journal: gapless, whole, and the very source of the tables."""

from collections import Counter as Tally
from dataclasses import dataclass
from typing import Any

from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.events import EventName
from hall.domain.evolution import HallState
from hall.domain.tickets import Status
from hall.store.view import View


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is wrong, and the first sequence at which it shows."""

    sequence: int
    problem: str


def verify(view: View) -> Fault | None:
    """Return the first fault of the hall's journal, or nothing when all is well.

    The sequence has no gap, each event is chained to the one before, and replaying them gives
    exactly the tickets, counters, lines and number series of the tables.
    """
    state = HallState(hash=NOTHING_BEFORE)
    last_of: dict[str, int] = {}
    numbers: Tally[tuple[str, str]] = Tally()
    for event in view.every_event():
        if event.sequence != state.sequence + 1:
            return Fault(sequence=state.sequence + 1, problem="is missing")
        if event.previous != state.hash:
            return Fault(sequence=event.sequence, problem="is not chained to the one before")
        if event.chained(state.hash).hash != event.hash:
            return Fault(sequence=event.sequence, problem="was changed: its hash does not fit")
        state.apply(event)
        last_of[event.ticket or event.counter or ""] = event.sequence
        if event.name is EventName.TICKET_ISSUED and event.number:
            key = (event.details["day"], event.number[:1])
            numbers[key] = max(numbers[key], int(event.number[1:]))
    if (view.sequence, view.hash) != (state.sequence, state.hash):
        return Fault(
            sequence=state.sequence + 1, problem="the hall counts further than its journal"
        )
    return _differences(view, state, last_of, numbers)


def _differences(
    view: View, state: HallState, last_of: dict[str, int], numbers: "Tally[tuple[str, str]]"
) -> Fault | None:
    """Return where the tables differ from the replay, or nothing."""
    hall = {"day": view.day, "layout": view.layout_hash, "roster": view.roster_hash}
    if hall != {"day": state.day, "layout": state.layout, "roster": state.roster}:
        return Fault(sequence=state.sequence, problem=f"the hall's row differs: {hall}")
    lines: Tally[str] = Tally(
        ticket.line.key for ticket in state.tickets.values() if ticket.status is Status.WAITING
    )
    pairs: list[tuple[str, dict[Any, Any], dict[Any, Any]]] = [
        ("ticket", {t.id: t for t in view.every_ticket()}, dict(state.tickets)),
        ("counter", dict(view.counters_now()), dict(state.counters)),
        ("line", {w.line.key: w.waiting for w in view.lines()}, dict(lines)),
        ("number series", view.number_series(), dict(numbers)),
    ]
    for what, kept, replayed in pairs:
        for key in sorted({*kept, *replayed}, key=str):
            if kept.get(key) != replayed.get(key):
                problem = f"{what} {key} is {kept.get(key)}, the journal says {replayed.get(key)}"
                return Fault(sequence=last_of.get(key, state.sequence), problem=problem)
    return None
