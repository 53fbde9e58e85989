"""Booking: a slot is held, then promised; moved without ever being lost; given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hall.domain import waitlist
from hall.domain.actors import Role
from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    IllegalStep,
    Place,
    Share,
    last_change,
    place_form,
)
from hall.domain.events import EventName
from hall.domain.hours import moment
from hall.domain.identities import BundleId, MatterCode
from hall.domain.layout import Layout
from hall.domain.limits import Sender
from hall.domain.slots import NotThatDay, bookable_days, has_room, parts_of, slots_of
from hall.operations.admission import admit_holder, note_holder
from hall.operations.codes import new_code
from hall.operations.proving import begin_anew, check_proof, is_needed, reached_at, send_code
from hall.operations.refit import place_now, refit_one
from hall.operations.standing import check_day, check_holder
from hall.operations.waitlist_offers import accept, check_offer, end_hold, give_back, offer_freed
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.change import Change
from hall.store.no_shows import overbooked
from hall.store.proofs import drop_proof
from hall.store.view import View

#: Roles that book for citizens, out of the staff's share too, and are not held by the limits.
STAFF = frozenset({Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR})


class Because(StrEnum):
    """Why an appointment was cancelled."""

    #: Its citizen gave it back. 本人取消
    CITIZEN = "citizen"
    #: The hall's people did, for whoever asked them to. 工作人员代办
    STAFF = "staff"
    #: The hall changed and cannot keep it. 大厅调整
    CHANGE = "change"


class NotBookable(Exception):
    """This matter, or one of them, cannot be booked."""


class SlotIsFull(Exception):
    """The slot has no room left for this visit."""


class TooLateToCancel(Exception):
    """So shortly before the appointment it can no longer be cancelled or moved."""


class WhoIsMissing(Exception):
    """An appointment is somebody's: a name, and a phone or an ID number, are needed."""


class HoldIsOver(Exception):
    """The slot was held too long ago."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A slot that is held, and the code that is the citizen's alone."""

    appointment: Appointment
    code: str


def hold_slot(
    change: Change,
    *,
    day: date,
    minute: int,
    matters: tuple[MatterCode, ...] = (),
    bundle: BundleId | None = None,
    sender: Sender | None = None,
) -> Held:
    """Hold a slot while the citizen answers questions; ``sender`` is who asks for it unknown."""
    admit_holder(change, sender)
    matters = bookable(change.layout, matters, bundle)
    share = Share.STAFF if change.by.role in STAFF else Share.PUBLIC
    place = place_at(change, matters, day, minute, share=share)
    if _goes_to_waitlist(change, place):
        place = place_at(change, matters, day, minute, share=share)
    code = new_code()
    until = change.now + change.layout.booking.hold
    appointment = kept.hold(
        change,
        place=place,
        share=share,
        until=until,
        code=code,
        matters=list(matters),
        bundle=bundle,
    )
    note_holder(change, appointment.id, sender, until=until)
    return Held(appointment=appointment, code=code)


def identify_holder(change: Change, *, code: str, whose: Whose) -> None:
    """Say whose a hold is, before it is confirmed; a code sent elsewhere proves nothing then."""
    _identify(change, _held(change, kept.with_code(change, code)), whose)


def confirm_booking(
    change: Change, *, code: str, whose: Whose | None = None, proof: str | None = None
) -> Appointment:
    """Turn a hold into a promise; a repeat of it changes nothing.

    Where the hall wants a booking by the public confirmed, a code is sent first, and the
    appointment that is returned is still held.

    Args:
        change: the hall.
        code: of the hold.
        whose: whose it is, unless that was said before.
        proof: the code that was sent, or what the link beside it carries.

    Raises:
        NotBookable, NotThatDay: the layout changed meanwhile, and has no such matter or time.
    """
    known = kept.with_code(change, code)
    if known.status is AppointmentStatus.BOOKED:
        return known
    held = _held(change, known)
    if whose is not None:
        _identify(change, held, whose)
    _still_there(change, held)
    holder = whose or kept.whose(change, held.id)
    if not holder.person:
        raise WhoIsMissing
    if change.by.role not in STAFF:
        check_holder(change, holder, day=held.place.day, matters=held.matters)
        if is_needed(change, held):
            if proof is None:
                return send_code(change, held)
            check_proof(change, held, proof)
    drop_proof(change, held.id)
    accept(change, held.id)
    return refit_one(change, kept.record(change, EventName.APPOINTMENT_CONFIRMED, held))


def release_hold(
    change: Change, *, code: str, because: waitlist.Because = waitlist.Because.DECLINED
) -> Appointment:
    """Let a hold go: its slot can be taken again at once, unless it was offered to who waited.

    Args:
        change: the hall.
        code: of the hold.
        because: why, where a freed slot was offered.
    """
    held = kept.with_code(change, code)
    if held.status is not AppointmentStatus.HELD:
        raise HoldIsOver
    drop_proof(change, held.id)
    return end_hold(change, EventName.APPOINTMENT_RELEASED, held, because)


