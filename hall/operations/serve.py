"""Everything that can be done with a ticket from its call to the end of the visit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hall.dispatch.rule import class_on_next_stop, class_on_return
from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.evolution import evolve
from hall.domain.identities import RETURNED, CounterId, GroupId, MatterCode, TicketId
from hall.domain.layout import Layout
from hall.domain.ticket_form import ticket_form
from hall.domain.tickets import AT_COUNTER, IllegalMove, Line, Status, Ticket
from hall.operations.guards import CounterIsBusy, at_own_counter, free, ready
from hall.operations.issue import MOST_MATTERS, TooManyMatters, UnknownMatter
from hall.operations.outcomes import DEFAULT_OUTCOME, checked
from hall.store.change import Change

#: How long a step may be taken back by the one who took it.
UNDO_WITHIN = timedelta(seconds=10)
UNDOABLE = frozenset(
    {
        EventName.TICKET_CALLED,
        EventName.SERVICE_STARTED,
        EventName.SERVICE_FINISHED,
        EventName.TICKET_QUEUED_AGAIN,
        EventName.TICKET_HELD,
        EventName.TICKET_RETURNED,
        EventName.TICKET_TRANSFERRED,
        EventName.TICKET_NOT_SHOWN,
        EventName.TICKET_ABANDONED,
        EventName.TICKET_MATTERS_CHANGED,
    }
)


class NothingToUndo(Exception):
    """The last step was too long ago, somebody else's, or cannot be taken back."""


class UnknownGroup(Exception):
    """No counter takes this group."""


class NobodyBehind(Exception):
    """There is nobody in the line to let pass."""


def recall(change: Change, *, ticket: TicketId) -> Ticket:
    """Announce a called ticket once more."""
    found = change.ticket(ticket)
    if found.status is not Status.CALLED:
        raise IllegalMove(found.number, found.status, Status.CALLED)
    return change.record(EventName.TICKET_RECALLED, at_own_counter(change, found, Status.CALLED))


def start(change: Change, *, ticket: TicketId) -> Ticket:
    """Begin to serve the citizen, who has come to the counter."""
    found = at_own_counter(change, change.ticket(ticket), Status.SERVING)
    return change.record(EventName.SERVICE_STARTED, found)


def finish(change: Change, *, ticket: TicketId, outcomes: dict[MatterCode, str]) -> Ticket:
    """Finish at this counter: the visit is done, or its next stop is queued by itself.

    Matters that this counter takes and that have no outcome yet are done as usual.
    """
    found = at_own_counter(change, change.ticket(ticket), Status.DONE)
    if found.status is Status.CALLED:
        found = change.record(EventName.SERVICE_STARTED, found)
    assert found.counter is not None  # noqa: S101
    counter = change.counter(found.counter)
    given = checked(found, outcomes)
    here = {*counter.takes_at(change.minute), found.line.group}
    matter_of = change.layout.matter_of
    for code in found.open_matters:
        if code not in given and (code not in matter_of or matter_of[code].group in here):
            given[code] = DEFAULT_OUTCOME
    left = [code for code in found.open_matters if code not in given]
    details: dict[str, Any] = {"outcomes": dict(given)}
    if not left:
        return change.record(EventName.SERVICE_FINISHED, found, details=details)
    group = matter_of[left[0]].group
    next_ = Line(group=group, class_=class_on_next_stop(change.layout, found.class_))
    due = change.now + change.layout.walk_from(found.counter, to=group)
    place = _place(change, next_, due=due)
    return change.record(EventName.TICKET_QUEUED_AGAIN, found, details={**details, **place})


def change_matters(
    change: Change,
    *,
    ticket: TicketId,
    add: tuple[MatterCode, ...] = (),
    remove: tuple[MatterCode, ...] = (),
) -> Ticket:
    """Add matters to the visit of the citizen at the counter, or take out ones not yet decided.

    Raises:
        UnknownMatter: the layout does not have one to add, or the visit none to remove.
        TooManyMatters: the visit would have more than it may.
    """
    found = at_own_counter(change, change.ticket(ticket), Status.SERVING)
    known = {matter.code for matter in found.matters}
    added = [code for code in dict.fromkeys(add) if code not in known]
    for code in (*added, *remove):
        if code not in (change.layout.matter_of if code in added else found.open_matters):
            raise UnknownMatter(code)
    if len(known) + len(added) - len(set(remove)) > MOST_MATTERS:
        raise TooManyMatters(str(MOST_MATTERS))
    if not added and not remove:
        return found
    details = {"added": added, "removed": list(dict.fromkeys(remove))}
    return change.record(EventName.TICKET_MATTERS_CHANGED, found, details=details)


def hold(change: Change, *, ticket: TicketId, reason: str = "") -> Ticket:
    """Set a served ticket aside; the citizen comes back to this clerk."""
    found = at_own_counter(change, change.ticket(ticket), Status.HELD)
    return change.record(EventName.TICKET_HELD, found, details={"reason": reason})


def resume(change: Change, *, ticket: TicketId) -> Ticket:
    """Call a held ticket back to the counter that holds it."""
    found = change.ticket(ticket)
    if found.status is not Status.HELD or found.counter is None:
        raise IllegalMove(found.number, found.status, Status.CALLED)
    ready(change, found.counter)
    free(change, found.counter)
    return change.record(EventName.TICKET_RECALLED, found)


