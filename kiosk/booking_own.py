"""The page of an appointment: what to bring, when to check in; moved, cancelled, found again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response as Download
from flask import current_app, redirect, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from hall.access import context, public
from hall.context import Change, UnknownAppointment, UnknownEntry, View
from hall.domain.actors import Actor
from hall.domain.appointments import AppointmentStatus, IllegalPardon, IllegalStep
from hall.domain.hours import moment
from hall.domain.identities import HallId, TicketId
from hall.domain.slots import NotThatDay, slot_named
from hall.operations import booking, forgiving, standing
from hall.operations.call import ReasonMissing
from hall.operations.check_in import MatterIsGone, NotToday, check_in
from hall.operations.day import HallIsClosed
from hall.queries.missed import own_missed
from hall.queries.own_booking import calendar_entry
from hall.queries.slots import slots
from hall.queries.tickets import ticket
from kiosk.booking import Wanted, booking_page, calendar, is_touch_screen, times_page
from kiosk.booking_steps import Answer, day_in, hall_of, own, perform_once, told
from kiosk.frame import FIRST_LANGUAGE, Page, blueprint, local
from kiosk.numbers import qr_code

#: What an own step may be refused with, each told in words.
REFUSED = (
    booking.NotBookable,
    booking.HoldIsOver,
    booking.TooLateToCancel,
    booking.SlotIsFull,
    NotThatDay,
    standing.TooManyBookings,
    IllegalStep,
    IllegalPardon,
    ReasonMissing,
    forgiving.TooLateToAppeal,
    NotToday,
    MatterIsGone,
    HallIsClosed,
)


@blueprint.get("/b/<code>")
@public
def appointment(code: str) -> Answer:
    """Show an appointment; one that is only held goes on being asked about."""
    hall = hall_of(code)
    stands = context().ask(hall, lambda view: own(view, code))["booking"]["status"]
    if stands == AppointmentStatus.HELD:
        return redirect(url_for("kiosk.check", code=code), 303)
    return booking_page(hall, lambda view: _appointment(view, code))


def _appointment(view: View, code: str, error: dict[str, str] | None = None) -> Page:
    found = own(view, code)
    booked, address = found["booking"], own_address(code)
    came = TicketId(booked["ticket"]) if booked["ticket"] else None
    return "appointment", {
        **found,
        "error": error,
        "qr": qr_code(address, gettext("QR code of your appointment")),
        "came": booked["check_in"]["punctuality"],
        "may_change": _may_change(view, booked),
        "is_offered": len(found["matters"]) == len(booked["matters"]),
        "ticket": ticket(view, id_=came) if came else None,
        "again": url_for("kiosk.book", hall=view.hall),
        "missed": own_missed(view, code=code, seal=context().seal, language=get_locale().language),
    }


def _may_change(view: View, booked: dict[str, Any]) -> bool:
    """Return whether an appointment may still be moved or cancelled by its citizen."""
    until, is_booked = booked["cancel_until"], booked["status"] == AppointmentStatus.BOOKED
    return is_booked and until is not None and bool(local(view) <= until)


def own_address(code: str) -> str:
    """Return where an appointment's page is, in the language in which it was made."""
    language = get_locale().language
    other = {} if language == FIRST_LANGUAGE else {"lang": language}
    root = current_app.config.get("PUBLIC_URL") or request.url_root
    return root.rstrip("/") + url_for("kiosk.appointment", code=code, **other)


