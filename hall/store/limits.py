"""How often something was tried and what is held from where, on one database for every process."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select

from hall.domain.appointments import AppointmentId, AppointmentStatus
from hall.domain.limits import Limit, TooOften
from hall.domain.moments import from_ms, to_ms
from hall.store import limit_tables as t
from hall.store.booking_tables import appointment as appointments
from hall.store.change import Change
from hall.store.store import Store
from hall.store.upsert import upsert
from hall.store.view import View

#: What is tried, by its mark, and a limit that holds for it.
Tries = Iterable[tuple[str, Limit]]


class Attempts:
    """How often things were tried in this store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, tries: Tries, *, now: datetime) -> None:
        """Count one more attempt of each, or raise ``TooOften``; refused ones count as well."""
        c, over = t.attempt.c, []
        with self._store.writing() as connection:
            for mark, limit in tries:
                until = limit.until(now)
                row = {"mark": _of(mark, limit), "until_ms": to_ms(until), "count": 1}
                update = {"count": c.count + 1}
                many = upsert(connection, t.attempt, row, update=update, returning=c.count)
                if many > limit.most:
                    over.append(until)
        if over:
            raise TooOften(max(over), now=now)

    def check(self, tries: Tries, *, now: datetime) -> None:
        """Raise ``TooOften`` if one of them was counted as often as may be; count nothing."""
        c, over = t.attempt.c, []
        with self._store.engine.connect() as connection:
            for mark, limit in tries:
                until = limit.until(now)
                mine = (c.mark == _of(mark, limit)) & (c.until_ms == to_ms(until))
                many = connection.execute(select(c.count).where(mine)).scalar()
                if (many or 0) >= limit.most:
                    over.append(until)
        if over:
            raise TooOften(max(over), now=now)

    def forget(self, now: datetime) -> None:
        """Forget every period that is over, holders of what ran out, and puzzles that did."""
        with self._store.writing() as connection:
            for table in (t.attempt, t.holder, t.spent_puzzle):
                connection.execute(delete(table).where(table.c.until_ms <= to_ms(now)))


def check_open_holds(view: View, mark: str, *, most: int) -> None:
    """Raise ``TooOften`` if so many times are held from there already."""
    c, h = appointments.c, t.holder.c
    query = (
        select(func.count(), func.min(c.held_until_ms))
        .join_from(t.holder, appointments, h.appointment == c.id)
        .where(h.mark == mark, c.hall == view.hall, c.status == AppointmentStatus.HELD.value)
        .where(c.held_until_ms > view.now_ms)
    )
    many, first_over = view.connection.execute(query).one()
    if many >= most:
        raise TooOften(from_ms(first_over) if many else view.now, now=view.now)


def keep_holder(
    change: Change, appointment: AppointmentId, marks: Iterable[str], *, until: datetime
) -> None:
    """Keep from where a time is held."""
    for mark in marks:
        row = {"appointment": appointment, "mark": mark, "until_ms": to_ms(until)}
        change.connection.execute(t.holder.insert(), row)


def spend_puzzle(change: Change, mark: str, *, until: datetime) -> bool:
    """Use up a solved puzzle; whether it had not been used before."""
    return bool(upsert(change.connection, t.spent_puzzle, {"mark": mark, "until_ms": to_ms(until)}))


def _of(mark: str, limit: Limit) -> str:
    """Return under which mark a limit counts: one thing may have several."""
    return f"{mark} {limit.per.total_seconds():.0f}"
