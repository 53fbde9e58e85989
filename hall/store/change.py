"""One change of a hall: it holds the hall's row, reads, decides, writes state and journal."""

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select, text

from hall.domain import moments
from hall.domain.actors import Actor
from hall.domain.counters import CounterNow
from hall.domain.events import Event, EventName
from hall.domain.evolution import evolve, evolve_counter
from hall.domain.identities import CounterId, LayoutHash, MatterCode, TicketId
from hall.domain.layout import Layout
from hall.domain.layout_form import canonical_form
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Status, Ticket
from hall.store import tables as t
from hall.store.keys import Answered, Key, KeyUsedDifferently
from hall.store.learning import learn
from hall.store.library import Library
from hall.store.rows import counter_row, event_row, ticket_row
from hall.store.upsert import upsert
from hall.store.view import View, secret_hash

if TYPE_CHECKING:
    from hall.store.seal import Seal


class Change(View):
    """What an operation does to a hall, all of it or nothing.

    It begins with ``UPDATE hall SET sequence = sequence + 1 … RETURNING``: the hall's row is the
    lock, and its number is the journal's. An operation without an event leaves no trace.
    """

    def __init__(
        self, connection: Connection, row: Row[Any], known: Library, *, now: datetime, by: Actor
    ) -> None:
        super().__init__(connection, row, known, now=now)
        self.by = by
        #: Closes what must not be readable in the database; the context lends its own.
        self.seal: Seal
        self.events: list[Event] = []
        self.is_remembered = False
        self._head = self.hash
        self._on_postgresql = connection.dialect.name == "postgresql"

    def new_number(self, day: date, prefix: str) -> str:
        """Return the next number of a prefix's series on ``day``."""
        last = self._count_up(t.number_series, "last", day=day.isoformat(), prefix=prefix)
        return f"{prefix}{last:03d}"

    def count_issued(self, day: date, matter: MatterCode) -> int:
        """Count one more ticket for ``matter`` on ``day`` and return how many there are."""
        return self._count_up(t.issued_matter, "count", day=day.isoformat(), matter=matter)

    def issue(
        self, *, number: str, details: dict[str, Any], secret: str, appointment: str | None = None
    ) -> Ticket:
        """Record a new ticket and return it."""
        event = self.append(
            EventName.TICKET_ISSUED,
            ticket=TicketId(secrets.token_hex(12)),
            number=number,
            appointment=appointment,
            details=details,
        )
        ticket = evolve(None, event)
        handling_ms = self._expected_ms(ticket)
        self.connection.execute(
            t.ticket.insert(),
            {
                **ticket_row(ticket),
                "hall": self.hall,
                "handling_ms": handling_ms,
                "secret_hash": secret_hash(secret),
            },
        )
        self._count(ticket.line, waiting=1, work_ms=handling_ms)
        return ticket

    def record(
        self,
        name: EventName,
        ticket: Ticket,
        *,
        counter: CounterId | None = None,
        details: dict[str, Any] | None = None,
    ) -> Ticket:
        """Record what happened to a ticket and return the ticket as that leaves it."""
        event = self.append(
            name,
            ticket=ticket.id,
            number=ticket.number,
            appointment=ticket.appointment,
            counter=counter or ticket.counter,
            details=details or {},
        )
        after = evolve(ticket, event)
        self._write(ticket, after)
        if name is EventName.SERVICE_FINISHED or name is EventName.TICKET_QUEUED_AGAIN:
            learn(self, ticket, after)
        return after

    def record_counter(
        self, name: EventName, counter: CounterNow, *, details: dict[str, Any] | None = None
    ) -> CounterNow:
        """Record what happened to a counter and return it as that leaves it."""
        event = self.append(name, counter=counter.id, details=details or {})
        after = evolve_counter(counter, event) or counter
        row = {"hall": self.hall, **counter_row(after)}
        upsert(self.connection, t.counter, row, update=row)
        return after

    def record_hall(self, name: EventName, details: dict[str, Any]) -> Event:
        """Record what happened to no single ticket or counter and return the event."""
        return self.append(name, details=details)

    def record_day(self, name: EventName, day: date) -> None:
        """Record that a business day opened or closed."""
        self.append(name, details={"day": day.isoformat()})
        if name is EventName.DAY_OPENED:
            self.day = self.last_day = day
        else:
            self.day = None

    def activate(
        self, layout: Layout, source: str, *, for_today: bool, because: dict[str, Any] | None = None
    ) -> Event:
        """Record that ``layout`` is active from now on, or until the day's end."""
        self.keep_layout(layout, source)
        replaced, self._layout = self._layout, layout.hash
        if not for_today:
            self.base_layout = layout.hash
        details = {"replaced": replaced, "form": canonical_form(layout), **(because or {})}
        return self.append(EventName.LAYOUT_ACTIVATED, details=details)

    def keep_layout(self, layout: Layout, source: str) -> None:
        """Keep the text of a layout file, to be found by its hash."""
        row = {"hash": layout.hash, "hall": self.hall, "source": source, "added_ms": self.now_ms}
        upsert(self.connection, t.layout, row)

    def layout_source(self, hash_: LayoutHash) -> str:
        """Return the text of a layout file that was loaded before."""
        query = select(t.layout.c.source).where(t.layout.c.hash == hash_)
        return str(self.connection.execute(query).scalar_one())

    def load_roster(self, roster: Roster, source: str) -> None:
        """Record that ``roster`` holds from now on."""
        hash_ = roster.hash
        row = {"hash": hash_, "hall": self.hall, "source": source, "added_ms": self.now_ms}
        upsert(self.connection, t.roster, row)
        self._roster = hash_
        details = {"roster": hash_, "form": roster.form}
        self.append(EventName.ROSTER_LOADED, details=details)

    def check_key(self, key: Key) -> None:
        """Raise ``Answered`` if the command was carried out before."""
        c = t.once.c
        row = self.connection.execute(
            select(c.fingerprint, c.answer).where(
                c.hall == self.hall, c.caller == key.caller, c.key == key.key
            )
        ).first()
        if row is None:
            return
        if row.fingerprint != key.fingerprint:
            raise KeyUsedDifferently(key.key)
        raise Answered(row.answer)

    def remember(self, key: Key, answer: Any) -> None:
        """Keep what a command is answered, for its repeats."""
        self.connection.execute(
            t.once.insert(),
            {
                "hall": self.hall,
                "caller": key.caller,
                "key": key.key,
                "fingerprint": key.fingerprint,
                "answer": answer,
                "at_ms": self.now_ms,
            },
        )
        self.is_remembered = True

    def finish(self) -> None:
        """Write the journal, the hall's row and, on PostgreSQL, tell those who listen."""
        if not self.events:
            self.sequence -= 1
            self.connection.execute(_NUMBER_BACK, {"hall": self.hall})
            return
        self.connection.execute(t.journal.insert(), [event_row(event) for event in self.events])
        self.connection.execute(
            _HALL,
            {
                "hall": self.hall,
                "sequence": self.sequence,
                "hash": self._head,
                "layout": self._layout,
                "base_layout": self.base_layout or None,
                "roster": self._roster,
                "day": self.day.isoformat() if self.day else None,
                "last_day": self.last_day.isoformat() if self.last_day else None,
            },
        )
        if self._on_postgresql:
            self.connection.execute(_NOTIFY, {"what": f"{self.hall} {self.sequence}"})

    def append(self, name: EventName, **facts: Any) -> Event:
        """Append the next event; the first one has the number that the change began with."""
        if self.events:
            self.sequence += 1
        event = Event(
            hall=self.hall,
            sequence=self.sequence,
            at=moments.from_ms(self.now_ms),
            name=name,
            layout=LayoutHash(self._layout or ""),
            actor=self.by.person or self.by.role.value,
            device=self.by.device,
            **facts,
        ).chained(self._head)
        self._head = event.hash
        self.events.append(event)
        return event

    def _write(self, before: Ticket, after: Ticket) -> None:
        row = ticket_row(after)
        placed_anew = (before.status, before.line, before.placed) != (
            after.status,
            after.line,
            after.placed,
        )
        c = t.ticket.c
        if after.status is Status.WAITING and placed_anew:
            row["handling_ms"] = self._expected_ms(after)
        elif len(after.matters) != len(before.matters):
            row["handling_ms"] = self.handling_ms(after.open_matters)
        if before.status is Status.WAITING and placed_anew:
            was = self.connection.execute(select(c.handling_ms).where(c.id == before.id)).scalar()
            self._count(before.line, waiting=-1, work_ms=-int(was or 0))
        self.connection.execute(t.ticket.update().where(c.id == after.id), row)
        if after.status is Status.WAITING and placed_anew:
            self._count(after.line, waiting=1, work_ms=row["handling_ms"])

    def _expected_ms(self, ticket: Ticket) -> int:
        """Return how long the ticket's next stop is expected to take at a counter."""
        if ticket.matters:
            return self.handling_ms(self._together(ticket))
        usual = [m.code for m in self.layout.matters if m.group == ticket.line.group]
        return self.handling_ms(usual) // max(1, len(usual))

    def _together(self, ticket: Ticket) -> tuple[MatterCode, ...]:
        """Return the open matters that one counter of the ticket's line would do in one go."""
        open_ = ticket.open_matters
        if len(open_) < 2:  # noqa: PLR2004
            return open_
        matter_of, group = self.layout.matter_of, ticket.line.group
        sets = [set(c.takes) for c in self.layout.counters if group in c.takes]
        common = set.union(*sets) if sets else {group}
        return tuple(code for code in open_ if matter_of[code].group in common)

    def _count(self, line: Line, *, waiting: int, work_ms: int) -> None:
        c = t.line.c
        row = {"hall": self.hall, "line": line.key, "waiting": waiting, "work_ms": work_ms}
        update = {"waiting": c.waiting + waiting, "work_ms": c.work_ms + work_ms}
        if waiting > 0:
            upsert(self.connection, t.line, row, update=update)
            return
        mine = (c.hall == self.hall) & (c.line == line.key)
        self.connection.execute(t.line.update().where(mine).values(update))

    def _count_up(self, table: Any, column: str, **key: Any) -> int:
        row = {"hall": self.hall, **key, column: 1}
        counted = table.c[column]
        update = {column: counted + 1}
        return int(upsert(self.connection, table, row, update=update, returning=counted))


_HALL = text(
    """
    UPDATE hall SET sequence = :sequence, hash = :hash, layout = :layout,
        base_layout = :base_layout, roster = :roster, day = :day, last_day = :last_day
    WHERE id = :hall
    """
)
_NUMBER_BACK = text("UPDATE hall SET sequence = sequence - 1 WHERE id = :hall")
_NOTIFY = text("SELECT pg_notify('hall', :what)")
