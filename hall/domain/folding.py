"""Folding a journal into the trace of what happened; measures read it."""

from collections.abc import Callable, Iterable
from typing import Any

from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.identities import ClassId, CounterId, MatterCode, TicketId
from hall.domain.tickets import Line
from hall.domain.trace import ABSENT, Doing, Missed, Outcome, States, Stops, Trace


def fold(events: Iterable[Event]) -> Trace:
    """Return the trace of what ``events`` say happened, steps that were undone left out.

    Tickets that were issued before the first of the events are left out too.
    """
    known = list(events)
    undone = {e.details["undone"] for e in known if e.name is EventName.STEP_UNDONE}
    folding = _Folding()
    for event in known:
        if event.sequence not in undone:
            folding.take(event)
    return folding.trace()


class _Folding:
    """A trace in the making."""

    def __init__(self) -> None:
        self.stops = Stops()
        self.counters: dict[CounterId, _CounterDay] = {}
        #: The row of the stop that each ticket is at.
        self.row: dict[TicketId, int] = {}
        self.missed = Missed()
        #: Per row of a stop, its last call, and the row of the last call that was missed.
        self.last_call: dict[int, int] = {}
        self.last_missed: dict[int, int] = {}

    def take(self, event: Event) -> None:
        """Take the next event into account."""
        if event.ticket is None:
            if event.counter is not None and event.name in _WITHOUT_CITIZEN:
                self._counter(event.counter).turn(_WITHOUT_CITIZEN[event.name], _ms(event))
            return
        if event.name is EventName.TICKET_ISSUED:
            self._begin(event, stop=1, issued=_ms(event))
            return
        row = self.row.get(event.ticket)
        if row is None:
            return
        if event.name in _AT_COUNTER and event.counter is not None:
            self._counter(event.counter).attend(event.ticket, _AT_COUNTER[event.name], _ms(event))
        elif event.name in _AWAY and self.stops.counter[row] is not None:
            self._counter(self.stops.counter[row]).leave(event.ticket, _ms(event))
        if event.name in _STEPS:
            _STEPS[event.name](self, row, event)

    def called(self, row: int, event: Event) -> None:
        """Note a call; only the first one of a stop counts."""
        now = self.last_call[row] = _ms(event)
        if self.stops.called[row] == ABSENT:
            self.stops.called[row] = now
        self.stops.counter[row] = event.counter
        missed = self.last_missed.get(row)
        if missed is not None and self.missed.again[missed] == ABSENT:
            self.missed.again[missed] = now

    def started(self, row: int, event: Event) -> None:
        """Note that the citizen is at the counter; again after a hold changes nothing."""
        if self.stops.started[row] == ABSENT:
            self.stops.started[row] = _ms(event)

    def ended(self, row: int, event: Event) -> None:
        """Note how the stop ended."""
        self.stops.finished[row] = _ms(event)
        self.stops.outcome[row] = _ENDS[event.name]
        if event.name is EventName.TICKET_QUEUED_AGAIN:
            stops = self.stops
            done = event.details["outcomes"]
            left = tuple(code for code in stops.matters[row] if code not in done)
            again = {"class": stops.class_[row], "matters": left}
            self._begin(event, stop=stops.stop[row] + 1, issued=stops.issued[row], **again)

    def not_shown(self, row: int, event: Event) -> None:
        """Note that nobody came; the stop is over unless the citizen comes back."""
        self.ended(row, event)
        counter = self.stops.counter[row]
        if counter is not None and row in self.last_call:
            self.last_missed[row] = len(self.missed)
            self.missed.add(
                ticket=self.stops.ticket[row],
                stop=self.stops.stop[row],
                counter=counter,
                called=self.last_call[row],
                ended=_ms(event),
            )

    def came_back(self, row: int, event: Event) -> None:
        """Go on with the stop of a citizen who missed the call."""
        self.stops.finished[row] = ABSENT
        self.stops.outcome[row] = Outcome.OPEN
        if row in self.last_missed:
            self.missed.back[self.last_missed[row]] = _ms(event)

    def closed(self, row: int, event: Event) -> None:
        """Note that the day ended first; who missed the call and never came back, did that."""
        if self.stops.outcome[row] is not Outcome.NO_SHOW:
            self.ended(row, event)

    def trace(self) -> Trace:
        """Return the trace as far as the events went."""
        states = States()
        for counter in sorted(self.counters):
            for since, until, doing in self.counters[counter].rows():
                states.add(counter, since, until, doing)
        return Trace(stops=self.stops, states=states, missed=self.missed)

    def _begin(self, event: Event, *, stop: int, issued: int, **known: Any) -> None:
        details = {**event.details, **known}
        line = Line.of(details["line"])
        assert event.ticket is not None  # noqa: S101
        self.row[event.ticket] = len(self.stops)
        self.stops.add(
            ticket=event.ticket,
            stop=stop,
            issued=issued,
            due=moments.to_ms(moments.read(details["due_at"])),
            class_=ClassId(details["class"]),
            group=line.group,
            counter=line.counter,
            matters=tuple(MatterCode(code) for code in details["matters"]),
        )

    def _counter(self, counter: CounterId | None) -> "_CounterDay":
        assert counter is not None  # noqa: S101
        return self.counters.setdefault(counter, _CounterDay())


