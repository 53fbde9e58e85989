"""Forgetting who somebody was, in good time: what is left is figures, and the journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, literal, or_, select, update

from hall.domain.moments import to_ms
from hall.store import tables as t
from hall.store.booking_tables import appointment
from hall.store.message_tables import unsubscribed
from hall.store.store import Store

#: Stands, before the id, where the hash of a code or of a slip's secret would open a page.
_FORGOTTEN = "forgotten "
#: The columns of an appointment that tell whose it is.
WHOSE = ("person", "id_mark", "digits", "contact", "sealed_code", "appeal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long after the day it is kept who booked, and what a walk-in's slip opens."""

    bookings: timedelta = timedelta(days=90)
    walk_ins: timedelta = timedelta(days=30)


def forget_people(store: Store, retention: Retention, *, now: datetime) -> None:
    """Forget of all halls who booked and who walked in so long ago."""
    _forget(store, appointment, "code_hash", (now - retention.bookings), WHOSE)
    _forget(store, t.ticket, "secret_hash", (now - retention.walk_ins))
    c = unsubscribed.c
    known = select(appointment.c.person).where(appointment.c.person.is_not(None))
    long_ago = c.at_ms < to_ms(now - retention.bookings)
    with store.writing() as connection:
        connection.execute(delete(unsubscribed).where(long_ago, c.person.not_in(known)))


def _forget(
    store: Store, table: Table, opening: str, before: datetime, whose: tuple[str, ...] = ()
) -> None:
    """Empty columns of the rows of days before a moment, and let nothing open them any more."""
    opens, day = table.c[opening], table.c.day
    readable = or_(
        ~opens.startswith(_FORGOTTEN), *(table.c[column].is_not(None) for column in whose)
    )
    old = (day < before.date().isoformat()) & readable
    with store.engine.connect() as connection:  # nothing is locked while there is nothing to do
        if connection.execute(select(table.c.id).where(old).limit(1)).first() is None:
            return
    values = {opening: literal(_FORGOTTEN) + table.c.id, **dict.fromkeys(whose)}
    with store.writing() as connection:
        connection.execute(update(table).where(old).values(values))
