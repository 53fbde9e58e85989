"""Checking in at the touch screen: by code, by QR code, or by a phone's last digits and a name."""

import hashlib
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from hall.access import actor, allowed, caller, context, public
from hall.context import UnknownAppointment, View
from hall.domain.appointments import AppointmentStatus
from hall.domain.identities import HallId
from hall.domain.moments import read
from hall.limits import check_names, count_wrong_name, hall_of_booking
from hall.operations.codes import CODE_LENGTH, SIGNS
from hall.queries.bookings import booking_with_code, bookings
from kiosk.booking import booking_page
from kiosk.booking_own import REFUSED, code_in, to_number
from kiosk.booking_steps import Answer, told
from kiosk.choices import chosen
from kiosk.frame import Page, blueprint, local
from kiosk.pages import ISSUERS

DIGITS = 4
#: Family names to choose one's own among: whoever only knows the digits has to guess.
FAMILY_NAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
NAMES_SHOWN = 12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CAME_OR_COMES = (AppointmentStatus.BOOKED, AppointmentStatus.MISSED, AppointmentStatus.CHECKED_IN)


@blueprint.get("/kiosk/<hall>/appointment", endpoint="booked")
@public
def booked(hall: str) -> Answer:
    """Ask for the code, sign by sign; a whole one leads to its appointment, where one checks in.

    Who asks for it on a phone, or on a screen that is not the hall's, finds the appointment there.
    """
    if caller().roles(HallId(hall)).isdisjoint(ISSUERS):
        return redirect(url_for("kiosk.find_again", hall=hall, code=request.args.get("code")), 303)
    typed = code_in(request.args.get("code", ""))
    if len(typed) < CODE_LENGTH:
        return booking_page(hall, lambda _: ("code", {"typed": typed, "signs": SIGNS}))
    try:
        hall_of_booking(typed)
        context().ask(HallId(hall), partial(booking_with_code, code=typed))
    except UnknownAppointment as refusal:
        page = "code", {"typed": typed, "signs": SIGNS, "error": told(refusal)}
        return booking_page(hall, lambda _: page), 404
    return redirect(url_for("kiosk.appointment", code=typed), 303)


@blueprint.route("/kiosk/<hall>/appointment/phone", methods=["GET", "POST"], endpoint="booked_by")
@allowed(*ISSUERS)
def booked_by(hall: str) -> str:
    """Ask for the last digits of the phone, then for the name's first sign; nothing changes."""
    digits, sign = _typed(), request.form.get("sign", "")
    if len(digits) < DIGITS:
        return booking_page(hall, lambda _: ("digits", {"typed": digits, "most": DIGITS}))
    if not sign:
        return booking_page(hall, partial(_signs, digits=digits))
    _named(HallId(hall), digits, sign)
    return booking_page(hall, partial(_found, digits=digits, sign=sign))


def _named(hall: HallId, digits: str, sign: str) -> set[str]:
    """Return the appointments that digits and a name stand for; who only guesses is stopped."""
    check_names(hall, digits)
    found = context().ask(hall, lambda view: _found(view, digits=digits, sign=sign)[1]["found"])
    if not found:
        count_wrong_name(hall, digits)
    return {one["id"] for one in found}


def _typed() -> str:
    """Return the digits so far, with the one just touched, without the one just wiped."""
    before = request.form.get("digits", "")
    if "wipe" in request.form:
        return before[:-1]
    return "".join(d for d in before + request.form.get("next", "") if d.isdecimal())[:DIGITS]


def _of_today(view: View, digits: str) -> list[dict[str, Any]]:
    today = view.today
    found = bookings(view, seal=context().seal, day=today, digits=digits)
    return [one for one in found if one["contact"] and one["status"] in CAME_OR_COMES]


def _signs_of(one: dict[str, Any]) -> set[str]:
    """Return the first signs of whoever booked and for whom."""
    names = (one["contact"]["name"], one["contact"]["whom"])
    return {name[0].upper() for name in names if name}


def _signs(view: View, *, digits: str) -> Page:
    """Return the first signs to choose among: the true ones, hidden among others."""
    true = {sign for one in _of_today(view, digits) for sign in _signs_of(one)} - set(LETTERS)
    others = sorted(set(FAMILY_NAMES) - true, key=lambda sign: _mixed(digits, sign))
    shown = {*true, *others[: max(0, NAMES_SHOWN - len(true))]}
    signs = sorted(shown, key=lambda sign: _mixed(digits, sign))
    return "signs", {"digits": digits, "signs": signs, "letters": LETTERS}


def _mixed(digits: str, sign: str) -> bytes:
    """Return by what signs are mixed: the same however often somebody looks."""
    return hashlib.sha256(f"{digits}{sign}".encode()).digest()


def _found(view: View, *, digits: str, sign: str, error: dict[str, str] | None = None) -> Page:
    found = [one for one in _of_today(view, digits) if sign in _signs_of(one)]
    return "found", {
        "digits": digits,
        "sign": sign,
        "error": error,
        "found": [
            {
                **one,
                "start": local(view, read(one["start"])),
                "names": chosen(view.layout, one["matters"]),
            }
            for one in found
        ],
    }


@blueprint.post("/kiosk/<hall>/appointment/check-in", endpoint="booked_here")
@allowed(*ISSUERS)
def booked_here(hall: str) -> Response | tuple[str, int]:
    """Check in one of the appointments that digits and name stand for."""
    where, digits, sign = HallId(hall), _typed(), request.form.get("sign", "")
    which = request.form.get("which", "")
    if which not in _named(where, digits, sign):
        raise UnknownAppointment(which)
    try:
        return to_number(where, which, by=actor(where, *ISSUERS))
    except REFUSED as refusal:
        said = told(refusal)
        page = booking_page(hall, partial(_found, digits=digits, sign=sign, error=said))
        return page, int(said["status"])
