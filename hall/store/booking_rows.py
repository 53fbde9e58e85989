"""Rows of appointments as domain values and back."""

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Pardon,
    Place,
    Share,
)
from hall.domain.identities import BundleId, GroupId, MatterCode, TicketId
from hall.domain.moments import from_ms, to_ms
from hall.domain.slots import Part
from hall.store.booking_tables import appointment as table

#: What the journal knows of appointments; not the sealed texts beside it, most of a row's length.
TOLD = (
    *("id", "status", "day", "minute", "start_ms", "parts", "matters", "bundle", "share"),
    *("made_ms", "held_until_ms", "ticket", "pardon"),
)
APPOINTMENTS = select(*(table.c[name] for name in TOLD))


def appointment_row(appointment: Appointment) -> dict[str, Any]:
    """Return the columns that the journal knows of an appointment."""
    place, until = appointment.place, appointment.held_until
    return {
        "id": appointment.id,
        "status": appointment.status.value,
        "day": place.day.isoformat(),
        "minute": place.minute,
        "start_ms": to_ms(place.start),
        "parts": [[part.minute, part.group, part.ms] for part in place.parts],
        "matters": list(appointment.matters),
        "bundle": appointment.bundle,
        "share": appointment.share.value,
        "made_ms": to_ms(appointment.made_at),
        "held_until_ms": None if until is None else to_ms(until),
        "ticket": appointment.ticket,
        "pardon": appointment.pardon.value if appointment.pardon else None,
    }


def taken_row(appointment: Appointment, part: Part, until_ms: int | None) -> dict[str, Any]:
    """Return the columns of counter time that an appointment takes; for good without ``until``."""
    return {
        "day": appointment.place.day.isoformat(),
        "minute": part.minute,
        "group": part.group,
        "appointment": appointment.id,
        "share": appointment.share.value,
        "ms": part.ms,
        "until_ms": until_ms,
    }


def appointment_of(row: Row[Any]) -> Appointment:
    """Return the appointment of a row."""
    return Appointment(
        id=AppointmentId(row.id),
        status=AppointmentStatus(row.status),
        place=Place(
            day=date.fromisoformat(row.day),
            minute=row.minute,
            start=from_ms(row.start_ms),
            parts=tuple(Part(minute=m, group=GroupId(g), ms=ms) for m, g, ms in row.parts),
        ),
        matters=tuple(MatterCode(code) for code in row.matters),
        bundle=BundleId(row.bundle) if row.bundle else None,
        share=Share(row.share),
        made_at=from_ms(row.made_ms),
        held_until=None if row.held_until_ms is None else from_ms(row.held_until_ms),
        ticket=TicketId(row.ticket) if row.ticket else None,
        pardon=Pardon(row.pardon) if row.pardon else None,
    )
