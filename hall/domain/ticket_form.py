"""A ticket as plain JSON and back: what an undo restores and what the screens are told."""

from datetime import date, datetime
from typing import Any

from hall.domain import moments
from hall.domain.identities import ClassId, CounterId, MatterCode, TicketId
from hall.domain.tickets import Line, Status, Ticket, TicketMatter


def ticket_form(ticket: Ticket) -> dict[str, Any]:
    """Return every field of a ticket as JSON; ``ticket_in`` reads it back."""
    return {
        "id": ticket.id,
        "day": ticket.day.isoformat(),
        "number": ticket.number,
        "status": ticket.status.value,
        "class": ticket.class_,
        "line": ticket.line.key,
        "matters": [{"code": m.code, "outcome": m.outcome} for m in ticket.matters],
        "issued_at": moments.written(ticket.issued_at),
        "due_at": moments.written(ticket.due_at),
        "placed": ticket.placed,
        "stop": ticket.stop,
        "calls": ticket.calls,
        "counter": ticket.counter,
        "called_at": _written(ticket.called_at),
        "started_at": _written(ticket.started_at),
        "finished_at": _written(ticket.finished_at),
        "appointment": ticket.appointment,
        "announcement": ticket.announcement,
        "announced_at": _written(ticket.announced_at),
    }


def ticket_in(form: dict[str, Any]) -> Ticket:
    """Return the ticket that ``ticket_form`` wrote."""
    return Ticket(
        id=TicketId(form["id"]),
        day=date.fromisoformat(form["day"]),
        number=form["number"],
        status=Status(form["status"]),
        class_=ClassId(form["class"]),
        line=Line.of(form["line"]),
        matters=matters_in(form["matters"]),
        issued_at=moments.read(form["issued_at"]),
        due_at=moments.read(form["due_at"]),
        placed=form["placed"],
        stop=form["stop"],
        calls=form["calls"],
        counter=CounterId(form["counter"]) if form["counter"] else None,
        called_at=_read(form["called_at"]),
        started_at=_read(form["started_at"]),
        finished_at=_read(form["finished_at"]),
        appointment=form["appointment"],
        announcement=form["announcement"],
        announced_at=_read(form["announced_at"]),
    )


def matters_in(forms: list[dict[str, Any]]) -> tuple[TicketMatter, ...]:
    """Return the matters of a ticket's JSON."""
    return tuple(TicketMatter(code=MatterCode(f["code"]), outcome=f["outcome"]) for f in forms)


def _written(moment: datetime | None) -> str | None:
    return moments.written(moment) if moment else None


def _read(text: str | None) -> datetime | None:
    return moments.read(text) if text else None
