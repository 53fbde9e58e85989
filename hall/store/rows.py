"""Rows of the tables as domain values and back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from hall.domain.counters import CounterNow, CounterState
from hall.domain.events import Event, EventName
from hall.domain.identities import (
    ClassId,
    CounterId,
    HallId,
    LayoutHash,
    PersonId,
    TicketId,
)
from hall.domain.moments import from_ms, to_ms
from hall.domain.ticket_form import matters_in
from hall.domain.tickets import Line, Status, Ticket


def ticket_of(row: Row[Any]) -> Ticket:
    """Return the ticket of a row."""
    r = row._mapping
    return Ticket(
        id=TicketId(r["id"]),
        day=date.fromisoformat(r["day"]),
        number=r["number"],
        status=Status(r["status"]),
        class_=ClassId(r["class"]),
        line=Line.of(r["line"]),
        matters=matters_in(r["matters"]),
        issued_at=from_ms(r["issued_ms"]),
        due_at=from_ms(r["due_ms"]),
        placed=r["placed"],
        stop=r["stop"],
        calls=r["calls"],
        counter=CounterId(r["counter"]) if r["counter"] else None,
        called_at=_moment(r["called_ms"]),
        started_at=_moment(r["started_ms"]),
        finished_at=_moment(r["finished_ms"]),
        appointment=r["appointment"],
        announcement=r["announcement"],
        announced_at=_moment(r["announced_ms"]),
    )


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket as its row, without what only the store knows (hall, secret, handling)."""
    return {
        "id": ticket.id,
        "day": ticket.day.isoformat(),
        "number": ticket.number,
        "status": ticket.status.value,
        "class": ticket.class_,
        "line": ticket.line.key,
        "matters": [{"code": m.code, "outcome": m.outcome} for m in ticket.matters],
        "issued_ms": to_ms(ticket.issued_at),
        "due_ms": to_ms(ticket.due_at),
        "placed": ticket.placed,
        "stop": ticket.stop,
        "calls": ticket.calls,
        "counter": ticket.counter,
        "called_ms": _ms(ticket.called_at),
        "started_ms": _ms(ticket.started_at),
        "finished_ms": _ms(ticket.finished_at),
        "appointment": ticket.appointment,
        "announcement": ticket.announcement,
        "announced_ms": _ms(ticket.announced_at),
    }


def counter_of(row: Row[Any]) -> CounterNow:
    """Return the counter of a row."""
    r = row._mapping
    return CounterNow(
        id=CounterId(r["id"]),
        state=CounterState(r["state"]),
        since=from_ms(r["since_ms"]),
        clerk=PersonId(r["clerk"]) if r["clerk"] else None,
        reason=r["reason"],
        asked_at=_moment(r["asked_ms"]),
    )


def counter_row(counter: CounterNow) -> dict[str, Any]:
    """Return a counter as its row, without the hall."""
    return {
        "id": counter.id,
        "state": counter.state.value,
        "since_ms": to_ms(counter.since),
        "clerk": counter.clerk,
        "reason": counter.reason,
        "asked_ms": _ms(counter.asked_at),
    }


def event_of(row: Row[Any]) -> Event:
    """Return the event of a journal row."""
    r = row._mapping
    return Event(
        hall=HallId(r["hall"]),
        sequence=r["sequence"],
        at=from_ms(r["at_ms"]),
        name=EventName(r["name"]),
        ticket=TicketId(r["ticket"]) if r["ticket"] else None,
        number=r["number"],
        appointment=r["appointment"],
        counter=CounterId(r["counter"]) if r["counter"] else None,
        actor=r["actor"],
        device=r["device"],
        layout=LayoutHash(r["layout"]),
        details=r["details"],
        previous=r["previous"],
        hash=r["hash"],
    )


def event_row(event: Event) -> dict[str, Any]:
    """Return an event as its journal row."""
    return {
        "hall": event.hall,
        "sequence": event.sequence,
        "at_ms": to_ms(event.at),
        "name": event.name.value,
        "ticket": event.ticket,
        "number": event.number,
        "appointment": event.appointment,
        "counter": event.counter,
        "actor": event.actor,
        "device": event.device,
        "layout": event.layout,
        "details": event.details,
        "previous": event.previous,
        "hash": event.hash,
    }


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
