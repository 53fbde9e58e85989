"""The counters as the staff see them."""

from typing import Any

from hall.domain import moments
from hall.domain.counters import CounterNow, CounterState
from hall.domain.identities import CounterId
from hall.domain.layout import Counter
from hall.domain.tickets import Ticket
from hall.queries.board import name_json
from hall.queries.tickets import ticket_json
from hall.store.view import View


def counters(view: View) -> list[dict[str, Any]]:
    """Return every counter of the active layout, closed ones too."""
    states = view.counters_now()
    serving = {ticket.counter: ticket for ticket, _ in view.all_at_counters()}
    return [
        counter_json(view, counter, states.get(counter.id), serving.get(counter.id))
        for counter in view.layout.counters
    ]


def counter(view: View, *, id_: CounterId) -> dict[str, Any]:
    """Return one counter with what it serves now."""
    return counter_json(view, view.counter(id_), view.counter_now(id_), view.at_counter(id_))


def counter_json(
    view: View, place: Counter, now: CounterNow | None, ticket: Ticket | None
) -> dict[str, Any]:
    """Return a counter as JSON: state, clerk, what it takes and whom it serves."""
    state = now.state if now else CounterState.CLOSED
    since = ticket.started_at or ticket.called_at if ticket else now.since if now else None
    return {
        "id": place.id,
        "number": place.number,
        "name": name_json(place.name),
        "zone": place.zone,
        "state": state.value,
        "clerk": now.clerk if now else None,
        "reason": now.reason if now else None,
        "asked": bool(now and now.asked_at),
        "since": moments.written(since) if since else None,
        "minutes": max(0, int((view.now - since).total_seconds() // 60)) if since else None,
        "takes": list(place.takes_at(view.minute)),
        "ticket": ticket_json(ticket) if ticket else None,
    }
