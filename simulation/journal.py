"""A simulated day as the journal of a hall; folding it gives the simulated trace again."""

from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from hall.dispatch.rule import Head, Reason, class_on_next_stop, class_on_return, reason
from hall.domain import moments
from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.events import Event, EventName
from hall.domain.hours import minute_of_day
from hall.domain.identities import CounterId, TicketId
from hall.domain.layout import Layout
from hall.domain.layout_form import canonical_form
from hall.domain.roster import Roster
from hall.domain.tickets import Line
from hall.domain.trace import ABSENT, Doing, Missed, Outcome, Stops, Trace
from simulation.plan import BINDING

E = EventName
#: At one moment, events stand in this order.
_ORDER = (
    *(E.LAYOUT_ACTIVATED, E.ROSTER_LOADED, E.DAY_OPENED),
    *(E.SERVICE_FINISHED, E.TICKET_QUEUED_AGAIN, E.TICKET_NOT_SHOWN),
    *(E.COUNTER_OPENED, E.COUNTER_READY, E.COUNTER_PAUSED, E.COUNTER_CLOSED),
    *(E.TICKET_ISSUED, E.TICKET_CAME_BACK),
    *(E.TICKET_ABANDONED, E.TICKET_CALLED, E.SERVICE_STARTED),
    *(E.TICKET_CLOSED, E.DAY_CLOSED),
)
_PHASE = {name: phase for phase, name in enumerate(_ORDER)}
_ENDS = {
    Outcome.SERVED: E.SERVICE_FINISHED,
    Outcome.ABANDONED: E.TICKET_ABANDONED,
    Outcome.CLOSED: E.TICKET_CLOSED,
}


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """What happened, when, to the stop in which row or at which counter; not yet an event."""

    at: int
    phase: int
    row: int = ABSENT
    counter: str = ""


def journal(
    layout: Layout,
    trace: Trace,
    *,
    day: date,
    roster: Roster | None = None,
    after: Event | None = None,
) -> list[Event]:
    """Return a simulated day as chained events, from the layout's activation to the day's end.

    Calls carry their score and the other heads, as live ones do; nobody was told an estimate.

    Args:
        layout: the layout of the day.
        trace: what happened.
        day: the business day.
        roster: who was to staff the counters, where that was written down.
        after: the last event of the journal that this day continues; then the day's tickets have
            ids that no other day has, and a layout that is active already is not activated again.
    """
    steps = sorted([*_stop_steps(trace), *_counter_steps(trace)])
    first, last = (steps[0].at, steps[-1].at) if steps else (0, 0)
    writer = _Writer(layout, trace.stops, day, roster, after)
    if after is None or after.layout != layout.hash:
        writer.write(Step(first, _PHASE[E.LAYOUT_ACTIVATED]))
    if roster is not None:
        writer.write(Step(first, _PHASE[E.ROSTER_LOADED]))
    writer.write(Step(first, _PHASE[E.DAY_OPENED]))
    for step in steps:
        writer.write(step)
    for row, outcome in enumerate(trace.stops.outcome):
        if outcome is Outcome.NO_SHOW:
            writer.write(Step(last, _PHASE[E.TICKET_CLOSED], row))
    writer.write(Step(last, _PHASE[E.DAY_CLOSED]))
    return writer.events


def _stop_steps(trace: Trace) -> Iterator[Step]:
    stops, missed = trace.stops, trace.missed
    ended: dict[str, int] = {}
    missed_of = {key: at for at, key in enumerate(zip(missed.ticket, missed.stop, strict=True))}
    for row in range(len(stops)):
        if stops.stop[row] == 1:
            yield Step(stops.issued[row], _PHASE[E.TICKET_ISSUED], row)
        else:
            yield Step(ended[stops.ticket[row]], _PHASE[E.TICKET_QUEUED_AGAIN], row)
        ended[stops.ticket[row]] = stops.finished[row]
        call = stops.called[row]
        at = missed_of.get((stops.ticket[row], stops.stop[row]))
        if at is not None:
            yield from _missed_steps(missed, at, row)
            call = missed.again[at]
        counter = ""
        if call != ABSENT:
            counter = stops.counter[row] or ""
            yield Step(call, _PHASE[E.TICKET_CALLED], row, counter)
        if stops.started[row] != ABSENT:
            yield Step(stops.started[row], _PHASE[E.SERVICE_STARTED], row, counter)
        if stops.outcome[row] in _ENDS:
            yield Step(stops.finished[row], _PHASE[_ENDS[stops.outcome[row]]], row, counter)


