"""The API of booking: slots, holds, appointments; for everybody with the code, and for staff."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, request

from hall import limits
from hall.access import STAFF, actor, allowed, context, public
from hall.context import Change
from hall.domain.actors import Role
from hall.domain.appointments import Appointment, AppointmentStatus
from hall.domain.contact import Contact, id_number, phone
from hall.domain.identities import BundleId, HallId, MatterCode
from hall.domain.slots import NotThatDay, slot_named
from hall.operations import booking, check_in, forgiving, proving
from hall.operations.booking import Held, WhoIsMissing, bookable
from hall.queries.bookings import booking_json, booking_with_code, bookings
from hall.queries.own_booking import answers
from hall.queries.proving import check_reach
from hall.queries.slots import slots
from hall.queries.tickets import ticket_json
from hall.web.commands import Said, answered, carry_out
from hall.web.schemas import Answer, Nothing
from hall.web.schemas_bookings import (
    Appeal,
    BookingOut,
    Confirmation,
    ContactIn,
    MoveTo,
    NewBooking,
)

reservations = APIBlueprint("bookings", __name__, url_prefix="/api/v1", tag="Booking")
#: Who may book, move and cancel for citizens.
BOOKERS = (*STAFF, Role.KIOSK, Role.CITIZEN)


@reservations.get("/halls/<hall>/slots")
@reservations.output(Answer)
@public
def slots_(hall: str) -> Response:
    """The days and slots that can be booked for ``?matters=a,b`` or ``?bundle=``."""
    asked, where = request.args, HallId(hall)
    named = [MatterCode(code) for code in asked.get("matters", "").split(",") if code]
    bundle = BundleId(asked["bundle"]) if asked.get("bundle") else None
    by = actor(where, *BOOKERS)

    def look(view: Any) -> list[dict[str, Any]]:
        return slots(
            view,
            matters=bookable(view.layout, named, bundle),
            since=_day(asked.get("from")),
            until=_day(asked.get("until")),
            for_staff=by.role in booking.STAFF,
        )

    return answered(200, {"days": context().ask(where, look)})


@reservations.post("/halls/<hall>/appointments")
@reservations.input(NewBooking, arg_name="wanted")
@reservations.output(BookingOut, status_code=201)
@public
def book(hall: str, wanted: NewBooking) -> Response:
    """Hold a slot; with name and phone it only needs to be confirmed."""
    where = HallId(hall)
    day, minute = slot_named(wanted.slot)
    contact = contact_given(wanted) if names_somebody(wanted) else None
    sender = limits.sender(where, puzzle=wanted.puzzle or "")

    def hold(change: Change) -> tuple[dict[str, Any], Held]:
        held = booking.hold_slot(
            change,
            day=day,
            minute=minute,
            matters=tuple(MatterCode(code) for code in wanted.matters),
            bundle=BundleId(wanted.bundle) if wanted.bundle else None,
            sender=sender,
        )
        if contact is not None:
            whose = context().seal.whose(contact, language=wanted.language)
            booking.identify_holder(change, code=held.code, whose=whose)
        return booking_json(change, held.appointment), held

    def say(done: tuple[dict[str, Any], Held]) -> Said:
        return 201, {**done[0], "code": done[1].code}

    return carry_out(where, hold, by=actor(where, *BOOKERS), say=say)


@reservations.get("/halls/<hall>/puzzle")
@reservations.output(Answer)
@public
def puzzle(hall: str) -> Response:
    """A puzzle (an ALTCHA challenge), and whether the hall wants one solved before a hold."""
    where, work = HallId(hall), limits.rules().work
    by = actor(where, *BOOKERS)
    wants = context().ask(where, lambda view: view.layout.booking.puzzle)
    challenge = context().puzzle(where, work=work)
    said = {"needed": wants and by.role is Role.CITIZEN, "challenge": challenge, "work": work}
    answer = answered(200, said)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@reservations.get("/appointments/<code>")
@reservations.output(BookingOut)
@public
def appointment(code: str) -> Response:
    """The appointment with this code."""
    hall = limits.hall_of_booking(code)
    return answered(200, context().ask(hall, partial(booking_with_code, code=code)))


@reservations.post("/appointments/<code>/confirm")
@reservations.input(Confirmation, arg_name="given")
@reservations.output(BookingOut)
@public
def confirm(code: str, given: Confirmation) -> Response:
    """Turn a hold into a promise; who it is for may be said here or was said before.

    Where the hall wants a code, the first call sends it and answers 202, still held; the next
    says it as ``proof``.
    """
    hall, whose = limits.hall_of_booking(code), None
    if names_somebody(given):
        contact = contact_given(given)
        limits.count_person(contact)
        whose = context().seal.whose(contact, language=given.language)
    else:
        limits.count_booker(code)
    if given.proof is not None:
        count = partial(proving.try_code, code=code)
        context().perform(hall, count, by=actor(hall, *BOOKERS))

    def take(change: Change) -> tuple[int, dict[str, Any]]:
        done = booking.confirm_booking(change, code=code, whose=whose, proof=given.proof)
        is_held = done.status is AppointmentStatus.HELD
        if is_held:
            known = answers(change, code=code, seal=context().seal).contact
            check_reach(change, known, current_app.extensions["channels"])
        return 202 if is_held else 200, booking_json(change, done)

    return carry_out(hall, take, by=actor(hall, *BOOKERS), say=lambda done: done)


@reservations.post("/appointments/<code>/confirm/again")
@reservations.input(Nothing, arg_name="_body")
@reservations.output(BookingOut)
@public
def send_again(code: str, _body: Nothing) -> Response:
    """Send another code for a hold."""
    limits.count_message(code)
    return _step(code, partial(proving.send_again, code=code))


@reservations.post("/appointments/<code>/release")
@reservations.input(Nothing, arg_name="_body")
@reservations.output(BookingOut)
@public
def release(code: str, _body: Nothing) -> Response:
    """Let a hold go."""
    return _step(code, partial(booking.release_hold, code=code))


@reservations.post("/appointments/<code>/move")
@reservations.input(MoveTo, arg_name="to")
@reservations.output(BookingOut)
@public
def move(code: str, to: MoveTo) -> Response:
    """Move an appointment to another slot; it keeps its own until it has the other."""
    day, minute = slot_named(to.slot)
    limits.count(limits.What.HOLDS)
    return _step(code, partial(booking.move_booking, code=code, day=day, minute=minute))


@reservations.post("/appointments/<code>/cancel")
@reservations.input(Nothing, arg_name="_body")
@reservations.output(BookingOut)
@public
def cancel(code: str, _body: Nothing) -> Response:
    """Give an appointment back."""
    return _step(code, partial(booking.cancel_booking, code=code))


@reservations.post("/appointments/<code>/appeal")
@reservations.input(Appeal, arg_name="asked")
@reservations.output(BookingOut)
@public
def appeal(code: str, asked: Appeal) -> Response:
    """Ask that a missed appointment be forgiven, and say why."""
    return _step(code, partial(forgiving.appeal, code=code, words=asked.words))


@reservations.post("/appointments/<code>/check-in")
@reservations.input(Nothing, arg_name="_body")
@reservations.output(Answer, status_code=201)
@public
def check_in_(code: str, _body: Nothing) -> Response:
    """Check in: the citizen is in the hall, and gets a ticket."""
    hall = limits.hall_of_booking(code)

    def say(done: check_in.CheckedIn) -> Said:
        issued = done.issued
        return 201, {
            "punctuality": done.punctuality.value,
            "ticket": {
                **ticket_json(issued.ticket),
                "secret": issued.secret,
                "ahead": issued.ahead,
                "estimate": issued.estimate,
            },
        }

    return carry_out(
        hall, partial(check_in.check_in, which=code), by=actor(hall, *BOOKERS), say=say
    )


@reservations.get("/halls/<hall>/appointments")
@reservations.output(Answer)
@allowed(*STAFF)
def appointments(hall: str) -> Response:
    """The appointments of a day (``?day=``), for staff, names and phones masked."""
    day = _day(request.args.get("day"))
    if day is None:
        raise NotThatDay("")
    find = partial(bookings, seal=context().seal, day=day, digits=request.args.get("digits"))
    return answered(200, {"appointments": context().ask(HallId(hall), find)})


def _step(code: str, do: Callable[[Change], Appointment]) -> Response:
    """Carry out a step of an appointment, in the hall where it was made."""
    hall = limits.hall_of_booking(code)

    def take(change: Change) -> dict[str, Any]:
        return booking_json(change, do(change))

    def say(done: dict[str, Any]) -> Said:
        return 200, done

    return carry_out(hall, take, by=actor(hall, *BOOKERS), say=say)


def names_somebody(given: ContactIn) -> bool:
    """Whether it is said who comes: a name, and a phone or an ID number."""
    return bool(given.name and (given.phone or given.id_number))


def contact_given(given: ContactIn) -> Contact:
    """Return who is meant, or raise what is wrong with it."""
    if not given.name or not names_somebody(given):
        raise WhoIsMissing
    return Contact(
        name=given.name,
        phone=phone(given.phone) if given.phone else "",
        email=given.email or "",
        id_number=id_number(given.id_number) if given.id_number else "",
        whom=given.whom or "",
        is_company=given.company,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotThatDay(text) from error
