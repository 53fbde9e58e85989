"""What appointments say of the hours to come: who is expected, and how punctual people are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Float, cast, func, select

from hall.domain.appointments import AppointmentStatus
from hall.domain.moments import length_ms
from hall.store.booking_tables import appointment
from hall.store.no_shows import ENOUGH
from hall.store.tables import ticket
from hall.store.view import View

_MINUTE_MS = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Punctuality:
    """How long after the time of their appointment people check in, in minutes."""

    mean: float
    sd: float


def expected_today(view: View, day: date) -> list[Any]:
    """Return today's open appointments whose citizens may still come in time: start, matters."""
    c = appointment.c
    since_ms = view.now_ms - length_ms(view.layout.booking.late)
    query = select(c.start_ms, c.matters).where(
        c.hall == view.hall,
        c.status == AppointmentStatus.BOOKED.value,
        c.day == day.isoformat(),
        c.start_ms > since_ms,
    )
    return list(view.connection.execute(query.order_by(c.start_ms, c.id)))


def punctuality(view: View, *, since: date) -> Punctuality | None:
    """Return how punctual those were who came since a day; nothing while few did."""
    c = appointment.c
    after = cast(ticket.c.issued_ms - c.start_ms, Float) / _MINUTE_MS
    query = (
        select(func.count(), func.avg(after), func.avg(after * after))
        .join(ticket, ticket.c.id == c.ticket)
        .where(c.hall == view.hall, c.day >= since.isoformat())
        .where(c.status == AppointmentStatus.CHECKED_IN.value)
    )
    count, mean, square = view.connection.execute(query).one()
    if count < ENOUGH:
        return None
    return Punctuality(mean=float(mean), sd=max(0.0, float(square) - float(mean) ** 2) ** 0.5)
