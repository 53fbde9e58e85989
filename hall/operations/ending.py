"""What is over by the clock, written down; nothing else ever waits for that."""

from hall.domain.appointments import Appointment, AppointmentStatus
from hall.domain.events import EventName
from hall.domain.waitlist import Because
from hall.operations.waitlist_offers import end_hold
from hall.store import appointments as kept
from hall.store.change import Change
from hall.store.discipline import Days
from hall.store.proofs import drop_proof
from hall.store.view import View

_OVER = (AppointmentStatus.EXPIRED, AppointmentStatus.MISSED)


def end_what_is_over(change: Change) -> None:
    """Write down which holds have run out, and which appointments were missed."""
    days = Days(change)
    for appointment in over(change):
        if appointment.status is AppointmentStatus.HELD:
            end_hold(change, EventName.APPOINTMENT_EXPIRED, appointment, Because.UNANSWERED)
            drop_proof(change, appointment.id)
        else:
            end_missed(change, appointment, days)


def end_missed(change: Change, appointment: Appointment, days: Days) -> Appointment:
    """Write down that an appointment was missed, and why that does not count if it does not."""
    pardon = days.pardon(appointment)
    if pardon is None:
        return kept.record(change, EventName.APPOINTMENT_MISSED, appointment)
    return kept.record(change, EventName.APPOINTMENT_MISSED, appointment, excused=pardon.value)


def over(view: View) -> list[Appointment]:
    """Return the holds that have run out, and the bookings whose day went by without them.

    Who is late may still walk in that day, so an appointment is missed once its day is over.
    """
    begun = kept.begun_before(view, view.now)
    return [appointment for appointment in begun if view.status_of(appointment) in _OVER]
