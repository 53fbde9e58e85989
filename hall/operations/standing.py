"""Whether somebody may book: how they stand with the hall, and how much they have booked."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hall.domain.appointments import AppointmentStatus
from hall.domain.discipline import Standing, standing
from hall.domain.identities import MatterCode
from hall.store import appointments as kept
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


def standing_of(view: View, person: str) -> Standing:
    """Return how somebody stands with the hall."""
    rules = view.layout.booking.discipline
    since = (view.now - rules.forgotten).date()
    over = (AppointmentStatus.MISSED, AppointmentStatus.CHECKED_IN)
    ended = [
        (a.place.start, a.status is AppointmentStatus.MISSED)
        for a in kept.of_person(view, person, since=since)
        if a.status in over
    ]
    return standing(rules, ended, now=view.now)


def check_holder(view: View, person: str, *, day: date, matters: Iterable[MatterCode]) -> None:
    """Refuse who has too many open bookings, or missed too many.

    Raises:
        BookingIsBlocked: they missed too many.
        TooManyBookings: on that day, or for one of these matters.
    """
    now = standing_of(view, person)
    if now.blocked_until is not None:
        until = now.blocked_until.astimezone(view.layout.zone)
        raise BookingIsBlocked(until, now.missed)
    booking = view.layout.booking
    open_ = [
        a
        for a in kept.of_person(view, person, since=view.now.date() - timedelta(days=1))
        if a.status is AppointmentStatus.BOOKED
    ]
    if sum(a.place.day == day for a in open_) >= booking.per_day:
        raise TooManyBookings(booking.per_day, matter=None)
    for code in matters:
        if sum(code in a.matters for a in open_) >= booking.per_matter:
            raise TooManyBookings(booking.per_matter, matter=code)
