"""One consistent look at a hall: everything that can be read, within one transaction."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from hall.domain.appointments import Appointment, AppointmentStatus
from hall.domain.counters import CounterNow, CounterState
from hall.domain.events import Event
from hall.domain.habits import Habits
from hall.domain.hours import business_day, minute_of_day, openings_of
from hall.domain.identities import CounterId, HallId, LayoutHash, MatterCode, TicketId
from hall.domain.layout import Counter, Layout
from hall.domain.moments import from_ms, length_ms, to_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Status, Ticket
from hall.store import tables as t
from hall.store.habits import habits_of
from hall.store.library import Library
from hall.store.lines import Waiting, lines_of
from hall.store.rows import counter_of, event_of, ticket_of

#: How many finished services of a matter it takes before the typed-in minutes are forgotten.
LEARNED_AFTER = 30
#: People beyond this many are not counted one by one.
COUNTED = 1000


class UnknownHall(Exception):
    """No hall has this id."""


class UnknownTicket(Exception):
    """No ticket has this id, number or secret."""


class UnknownCounter(Exception):
    """The active layout has no such counter."""


class View:
    """What a query reads; ``now``, ``layout`` and ``day`` are those of this one look."""

    def __init__(
        self, connection: Connection, row: Row[Any], known: Library, *, now: datetime
    ) -> None:
        self.connection = connection
        self.known = known
        self.now = now
        self.now_ms = to_ms(now)
        self.hall = HallId(row.id)
        self.sequence: int = row.sequence
        self.hash: str = row.hash
        self.base_layout = LayoutHash(row.base_layout or "")
        self.day = date.fromisoformat(row.day) if row.day else None
        self.last_day = date.fromisoformat(row.last_day) if row.last_day else None
        self._layout: str | None = row.layout
        self._roster: str | None = row.roster

    @property
    def layout_hash(self) -> LayoutHash | None:
        """The hash of the active layout, if there is one."""
        return LayoutHash(self._layout) if self._layout else None

    @property
    def layout(self) -> Layout:
        """The active layout."""
        return self.known.layout(self.connection, self._layout or "")

    def known_layout(self, hash_: LayoutHash) -> Layout:
        """Return a layout that was loaded before."""
        return self.known.layout(self.connection, hash_)

    @property
    def roster(self) -> Roster:
        """The active roster; an empty one when none was loaded."""
        return self.roster_under(self.layout)

    def roster_under(self, layout: Layout) -> Roster:
        """Return the active roster as it is to be read under a layout."""
        if self._roster is None:
            return Roster()
        return self.known.roster(self.connection, self._roster, layout)

    @property
    def minute(self) -> int:
        """Wall-clock minutes since the midnight of the business day."""
        zone = self.layout.zone
        return minute_of_day(zone, self.day or self.now.astimezone(zone).date(), self.now)

    @property
    def today(self) -> date:
        """The business day by the clock, whether or not it has begun."""
        return business_day(self.layout.hours, self.layout.zone, self.now)

    @cached_property
    def first_open_day(self) -> date:
        """The first business day that is not over.

        Today is over once its day was closed, or, if it never began, after the last opening.
        """
        today = self.today
        openings = openings_of(self.layout.hours, self.layout.zone, today)
        last = [period.until for period in openings][-1:]
        has_ended = self.last_day == today or (last and last[0] is not None and self.now >= last[0])
        return today + timedelta(days=1) if self.day != today and has_ended else today

    def status_of(self, appointment: Appointment) -> AppointmentStatus:
        """Return how an appointment stands by the clock, whatever the jobs have written yet."""
        return appointment.at(self.now, since=self.first_open_day)

    def counter(self, counter: CounterId) -> Counter:
        """Return a counter of the active layout."""
        found = self.layout.counter_of.get(counter)
        if found is None:
            raise UnknownCounter(counter)
        return found

    def counter_now(self, counter: CounterId) -> CounterNow:
        """Return how a counter stands now; one that never opened is closed."""
        self.counter(counter)
        c = t.counter.c
        row = self.connection.execute(
            select(t.counter).where(c.hall == self.hall, c.id == counter)
        ).first()
        if row is None:
            return CounterNow(id=counter, state=CounterState.CLOSED, since=self.now)
        return counter_of(row)

    def counters_now(self) -> dict[CounterId, CounterNow]:
        """Return every counter that was ever opened."""
        rows = self.connection.execute(select(t.counter).where(t.counter.c.hall == self.hall))
        return {CounterId(row.id): counter_of(row) for row in rows}

    def ticket(self, ticket: TicketId) -> Ticket:
        """Return a ticket by id."""
        return self._one(_TICKET.where(t.ticket.c.id == ticket), ticket)

    def ticket_numbered(self, number: str, day: date) -> Ticket:
        """Return the ticket that has ``number`` on ``day``."""
        c = t.ticket.c
        return self._one(_TICKET.where(c.day == day.isoformat(), c.number == number), number)

    def ticket_with_secret(self, secret: str) -> Ticket:
        """Return the ticket whose slip carries ``secret``."""
        hashed = secret_hash(secret)
        return self._one(_TICKET.where(t.ticket.c.secret_hash == hashed), "secret")

    def at_counter(self, counter: CounterId) -> Ticket | None:
        """Return the ticket that is called to or served at ``counter``."""
        c = t.ticket.c
        found = self.tickets(_TICKET.where(c.counter == counter, t.AT_COUNTER))
        return found[0] if found else None

    def all_at_counters(self) -> list[tuple[Ticket, int]]:
        """Return each ticket that is called or served, with its expected handling time."""
        query = _TICKET.where(t.ticket.c.hall == self.hall, t.AT_COUNTER)
        return [(ticket_of(row), row.handling_ms) for row in self.connection.execute(query)]

    def with_status(self, status: Status, *, limit: int = 500) -> list[Ticket]:
        """Return today's tickets with ``status``, in the order they are due."""
        c = t.ticket.c
        query = _TICKET.where(c.status == status.value).order_by(c.due_ms, c.placed).limit(limit)
        return self.tickets(query)

    def of_day(self, day: date, *, number: str | None = None, limit: int = 500) -> list[Ticket]:
        """Return the tickets of a day, newest first."""
        c = t.ticket.c
        query = _TICKET.where(c.day == day.isoformat())
        if number is not None:
            query = query.where(c.number == number)
        return self.tickets(query.order_by(c.issued_ms.desc(), c.number.desc()).limit(limit))

    def announced(self, *, limit: int) -> list[Ticket]:
        """Return the tickets announced last, newest first."""
        c = t.ticket.c
        query = _TICKET.where(c.announcement.is_not(None)).order_by(c.announcement.desc())
        return self.tickets(query.limit(limit))

    def first_waiting(self, line: Line, *, limit: int) -> list[Ticket]:
        """Return the first tickets of a line, in its order."""
        c = t.ticket.c
        query = _TICKET.where(c.line == line.key, t.WAITING).order_by(c.due_ms, c.placed)
        return self.tickets(query.limit(limit))

    def tickets(self, query: "Select[Any]") -> list[Ticket]:
        """Return the tickets of this hall that ``query`` finds."""
        rows = self.connection.execute(query.where(t.ticket.c.hall == self.hall))
        return [ticket_of(row) for row in rows]

    def behind(self, ticket: Ticket, *, limit: int) -> list[Ticket]:
        """Return the next tickets behind a waiting one in its line."""
        c, due_ms = t.ticket.c, to_ms(ticket.due_at)
        later = (c.due_ms > due_ms) | and_(c.due_ms == due_ms, c.placed > ticket.placed)
        query = _TICKET.where(c.line == ticket.line.key, t.WAITING, later)
        return self.tickets(query.order_by(c.due_ms, c.placed).limit(limit))

    def lines(self) -> list[Waiting]:
        """Return every line in which somebody waits: one indexed row each."""
        return lines_of(self.connection, self.hall)

    @cached_property
    def habits(self) -> Habits:
        """What is learned of the hall."""
        return habits_of(self.connection, self.hall)

    def waiting_before(self, line: Line, due_ms: int, order: int) -> int:
        """Return how many of a line are due before a place in it, counted up to ``COUNTED``."""
        c = t.ticket.c
        first = (
            select(c.id)
            .where(
                c.hall == self.hall,
                c.line == line.key,
                t.WAITING,
                (c.due_ms < due_ms) | and_(c.due_ms == due_ms, c.placed < order),
            )
            .limit(COUNTED)
            .subquery()
        )
        return int(self.connection.execute(select(func.count()).select_from(first)).scalar_one())

    def handling_ms(self, matters: Sequence[MatterCode]) -> int:
        """Return the expected handling time of some matters: learned, or typed in until then."""
        if not matters:
            return 0
        c = t.learned.c
        rows = self.connection.execute(
            select(c.matter, c.count, c.total_ms).where(
                c.hall == self.hall, c.matter.in_(matters), c.count >= LEARNED_AFTER
            )
        )
        learned = {row.matter: row.total_ms // row.count for row in rows}
        typed = self.layout.matter_of
        return sum(
            learned.get(code, length_ms(typed[code].handling) if code in typed else 0)
            for code in matters
        )

    def journal(
        self, *, after: int, limit: int | None = None, ticket: TicketId | None = None
    ) -> list[Event]:
        """Return events behind sequence ``after``, in order."""
        c = t.journal.c
        query = select(t.journal).where(c.hall == self.hall, c.sequence > after)
        if ticket is not None:
            query = query.where(c.ticket == ticket)
        query = query.order_by(c.sequence)
        rows = self.connection.execute(query.limit(limit) if limit else query)
        return [event_of(row) for row in rows]

    def last_event_at(self, counter: CounterId) -> datetime | None:
        """Return when something last happened at a counter."""
        c = t.journal.c
        query = select(c.at_ms).where(c.hall == self.hall, c.counter == counter)
        found = self.connection.execute(query.order_by(c.sequence.desc()).limit(1)).scalar()
        return None if found is None else from_ms(found)

    def bound_on(self, day: date) -> dict[CounterId, int]:
        """Return how many of a day's tickets stand, or stood, in the line of one counter."""
        c = t.ticket.c
        query = select(c.line, func.count().label("tickets")).where(
            c.hall == self.hall, c.day == day.isoformat()
        )
        found: dict[CounterId, int] = {}
        for row in self.connection.execute(query.group_by(c.line)):
            counter = Line.of(row.line).counter
            if counter is not None:
                found[counter] = found.get(counter, 0) + row.tickets
        return found

    def journal_between(self, start_ms: int, until_ms: int) -> list[Event]:
        """Return the events of a period, in order."""
        c = t.journal.c
        query = select(t.journal).where(
            c.hall == self.hall, c.at_ms >= start_ms, c.at_ms < until_ms
        )
        return [event_of(row) for row in self.connection.execute(query.order_by(c.sequence))]

    def _one(self, query: "Select[Any]", what: str) -> Ticket:
        found = self.tickets(query)
        if not found:
            raise UnknownTicket(what)
        return found[0]


def secret_hash(secret: str) -> str:
    """Return what the store keeps of a slip's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


_TICKET = select(t.ticket)
