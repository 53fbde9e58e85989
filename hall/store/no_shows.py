"""How many do not come, and how much more is given out because of it."""

from datetime import date, timedelta

from sqlalchemy import case, func, select

from hall.domain.appointments import AppointmentStatus
from hall.domain.booking import given_out
from hall.store import booking_tables as t
from hall.store.view import View

#: Of fewer appointments nothing can be said; of older ones nothing is.
ENOUGH = 100
LOOKING_BACK = timedelta(days=60)


def overbooked(view: View, today: date) -> float:
    """Return how many times counter time is given out: more where many do not come."""
    if not view.layout.booking.overbooking:
        return 1.0
    return given_out(missed_share(view, since=today - LOOKING_BACK))


def missed_share(view: View, *, since: date) -> float:
    """Return which share of the appointments since a day was missed; 0 while few are over."""
    c, first = t.appointment.c, view.first_open_day.isoformat()
    came, missed = AppointmentStatus.CHECKED_IN.value, AppointmentStatus.MISSED.value
    by_the_clock = (c.status == AppointmentStatus.BOOKED.value) & (c.day < first)
    query = select(func.count(), func.count(case((c.status == came, 1)))).where(
        c.hall == view.hall, c.day >= since.isoformat(), c.status.in_((came, missed)) | by_the_clock
    )
    total, here = view.connection.execute(query).one()
    return (total - here) / total if total >= ENOUGH else 0.0
