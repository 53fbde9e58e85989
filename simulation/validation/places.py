"""A day that was, as the model can be given it: who stood in line when, who was at the counters."""

from dataclasses import dataclass, field

from hall.domain.events import Event, EventName
from hall.domain.identities import CounterId, TicketId
from hall.domain.layout import Policy
from hall.domain.moments import length_ms, to_ms
from hall.domain.tickets import AT_COUNTER, Line, Status, Ticket
from hall.domain.trace import ABSENT, Doing
from simulation.past import PastDay
from simulation.validation.floor import Floor

E = EventName
_DOING = {
    E.COUNTER_OPENED: Doing.READY,
    E.COUNTER_READY: Doing.READY,
    E.COUNTER_PAUSED: Doing.PAUSED,
    E.COUNTER_CLOSED: Doing.CLOSED,
}
#: Somebody joins the hall's trace with a row of its own.
_NEW_ROW = frozenset({E.TICKET_ISSUED, E.TICKET_QUEUED_AGAIN})
_SERVED = frozenset({E.SERVICE_FINISHED, E.TICKET_QUEUED_AGAIN})


@dataclass(kw_only=True, slots=True)
class Place:
    """Somebody's time in one line, and at the counter to which that led; in milliseconds.

    Whoever returns, is transferred or comes back takes another place, so that the model need not
    know why.
    """

    #: The row of the trace, and whether the wait of that row ends with the call from this place.
    row: int
    is_waited: bool
    line: Line
    joined: int
    due: int
    called: int = ABSENT
    counter: CounterId | None = None
    #: When they left the counter, and until when it was taken: wrapping up after it is part of it.
    ended: int = ABSENT
    until: int = ABSENT
    #: Whether the stop was finished there, not broken off.
    is_served: bool = False
    #: When they left the line uncalled, by themselves or into another line.
    left: int = ABSENT

    @property
    def occupied_ms(self) -> int:
        """How long the counter was taken, or ``ABSENT`` if nobody was called."""
        return self.until - self.called if self.until != ABSENT else ABSENT


@dataclass(kw_only=True, slots=True)
class Lived:
    """A day as it was lived: places in the order of taking them, counters as they were."""

    places: list[Place] = field(default_factory=list)
    #: Per counter, from when it was closed, ready or paused, whoever was there.
    counters: dict[CounterId, list[tuple[int, Doing]]] = field(default_factory=dict)
    #: How long clerks took after a citizen until the next call, when somebody waited for it.
    wrap_ups: list[int] = field(default_factory=list)
    #: Per counter, when else it could have called somebody and did not.
    unused: dict[CounterId, list[tuple[int, int]]] = field(default_factory=dict)


def lived(day: PastDay) -> Lived:
    """Return a day as it was lived, steps that were undone left out.

    Raises:
        IMPOSSIBLE: an event cannot have happened.
    """
    events = day.events
    undone = {e.details["undone"] for e in events if e.name is E.STEP_UNDONE}
    walk = _Walk(day)
    for event in events:
        if event.sequence not in undone and event.name is not E.STEP_UNDONE:
            walk.take(event)
    return walk.found


