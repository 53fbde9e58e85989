"""Appointments at the desk and on the phone: found, checked in, booked, moved, cancelled."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import segno
from flask import Response, abort, make_response, request, url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from hall.access import allowed, caller, context
from hall.context import Change, View
from hall.domain.actors import Role
from hall.domain.appointments import AppointmentId
from hall.domain.contact import Contact, id_number, phone
from hall.domain.identities import BundleId, MatterCode
from hall.domain.moments import read
from hall.domain.slots import slot_named
from hall.operations import booking, check_in
from hall.operations.booking import WhoIsMissing, bookable
from hall.operations.reception import book_for
from hall.queries.missed import appeals
from hall.queries.reception import one, one_with, reception
from hall.queries.slots import slots
from hall.web.pages.frame import ask, blueprint, carry_out, draw, my_hall
from hall.web.words import choose_language

#: Who books for citizens; the operations know the same roles.
BOOKERS = (Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
#: Who may forgive; once the citizen asked for it, only those who oversee the hall.
FORGIVERS = (Role.GUIDE, Role.MANAGER, Role.ADMINISTRATOR)
#: Why a missed appointment does not count, or that this was asked.
PARDONS = {
    "hall_closed": lazy_gettext("the hall was closed, it does not count"),
    "no_counter": lazy_gettext("no counter took it, it does not count"),
    "hall_late": lazy_gettext("the hall ran late, it does not count"),
    "asked": lazy_gettext("asks to be forgiven"),
    "forgiven": lazy_gettext("forgiven"),
    "refused": lazy_gettext("not forgiven"),
}


@blueprint.get("/bookings")
@allowed(*BOOKERS)
def bookings() -> str:
    """Show the screen for appointments."""
    layout = ask(lambda view: view.layout, *BOOKERS)
    asked = ask(partial(appeals, seal=context().seal), *BOOKERS)
    return draw("bookings", layout=layout, appeals=asked, **_found())


@blueprint.get("/bookings/list")
@allowed(*BOOKERS)
def bookings_list() -> str:
    """Return the appointments of a day, or those that were searched."""
    return draw("bookings_list", **_found())


@blueprint.get("/bookings/slots")
@allowed(*BOOKERS)
def bookings_slots() -> str:
    """Return the days and times for the chosen matters, the staff's share included."""
    return draw("bookings_slots", **ask(_times, *BOOKERS))


@blueprint.post("/bookings")
@allowed(*BOOKERS)
def book() -> Response:
    """Book for somebody, at once, and return what to read back to them."""
    form = request.form
    contact = _contact()
    day, minute = slot_named(request.form.get("slot", ""))
    matters, bundle = _wanted(form.getlist("matter"), form.get("bundle"))
    do = partial(
        book_for,
        day=day,
        minute=minute,
        matters=matters,
        bundle=bundle,
        whose=context().seal.whose(contact, language=form.get("language") or choose_language()),
    )
    held = carry_out(do, *BOOKERS)
    if held is None:
        return _told("bookings_booked", booked=None)
    told = ask(lambda view: one(view, held.appointment, seal=context().seal), *BOOKERS)
    return _told("bookings_booked", booked=told, code=held.code, contact=contact)


@blueprint.get("/bookings/<which>/move")
@allowed(*BOOKERS)
def move_to(which: str) -> str:
    """Return the days and times to which an appointment can be moved."""

    def look(view: View) -> dict[str, Any]:
        told = one_with(view, which, seal=context().seal)
        codes = [code for code in told["matters"] if code in view.layout.matter_of]
        found = slots(view, matters=codes, for_staff=True, moving=AppointmentId(told["id"]))
        return {"booked": told, "days": _days(view, found)}

    return draw("bookings_move", **ask(look, *BOOKERS))


@blueprint.post("/bookings/<which>/move")
@allowed(*BOOKERS)
def move(which: str) -> Response:
    """Move an appointment, and return what to read back."""
    day, minute = slot_named(request.form.get("slot", ""))
    return _changed(partial(booking.move_booking, code=which, day=day, minute=minute), which)