@blueprint.get("/b/<code>/appointment.ics")
@public
def calendar_file(code: str) -> Download:
    """Return the appointment for the citizen's own calendar."""
    entry = partial(
        calendar_entry, code=code, language=get_locale().language, address=own_address(code)
    )
    answer = Download(context().ask(hall_of(code), entry), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return answer


@blueprint.get("/b/<code>/move")
@public
def move(code: str) -> Answer:
    """Ask to which day, then to which time, then whether really."""
    context().ask(hall_of(code), lambda view: still_offered(view, code))
    return _changing(code, lambda view: _move(view, code))


def _changing(code: str, draw: Callable[[View], Page]) -> Answer:
    """Return a page that asks for a change; the appointment's own, which says so, if it is late."""
    hall = hall_of(code)
    if context().ask(hall, lambda view: _may_change(view, own(view, code)["booking"])):
        return booking_page(hall, draw)
    return _back(code)


def still_offered(view: View, code: str) -> None:
    """Raise ``NotBookable`` if a matter of an appointment can no longer be booked."""
    booking.bookable(view.layout, own(view, code)["booking"]["matters"], None)


def _move(view: View, code: str, error: dict[str, str] | None = None) -> Page:
    found = own(view, code)
    slot = "" if error else request.values.get("slot", "")
    if slot:
        with suppress(NotThatDay):
            return "move", {**found, "slot": slot, "to": _start_of(view, slot)}
    visit = Wanted(matters=found["matters"], bundle=found["bundle"])
    day = request.values.get("day") or request.values.get("slot", "").partition("/")[0]
    at = partial(url_for, "kiosk.move", code=code)
    shown = {**found, "error": error, "moving": code}
    free = partial(slots, view, matters=visit.codes, moving=found["booking"]["id"])
    if not day:
        back = url_for("kiosk.appointment", code=code)
        days = calendar(free())
        return "days", {
            **shown,
            **days,
            "visit": visit,
            "at": lambda day: at(day=day),
            "back": back,
        }
    of_day = times_page(view, visit, free(since=day_in(day), until=day_in(day)))
    part = lambda name: at(day=day, part=name)  # noqa: E731
    return "times", {**shown, **of_day, "days": at(), "part": part}


def _start_of(view: View, slot: str) -> datetime:
    """Return when a slot begins, in the hall's time."""
    day, minute = slot_named(slot)
    return local(view, moment(view.layout.zone, day, minute))


@blueprint.post("/b/<code>/move", endpoint="move_there")
@public
def move_there(code: str) -> Answer:
    """Move the appointment."""

    def go(change: Change) -> object:
        still_offered(change, code)
        day, minute = slot_named(request.form.get("slot", ""))
        return booking.move_booking(change, code=code, day=day, minute=minute)

    def again(view: View, said: dict[str, str]) -> Page:
        is_about_time = said["at"] == "slot"
        return _move(view, code, said) if is_about_time else _appointment(view, code, said)

    return _do(code, go, again=again) or _back(code)


@blueprint.get("/b/<code>/cancel")
@public
def cancel(code: str) -> Answer:
    """Ask whether the appointment is really to be given back."""
    return _changing(code, lambda view: ("cancel", own(view, code)))


@blueprint.post("/b/<code>/cancel", endpoint="cancel_it")
@public
def cancel_it(code: str) -> Answer:
    """Give the appointment back."""
    return _do(code, partial(booking.cancel_booking, code=code)) or _back(code)


def _back(code: str) -> Response:
    return redirect(url_for("kiosk.appointment", code=code), 303)


def _do(
    code: str,
    step: Callable[[Change], object],
    *,
    again: Callable[[View, dict[str, str]], Page] | None = None,
) -> Answer | None:
    """Carry out a step; return the page that tells why not, or nothing once it is done."""
    what = f"{code} {request.form.get('slot', '')}"
    return _try(code, lambda hall: perform_once(hall, step, what=what), again=again)


def _try(
    code: str,
    do: Callable[[HallId], object],
    *,
    again: Callable[[View, dict[str, str]], Page] | None = None,
) -> Answer | None:
    """Do something in the appointment's hall; return the page that tells why not, if so."""
    hall = hall_of(code)
    try:
        do(hall)
    except REFUSED as refusal:
        said = told(refusal)
        draw = again or (lambda view, said: _appointment(view, code, said))
        return booking_page(hall, lambda view: draw(view, said)), int(said["status"])
    return None


@blueprint.post("/b/<code>/appeal")
@public
def appeal(code: str) -> Answer:
    """Ask that a missed appointment be forgiven, and say why."""
    ask = partial(forgiving.appeal, code=code, words=request.form.get("words", ""))
    return _do(code, ask) or _back(code)


@blueprint.post("/b/<code>/check-in")
@public
def arrive(code: str) -> Answer:
    """Check in: the citizen is here, and gets a number."""
    came: list[Response] = []
    return _try(code, lambda hall: came.append(to_number(hall, code))) or came[0]


def to_number(hall: HallId, which: str, *, by: Actor | None = None) -> Response:
    """Check in, and go to the page of the number, which says how punctual that was."""
    secret, punctual = perform_once(
        hall,
        partial(check_in, which=which),
        what=which,
        say=lambda came: [came.issued.secret, came.punctuality.value],
        by=by,
    )
    if is_touch_screen():
        return redirect(url_for("kiosk.ticket", hall=hall, secret=secret, came=punctual), 303)
    return redirect(url_for("kiosk.phone", secret=secret, came=punctual), 303)


@blueprint.get("/book/<hall>/find")
@public
def find_again(hall: str) -> Answer:
    """Find an appointment by its code."""
    typed = code_in(request.args.get("code", ""))
    if not typed:
        return booking_page(hall, lambda _: ("find", {"typed": ""}))
    with suppress(UnknownEntry):
        context().hall_of_waiting(typed)
        return redirect(url_for("kiosk.waiting", code=typed), 303)
    try:
        hall_of(typed)
    except UnknownAppointment as refusal:
        said = told(refusal)
        return booking_page(hall, lambda _: ("find", {"typed": typed, "error": said})), 404
    return _back(typed)


def code_in(text: str) -> str:
    """Return the code in what was typed, or in the address that a QR reader types.

    Example:
        >>> code_in("k7m2-9q4x"), code_in("https://hall.example/b/K7M29Q4X?lang=en")
        ('K7M29Q4X', 'K7M29Q4X')
    """
    found = text.rpartition("/b/")[2].rpartition("/w/")[2].partition("?")[0]
    return "".join(sign for sign in found.upper() if sign.isalnum())