def _missed_steps(missed: Missed, at: int, row: int) -> Iterator[Step]:
    """Yield a call that nobody answered, and what came of it."""
    yield Step(missed.called[at], _PHASE[E.TICKET_CALLED], row, missed.counter[at])
    yield Step(missed.ended[at], _PHASE[E.TICKET_NOT_SHOWN], row, missed.counter[at])
    if missed.back[at] != ABSENT:
        yield Step(missed.back[at], _PHASE[E.TICKET_CAME_BACK], row)


def _counter_steps(trace: Trace) -> Iterator[Step]:
    """Yield what clerks did; a counter at which a citizen is counts as ready."""
    states = trace.states
    before: dict[CounterId, Doing] = {}
    for counter, since, doing in zip(states.counter, states.since, states.doing, strict=True):
        was = before.get(counter, Doing.CLOSED)
        now = doing if doing in (Doing.PAUSED, Doing.CLOSED) else Doing.READY
        if now is Doing.READY:
            name = E.COUNTER_OPENED if was is Doing.CLOSED else E.COUNTER_READY
        else:
            name = E.COUNTER_PAUSED if now is Doing.PAUSED else E.COUNTER_CLOSED
        if now is not was:
            yield Step(since, _PHASE[name], counter=counter)
        before[counter] = now


