"""What is said of one very case of a booking that was refused, beyond its title."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from hall.domain.appointments import AppointmentStatus, IllegalStep
from hall.operations.booking import BookingIsBlocked, TooManyBookings
from hall.operations.check_in import NotToday

_DAY, _TIME = "%Y-%m-%d", "%H:%M"


def _not_today(error: NotToday) -> str:
    return _(
        "Your appointment is on %(day)s at %(time)s; you can check in from %(from_)s on",
        day=error.start.strftime(_DAY),
        time=error.start.strftime(_TIME),
        from_=error.opens_at.strftime(_TIME),
    )


def _too_many(error: TooManyBookings) -> str:
    if error.matter is None:
        return _("At most %(most)s a day for one person", most=error.most)
    return _("At most %(most)s at a time for one matter", most=error.most)


def _blocked(error: BookingIsBlocked) -> str:
    return _(
        "%(missed)s appointments were missed. You can book again from %(day)s on; "
        "walking in is possible at any time",
        missed=error.missed,
        day=error.until.strftime(_DAY),
    )


def _over(error: IllegalStep) -> str:
    said = {
        AppointmentStatus.CANCELLED: _("It was cancelled"),
        AppointmentStatus.CHECKED_IN: _("You have checked in already"),
        AppointmentStatus.MISSED: _("Its time is over"),
        AppointmentStatus.EXPIRED: _("It was not confirmed in time"),
    }
    return said.get(error.status, "")


BOOKING_DETAILS: dict[type[Exception], Callable[[Any], str]] = {
    NotToday: _not_today,
    TooManyBookings: _too_many,
    BookingIsBlocked: _blocked,
    IllegalStep: _over,
}
