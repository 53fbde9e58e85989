"""What every operation at a counter checks first, and the refusals that follow."""

from hall.domain.actors import Role
from hall.domain.counters import CounterNow, CounterState
from hall.domain.identities import CounterId, PersonId
from hall.domain.tickets import AT_COUNTER, IllegalMove, Status, Ticket
from hall.store.change import Change

#: Roles that may act at any counter, in the place of its clerk.
OVERSEERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.SYSTEM})


class CounterIsNotReady(Exception):
    """The counter is closed or paused; it can call nobody."""


class CounterIsBusy(Exception):
    """The counter has a citizen already."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(number)


class NotYourCounter(Exception):
    """Somebody else works at this counter."""


def clerk_of(change: Change) -> PersonId:
    """Return who acts: a person, or the device that stands for one."""
    return PersonId(change.by.person or change.by.device or change.by.role.value)


def staffed(change: Change, counter: CounterId) -> CounterNow:
    """Return the counter, which must be open and the actor's own."""
    now = change.counter_now(counter)
    if now.state is CounterState.CLOSED:
        raise CounterIsNotReady(counter)
    if change.by.role not in OVERSEERS and now.clerk != clerk_of(change):
        raise NotYourCounter(counter)
    return now


def ready(change: Change, counter: CounterId) -> CounterNow:
    """Return the counter, which must be the actor's own and able to call."""
    now = staffed(change, counter)
    if now.state is not CounterState.READY:
        raise CounterIsNotReady(counter)
    return now


def free(change: Change, counter: CounterId) -> None:
    """Make sure that nobody is called to the counter or served there."""
    there = change.at_counter(counter)
    if there is not None:
        raise CounterIsBusy(there.number)


def at_own_counter(change: Change, ticket: Ticket, to: Status) -> Ticket:
    """Return a ticket that is at the actor's counter, or was when it was set aside."""
    if ticket.counter is None or (ticket.status not in AT_COUNTER and ticket.status != Status.HELD):
        raise IllegalMove(ticket.number, ticket.status, to)
    staffed(change, ticket.counter)
    return ticket
