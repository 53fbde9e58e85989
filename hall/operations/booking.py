"""Booking: a slot is held, then promised; moved without ever being lost; given back."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hall.domain.actors import Role
from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Place,
    Share,
    place_form,
)
from hall.domain.events import EventName
from hall.domain.hours import business_day, moment
from hall.domain.identities import BundleId, MatterCode
from hall.domain.layout import Layout
from hall.domain.limits import Sender
from hall.domain.slots import bookable_days, has_room, parts_of, slots_of
from hall.operations.admission import admit_holder, note_holder
from hall.operations.standing import BookingIsBlocked, TooManyBookings, check_holder, standing_of
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.change import Change
from hall.store.view import View

__all__ = ["BookingIsBlocked", "TooManyBookings", "standing_of"]

#: Roles that book for citizens, out of the staff's share too, and are not held by the limits.
STAFF = frozenset({Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR})
#: Signs of a code: no two that are easily taken for each other.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


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


class NotThatDay(Exception):
    """The day, or the slot, cannot be booked: too soon, too far, past, or the hall is closed."""


class TooLateToCancel(Exception):
    """So shortly before the appointment it can no longer be cancelled or moved."""


class WhoIsMissing(Exception):
    """An appointment is somebody's: name and phone are needed."""


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
    code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
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
    """Say whose a hold is, before it is confirmed."""
    held = kept.with_code(change, code)
    if held.at(change.now) is not AppointmentStatus.HELD:
        raise HoldIsOver
    kept.identify(change, held.id, whose)


def confirm_booking(change: Change, *, code: str, whose: Whose | None = None) -> Appointment:
    """Turn a hold into a promise; a repeat of it changes nothing.

    Args:
        change: the hall.
        code: of the hold.
        whose: whose it is, unless that was said before.
    """
    held = kept.with_code(change, code)
    if held.status is AppointmentStatus.BOOKED:
        return held
    if held.at(change.now) is not AppointmentStatus.HELD:
        raise HoldIsOver
    if whose is not None:
        kept.identify(change, held.id, whose)
    person = kept.whose(change, held.id).person
    if not person:
        raise WhoIsMissing
    if change.by.role not in STAFF:
        check_holder(change, person, day=held.place.day, matters=held.matters)
    return kept.record(change, EventName.APPOINTMENT_CONFIRMED, held)


def release_hold(change: Change, *, code: str) -> Appointment:
    """Let a hold go: its slot can be taken again at once."""
    held = kept.with_code(change, code)
    if held.status is not AppointmentStatus.HELD:
        raise HoldIsOver
    return kept.record(change, EventName.APPOINTMENT_RELEASED, held)


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
    return kept.record(
        change,
        EventName.APPOINTMENT_MOVED,
        booked,
        free_from=_cooled(change),
        place=place_form(place),
    )


def cancel_booking(change: Change, *, code: str, because: Because | None = None) -> Appointment:
    """Give an appointment back; its slot is given out again after a while.

    Args:
        change: the hall.
        code: or the id of the appointment.
        because: why; if nothing is said, by whom it is done.
    """
    booked = _changeable(change, code)
    by_whom = Because.STAFF if change.by.role in STAFF else Because.CITIZEN
    return kept.record(
        change,
        EventName.APPOINTMENT_CANCELLED,
        booked,
        free_from=_cooled(change),
        reason=(because or by_whom).value,
    )


def end_what_is_over(change: Change) -> None:
    """Write down which holds have run out, and which appointments were missed."""
    for appointment in over(change):
        is_hold = appointment.status is AppointmentStatus.HELD
        name = EventName.APPOINTMENT_EXPIRED if is_hold else EventName.APPOINTMENT_MISSED
        kept.record(change, name, appointment)


def over(view: View) -> list[Appointment]:
    """Return the holds that have run out, and the bookings whose day went by without them.

    Who is late may still walk in that day, so an appointment is missed once its day is over.
    """
    today = business_day(view.layout.hours, view.layout.zone, view.now)
    return [
        appointment
        for appointment in kept.begun_before(view, view.now)
        if appointment.status is AppointmentStatus.HELD
        or appointment.place.day < today
        or view.last_day == today != view.day
    ]


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
    today = business_day(layout.hours, layout.zone, view.now)
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
        overbooked=kept.overbooked(view, today),
    ):
        raise SlotIsFull(f"{day} {minute}")
    return Place(day=day, minute=minute, start=start, parts=parts)


def _changeable(change: Change, code: str) -> Appointment:
    """Return a booking that its citizen may still move or cancel."""
    booked = kept.found(change, code)
    if booked.status is not AppointmentStatus.BOOKED:
        booked.moved_to(AppointmentStatus.CANCELLED)
        raise HoldIsOver
    too_late = change.now > booked.place.start - change.layout.booking.cancel_until
    if too_late and change.by.role not in STAFF:
        raise TooLateToCancel
    return booked


def _cooled(change: Change) -> datetime:
    """Return when a freed slot is given out again: nobody can know."""
    least, most = change.layout.booking.cooling
    return change.now + least + (most - least) * (secrets.randbelow(1001) / 1000)
