"""Who stood where on a day that was, event by event, as the rule saw it."""

from bisect import bisect_left, insort
from itertools import islice

from hall.dispatch.rule import Head, choose
from hall.domain.events import Event, EventName
from hall.domain.evolution import NeverIssued, evolve
from hall.domain.hours import minute_of_day
from hall.domain.identities import CounterId, TicketId
from hall.domain.moments import to_ms
from hall.domain.tickets import IllegalMove, Line, Status, Ticket
from simulation.past import PastDay

#: What a ticket event raises that cannot have happened.
IMPOSSIBLE = (IllegalMove, NeverIssued, KeyError, TypeError, ValueError)

#: A place in a line: due, in which order it was taken, by whom.
Place = tuple[int, int, TicketId]


class Floor:
    """The tickets of a day and the lines in which they stand."""

    def __init__(self, day: PastDay) -> None:
        self._day = day
        self._layouts = {layout.hash: layout for _, layout in day.layouts}
        self.layout = day.layout
        self.tickets: dict[TicketId, Ticket] = {}
        self._lines: dict[Line, list[Place]] = {}
        #: When each joined the line in which it stands.
        self._joined: dict[TicketId, int] = {}

    def apply(self, event: Event) -> tuple[Ticket | None, Ticket | None]:
        """Take the next event into account; return its ticket as it was and as it is, if any.

        Raises:
            IMPOSSIBLE: it cannot happen to the ticket as it is.
        """
        if event.name is EventName.LAYOUT_ACTIVATED:
            self.layout = self._layouts.get(event.layout, self.layout)
        if event.ticket is None:
            return None, None
        before = self.tickets.get(event.ticket)
        after = evolve(before, event)
        if before is not None and before.status is Status.WAITING:
            standing, place = self._lines[before.line], _place(before)
            del standing[bisect_left(standing, place)]
        if after.status is Status.WAITING:
            insort(self._lines.setdefault(after.line, []), _place(after))
            self._joined[after.id] = to_ms(event.at)
        self.tickets[after.id] = after
        return before, after

    def heads(
        self,
        *,
        without: frozenset[TicketId] = frozenset(),
        since: int = 2**62,
    ) -> list[tuple[Line, Place]]:
        """Return the first of every line.

        Args:
            without: tickets that are not looked at.
            since: nor are those who joined their line from this moment on, in milliseconds.
        """
        return [
            (line, place)
            for line, standing in self._lines.items()
            for place in islice(
                (p for p in standing if p[2] not in without and self._joined[p[2]] < since), 1
            )
        ]

    def waits(self, ticket: TicketId | None) -> bool:
        """Whether a ticket stands in some line."""
        found = self.tickets.get(ticket) if ticket else None
        return found is not None and found.status is Status.WAITING

    def chosen(self, counter: CounterId, event: Event, heads: list[tuple[Line, Place]]) -> int:
        """Return which of the heads the rule lets a counter call at an event, or -1."""
        place = self.layout.counter_of.get(counter)
        if place is None:
            return -1
        at = choose(
            self.layout,
            place,
            [Head(line=line, due_ms=due, order=order) for line, (due, order, _) in heads],
            minute=minute_of_day(self.layout.zone, self._day.day, event.at),
            now_ms=to_ms(event.at),
        )
        return -1 if at is None else at

    def could_call(self, counter: CounterId, event: Event) -> bool:
        """Whether somebody waits whom the counter could call right after an event."""
        return self.chosen(counter, event, self.heads()) >= 0


def _place(ticket: Ticket) -> Place:
    return to_ms(ticket.due_at), ticket.placed, ticket.id
