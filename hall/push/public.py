"""What a screen is told of an event: only what is named here, never a person, a phone, a secret."""

from typing import Any

from hall.context import View
from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.identities import GroupId, TicketId
from hall.domain.layout import Layout
from hall.domain.tickets import Line

#: Events that are announced, each with an id of its own.
ANNOUNCED = frozenset({EventName.TICKET_CALLED, EventName.TICKET_RECALLED})
_TICKET = frozenset({"number", "group", "counter", "counter_id"})
_COUNTER = frozenset({"counter", "counter_id"})

#: The fields of each event that every screen may show, besides sequence, name and time.
FIELDS: dict[EventName, frozenset[str]] = {
    EventName.DAY_OPENED: frozenset(),
    EventName.DAY_CLOSED: frozenset(),
    EventName.LAYOUT_ACTIVATED: frozenset(),
    EventName.LAYOUT_SCHEDULED: frozenset(),
    EventName.LAYOUT_APPROVED: frozenset(),
    EventName.LAYOUT_WITHDRAWN: frozenset(),
    EventName.LAYOUT_REFUSED: frozenset(),
    EventName.ROSTER_LOADED: frozenset(),
    EventName.COUNTER_OPENED: _COUNTER,
    EventName.COUNTER_READY: _COUNTER,
    EventName.COUNTER_PAUSED: _COUNTER,
    EventName.COUNTER_CLOSED: _COUNTER,
    EventName.COUNTER_ASKED: _COUNTER,
    EventName.TICKET_ISSUED: _TICKET,
    EventName.TICKET_CALLED: _TICKET | {"announcement", "recalled"},
    EventName.TICKET_RECALLED: _TICKET | {"announcement", "recalled"},
    EventName.SERVICE_STARTED: _TICKET,
    EventName.SERVICE_FINISHED: _TICKET,
    EventName.TICKET_HELD: _TICKET,
    EventName.TICKET_RETURNED: _TICKET,
    EventName.TICKET_TRANSFERRED: _TICKET,
    EventName.TICKET_QUEUED_AGAIN: _TICKET,
    EventName.TICKET_POSTPONED: _TICKET,
    EventName.TICKET_RELINED: _TICKET,
    EventName.TICKET_MATTERS_CHANGED: _TICKET,
    EventName.TICKET_NOT_SHOWN: _TICKET,
    EventName.TICKET_CAME_BACK: _TICKET,
    EventName.TICKET_ABANDONED: _TICKET,
    EventName.TICKET_CLOSED: _TICKET,
    EventName.STEP_UNDONE: _TICKET,
    **{
        name: frozenset()
        for name in EventName
        if name.value.startswith(("Appointment", "Waitlist"))
    },
}


def public_events(view: View, *, after: int, limit: int) -> list["PublicEvent"]:
    """Return the events behind ``after`` as the screens may hear them, at most ``limit``."""
    events = view.journal(after=after, limit=limit)
    groups: dict[TicketId, GroupId] = {}
    for event in events:
        if event.name in ANNOUNCED and event.ticket is not None and event.ticket not in groups:
            groups[event.ticket] = view.ticket(event.ticket).line.group
    return [PublicEvent(event, view.layout, groups) for event in events]


class PublicEvent:
    """One event, and the two ways in which it is told."""

    def __init__(self, event: Event, layout: Layout, groups: dict[TicketId, GroupId]) -> None:
        self.sequence = event.sequence
        self.ticket = event.ticket
        place = layout.counter_of.get(event.counter) if event.counter else None
        self.zone = place.zone if place else None
        facts = {
            "number": event.number,
            "counter": place.number if place else None,
            "counter_id": event.counter,
            "group": _group(event, groups),
            "announcement": str(event.sequence),
            "recalled": event.name is EventName.TICKET_RECALLED,
        }
        shown = FIELDS[event.name]
        #: For who is not concerned: only that something happened.
        self.hint: dict[str, Any] = {
            "sequence": event.sequence,
            "name": event.name.value,
            "at": moments.written(event.at),
        }
        #: For who is concerned.
        self.whole: dict[str, Any] = self.hint | {
            key: fact for key, fact in facts.items() if key in shown and fact is not None
        }

    def in_zone(self, zone: str | None) -> dict[str, Any]:
        """Return what a display of a zone is told, or of the whole hall: a zone's own counters."""
        return self.whole if zone is None or self.zone in (None, zone) else self.hint


def _group(event: Event, groups: dict[TicketId, GroupId]) -> GroupId | None:
    line = event.details.get("line")
    if line is not None:
        return Line.of(line).group
    return groups.get(event.ticket) if event.ticket else None