@blueprint.post("/bookings/<which>/cancel")
@allowed(*BOOKERS)
def cancel(which: str) -> Response:
    """Give an appointment back for somebody who asks to."""
    return _changed(partial(booking.cancel_booking, code=which), which)


@blueprint.post("/bookings/<which>/check-in")
@allowed(*BOOKERS)
def check_in_there(which: str) -> Response:
    """Check somebody in, and return their number and how punctual they are."""
    came = carry_out(partial(check_in.check_in, which=which), *BOOKERS)
    if came is None:
        return _told("bookings_came", came=None)
    issued = came.issued
    address = url_for("kiosk.phone", secret=issued.secret, _external=True)
    drawing = segno.make(address, error="m").svg_inline(scale=4, border=2)
    return _told(
        "bookings_came",
        came=came,
        booked=ask(partial(one_with, which=which, seal=context().seal), *BOOKERS),
        code=Markup(drawing),  # noqa: S704 - drawn by segno from an address of our own
        hall=my_hall(*BOOKERS),
    )


@blueprint.post("/bookings/<which>/undo")
@allowed(*BOOKERS)
def undo_check_in(which: str) -> Response:
    """Take a check-in back."""
    return _changed(partial(check_in.undo_check_in, which=which), which)


def _changed(do: Callable[[Change], object], which: str) -> Response:
    """Carry out one step of an appointment and return what to read back of it."""
    carry_out(do, *BOOKERS)
    told = ask(partial(one_with, which=which, seal=context().seal), *BOOKERS)
    return _told("bookings_booked", booked=told, code=None, contact=None)


def _told(template: str, **values: Any) -> Response:
    """Return what was done, in words, and make the list beside it ask for itself anew."""
    answer = make_response(draw(template, **values))
    answer.headers["HX-Trigger"] = "changed"
    return answer


def _found() -> dict[str, Any]:
    asked = request.args
    look = partial(
        reception, seal=context().seal, text=asked.get("q", ""), day=_day(asked.get("day"))
    )
    return {**ask(look, *BOOKERS), "PARDONS": PARDONS, "may_forgive": may_forgive()}


def may_forgive() -> bool:
    """Whether the caller may forgive what was missed."""
    return not caller().roles(my_hall(*BOOKERS)).isdisjoint(FORGIVERS)


def _times(view: View) -> dict[str, Any]:
    """Return when the chosen matters can be done; nothing before one is chosen."""
    asked = request.args
    matters, bundle = _wanted(asked.getlist("matter"), asked.get("bundle"))
    if not matters and bundle is None:
        return {"days": None}
    codes = bookable(view.layout, matters, bundle)
    return {"days": _days(view, slots(view, matters=codes, for_staff=True))}


def _days(view: View, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the days with the times in the hall's own clock."""
    zone = view.layout.zone
    return [
        {
            "day": date.fromisoformat(each["day"]),
            "slots": [{**s, "at": read(s["start"]).astimezone(zone)} for s in each["slots"]],
            "free": sum(s["free"] for s in each["slots"]),
        }
        for each in found
    ]


def _wanted(
    matters: list[str], bundle: str | None
) -> tuple[tuple[MatterCode, ...], BundleId | None]:
    return tuple(MatterCode(code) for code in matters), BundleId(bundle) if bundle else None


def _contact() -> Contact:
    form = request.form
    name, number = form.get("name", "").strip(), form.get("phone", "").strip()
    known_by = form.get("id_number", "").strip()
    if not name or not (number or known_by):
        raise WhoIsMissing
    return Contact(
        name=name[:80],
        phone=phone(number) if number else "",
        email=form.get("email", "").strip()[:120],
        id_number=id_number(known_by) if known_by else "",
        whom=form.get("whom", "").strip()[:80],
        is_company=bool(form.get("company")),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(422)
