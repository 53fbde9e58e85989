"""Opening and closing the business day."""

from datetime import datetime

from hall.domain.counters import CounterState
from hall.domain.events import EventName
from hall.domain.hours import business_day, openings_of
from hall.domain.tickets import Status, Ticket
from hall.operations.guards import CounterIsBusy
from hall.operations.rollout import activate_due
from hall.store.change import Change

#: Why a day ends that nobody closed: the server was off.
FORGOTTEN = "forgotten"
#: Statuses that are closed with the day.
LEFT_OVER = (Status.WAITING, Status.HELD, Status.NO_SHOW)


class HallIsClosed(Exception):
    """No tickets are issued now; ``opens_at`` says when they will be, where that is known."""

    def __init__(self, opens_at: datetime | None = None) -> None:
        self.opens_at = opens_at
        super().__init__("the hall is closed")


class DayIsOpen(Exception):
    """The business day is open already."""


class DayIsNotOpen(Exception):
    """There is no open business day."""


def open_day(change: Change) -> None:
    """Open today's business day; a day that was forgotten open is closed first."""
    today = business_day(change.layout.hours, change.layout.zone, change.now)
    if change.day == today:
        raise DayIsOpen(today.isoformat())
    if change.day is not None:
        close_day(change, reason=FORGOTTEN)
    activate_due(change)
    if change.base_layout and change.base_layout != change.layout.hash:
        base = change.base_layout
        change.activate(change.known_layout(base), change.layout_source(base), for_today=False)
    change.record_day(EventName.DAY_OPENED, today)


def close_day(change: Change, *, reason: str = "day_end") -> None:
    """Close the business day: what is left over is closed with a reason, every counter too."""
    if change.day is None:
        raise DayIsNotOpen
    for ticket, _ in change.all_at_counters():
        if reason != FORGOTTEN:
            raise CounterIsBusy(ticket.number)
        _end(change, ticket)
    for status in LEFT_OVER:
        for ticket in change.with_status(status, limit=100_000):
            change.record(EventName.TICKET_CLOSED, ticket, details={"reason": reason})
    for counter in change.counters_now().values():
        if counter.state is not CounterState.CLOSED:
            change.record_counter(EventName.COUNTER_CLOSED, counter, details={"reason": reason})
    change.record_day(EventName.DAY_CLOSED, change.day)


def _end(change: Change, ticket: Ticket) -> None:
    """End what was left at a counter when the day was forgotten."""
    if ticket.status is Status.CALLED:
        change.record(EventName.TICKET_NOT_SHOWN, ticket)
    else:
        change.record(EventName.SERVICE_FINISHED, ticket, details={"outcomes": {}})


def ensure_open(change: Change) -> None:
    """Make sure that tickets may be issued now; correctness never waits for the clock's job.

    Raises:
        HallIsClosed: it is before the first opening or after the last, or the day was closed.
    """
    layout = change.layout
    today = business_day(layout.hours, layout.zone, change.now)
    openings = openings_of(layout.hours, layout.zone, today)
    last = openings[-1].until if openings else None
    if last is None or change.now >= last or (change.last_day == today and change.day is None):
        raise HallIsClosed
    if change.now < openings[0].start and change.day != today:
        raise HallIsClosed(openings[0].start)
    if change.day != today:
        open_day(change)
