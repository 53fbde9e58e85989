"""Holding a time: the first step of a booking that changes anything; and what all steps share."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, TypeVar, cast

from flask import current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from hall import limits
from hall.access import actor, caller, context, public
from hall.context import (
    Answered,
    Change,
    Key,
    Once,
    PuzzleIsOver,
    PuzzleIsWrong,
    UnknownAppointment,
    View,
)
from hall.domain.actors import Actor, Role
from hall.domain.identities import HallId
from hall.domain.moments import read
from hall.domain.slots import NotThatDay, slot_named
from hall.operations import booking
from hall.operations.admission import PuzzleIsMissing
from hall.queries.bookings import booking_with_code
from hall.queries.slots import slots
from hall.queries.waitlist import code_behind
from kiosk.booking import booking_page, times_page, wanted
from kiosk.booking_elsewhere import other_halls
from kiosk.choices import chosen, papers
from kiosk.frame import Page, blueprint, local

#: Where a browser keeps the code of the time that is held for it.
HELD = "held"
#: Longer keys than this no form of ours has.
LONGEST_KEY = 500
#: Why a time is not held, each told beside the times.
NOT_HELD = (
    booking.SlotIsFull,
    NotThatDay,
    PuzzleIsMissing,
    PuzzleIsWrong,
    PuzzleIsOver,
)
R = TypeVar("R")
Answer = str | Response | tuple[str, int]


def told(error: Exception) -> dict[str, str]:
    """Return a refusal in the citizen's words: its ``title``, ``detail``, field and status."""
    return cast(dict[str, str], current_app.extensions["told"](error))


def who(hall: HallId) -> Actor:
    """Return the caller as a citizen, on a phone or at the touch screen."""
    return actor(hall, Role.KIOSK, Role.CITIZEN)


def perform_once(
    hall: HallId,
    step: Callable[[Change], R],
    *,
    what: str,
    say: Callable[[R], Any] = lambda _: None,
    by: Actor | None = None,
) -> Any:
    """Carry out what a form asks for, once however often it is sent, and return what is said.

    Args:
        hall: where.
        step: what is done.
        what: of which the same form may ask several things.
        say: tells the result in plain values: a repeat gets them again.
        by: who does it; a citizen, on a phone or at the touch screen, without.
    """
    sent, form = f"{request.endpoint} {what}", request.form.get("key", "")
    key = Key(caller=caller().id, key=f"{form} {sent}"[:LONGEST_KEY], fingerprint=sent)
    once = Once(key=key, render=say) if form else None
    try:
        return say(context().perform(hall, step, by=by or who(hall), once=once))
    except Answered as before:
        return before.answer


def hall_of(code: str) -> HallId:
    """Return the hall of an appointment, or raise ``UnknownAppointment``."""
    return limits.hall_of_booking(code)


def own(view: View, code: str) -> dict[str, Any]:
    """Return what every page of an appointment shows of it."""
    found = booking_with_code(view, code=code)
    matters = chosen(view.layout, found["matters"])
    moments = {
        "start": found["start"],
        "held_until": found["held_until"],
        "cancel_until": found["cancel_until"],
        "early": found["check_in"]["from"],
        "late": found["check_in"]["until"],
    }
    return {
        "code": code,
        "booking": {
            **found,
            **{k: local(view, read(v)) if v else None for k, v in moments.items()},
        },
        "bundle": view.layout.bundle_of.get(found["bundle"]),
        "matters": matters,
        "materials": papers(matters),
    }


@blueprint.get("/book/<hall>/times")
@public
def booking_times(hall: str) -> str:
    """Show the times of a day."""
    return booking_page(hall, _times)


def _times(view: View, error: dict[str, str] | None = None) -> Page:
    visit = wanted(view.layout)
    day = day_in(request.values.get("slot") or request.values.get("day", ""))
    found = times_page(view, visit, slots(view, matters=visit.codes, since=day, until=day))
    return "times", {
        **found,
        "wait": url_for("kiosk.wait", hall=view.hall, day=day, **visit.asked),
        "others": other_halls(view, visit.codes) if found["is_full"] else [],
        "error": error,
        "days": url_for("kiosk.days", hall=view.hall, **visit.asked),
        "part": lambda name: url_for(
            "kiosk.booking_times", hall=view.hall, day=day, part=name, **visit.asked
        ),
        "moving": None,
    }


def day_in(text: str) -> date:
    """Return the day that a slot or an address names; one that nobody can book otherwise."""
    try:
        return date.fromisoformat(text.partition("/")[0])
    except ValueError:
        return date.min


@blueprint.post("/book/<hall>/times")
@public
def hold(hall: str) -> Answer:
    """Hold a time; one that this browser held before is let go."""
    where, slot = HallId(hall), request.form.get("slot", "")
    visit = context().ask(where, lambda view: wanted(view.layout))
    sender = limits.sender(where, puzzle=request.form.get("puzzle", ""))

    def keep(change: Change) -> str:
        with suppress(UnknownAppointment, booking.HoldIsOver):
            booking.release_hold(change, code=request.cookies.get(HELD, ""))
        day, minute = slot_named(slot)
        bundle = visit.bundle.id if visit.bundle else None
        return booking.hold_slot(
            change, day=day, minute=minute, matters=visit.codes, bundle=bundle, sender=sender
        ).code

    try:
        code = perform_once(where, keep, what=f"{visit.asked} {slot}", say=str)
    except NOT_HELD as refusal:
        said = told(refusal)
        return booking_page(hall, lambda view: _times(view, said)), int(said["status"])
    answer = make_response(redirect(url_for("kiosk.contact", code=code), 303))
    answer.set_cookie(HELD, code, path="/book", samesite="Lax", httponly=True)
    return answer


@blueprint.post("/b/<code>/release")
@public
def release(code: str) -> Response:
    """Let the held time go and choose another; who waited for it goes back to their place."""
    hall = hall_of(code)
    held = context().ask(hall, lambda view: own(view, code))
    place = context().ask(hall, partial(code_behind, code=code, seal=context().seal))
    with suppress(booking.HoldIsOver):
        context().perform(
            hall, lambda change: booking.release_hold(change, code=code), by=who(hall)
        )
    waits = url_for("kiosk.waiting", code=place) if place else None
    return redirect(waits or elsewhere(hall, held), 303)


def elsewhere(hall: HallId, held: dict[str, Any]) -> str:
    """Return where another time for the same visit is chosen."""
    bundle = held["bundle"]
    what: dict[str, Any] = {"m": held["booking"]["matters"]}
    day = held["booking"]["slot"].partition("/")[0]
    return url_for(
        "kiosk.booking_times", hall=hall, day=day, **({"bundle": bundle.id} if bundle else what)
    )