def return_to_queue(change: Change, *, ticket: TicketId, minutes: int | None = None) -> Ticket:
    """Put a citizen back in line with the place earned, or not before some minutes passed."""
    found = at_own_counter(change, change.ticket(ticket), Status.WAITING)
    class_ = class_on_return(change.layout, found.class_)
    due = found.due_at
    if minutes is not None:
        due = change.now + timedelta(minutes=minutes)
        class_ = RETURNED if change.layout.class_of[class_].early else class_
    place = _place(change, replace(found.line, class_=class_), due=due)
    return change.record(EventName.TICKET_RETURNED, found, details=place)


def transfer(
    change: Change,
    *,
    ticket: TicketId,
    group: GroupId | None = None,
    counter: CounterId | None = None,
) -> Ticket:
    """Send a ticket to another group or another counter, with its number and its place."""
    found = at_own_counter(change, change.ticket(ticket), Status.WAITING)
    line = replace(found.line, group=group or found.line.group, counter=None)
    if counter is not None:
        line = replace(line, counter=change.counter(counter).id)
    elif group not in change.layout.group_of:
        raise UnknownGroup(group or "")
    place = _place(change, line, due=found.due_at)
    return change.record(EventName.TICKET_TRANSFERRED, found, details=place)


def no_show(change: Change, *, ticket: TicketId) -> Ticket:
    """Note that a called citizen did not come."""
    found = at_own_counter(change, change.ticket(ticket), Status.NO_SHOW)
    return change.record(EventName.TICKET_NOT_SHOWN, found)


def come_back(change: Change, *, ticket: TicketId) -> Ticket:
    """Put a citizen who missed the call back in line, with the place earned."""
    found = change.ticket(ticket)
    line = replace(found.line, class_=class_on_return(change.layout, found.line.class_))
    place = _place(change, line, due=found.due_at)
    if found.status is not Status.NO_SHOW:
        raise IllegalMove(found.number, found.status, Status.WAITING)
    return change.record(EventName.TICKET_CAME_BACK, found, details=place)


def abandon(change: Change, *, ticket: TicketId) -> Ticket:
    """End a visit that the citizen gave up; a clerk may do it only at the own counter."""
    found = change.ticket(ticket)
    if found.status in AT_COUNTER and change.by.role != "citizen":
        at_own_counter(change, found, Status.ABANDONED)
    return change.record(EventName.TICKET_ABANDONED, found)


def postpone(change: Change, *, ticket: TicketId, places: int = 5) -> Ticket:
    """Let some people of the same line pass, because the citizen asked to."""
    found = change.ticket(ticket)
    if found.status is not Status.WAITING:
        raise IllegalMove(found.number, found.status, Status.WAITING)
    behind = change.behind(found, limit=places)
    if not behind:
        raise NobodyBehind(found.number)
    place = _place(change, found.line, due=behind[-1].due_at)
    return change.record(EventName.TICKET_POSTPONED, found, details=place)


def undo(change: Change, *, ticket: TicketId) -> Ticket:
    """Take the last step of a ticket back, within seconds, by the one who took it."""
    found = change.ticket(ticket)
    events = change.journal(after=0, ticket=ticket)
    last = events[-1]
    mine = last.actor == (change.by.person or change.by.role.value)
    same_device = last.device == change.by.device
    late = change.now - last.at > UNDO_WITHIN
    is_over = change.day != found.day
    if last.name not in UNDOABLE or not mine or not same_device or late or is_over:
        raise NothingToUndo(found.number)
    before = _folded(events[:-1])
    if before.status in AT_COUNTER and before.counter is not None:
        there = change.at_counter(before.counter)
        if there is not None and there.id != ticket:
            raise CounterIsBusy(there.number)
    if not _is_known(change.layout, before):
        raise NothingToUndo(found.number)
    details = {"undone": last.sequence, "restored": ticket_form(before)}
    return change.record(EventName.STEP_UNDONE, found, details=details)


def expire_calls(change: Change) -> list[Ticket]:
    """Note who was called often enough, and long enough ago, and did not come."""
    rule = change.layout.rule
    return [
        change.record(EventName.TICKET_NOT_SHOWN, ticket, details={"automatic": True})
        for ticket, _ in change.all_at_counters()
        if ticket.status is Status.CALLED
        and ticket.calls >= rule.calls
        and ticket.announced_at is not None
        and change.now - ticket.announced_at >= rule.no_show_after
    ]


def _is_known(layout: Layout, ticket: Ticket) -> bool:
    """Whether a layout, which may be newer, still has the line and the counter of a ticket."""
    counters = {ticket.counter, ticket.line.counter} - {None}
    return ticket.line.group in layout.group_of and counters <= layout.counter_of.keys()


def _folded(events: list[Event]) -> Ticket:
    ticket = None
    for event in events:
        ticket = evolve(ticket, event)
    assert ticket is not None  # noqa: S101
    return ticket


def _place(change: Change, line: Line, *, due: Any = None) -> dict[str, Any]:
    return {"line": line.key, "due_at": moments.written(due or change.now)}
