"""Appointments found by a phone's last digits, those to come, those that ask; their changes."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from hall.domain.appointments import Appointment, AppointmentStatus, Pardon
from hall.domain.events import EventName
from hall.domain.moments import to_ms
from hall.store.booking_rows import APPOINTMENTS, appointment_of
from hall.store.booking_tables import OPEN
from hall.store.booking_tables import appointment as table
from hall.store.tables import journal
from hall.store.view import View


def ending_with(view: View, digits: str, *, since: date) -> list[Appointment]:
    """Return the appointments from a day on of phones that end with some digits, in order.

    Args:
        view: the hall.
        digits: the mark of the digits.
        since: the first day to look at.
    """
    c = table.c
    query = APPOINTMENTS.where(c.digits == digits, c.day >= since.isoformat())
    return _found(view, query)


def to_come(view: View) -> list[Appointment]:
    """Return every promised appointment that has not begun, in order."""
    c = table.c
    promised = c.status == AppointmentStatus.BOOKED.value
    return _found(view, APPOINTMENTS.where(OPEN, promised, c.start_ms > view.now_ms))


def appeals(view: View) -> list[Appointment]:
    """Return the missed appointments whose citizens ask that they be forgiven, in order."""
    return _found(view, APPOINTMENTS.where(table.c.pardon == Pardon.ASKED.value))


def changes_of(view: View, appointment: Appointment) -> int:
    """Return how often an appointment was moved or cancelled since it was made."""
    c = journal.c
    changed = (EventName.APPOINTMENT_MOVED.value, EventName.APPOINTMENT_CANCELLED.value)
    query = select(func.count()).where(
        c.hall == view.hall,
        c.at_ms >= to_ms(appointment.made_at),
        c.appointment == appointment.id,
        c.name.in_(changed),
    )
    return int(view.connection.execute(query).scalar_one())


def _found(view: View, query: "Select[Any]") -> list[Appointment]:
    c = table.c
    rows = view.connection.execute(
        query.where(c.hall == view.hall).order_by(c.start_ms, c.id)
    ).all()
    return [appointment_of(row) for row in rows]
