"""The queue: who waits, since when, and who is next at a counter and why."""

from dataclasses import asdict
from typing import Any

from hall.dispatch.rule import Head, Reason, choose, reason, terms_of
from hall.domain.identities import CounterId
from hall.domain.moments import to_ms
from hall.domain.tickets import Status, Ticket
from hall.queries.tickets import ticket_json
from hall.store.view import View

#: More rows than anybody reads.
ROWS = 100


def queue(view: View, *, counter: CounterId | None = None, limit: int = ROWS) -> dict[str, Any]:
    """Return who waits, the longest waiting first; for a counter, by what each is worth to it."""
    lines = view.lines()
    if counter is not None:
        place, minute = view.counter(counter), view.minute
        lines = [
            w
            for w in lines
            if terms_of(view.layout, place, w.line, minute=minute, at=0) is not None
        ]
    firsts = [t for w in lines for t in view.first_waiting(w.line, limit=limit)]
    if counter is None:
        firsts.sort(key=lambda ticket: (ticket.due_at, ticket.placed))
    else:
        firsts.sort(key=lambda ticket: _place_for(view, ticket, counter))
    return {
        "waiting": sum(w.waiting for w in lines),
        "longest_minutes": max([0, *((view.now_ms - w.due_ms) // 60_000 for w in lines)]),
        "tickets": [_row(view, ticket, counter) for ticket in firsts[:limit]],
    }


def aside(view: View) -> dict[str, list[dict[str, Any]]]:
    """Return who is held and who missed the call."""
    return {
        "held": [ticket_json(t) for t in view.with_status(Status.HELD)],
        "no_show": [ticket_json(t) for t in view.with_status(Status.NO_SHOW)],
    }


def next_for(view: View, *, counter: CounterId) -> dict[str, Any] | None:
    """Return who is next at a counter and why, or nothing when nobody waits for it."""
    place, lines = view.counter(counter), view.lines()
    heads = [Head(line=w.line, due_ms=w.due_ms, order=w.order) for w in lines]
    chosen = choose(view.layout, place, heads, minute=view.minute, now_ms=view.now_ms)
    if chosen is None:
        return None
    return _row(view, view.ticket(lines[chosen].first), counter)


def _row(view: View, ticket: Ticket, counter: CounterId | None) -> dict[str, Any]:
    row = ticket_json(ticket)
    row["waited_minutes"] = max(0, (view.now_ms - to_ms(ticket.due_at)) // 60_000)
    if counter is not None:
        row["reason"] = asdict(_reason(view, ticket, counter))
    return row


def _place_for(view: View, ticket: Ticket, counter: CounterId) -> tuple[bool, int, int]:
    """Return the place of a ticket among all that a counter takes; the smallest is first."""
    worth = _reason(view, ticket, counter)
    return (not worth.strict, -worth.score, ticket.placed)


def _reason(view: View, ticket: Ticket, counter: CounterId) -> Reason:
    head = Head(line=ticket.line, due_ms=to_ms(ticket.due_at), order=ticket.placed)
    place = view.counter(counter)
    return reason(view.layout, place, head, minute=view.minute, now_ms=view.now_ms)
