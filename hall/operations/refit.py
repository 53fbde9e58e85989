"""Appointments under another layout: their counter time counted anew, their time kept."""

from hall.domain.affected import parts_now
from hall.domain.appointments import Appointment, Place, place_form
from hall.domain.events import EventName
from hall.domain.slots import slots_of
from hall.store import appointments as kept
from hall.store.booking_lists import to_come
from hall.store.change import Change
from hall.store.view import View


def refit(change: Change) -> None:
    """Count the counter time of what is promised by the layout that has just come into force.

    Its time stays as promised. Where the layout has nothing for it, it is left as it is.
    """
    for appointment in to_come(change):
        refit_one(change, appointment)


def refit_one(change: Change, appointment: Appointment) -> Appointment:
    """Count the counter time of one appointment by the layout in force, and return it."""
    place = place_now(change, appointment)
    if place is None or not place.parts or place == appointment.place:
        return appointment
    event = EventName.APPOINTMENT_REFITTED
    return kept.record(change, event, appointment, place=place_form(place))


def place_now(view: View, appointment: Appointment) -> Place | None:
    """Return the place of an appointment as the layout in force has it.

    Nothing if the hall is closed then, or before it would be done.
    """
    place = appointment.place
    slots = slots_of(view.layout, view.roster, place.day)
    parts = parts_now(view.layout, slots, appointment)
    if parts is None:
        return None
    return Place(day=place.day, minute=place.minute, start=place.start, parts=parts)
