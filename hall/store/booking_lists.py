"""Appointments found by a phone's last digits, and those that are still to come."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from hall.domain.appointments import Appointment, AppointmentStatus
from hall.store.booking_rows import appointment_of
from hall.store.booking_tables import appointment as table
from hall.store.view import View


def ending_with(view: View, digits: str, *, since: date) -> list[Appointment]:
    """Return the appointments from a day on of phones that end with some digits, in order.

    Args:
        view: the hall.
        digits: the mark of the digits.
        since: the first day to look at.
    """
    c = table.c
    query = select(table).where(c.digits == digits, c.day >= since.isoformat())
    return _found(view, query)


def to_come(view: View) -> list[Appointment]:
    """Return every promised appointment that has not begun, in order."""
    c = table.c
    promised = c.status == AppointmentStatus.BOOKED.value
    return _found(view, select(table).where(promised, c.start_ms > view.now_ms))


def _found(view: View, query: "Select[Any]") -> list[Appointment]:
    c = table.c
    rows = view.connection.execute(query.where(c.hall == view.hall).order_by(c.start_ms, c.id))
    return [appointment_of(row) for row in rows]
