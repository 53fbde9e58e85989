"""Tickets as the screens and the API tell them."""

from typing import Any

from hall.domain import moments
from hall.domain.identities import TicketId
from hall.domain.tickets import Status, Ticket
from hall.queries.waiting import ticket_outlook
from hall.store.view import View


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """Return a ticket as JSON."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "status": ticket.status.value,
        "class": ticket.class_,
        "group": ticket.line.group,
        "matters": [{"code": m.code, "outcome": m.outcome} for m in ticket.matters],
        "due_at": moments.written(ticket.due_at),
        "issued_at": moments.written(ticket.issued_at),
        "called_at": moments.written(ticket.called_at) if ticket.called_at else None,
        "started_at": moments.written(ticket.started_at) if ticket.started_at else None,
        "finished_at": moments.written(ticket.finished_at) if ticket.finished_at else None,
        "counter": ticket.counter,
        "calls": ticket.calls,
        "stop": ticket.stop,
        "appointment": ticket.appointment,
    }


def ticket(view: View, *, id_: TicketId) -> dict[str, Any]:
    """Return a ticket with its place and the wait that is left."""
    return with_place(view, view.ticket(id_))


def ticket_with_secret(view: View, *, secret: str) -> dict[str, Any]:
    """Return the ticket whose slip carries ``secret``, with its place and the wait left."""
    return with_place(view, view.ticket_with_secret(secret))


def tickets(
    view: View, *, number: str | None = None, status: Status | None = None
) -> list[dict[str, Any]]:
    """Return today's tickets, or those with a number or a status."""
    if number is None and status is not None:
        found = view.with_status(status)
    else:
        day = view.day or view.today
        found = view.of_day(day, number=number.strip().upper() if number else None)
    return [ticket_json(t) for t in found if status is None or t.status is status]


def with_place(view: View, found: Ticket) -> dict[str, Any]:
    """Return a ticket as JSON with its place and the wait that is left."""
    expected = ticket_outlook(view, found)
    counter = view.layout.counter_of.get(found.counter) if found.counter else None
    return {
        **ticket_json(found),
        "sequence": view.sequence,
        "counter_number": counter.number if counter else None,
        "ahead": expected.ahead if expected else None,
        "estimate": expected.in_minutes() if expected else None,
    }
