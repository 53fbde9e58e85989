"""Who comes, while the time is held: asked, and shown to be checked."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import current_app, redirect, request, url_for
from flask_babel import get_locale, gettext

from hall.access import context, public
from hall.context import View
from hall.domain.appointments import AppointmentStatus
from hall.domain.contact import (
    Contact,
    WrongIdNumber,
    WrongPhone,
    id_number,
    masked_id,
    phone,
)
from hall.domain.discipline import Standing
from hall.domain.following import follows
from hall.domain.moments import read
from hall.operations import booking
from hall.operations.waitlist_offers import OfferIsPersonal
from hall.queries.bookings import booking_with_code
from hall.queries.own_booking import answers
from hall.queries.proving import NobodyIsReached, check_reach
from hall.queries.waitlist import code_behind
from kiosk.booking import booking_page
from kiosk.booking_steps import Answer, elsewhere, hall_of, own, told, who
from kiosk.frame import Page, blueprint

#: Names longer than this nobody has.
LONGEST = 100
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: For whom one books.
SELF, OTHER, COMPANY = "self", "other", "company"


@blueprint.get("/b/<code>/contact")
@public
def contact(code: str) -> Answer:
    """Ask who comes, while the time is held; who waited for it has said so."""
    if context().ask(hall_of(code), partial(code_behind, code=code, seal=context().seal)):
        return redirect(url_for("kiosk.check", code=code), 303)
    return held_for(code, lambda view: _contact(view, code))


def _contact(
    view: View, code: str, given: dict[str, str] | None = None, wrong: dict[str, str] | None = None
) -> Page:
    if given is None:
        given = _form_of(answers(view, code=code, seal=context().seal).contact)
    return "contact", {
        **own(view, code),
        **kept_for(view, code),
        "given": given,
        "wrong": wrong or {},
    }


def kept_for(view: View, code: str) -> dict[str, int]:
    """Return for how many seconds a time is still held."""
    until = booking_with_code(view, code=code)["held_until"]
    return {"left": max(0, round((read(until) - view.now).total_seconds())) if until else 0}


def held_for(code: str, draw: Callable[[View], Page], status: int = 200) -> Answer:
    """Return a page of the questions; the appointment itself once there is nothing to ask."""
    hall = hall_of(code)
    stands = context().ask(hall, lambda view: own(view, code))["booking"]["status"]
    if stands == AppointmentStatus.HELD:
        return booking_page(hall, draw), status
    if stands not in (AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED):
        return redirect(url_for("kiosk.appointment", code=code), 303)
    return over(code)


def over(code: str) -> Answer:
    """Say that the time was held too long ago, and where to choose again."""
    hall, said = hall_of(code), told(booking.HoldIsOver())

    def draw(view: View) -> Page:
        again = elsewhere(hall, own(view, code))
        return "problem", {"error": said, "again": again, "again_words": gettext("Choose a time")}

    return booking_page(hall, draw), int(said["status"])


def _form_of(known: Contact | None) -> dict[str, str]:
    if known is None:
        return {"for": SELF}
    for_ = COMPANY if known.is_company else OTHER if known.whom else SELF
    return {
        "for": for_,
        "whom": known.whom,
        "name": known.name,
        "phone": known.phone,
        "email": known.email,
        "id_number": masked_id(known.id_number),
    }


@blueprint.post("/b/<code>/contact")
@public
def say_who(code: str) -> Answer:
    """Keep who comes, if it is all right; else say at each field what is wrong."""
    hall = hall_of(code)
    given = {name: text.strip()[:LONGEST] for name, text in request.form.items()}
    before = context().ask(hall, partial(answers, code=code, seal=context().seal)).contact
    known, wrong = contact_in(given, before)
    channels = current_app.extensions["channels"]
    try:
        context().ask(hall, partial(check_reach, contact=known, channels=channels))
    except NobodyIsReached as error:
        known, wrong = None, {"email": told(error)["title"]}
    if known is None:
        return held_for(code, lambda view: _contact(view, code, given, wrong), 422)
    whose = context().seal.whose(known, language=get_locale().language)
    try:
        context().perform(
            hall,
            lambda change: booking.identify_holder(change, code=code, whose=whose),
            by=who(hall),
        )
    except booking.HoldIsOver:
        return over(code)
    except OfferIsPersonal as refusal:
        return held_for(code, partial(check_page, code=code, error=told(refusal)), 409)
    return redirect(url_for("kiosk.check", code=code), 303)


def _number_in(given: dict[str, str], before: Contact | None) -> str:
    typed = given.get("id_number", "")
    if before is not None and typed == masked_id(before.id_number):
        return before.id_number
    return id_number(typed) if typed else ""


def contact_in(
    given: dict[str, str], before: Contact | None
) -> tuple[Contact | None, dict[str, str]]:
    """Return who comes, or what is wrong with the answers, by field.

    Args:
        given: the answers.
        before: what was said before; its ID number is shown masked, and may come back so.
    """
    for_, email = given.get("for", SELF), given.get("email", "")
    whom = given.get("whom", "") if for_ != SELF else ""
    wrong: dict[str, str] = {}
    known = Contact(
        name=given.get("name", ""), phone="", email=email, whom=whom, is_company=for_ == COMPANY
    )
    try:
        known = replace(known, phone=phone(given["phone"]) if given.get("phone") else "")
    except WrongPhone as error:
        wrong["phone"] = told(error)["title"]
    try:
        known = replace(known, id_number=_number_in(given, before))
    except WrongIdNumber as error:
        wrong["id_number"] = told(error)["title"]
    if not (given.get("phone") or given.get("id_number")):
        wrong["phone"] = gettext("Please give a phone number, or an ID card number below")
    if not known.name:
        wrong["name"] = gettext("Please give a name")
    if for_ != SELF and not whom:
        wrong["whom"] = gettext("Please say for whom")
    if email and not EMAIL.fullmatch(email):
        wrong["email"] = gettext("This is not an e-mail address")
    return (None if wrong else known), wrong


@blueprint.get("/b/<code>/check")
@public
def check(code: str) -> Answer:
    """Show all answers before they hold."""
    hall = hall_of(code)
    if context().ask(hall, lambda view: answers(view, code=code, seal=context().seal)).contact:
        return held_for(code, partial(check_page, code=code))
    return redirect(url_for("kiosk.contact", code=code), 303)


def follows_for(view: View, how: Standing) -> str:
    """Return what follows for somebody who missed appointments, in the words of this page."""
    rules, zone = view.layout.booking.discipline, view.layout.zone
    return follows(how, rules, zone=zone, language=get_locale().language)


def check_page(view: View, *, code: str, error: dict[str, str] | None = None) -> Page:
    """Return the answers, to be checked before they hold."""
    said = answers(view, code=code, seal=context().seal)
    return "check", {
        **own(view, code),
        **kept_for(view, code),
        "contact": said.contact,
        "standing": follows_for(view, said.standing),
        "wants_code": view.layout.booking.confirmation,
        "place": code_behind(view, code=code, seal=context().seal),
        "error": error,
    }
