"""Every recorded call asked of the rule again: was it the one that the rule would have chosen?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hall.domain.events import Event, EventName
from hall.domain.identities import CounterId, TicketId
from hall.domain.layout import Name
from hall.domain.moments import to_ms
from simulation.past import PastDay
from simulation.validation.floor import IMPOSSIBLE, Floor

_NOT_WAITING = Name(zh="该号当时不在等候", en="it was not waiting")
_NOBODY = Name(zh="按规则该窗口当时无人可叫", en="by the rule the counter could call nobody")
_ANOTHER = Name(zh="按规则应叫另一号", en="by the rule it was another one's turn")


@dataclass(frozen=True, kw_only=True, slots=True)
class OddCall:
    """A call that the rule would not have made and that nobody marked as an override."""

    sequence: int
    at: datetime
    counter: CounterId
    #: The number called, and the number that the rule says.
    called: str
    ruled: str | None
    why: Name


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """The calls of a day: how many, how many of them out of order on the record, which odd."""

    all: int
    overrides: int
    odd: tuple[OddCall, ...]

    @property
    def as_ruled_share(self) -> float | None:
        """The share of the calls left to the rule that it would have made."""
        left = self.all - self.overrides
        return (left - len(self.odd)) / left if left else None


def check_calls(day: PastDay) -> Calls:
    """Return what the rule says to each call of a day, under the layout that held then.

    What happens at one moment has no order of its own: whoever is called to another counter, or
    joins a line, in the same millisecond may be there or not.
    """
    floor, events = Floor(day), day.events
    at_once = _called_together(events)
    calls, overrides = 0, 0
    odd: list[OddCall] = []
    for event in events:
        if event.name is EventName.TICKET_CALLED:
            calls += 1
            if event.details.get("override"):
                overrides += 1
            else:
                odd += _odd(floor, event, at_once.get(to_ms(event.at), frozenset()))
        try:
            floor.apply(event)
        except IMPOSSIBLE:
            continue
    return Calls(all=calls, overrides=overrides, odd=tuple(odd))


def together(days: Iterable[Calls]) -> Calls:
    """Return the calls of several days."""
    known = list(days)
    return Calls(
        all=sum(calls.all for calls in known),
        overrides=sum(calls.overrides for calls in known),
        odd=tuple(odd for calls in known for odd in calls.odd),
    )


def _called_together(events: Iterable[Event]) -> dict[int, frozenset[TicketId]]:
    """Return which tickets were called at one moment, for moments with several calls."""
    found: dict[int, set[TicketId]] = {}
    for event in events:
        if event.name is EventName.TICKET_CALLED and event.ticket is not None:
            found.setdefault(to_ms(event.at), set()).add(event.ticket)
    return {at: frozenset(tickets) for at, tickets in found.items() if len(tickets) > 1}


def _odd(floor: Floor, event: Event, at_once: frozenset[TicketId]) -> Iterator[OddCall]:
    """Yield what is odd about a call, if anything is."""
    counter = event.counter or CounterId("")
    elsewhere = at_once - {event.ticket}
    ruled: TicketId | None = None
    if floor.waits(event.ticket):
        for since in (to_ms(event.at), 2**62):
            heads = floor.heads(without=elsewhere, since=since)
            at = floor.chosen(counter, event, heads)
            ruled = heads[at][1][2] if at >= 0 else None
            if ruled == event.ticket:
                return
        why = _ANOTHER if ruled else _NOBODY
    else:
        why = _NOT_WAITING
    yield OddCall(
        sequence=event.sequence,
        at=event.at,
        counter=counter,
        called=event.number or "",
        ruled=floor.tickets[ruled].number if ruled else None,
        why=why,
    )
