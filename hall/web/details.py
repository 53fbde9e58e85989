"""What is said of one very case that was refused, beyond its title."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from hall.context import PuzzleIsOver, PuzzleIsWrong
from hall.domain.appointments import AppointmentStatus, IllegalPardon, IllegalStep, Pardon
from hall.domain.limits import TooOften
from hall.domain.reading import BadFile
from hall.domain.tickets import IllegalMove
from hall.operations.admission import PuzzleIsMissing
from hall.operations.check_in import NotToday
from hall.operations.guards import CounterIsBusy
from hall.operations.proving import WrongProof
from hall.operations.rollout import LayoutDoesNotFit
from hall.operations.standing import BookingIsBlocked, TooManyBookings
from hall.operations.waitlist import TimeIsFree
from hall.web.words import localized

_TIME = "%H:%M"


def _day(moment: datetime) -> str:
    """Return a day in words, without the year."""
    return str(format_skeleton("MMMMEEEEd", moment, locale=get_locale()))


def _not_today(error: NotToday) -> str:
    return str(
        _(
            "Your appointment is on %(day)s at %(time)s; you can check in from %(from_)s on",
            day=_day(error.start),
            time=error.start.strftime(_TIME),
            from_=error.opens_at.strftime(_TIME),
        )
    )


def _too_many(error: TooManyBookings) -> str:
    if error.matter is None:
        return str(_("At most %(most)s a day for one person", most=error.most))
    return str(_("At most %(most)s at a time for one matter", most=error.most))


def _blocked(error: BookingIsBlocked) -> str:
    return str(
        _(
            "%(missed)s appointments were missed. You can book again from %(day)s on; "
            "walking in is possible at any time",
            missed=error.missed,
            day=_day(error.until),
        )
    )


def _wrong_code(error: WrongProof) -> str:
    if not error.left:
        return str(_("It is good for nothing any more: please have another sent"))
    return str(
        ngettext("You can try %(num)d more time", "You can try %(num)d more times", error.left)
    )


def _pardon(error: IllegalPardon) -> str:
    said = {
        Pardon.ASKED: _("It was asked already, and is not decided yet"),
        Pardon.REFUSED: _("It was decided already"),
        None: _("It was not missed"),
    }
    return str(said.get(error.pardon) or _("It does not count already"))


def _free(error: TimeIsFree) -> str:
    return str(
        _(
            "%(day)s at %(time)s: book it, or wait for other days",
            day=_day(error.start),
            time=error.start.strftime(_TIME),
        )
    )


def _over(error: IllegalStep) -> str:
    said = {
        AppointmentStatus.CANCELLED: _("It was cancelled"),
        AppointmentStatus.CHECKED_IN: _("You have checked in already"),
        AppointmentStatus.MISSED: _("Its time is over"),
        AppointmentStatus.EXPIRED: _("It was not confirmed in time"),
    }
    return str(said.get(error.status, ""))


def _too_often(error: TooOften) -> str:
    minutes = -(-error.wait // timedelta(minutes=1))
    if minutes > 60:  # noqa: PLR2004
        hours = -(-minutes // 60)
        again = ngettext("Try again in %(num)d hour", "Try again in %(num)d hours", hours)
    else:
        again = ngettext("Try again in %(num)d minute", "Try again in %(num)d minutes", minutes)
    return str(again)


def _puzzle(_error: Exception) -> str:
    return str(
        _(
            "Please load the page again; it needs JavaScript. "
            "You can also come and take a number, or ask a guide to book for you"
        )
    )


def _moved(error: IllegalMove) -> str:
    return str(_("Ticket %(number)s: %(status)s", number=error.number, status=error.before))


def _busy(error: CounterIsBusy) -> str:
    return str(_("Ticket %(number)s is at the counter", number=error.number))


def _does_not_fit(error: LayoutDoesNotFit) -> str:
    return " · ".join(localized(obstacle) for obstacle in error.obstacles)


DETAILS: dict[type[Exception], Callable[[Any], str]] = {
    IllegalMove: _moved,
    CounterIsBusy: _busy,
    BadFile: lambda error: error.lines()[0],
    LayoutDoesNotFit: _does_not_fit,
    NotToday: _not_today,
    TimeIsFree: _free,
    TooManyBookings: _too_many,
    BookingIsBlocked: _blocked,
    IllegalStep: _over,
    IllegalPardon: _pardon,
    WrongProof: _wrong_code,
    TooOften: _too_often,
    PuzzleIsMissing: _puzzle,
    PuzzleIsWrong: _puzzle,
    PuzzleIsOver: _puzzle,
}
