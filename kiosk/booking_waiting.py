"""Waiting for a time that somebody gives back: joined, seen and left on plain pages."""

from contextlib import suppress
from datetime import date
from functools import partial
from typing import cast

from flask import current_app, redirect, request, url_for
from flask_babel import get_locale, gettext

from hall import limits
from hall.access import context, public
from hall.context import Change, PuzzleIsOver, PuzzleIsWrong, View
from hall.domain.identities import HallId
from hall.domain.moments import read
from hall.domain.slots import NotThatDay, bookable_days
from hall.domain.waitlist import Because, PartOfDay, Wish
from hall.operations import booking, standing, waitlist
from hall.operations.admission import PuzzleIsMissing
from hall.queries.waitlist import code_behind, entry_of
from kiosk.booking import Wanted, booking_page, wanted
from kiosk.booking_answers import LONGEST, contact_in
from kiosk.booking_elsewhere import other_halls
from kiosk.booking_steps import Answer, day_in, perform_once, told, who
from kiosk.choices import chosen
from kiosk.frame import FIRST_LANGUAGE, Page, blueprint, local
from kiosk.numbers import qr_code

#: More days than these nobody ticks one by one.
MOST_DAYS = 20
#: Why somebody is not put on the list, each told above the questions.
NOT_JOINED = (
    NotThatDay,
    standing.BookingIsBlocked,
    waitlist.AlreadyWaiting,
    waitlist.TimeIsFree,
    PuzzleIsMissing,
    PuzzleIsWrong,
    PuzzleIsOver,
)


@blueprint.get("/book/<hall>/wait")
@public
def wait(hall: str) -> str:
    """Ask for which days somebody waits, and who it is."""
    return booking_page(hall, _wait)


def _wait(
    view: View,
    given: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    error: dict[str, str] | None = None,
) -> Page:
    visit = wanted(view.layout)
    days = _possible(view)
    asked = {day_in(text) for text in request.values.getlist("day")} & set(days)
    is_full = error is None or error["code"] != "time_is_free"
    return "wait", {
        "visit": visit,
        "days": days,
        "ticked": asked or (set(days) if given is None else set()),
        "part": request.values.get("part", PartOfDay.ANY.value),
        "given": given or {},
        "wrong": wrong or {},
        "error": error,
        "minutes": round(view.layout.booking.answer.total_seconds() / 60),
        "others": other_halls(view, visit.codes) if is_full else [],
        "back": url_for("kiosk.days", hall=view.hall, **visit.asked),
    }


def _possible(view: View) -> tuple[date, ...]:
    return bookable_days(view.layout, view.first_open_day)[:MOST_DAYS]


@blueprint.post("/book/<hall>/wait", endpoint="join")
@public
def join(hall: str) -> Answer:
    """Put somebody on the list, or say at each field what is wrong."""
    where = HallId(hall)
    visit = context().ask(where, lambda view: wanted(view.layout))
    given = {name: text.strip()[:LONGEST] for name, text in request.form.items()}
    known, wrong = contact_in(given, None)
    days = tuple(day_in(text) for text in request.form.getlist("day"))
    if not days:
        wrong["day"] = gettext("Please choose at least one day")
    if known is None or wrong:
        return booking_page(hall, partial(_wait, given=given, wrong=wrong)), 422
    limits.count_person(known)
    sender = limits.sender(where, puzzle=request.form.get("puzzle", ""))
    whose = context().seal.whose(known, language=get_locale().language)
    wish = _wish(visit, days)

    def put(change: Change) -> str:
        return waitlist.join_waitlist(change, wish, whose=whose, sender=sender).code

    try:
        code = perform_once(where, put, what=f"{visit.asked} {whose.person}", say=str)
    except NOT_JOINED as refusal:
        said = told(refusal)
        return booking_page(hall, partial(_wait, given=given, error=said)), int(said["status"])
    return redirect(url_for("kiosk.waiting", code=code), 303)


def _wish(visit: Wanted, days: tuple[date, ...]) -> Wish:
    bundle = visit.bundle.id if visit.bundle else None
    part = request.form.get("part", "")
    known = PartOfDay(part) if part in set(PartOfDay) else PartOfDay.ANY
    return Wish(matters=visit.codes, bundle=bundle, days=days, part=known)


@blueprint.get("/w/<code>")
@public
def waiting(code: str) -> str:
    """Show somebody's place on the list, and the time that is kept for them, if one is."""
    return booking_page(limits.hall_of_waiting(code), partial(_waiting, code=code))


def _waiting(view: View, *, code: str) -> Page:
    found = entry_of(view, code=code, seal=context().seal)
    offer = found["offer"]
    bundle = view.layout.bundle_of.get(found["bundle"])
    asked = {"bundle": bundle.id} if bundle else {"m": found["matters"]}
    return "waiting", {
        "code": code,
        "entry": {**found, "days": [date.fromisoformat(day) for day in found["days"]]},
        "matters": chosen(view.layout, found["matters"]),
        "bundle": bundle,
        "minutes": round(view.layout.booking.answer.total_seconds() / 60),
        "offer": offer
        and {
            **offer,
            "start": local(view, read(offer["start"])),
            "until": local(view, read(offer["until"])),
        },
        "qr": qr_code(_own_address(code), gettext("QR code of your place on the waitlist")),
        "again": url_for("kiosk.days", hall=view.hall, **asked),
    }


def passed_over(code: str, said: dict[str, str]) -> Answer | None:
    """Say why a freed time cannot be theirs and offer it to the next; nothing if none waited."""
    hall = limits.hall_of_booking(code)
    place = context().ask(hall, partial(code_behind, code=code, seal=context().seal))
    if place is None:
        return None
    let_go = partial(booking.release_hold, code=code, because=Because.REFUSED)
    with suppress(booking.HoldIsOver):
        context().perform(hall, let_go, by=who(hall))
    told_why = {
        "error": said,
        "title": gettext("This time goes to the next who waits"),
        "again": url_for("kiosk.waiting", code=place),
        "again_words": gettext("My place on the waitlist"),
    }
    return booking_page(hall, lambda _: ("problem", told_why)), int(said["status"])


def _own_address(code: str) -> str:
    """Return where a place's page is, in the language in which it was made."""
    language = get_locale().language
    other = {} if language == FIRST_LANGUAGE else {"lang": language}
    root = cast(str, current_app.config.get("PUBLIC_URL") or request.url_root)
    return root.rstrip("/") + url_for("kiosk.waiting", code=code, **other)


@blueprint.post("/w/<code>/leave", endpoint="leave_waitlist")
@public
def leave(code: str) -> Answer:
    """Take somebody off the list; what was kept for them is offered to the next."""
    hall = limits.hall_of_waiting(code)
    context().perform(hall, partial(waitlist.leave_waitlist, code=code), by=who(hall))
    return redirect(url_for("kiosk.waiting", code=code), 303)
