"""Whether a hall's journal is whole, and its tables are what the journal says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, func, select

from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.events import Event, EventName
from hall.domain.evolution import HallState
from hall.domain.identities import TicketId
from hall.domain.tickets import IllegalMove, Status, Ticket
from hall.store import booking_tables as b
from hall.store import tables as t
from hall.store.booking_rows import appointment_row
from hall.store.rollout_tables import rollout
from hall.store.rollouts import rollout_row
from hall.store.rows import counter_row, event_of, ticket_row
from hall.store.view import View
from hall.store.waitlist import entry_row
from hall.store.waitlist_tables import waitlist

#: Rows of a table by their key, as far as the journal says what stands in them.
Rows = Mapping[tuple[str, ...], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """Something that is not as the journal says, and the journal entry it concerns."""

    sequence: int
    what: str


def flaws(view: View) -> list[Flaw]:
    """Return what is wrong with a hall's journal and tables, in the journal's order."""
    return sorted(_Replay(view).flaws(), key=lambda flaw: flaw.sequence)


class _Replay:
    """The journal, folded event by event, and the tables beside it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._state = HallState(hash=NOTHING_BEFORE)
        self._last_event: dict[TicketId, int] = {}
        self._series: Counter[tuple[str, ...]] = Counter()
        self._issued: Counter[tuple[str, ...]] = Counter()

    def flaws(self) -> Iterator[Flaw]:
        """Yield every flaw; behind a break, the journal says nothing about the tables."""
        query = select(t.journal).where(t.journal.c.hall == self._view.hall)
        rows = self._view.connection.execute(query.order_by(t.journal.c.sequence))
        for row in rows.yield_per(1000):
            event = event_of(row)
            broken = self._broken_at(event)
            if broken:
                rows.close()
                yield Flaw(sequence=event.sequence, what=broken)
                return
            if event.name is EventName.DAY_OPENED:
                yield from self._wrong_tickets(before=date.fromisoformat(event.details["day"]))
        waiting = self._waiting()
        yield from self._wrong_tickets()
        for what in (*self._wrong_hall(), *self._wrong_rows(waiting)):
            yield Flaw(sequence=self._state.sequence, what=what)

    def _broken_at(self, event: Event) -> str | None:
        """Fold ``event`` in, or return why it cannot stand where it does."""
        if event.sequence != self._state.sequence + 1:
            return f"event {self._state.sequence + 1} is missing"
        if event.previous != self._state.hash:
            return "it does not follow the event before it"
        if event.chained(self._state.hash).hash != event.hash:
            return "it was changed: its hash is another"
        try:
            self._state.apply(event)
            self._count(event)
        except (IllegalMove, AssertionError, KeyError, ValueError) as error:
            return f"{event.name} cannot have happened: {error!r}"
        return None

    def _count(self, event: Event) -> None:
        if event.ticket is not None:
            self._last_event[event.ticket] = event.sequence
        if event.name is not EventName.TICKET_ISSUED or event.number is None:
            return
        day, prefix = event.details["day"], event.number.rstrip("0123456789")
        self._series[day, prefix] += 1
        if event.number != f"{prefix}{self._series[day, prefix]:03d}":
            raise ValueError(f"{event.number} is not the next number")
        self._issued.update((day, matter) for matter in event.details["matters"])

    def _waiting(self) -> Counter[tuple[str, ...]]:
        tickets = self._state.tickets.values()
        return Counter((x.line.key,) for x in tickets if x.status is Status.WAITING)

    def _wrong_tickets(self, *, before: date = date.max) -> Iterator[Flaw]:
        """Compare the tickets of days before a day, then forget them: a year is many."""
        for ticket in [x for x in self._state.tickets.values() if x.day < before]:
            row = self._row_of(ticket)
            what = "is not in its table" if row is None else _difference(ticket_row(ticket), row)
            if what:
                sequence = self._last_event[ticket.id]
                yield Flaw(sequence=sequence, what=f"ticket {ticket.number} of {ticket.day} {what}")
            del self._state.tickets[ticket.id], self._last_event[ticket.id]

    def _row_of(self, ticket: Ticket) -> RowMapping | None:
        c = t.ticket.c
        query = select(t.ticket).where(c.hall == self._view.hall, c.id == ticket.id)
        return self._view.connection.execute(query).mappings().first()

    def _wrong_hall(self) -> Iterator[str]:
        state, view = self._state, self._view
        said = {
            "sequence": state.sequence,
            "hash": state.hash,
            "layout": state.layout,
            "roster": state.roster,
            "day": state.day.isoformat() if state.day else None,
        }
        query = select(t.hall).where(t.hall.c.id == view.hall)
        row = view.connection.execute(query).mappings().one()
        if what := _difference(said, row):
            yield f"the hall {what}"
        query_tickets = select(func.count()).select_from(t.ticket)
        kept = view.connection.execute(query_tickets.where(t.ticket.c.hall == view.hall)).scalar()
        if kept != self._series.total():
            yield f"{kept} tickets are kept, {self._series.total()} were issued"

    def _wrong_rows(self, waiting: Counter[tuple[str, ...]]) -> Iterator[str]:
        counters = self._state.counters.values()
        yield from self._compared(t.counter, {(c.id,): counter_row(c) for c in counters})
        rollouts = self._state.rollouts.values()
        yield from self._compared(rollout, {(r.id,): rollout_row(r) for r in rollouts})
        appointments = self._state.appointments.values()
        yield from self._compared(
            b.appointment, {(a.id,): appointment_row(a) for a in appointments}
        )
        entries = self._state.waitlist.values()
        yield from self._compared(waitlist, {(e.id,): entry_row(e) for e in entries})
        yield from self._compared(t.line, _counts("waiting", waiting), t.line.c.waiting > 0)
        yield from self._compared(t.number_series, _counts("last", self._series))
        yield from self._compared(t.issued_matter, _counts("count", self._issued))

    def _compared(self, table: Table, said: Rows, *only: ColumnElement[bool]) -> Iterator[str]:
        query = select(table).where(table.c.hall == self._view.hall, *only)
        names = [column.name for column in table.primary_key if column.name != "hall"]
        kept = {
            tuple(row[name] for name in names): row
            for row in self._view.connection.execute(query).mappings()
        }
        for key in sorted(said.keys() | kept.keys()):
            if key not in said:
                yield f"{table.name} {' '.join(key)} is not in the journal"
            elif key not in kept:
                yield f"{table.name} {' '.join(key)} is not in its table"
            elif what := _difference(said[key], kept[key]):
                yield f"{table.name} {' '.join(key)} {what}"


def _counts(column: str, counts: Counter[tuple[str, ...]]) -> Rows:
    return {key: {column: count} for key, count in counts.items()}


def _difference(said: Mapping[str, Any], kept: RowMapping) -> str:
    """Return in which columns a row is not as the journal says, or nothing."""
    return "; ".join(
        f"has {name} {kept[name]!r}, the journal says {value!r}"
        for name, value in said.items()
        if kept[name] != value
    )