def move_booking(change: Change, *, code: str, day: date, minute: int) -> Appointment:
    """Move an appointment; it keeps its place until it has the new one.

    Raises:
        NotBookable: a matter of it is not given by appointment any more.
    """
    booked = _changeable(change, code)
    bookable(change.layout, booked.matters, None)
    place = place_at(change, booked.matters, day, minute, share=booked.share, but=booked.id)
    if place == booked.place:
        return booked
    if _goes_to_waitlist(change, place):
        place = place_at(change, booked.matters, day, minute, share=booked.share, but=booked.id)
    if change.by.role not in STAFF:
        check_day(change, kept.whose(change, booked.id), day, but=booked.id)
    return give_back(change, EventName.APPOINTMENT_MOVED, booked, place=place_form(place))


def cancel_booking(change: Change, *, code: str, because: Because | None = None) -> Appointment:
    """Give an appointment back; its slot is offered to who waits, else given out after a while.

    Args:
        change: the hall.
        code: or the id of the appointment.
        because: why; if nothing is said, by whom it is done.
    """
    booked = _changeable(change, code)
    by_whom = Because.STAFF if change.by.role in STAFF else Because.CITIZEN
    reason = (because or by_whom).value
    return give_back(change, EventName.APPOINTMENT_CANCELLED, booked, reason=reason)


def bookable(
    layout: Layout, matters: Iterable[MatterCode], bundle: BundleId | None
) -> tuple[MatterCode, ...]:
    """Return the matters of a visit without doubles; all of them can be booked."""
    wanted = list(matters)
    if bundle is not None:
        if bundle not in layout.bundle_of:
            raise NotBookable(bundle)
        wanted = [*layout.bundle_of[bundle].matters, *wanted]
    found = tuple(dict.fromkeys(wanted))
    for code in found:
        if code not in layout.matter_of or not layout.matter_of[code].appointments:
            raise NotBookable(code)
    if not found:
        raise NotBookable
    return found


def place_at(
    view: View,
    matters: tuple[MatterCode, ...],
    day: date,
    minute: int,
    *,
    share: Share,
    but: AppointmentId | None = None,
) -> Place:
    """Return the place of a visit that begins with a slot, if the slot has room for it."""
    layout = view.layout
    today = view.today
    start = moment(layout.zone, day, minute)
    slots = slots_of(layout, view.roster, day)
    if (
        day not in bookable_days(layout, today)
        or start <= view.now
        or minute not in {slot.span.from_minute for slot in slots}
    ):
        raise NotThatDay(day.isoformat())
    parts = parts_of(layout, matters, minute)
    taken = kept.used(view, since=day, until=day, but=but).get(day, {})
    if not has_room(
        layout,
        slots,
        taken,
        parts,
        is_public=share is Share.PUBLIC,
        overbooked=overbooked(view, today),
    ):
        raise SlotIsFull(f"{day} {minute}")
    return Place(day=day, minute=minute, start=start, parts=parts)


def _identify(change: Change, held: Appointment, whose: Whose) -> None:
    check_offer(change, held.id, whose)
    if reached_at(change, kept.whose(change, held.id)) != reached_at(change, whose):
        begin_anew(change, held)
    kept.identify(change, held.id, whose)


def _held(change: Change, held: Appointment) -> Appointment:
    """Return a hold that has not run out; refuse anything else."""
    if change.status_of(held) is not AppointmentStatus.HELD:
        raise HoldIsOver
    return held


def _still_there(view: View, held: Appointment) -> None:
    """Refuse to promise what a layout that came into force since the hold does not have."""
    bookable(view.layout, held.matters, None)
    if place_now(view, held) is None:
        raise NotThatDay(held.place.day.isoformat())


def _changeable(change: Change, code: str) -> Appointment:
    """Return a booking that its citizen may still move or cancel."""
    booked, layout = kept.found(change, code), change.layout
    status = change.status_of(booked)
    if status is AppointmentStatus.HELD:
        raise HoldIsOver
    if status is not AppointmentStatus.BOOKED:
        raise IllegalStep(booked.id, status, AppointmentStatus.CANCELLED)
    too_late = change.now > last_change(layout.booking, layout.zone, booked.place)
    if too_late and change.by.role not in STAFF:
        raise TooLateToCancel
    return booked


def _goes_to_waitlist(change: Change, place: Place) -> bool:
    """Let those who wait have a time before the public; return whether they took of its slots."""
    return change.by.role not in STAFF and bool(offer_freed(change, around=place))
