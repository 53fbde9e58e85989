"""Calling: the next one by the rule, one out of order on the record, one who just stands there."""

from dataclasses import asdict, dataclass
from typing import Any

from hall.dispatch.rule import Head, Reason, choose, reason
from hall.domain.events import EventName
from hall.domain.hours import business_day
from hall.domain.identities import ClassId, CounterId, MatterCode, TicketId
from hall.domain.layout import Counter, Policy
from hall.domain.moments import to_ms
from hall.domain.tickets import IllegalMove, Status, Ticket
from hall.operations.day import DayIsNotOpen
from hall.operations.guards import free, ready
from hall.operations.issue import issue_ticket
from hall.operations.serve import finish, start
from hall.store.change import Change
from hall.store.lines import Waiting
from hall.store.view import UnknownTicket


class ReasonMissing(Exception):
    """Who calls somebody out of order must say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A ticket that was called, and why it was this one."""

    ticket: Ticket
    reason: Reason


def call_next(
    change: Change, *, counter: CounterId, finish_with: dict[MatterCode, str] | None = None
) -> Call | None:
    """Call the next ticket by the rule, or nobody when nobody waits.

    With ``finish_with``, the outcomes of the one being served, that one is finished first; then
    the change stands even if nobody waits.
    """
    ready(change, counter)
    there = change.at_counter(counter)
    if there is not None and finish_with is not None:
        finish(change, ticket=there.id, outcomes=finish_with)
    else:
        free(change, counter)
    place, lines = change.counter(counter), change.lines()
    heads = [Head(line=w.line, due_ms=w.due_ms, order=w.order) for w in lines]
    chosen = choose(change.layout, place, heads, minute=change.minute, now_ms=change.now_ms)
    if chosen is None:
        return None
    others = [w for at, w in enumerate(lines) if at != chosen]
    return _call(change, place, change.ticket(lines[chosen].first), others, override=None)


def call_one(change: Change, *, counter: CounterId, ticket: str, reason: str) -> Call:
    """Call one ticket, by id or by today's number, out of order; the reason goes on record."""
    if not reason.strip():
        raise ReasonMissing
    ready(change, counter)
    free(change, counter)
    found = find(change, ticket)
    if found.status is not Status.WAITING:
        raise IllegalMove(found.number, found.status, Status.CALLED)
    others = [w for w in change.lines() if w.first != found.id]
    override = {"reason": reason.strip()}
    return _call(change, change.counter(counter), found, others, override=override)


def serve_citizen(
    change: Change,
    *,
    counter: CounterId,
    matters: tuple[MatterCode, ...] = (),
    class_: ClassId | None = None,
) -> Ticket:
    """Issue, call and start a ticket for a citizen who stands at the counter without one."""
    ready(change, counter)
    free(change, counter)
    issued = issue_ticket(change, matters=matters, class_=class_)
    override = {"reason": "stands at the counter"}
    call = _call(change, change.counter(counter), issued.ticket, [], override=override)
    return start(change, ticket=call.ticket.id)


def call_automatically(change: Change) -> list[Call]:
    """Call for every ready counter that has been free for the pause of the automatic policy."""
    rule, calls = change.layout.rule, []
    if rule.policy is not Policy.AUTOMATIC or change.day is None:
        return []
    busy = {ticket.counter for ticket, _ in change.all_at_counters()}
    for counter in change.layout.counters:
        now = change.counter_now(counter.id)
        last = change.last_event_at(counter.id)
        if counter.id in busy or last is None or change.now - last < rule.automatic_pause:
            continue
        if now.state == "ready" and (call := call_next(change, counter=counter.id)):
            calls.append(call)
    return calls


def find(change: Change, what: str) -> Ticket:
    """Return the ticket with an id, or with a number of the present business day."""
    layout = change.layout
    day = change.day or business_day(layout.hours, layout.zone, change.now)
    try:
        return change.ticket_numbered(what.strip().upper(), day)
    except UnknownTicket:
        return change.ticket(TicketId(what))


def _call(
    change: Change,
    counter: Counter,
    ticket: Ticket,
    others: list[Waiting],
    *,
    override: dict[str, str] | None,
) -> Call:
    if change.day is None:
        raise DayIsNotOpen
    why = _reason(change, counter, _head_of(ticket))
    after = change.record(
        EventName.TICKET_CALLED,
        ticket,
        counter=counter.id,
        details={
            "score": asdict(why),
            "heads": [_not_chosen(change, counter, other) for other in others],
            "override": override,
        },
    )
    return Call(ticket=after, reason=why)


def _head_of(ticket: Ticket) -> Head:
    return Head(line=ticket.line, due_ms=to_ms(ticket.due_at), order=ticket.placed)


def _reason(change: Change, counter: Counter, head: Head) -> Reason:
    return reason(change.layout, counter, head, minute=change.minute, now_ms=change.now_ms)


def _not_chosen(change: Change, counter: Counter, other: Waiting) -> dict[str, Any]:
    head = Head(line=other.line, due_ms=other.due_ms, order=other.order)
    worth = _reason(change, counter, head)
    return {"number": other.number, "line": other.line.key, "score": worth.score}
