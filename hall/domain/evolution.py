"""What each event does to a ticket and to a counter; live, replayed and simulated alike."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from hall.domain import moments
from hall.domain.appointments import Appointment, AppointmentId, evolve_appointment
from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.counters import CounterNow, CounterState
from hall.domain.events import Event, EventName
from hall.domain.identities import (
    ClassId,
    CounterId,
    LayoutHash,
    MatterCode,
    PersonId,
    RolloutId,
    TicketId,
)
from hall.domain.rollouts import Rollout, evolve_rollouts
from hall.domain.ticket_form import ticket_in
from hall.domain.tickets import AT_COUNTER, OPEN, IllegalMove, Line, Status, Ticket, TicketMatter
from hall.domain.waitlist import Entry, EntryId, evolve_waitlist


class NeverIssued(ValueError):
    """An event tells of a ticket that no event before it has issued."""


def issued(event: Event) -> Ticket:
    """Return the ticket that a ``TicketIssued`` made."""
    details = event.details
    if event.ticket is None or event.number is None:
        raise NeverIssued(event.sequence)
    return Ticket(
        id=event.ticket,
        day=date.fromisoformat(details["day"]),
        number=event.number,
        status=Status.WAITING,
        class_=ClassId(details["class"]),
        line=Line.of(details["line"]),
        matters=tuple(TicketMatter(code=MatterCode(code)) for code in details["matters"]),
        issued_at=event.at,
        due_at=moments.read(details["due_at"]),
        placed=event.sequence,
        appointment=event.appointment,
    )


def _called(ticket: Ticket, event: Event) -> Ticket:
    return ticket.moved(
        Status.CALLED,
        counter=event.counter,
        called_at=event.at,
        calls=1,
        started_at=None,
        finished_at=None,
        announcement=event.sequence,
        announced_at=event.at,
    )


def _recalled(ticket: Ticket, event: Event) -> Ticket:
    spoken: dict[str, Any] = {"announcement": event.sequence, "announced_at": event.at}
    if ticket.status is Status.CALLED:
        return replace(ticket, calls=ticket.calls + 1, **spoken)
    if ticket.status is Status.WAITING:
        raise IllegalMove(ticket.number, ticket.status, Status.CALLED)
    return ticket.moved(Status.CALLED, counter=event.counter, calls=1, **spoken)


def _started(ticket: Ticket, event: Event) -> Ticket:
    return ticket.moved(Status.SERVING, started_at=event.at)


def _finished(ticket: Ticket, event: Event) -> Ticket:
    return _decided(ticket, event).moved(Status.DONE, finished_at=event.at)


def _held(ticket: Ticket, _event: Event) -> Ticket:
    return ticket.moved(Status.HELD)


def _placed(ticket: Ticket, event: Event, **changes: Any) -> Ticket:
    return ticket.moved(Status.WAITING, counter=None, calls=0, **_place(event), **changes)


def _queued_again(ticket: Ticket, event: Event) -> Ticket:
    return _placed(_decided(ticket, event), event, stop=ticket.stop + 1)


def _postponed(ticket: Ticket, event: Event) -> Ticket:
    if ticket.status is not Status.WAITING:
        raise IllegalMove(ticket.number, ticket.status, Status.WAITING)
    return replace(ticket, **_place(event))


def _relined(ticket: Ticket, event: Event) -> Ticket:
    if ticket.status not in OPEN:
        raise IllegalMove(ticket.number, ticket.status, Status.WAITING)
    return replace(ticket, line=Line.of(event.details["line"]))


def _matters_changed(ticket: Ticket, event: Event) -> Ticket:
    if ticket.status not in AT_COUNTER:
        raise IllegalMove(ticket.number, ticket.status, Status.SERVING)
    details = event.details
    kept = [m for m in ticket.matters if m.code not in details["removed"]]
    added = [TicketMatter(code=MatterCode(code)) for code in details["added"]]
    return replace(ticket, matters=(*kept, *added))


def _not_shown(ticket: Ticket, _event: Event) -> Ticket:
    return ticket.moved(Status.NO_SHOW)


def _abandoned(ticket: Ticket, event: Event) -> Ticket:
    return ticket.moved(Status.ABANDONED, finished_at=event.at)


def _closed(ticket: Ticket, event: Event) -> Ticket:
    return ticket.moved(Status.CLOSED, finished_at=event.at)


def _undone(_ticket: Ticket, event: Event) -> Ticket:
    return ticket_in(event.details["restored"])


def _decided(ticket: Ticket, event: Event) -> Ticket:
    outcomes = event.details.get("outcomes", {})
    return ticket.with_outcomes({MatterCode(code): outcome for code, outcome in outcomes.items()})


def _place(event: Event) -> dict[str, Any]:
    return {
        "line": Line.of(event.details["line"]),
        "due_at": moments.read(event.details["due_at"]),
        "placed": event.sequence,
    }


_TICKET: dict[EventName, Callable[[Ticket, Event], Ticket]] = {
    EventName.TICKET_CALLED: _called,
    EventName.TICKET_RECALLED: _recalled,
    EventName.SERVICE_STARTED: _started,
    EventName.SERVICE_FINISHED: _finished,
    EventName.TICKET_HELD: _held,
    EventName.TICKET_RETURNED: _placed,
    EventName.TICKET_TRANSFERRED: _placed,
    EventName.TICKET_QUEUED_AGAIN: _queued_again,
    EventName.TICKET_POSTPONED: _postponed,
    EventName.TICKET_RELINED: _relined,
    EventName.TICKET_MATTERS_CHANGED: _matters_changed,
    EventName.TICKET_NOT_SHOWN: _not_shown,
    EventName.TICKET_CAME_BACK: _placed,
    EventName.TICKET_ABANDONED: _abandoned,
    EventName.TICKET_CLOSED: _closed,
    EventName.STEP_UNDONE: _undone,
}


def evolve(ticket: Ticket | None, event: Event) -> Ticket:
    """Return the ticket as ``event`` leaves it.

    Raises:
        IllegalMove: the event cannot happen to a ticket in that status.
        NeverIssued: there is no such ticket.
    """
    if event.name is EventName.TICKET_ISSUED:
        if ticket is not None:
            raise IllegalMove(ticket.number, ticket.status, Status.WAITING)
        return issued(event)
    if ticket is None:
        raise NeverIssued(event.ticket)
    return _TICKET[event.name](ticket, event)


def evolve_counter(counter: CounterNow | None, event: Event) -> CounterNow | None:
    """Return the counter as ``event`` leaves it; most events leave it as it was."""
    if event.counter is None:
        return counter
    now = counter or CounterNow(id=event.counter, state=CounterState.CLOSED, since=event.at)
    if event.name is EventName.COUNTER_ASKED:
        return replace(now, asked_at=event.at)
    if event.name not in _COUNTER_STATES:
        return counter
    state, clerk = _COUNTER_STATES[event.name], event.details.get("clerk")
    if event.name is EventName.COUNTER_OPENED:
        now = replace(now, clerk=PersonId(clerk) if clerk else None)
    return CounterNow(
        id=event.counter,
        state=state,
        since=event.at,
        clerk=None if state is CounterState.CLOSED else now.clerk,
        reason=event.details.get("reason"),
    )


_COUNTER_STATES: dict[EventName, CounterState] = {
    EventName.COUNTER_OPENED: CounterState.READY,
    EventName.COUNTER_READY: CounterState.READY,
    EventName.COUNTER_PAUSED: CounterState.PAUSED,
    EventName.COUNTER_CLOSED: CounterState.CLOSED,
}


@dataclass(kw_only=True, slots=True)
class HallState:
    """Everything a hall's journal says about it; folding the events in order builds it."""

    sequence: int = 0
    hash: str = NOTHING_BEFORE
    day: date | None = None
    layout: LayoutHash | None = None
    roster: str | None = None
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    counters: dict[CounterId, CounterNow] = field(default_factory=dict)
    rollouts: dict[RolloutId, Rollout] = field(default_factory=dict)
    appointments: dict[AppointmentId, Appointment] = field(default_factory=dict)
    waitlist: dict[EntryId, Entry] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Take one more event into account; it must be the next one."""
        self.sequence, self.hash = event.sequence, event.hash
        if event.ticket is not None:
            self.tickets[event.ticket] = evolve(self.tickets.get(event.ticket), event)
        elif event.appointment is not None:
            id_ = AppointmentId(event.appointment)
            self.appointments[id_] = evolve_appointment(self.appointments.get(id_), event)
        elif event.counter is not None:
            counter = evolve_counter(self.counters.get(event.counter), event)
            if counter is not None:
                self.counters[event.counter] = counter
        else:
            self._hall(event)

    def _hall(self, event: Event) -> None:
        if event.name is EventName.DAY_OPENED:
            self.day = date.fromisoformat(event.details["day"])
        elif event.name is EventName.DAY_CLOSED:
            self.day = None
        elif event.name is EventName.LAYOUT_ACTIVATED:
            self.layout = event.layout
        elif event.name is EventName.ROSTER_LOADED:
            self.roster = event.details["roster"]
        self.rollouts |= evolve_rollouts(self.rollouts, event)
        self.waitlist |= evolve_waitlist(self.waitlist, event)