class _Walk:
    """A walk through the events of a day."""

    def __init__(self, day: PastDay) -> None:
        self._floor = Floor(day)
        self.found = Lived()
        self._rows = 0
        self._standing: dict[TicketId, Place] = {}
        #: Who is at each counter: the place that led there, or none for who was set aside before.
        self._here: dict[CounterId, Place | None] = {}
        self._base: dict[CounterId, Doing] = {}
        #: Counters that could have called somebody for a while: since when, after whom if anybody.
        self._slow: dict[CounterId, tuple[Place | None, int]] = {}

    def take(self, event: Event) -> None:
        """Take the next event into account."""
        before, after = self._floor.apply(event)
        if after is not None:
            if before is not None:
                self._goes_on(before, after, event)
            self._rows += event.name in _NEW_ROW
            if after.status is Status.WAITING:
                self._stands(before, after, event, to_ms(event.at))
        elif event.counter is not None and event.name in _DOING:
            self._base[event.counter] = _DOING[event.name]
            self._turn(event.counter, event, _DOING[event.name])

    def _goes_on(self, before: Ticket, after: Ticket, event: Event) -> None:
        if before.status in AT_COUNTER and after.status not in AT_COUNTER:
            self._leaves(before, event)
        if before.status is Status.WAITING:
            self._stands_no_more(event)
            for counter in [c for c in self._slow if not self._floor.could_call(c, event)]:
                # Another counter was quicker: one that is as slow in the model must not be first.
                self._no_more_slow(counter, to_ms(event.at), behind_ms=1)
        elif before.status is Status.HELD and after.status is Status.CALLED:
            self._is_fetched(after, event)

    def _stands(self, before: Ticket | None, after: Ticket, event: Event, now: int) -> None:
        row, is_waited = self._rows - 1, True
        if event.name not in _NEW_ROW:
            last = self._standing[after.id]
            still = before is not None and before.status is Status.WAITING
            row, is_waited = last.row, last.is_waited and still
        place = Place(
            row=row, is_waited=is_waited, line=after.line, joined=now, due=to_ms(after.due_at)
        )
        self._standing[after.id] = place
        self.found.places.append(place)
        for counter in self._base:
            self._may_be_slow(counter, event, None)

    def _stands_no_more(self, event: Event) -> None:
        assert event.ticket is not None  # noqa: S101
        place, now = self._standing[event.ticket], to_ms(event.at)
        if event.name is not E.TICKET_CALLED:
            if event.name is not E.TICKET_CLOSED:
                place.left = now
            return
        assert event.counter is not None  # noqa: S101
        place.called, place.counter = now, event.counter
        self._here[event.counter] = place
        self._no_more_slow(event.counter, now)

    def _may_be_slow(self, counter: CounterId, event: Event, after: Place | None) -> None:
        """Note from when on a counter at which nobody is could call somebody."""
        is_ready = self._base.get(counter) is Doing.READY and counter not in self._here
        if is_ready and counter not in self._slow and self._floor.could_call(counter, event):
            self._slow[counter] = after, to_ms(event.at)

    def _no_more_slow(self, counter: CounterId, now: int, *, behind_ms: int = 0) -> None:
        """Count the time in which a counter could have called, but for a pause of the rule."""
        if counter not in self._slow:
            return
        place, since = self._slow.pop(counter)
        rule = self._floor.layout.rule
        pause = length_ms(rule.automatic_pause) if rule.policy is Policy.AUTOMATIC else 0
        until = max(since, now - pause)
        until += behind_ms if until > since else 0
        if place is not None:
            place.until = until
            self.found.wrap_ups.append(until - since)
        elif until > since:
            self.found.unused.setdefault(counter, []).append((since, until))

    def _leaves(self, before: Ticket, event: Event) -> None:
        counter, now = before.counter, to_ms(event.at)
        assert counter is not None  # noqa: S101
        place = self._here.pop(counter, None)
        if place is None:
            self._turn(counter, event, self._base.get(counter, Doing.READY))
            return
        place.ended = place.until = now
        place.is_served = event.name in _SERVED
        self._may_be_slow(counter, event, place)

    def _is_fetched(self, after: Ticket, event: Event) -> None:
        """Note that a counter is taken by somebody who was set aside: it calls nobody meanwhile."""
        assert after.counter is not None  # noqa: S101
        self._here[after.counter] = None
        self._turn(after.counter, event, Doing.PAUSED)

    def _turn(self, counter: CounterId, event: Event, doing: Doing) -> None:
        """Note what a counter does from now on; of several things at one moment, the last."""
        states, now = self.found.counters.setdefault(counter, []), to_ms(event.at)
        self._no_more_slow(counter, now)
        if states and states[-1][0] == now:
            states.pop()
        if (states[-1][1] if states else Doing.CLOSED) is not doing:
            states.append((now, doing))
        self._may_be_slow(counter, event, None)
