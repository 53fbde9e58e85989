"""Appointments after a change: moved to other times at once, their counter time counted anew."""

from datetime import date

from hall.domain.affected import parts_now
from hall.domain.appointments import Place, place_form
from hall.domain.events import EventName
from hall.domain.slots import slots_of
from hall.operations.booking import move_booking
from hall.store import appointments as kept
from hall.store.booking_lists import to_come
from hall.store.change import Change


def move_all(change: Change, *, to: list[tuple[str, date, int]]) -> None:
    """Move some appointments, all of them or none: each its id, the day and the minute."""
    for which, day, minute in to:
        move_booking(change, code=which, day=day, minute=minute)


def refit(change: Change) -> None:
    """Count the counter time of what is promised by the layout that has just come into force.

    Its time stays as promised. Where the layout has nothing for it, it is left as it is.
    """
    for appointment in to_come(change):
        place = appointment.place
        slots = slots_of(change.layout, change.roster, place.day)
        parts = parts_now(change.layout, slots, appointment)
        if parts and parts != place.parts:
            fresh = Place(day=place.day, minute=place.minute, start=place.start, parts=parts)
            kept.record(
                change, EventName.APPOINTMENT_REFITTED, appointment, place=place_form(fresh)
            )
