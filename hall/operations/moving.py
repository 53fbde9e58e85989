"""Moving several appointments at once, after a change that hit them."""

from datetime import date

from hall.operations.booking import move_booking
from hall.store.change import Change


def move_all(change: Change, *, to: list[tuple[str, date, int]]) -> None:
    """Move some appointments, all of them or none: each its id, the day and the minute."""
    for which, day, minute in to:
        move_booking(change, code=which, day=day, minute=minute)