class _CounterDay:
    """What one counter did, state by state."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, Doing]] = []
        self.without_citizen = Doing.CLOSED
        self.citizen: TicketId | None = None

    def turn(self, doing: Doing, now: int) -> None:
        """Note what the clerk does when no citizen is there; one who is there is served first."""
        self.without_citizen = doing
        if self.citizen is None:
            self.changes.append((now, doing))

    def attend(self, citizen: TicketId, doing: Doing, now: int) -> None:
        """Note that a citizen is called or served."""
        self.citizen = citizen
        self.changes.append((now, doing))

    def leave(self, citizen: TicketId, now: int) -> None:
        """Note that a citizen is not at the counter any more."""
        if self.citizen == citizen:
            self.citizen = None
            self.changes.append((now, self.without_citizen))

    def rows(self) -> Iterable[tuple[int, int, Doing]]:
        """Return the states with their periods, empty ones left out."""
        kept: list[tuple[int, Doing]] = []
        for now, doing in self.changes:
            if kept and kept[-1][0] == now:
                kept.pop()
            kept.append((now, doing))
        ends = [now for now, _ in kept[1:]] + [ABSENT]
        return [(since, until, doing) for (since, doing), until in zip(kept, ends, strict=True)]


def _ms(event: Event) -> int:
    return moments.to_ms(event.at)


_WITHOUT_CITIZEN = {
    EventName.COUNTER_OPENED: Doing.READY,
    EventName.COUNTER_READY: Doing.READY,
    EventName.COUNTER_PAUSED: Doing.PAUSED,
    EventName.COUNTER_CLOSED: Doing.CLOSED,
}
_AT_COUNTER = {
    EventName.TICKET_CALLED: Doing.CALLING,
    EventName.TICKET_RECALLED: Doing.CALLING,
    EventName.SERVICE_STARTED: Doing.SERVING,
}
_ENDS = {
    EventName.SERVICE_FINISHED: Outcome.SERVED,
    EventName.TICKET_QUEUED_AGAIN: Outcome.QUEUED_AGAIN,
    EventName.TICKET_NOT_SHOWN: Outcome.NO_SHOW,
    EventName.TICKET_ABANDONED: Outcome.ABANDONED,
    EventName.TICKET_CLOSED: Outcome.CLOSED,
}
_AWAY = frozenset(
    {
        *_ENDS,
        EventName.TICKET_HELD,
        EventName.TICKET_RETURNED,
        EventName.TICKET_TRANSFERRED,
    }
)
_STEPS: dict[EventName, Callable[[_Folding, int, Event], None]] = {
    EventName.TICKET_CALLED: _Folding.called,
    EventName.SERVICE_STARTED: _Folding.started,
    EventName.TICKET_CAME_BACK: _Folding.came_back,
    **dict.fromkeys(_ENDS, _Folding.ended),
    EventName.TICKET_NOT_SHOWN: _Folding.not_shown,
    EventName.TICKET_CLOSED: _Folding.closed,
}
