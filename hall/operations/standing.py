"""Whether somebody may book: how they stand with the hall, and how much they have booked."""

from collections.abc import Iterable
from datetime import date, datetime

from hall.domain.appointments import Appointment, AppointmentId, AppointmentStatus
from hall.domain.identities import MatterCode
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.discipline import standing_of
from hall.store.view import View


class TooManyBookings(Exception):
    """This person has as many open bookings as one may have."""

    def __init__(self, most: int, *, matter: MatterCode | None) -> None:
        self.most, self.matter = most, matter
        super().__init__(f"{most} {matter or 'a day'}")


class BookingIsBlocked(Exception):
    """This person missed too many appointments to book online for now."""

    def __init__(self, until: datetime, missed: int) -> None:
        self.until, self.missed = until, missed
        super().__init__(until.isoformat())


def check_holder(
    view: View,
    whose: Whose,
    *,
    day: date,
    matters: Iterable[MatterCode],
) -> None:
    """Refuse who has too many open bookings, or missed too many.

    Raises:
        BookingIsBlocked: they missed too many.
        TooManyBookings: on that day, or for one of these matters.
    """
    now = standing_of(view, whose)
    if now.blocked_until is not None:
        until = now.blocked_until.astimezone(view.layout.zone)
        raise BookingIsBlocked(until, now.missed)
    open_ = _open(view, whose)
    _check_day(view, open_, day)
    most = view.layout.booking.per_matter
    for code in matters:
        if sum(code in a.matters for a in open_) >= most:
            raise TooManyBookings(most, matter=code)


def check_day(view: View, whose: Whose, day: date, *, but: AppointmentId | None = None) -> None:
    """Refuse who has as many open bookings on a day as one may have, one left aside."""
    _check_day(view, [a for a in _open(view, whose) if a.id != but], day)


def _check_day(view: View, open_: list[Appointment], day: date) -> None:
    most = view.layout.booking.per_day
    if sum(a.place.day == day for a in open_) >= most:
        raise TooManyBookings(most, matter=None)


def _open(view: View, whose: Whose) -> list[Appointment]:
    since = view.first_open_day
    found = kept.of_person(view, whose, since=since)
    return [a for a in found if view.status_of(a) is AppointmentStatus.BOOKED]
