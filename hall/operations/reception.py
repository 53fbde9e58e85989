"""Booking for citizens who call or stand at the desk: asked and promised in one go."""

from datetime import date

from hall.domain.identities import BundleId, MatterCode
from hall.operations.booking import Held, confirm_booking, hold_slot
from hall.store.appointments import Whose
from hall.store.change import Change


def book_for(
    change: Change,
    *,
    day: date,
    minute: int,
    matters: tuple[MatterCode, ...],
    bundle: BundleId | None,
    whose: Whose,
) -> Held:
    """Promise somebody an appointment at once; the code is for them to write down."""
    held = hold_slot(change, day=day, minute=minute, matters=matters, bundle=bundle)
    booked = confirm_booking(change, code=held.code, whose=whose)
    return Held(appointment=booked, code=held.code)
