"""A hold becomes an appointment: at once, or once its code was typed or its link followed."""

from functools import partial

from flask import redirect, request, url_for

from hall import limits
from hall.access import context, public
from hall.context import View
from hall.domain.appointments import AppointmentStatus
from hall.domain.slots import NotThatDay
from hall.operations import booking, proving, standing
from hall.queries.proving import sent
from kiosk.booking_answers import check_page, held_for, kept_for, over
from kiosk.booking_steps import HELD, Answer, hall_of, own, perform_once, told, who
from kiosk.booking_waiting import passed_over
from kiosk.frame import Page, blueprint

#: Why a hold does not become an appointment: because of whoever books, of the hall whose hours
#: have changed meanwhile, or of the code.
NOT_THEM = (standing.TooManyBookings, standing.BookingIsBlocked, NotThatDay)
NOT_PROVED = (proving.WrongProof, proving.TooManyCodes)


@blueprint.post("/b/<code>/check")
@public
def promise(code: str) -> Answer:
    """Turn the hold into an appointment, where the hall wants no code for it."""
    limits.count_booker(code)
    return _promise(code, proof=None)


@blueprint.get("/b/<code>/confirm")
@blueprint.get("/b/<code>/confirm/<token>")
@public
def confirm(code: str, token: str = "") -> Answer:
    """Ask for the code that was sent, or, who follows its link, whether really; nothing changes."""
    where = hall_of(code)
    if context().ask(where, partial(sent, code=code, seal=context().seal)) is None:
        return redirect(url_for("kiosk.check", code=code), 303)
    return held_for(code, partial(_confirm, code=code, token=token))


def _confirm(
    view: View, *, code: str, token: str = "", error: dict[str, str] | None = None
) -> Page:
    return "confirm", {
        **own(view, code),
        **kept_for(view, code),
        "sent": sent(view, code=code, seal=context().seal),
        "may_send": proving.MOST_SENT,
        "token": token,
        "error": error,
    }


@blueprint.post("/b/<code>/confirm")
@public
def use_code(code: str) -> Answer:
    """Turn the hold into an appointment, if the code is the one that was sent."""
    hall, proof = hall_of(code), request.form.get("digits") or request.form.get("token", "")
    context().perform(hall, partial(proving.try_code, code=code), by=who(hall))
    return _promise(code, proof=proof)


@blueprint.post("/b/<code>/confirm/again")
@public
def send_again(code: str) -> Answer:
    """Send another code."""
    hall = hall_of(code)
    limits.count_message(code)
    try:
        perform_once(hall, partial(proving.send_again, code=code), what=code)
    except proving.TooManyCodes as refusal:
        said = told(refusal)
        return held_for(code, partial(_confirm, code=code, error=said), int(said["status"]))
    return redirect(url_for("kiosk.confirm", code=code), 303)


def _promise(code: str, *, proof: str | None) -> Answer:
    """Turn a hold into an appointment, or ask for the code, or say why neither."""
    hall = hall_of(code)
    try:
        done = context().perform(
            hall,
            lambda change: booking.confirm_booking(change, code=code, proof=proof),
            by=who(hall),
        )
    except booking.HoldIsOver:
        return over(code)
    except booking.WhoIsMissing:
        return redirect(url_for("kiosk.contact", code=code), 303)
    except (*NOT_THEM, *NOT_PROVED) as refusal:
        return _refused(code, refusal)
    if done.status is AppointmentStatus.HELD:
        return redirect(url_for("kiosk.confirm", code=code), 303)
    answer = redirect(url_for("kiosk.appointment", code=code), 303)
    answer.delete_cookie(HELD, path="/book")
    limits.remember_browser(answer, has_booked=True)
    return answer


def _refused(code: str, refusal: Exception) -> Answer:
    """Say why a hold does not become an appointment; who waited for it is passed over."""
    said = told(refusal)
    draw = partial(_confirm, code=code, error=said)
    if isinstance(refusal, NOT_THEM):
        page = passed_over(code, said)
        if page is not None:
            return page
        draw = partial(check_page, code=code, error=said)
    return held_for(code, draw, int(said["status"]))