class _Writer:
    """Writes events in order and knows, as the rule did, who stands in which line."""

    def __init__(
        self,
        layout: Layout,
        stops: Stops,
        day: date,
        roster: Roster | None,
        after: Event | None,
    ) -> None:
        self.layout = layout
        self.stops = stops
        self.day = day
        self.roster = roster
        self.ids = f"{day.isoformat()}/" if after else ""
        self.sequence = after.sequence if after else 0
        self.head = after.hash if after else NOTHING_BEFORE
        self.events: list[Event] = []
        #: Per group's prefix, the last number; per ticket, its number and the row of its last stop.
        self.last: dict[str, int] = {}
        self.number: dict[str, str] = {}
        self.row: dict[str, int] = {}
        #: Per line, who stands in it: due, order, row.
        self.lines: dict[Line, list[tuple[int, int, int]]] = {}
        self.place: dict[int, tuple[Line, tuple[int, int, int]]] = {}

    def write(self, step: Step) -> None:
        """Write the next event."""
        name, stops, row = _ORDER[step.phase], self.stops, step.row
        make = _DETAILS.get(name)
        details = make(self, step) if make else {}
        ticket = stops.ticket[row] if row != ABSENT else None
        counter = step.counter or None
        if name is E.TICKET_QUEUED_AGAIN:
            counter = stops.counter[self.before(row)]
        event = Event(
            hall=self.layout.hall,
            sequence=self.sequence + 1,
            at=moments.from_ms(step.at),
            name=name,
            layout=self.layout.hash,
            ticket=TicketId(self.ids + ticket) if ticket else None,
            number=self.number[ticket] if ticket else None,
            counter=CounterId(counter) if counter else None,
            actor="simulation",
            details=details,
        )
        self.events.append(event.chained(self.head))
        self.sequence, self.head = event.sequence, self.events[-1].hash
        if name in (E.TICKET_ISSUED, E.TICKET_QUEUED_AGAIN):
            self.row[stops.ticket[row]] = row

    def before(self, row: int) -> int:
        """Return the row of the stop before."""
        return self.row[self.stops.ticket[row]]

    def rostered(self) -> dict[str, Any]:
        """Say who was to staff the counters."""
        roster = self.roster or Roster()
        return {"roster": roster.hash, "form": roster.form}

    def issued(self, step: Step) -> dict[str, Any]:
        """Give the ticket its number and put it in line."""
        stops, row = self.stops, step.row
        prefix = self.layout.group_of[stops.group[row]].prefix
        self.last[prefix] = self.last.get(prefix, 0) + 1
        self.number[stops.ticket[row]] = f"{prefix}{self.last[prefix]:03d}"
        return {
            "day": self.day.isoformat(),
            "class": stops.class_[row],
            "matters": list(stops.matters[row]),
            **self.placed(row),
            "ahead": None,
            "estimate": None,
        }

    def queued_again(self, step: Step) -> dict[str, Any]:
        """End the stop before and put the ticket in line for this one."""
        row = step.row
        left = set(self.stops.matters[row])
        done = [code for code in self.stops.matters[self.before(row)] if code not in left]
        return {"outcomes": dict.fromkeys(done, "done"), **self.placed(row)}

    def finished(self, step: Step) -> dict[str, Any]:
        """Say that every matter is done."""
        return {"outcomes": dict.fromkeys(self.stops.matters[step.row], "done")}

    def called(self, step: Step) -> dict[str, Any]:
        """Say why this one was called, and who else stood first in a line."""
        line, place = self.place[step.row]
        others = [
            {
                "number": self.number[self.stops.ticket[them[0][2]]],
                "line": other.key,
                "score": self.why(step, other, them[0]).score,
            }
            for other, them in self.lines.items()
            if them and other != line
        ]
        score = asdict(self.why(step, line, place))
        self.away(step)
        return {"score": score, "heads": others, "override": None}

    def why(self, step: Step, line: Line, place: tuple[int, int, int]) -> Reason:
        """Return what a head is worth to the counter that calls."""
        counter = self.layout.counter_of[CounterId(step.counter)]
        now = moments.from_ms(step.at)
        minute = minute_of_day(self.layout.zone, self.day, now)
        head = Head(line=line, due_ms=place[0], order=place[1])
        return reason(self.layout, counter, head, minute=minute, now_ms=step.at)

    def away(self, step: Step) -> dict[str, Any]:
        """Take a ticket out of its line, if it stands in one."""
        if step.row in self.place:
            line, place = self.place.pop(step.row)
            self.lines[line].remove(place)
        return {}

    def closed(self, step: Step) -> dict[str, Any]:
        """Close what is left over."""
        self.away(step)
        return {"reason": "day_end"}

    def came_back(self, step: Step) -> dict[str, Any]:
        """Put a ticket in line again, with the place earned."""
        return self.placed(step.row, again=True)

    def placed(self, row: int, *, again: bool = False) -> dict[str, Any]:
        """Put a ticket in line."""
        stops, is_first = self.stops, self.stops.stop[row] == 1
        class_ = stops.class_[row]
        if not is_first:
            class_ = class_on_next_stop(self.layout, class_)
        if again:
            class_ = class_on_return(self.layout, class_)
        bound = stops.counter[row] if is_first and self.layout.rule.policy in BINDING else None
        line = Line(group=stops.group[row], class_=class_, counter=bound)
        place = (stops.due[row], len(self.events), row)
        self.place[row] = line, place
        insort(self.lines.setdefault(line, []), place)
        return {"line": line.key, "due_at": moments.written(moments.from_ms(stops.due[row]))}


_DETAILS: dict[EventName, Callable[[_Writer, Step], dict[str, Any]]] = {
    E.LAYOUT_ACTIVATED: lambda writer, _: {
        "replaced": None,
        "form": canonical_form(writer.layout),
    },
    E.ROSTER_LOADED: lambda writer, _: writer.rostered(),
    E.DAY_OPENED: lambda writer, _: {"day": writer.day.isoformat()},
    E.DAY_CLOSED: lambda writer, _: {"day": writer.day.isoformat()},
    E.COUNTER_OPENED: lambda _, step: {"clerk": f"clerk-{step.counter}"},
    E.COUNTER_PAUSED: lambda _, __: {"reason": "break"},
    E.TICKET_ISSUED: _Writer.issued,
    E.TICKET_QUEUED_AGAIN: _Writer.queued_again,
    E.TICKET_CAME_BACK: _Writer.came_back,
    E.TICKET_CALLED: _Writer.called,
    E.SERVICE_FINISHED: _Writer.finished,
    E.TICKET_ABANDONED: _Writer.away,
    E.TICKET_CLOSED: _Writer.closed,
}
