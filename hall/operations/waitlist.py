"""Waiting for a time to be given back: joining the list, leaving it, and what the clock does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from hall.domain.appointments import Share
from hall.domain.events import EventName
from hall.domain.limits import Sender
from hall.domain.slots import NotThatDay, bookable_days
from hall.domain.waitlist import Because, Entry, EntryStatus, Wish
from hall.operations.admission import admit
from hall.operations.booking import STAFF, WhoIsMissing, bookable
from hall.operations.codes import new_code
from hall.operations.standing import BookingIsBlocked
from hall.operations.waitlist_offers import Rooms, due_offers, give_back, offer_freed
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.change import Change
from hall.store.discipline import standing_of
from hall.store.view import View
from hall.store.waitlist import (
    entry_with_code,
    is_empty,
    join,
    open_entries,
    record_entry,
    waits_for,
)


class AlreadyWaiting(Exception):
    """This person is on the list for this visit."""


class TimeIsFree(Exception):
    """Somebody wants to wait although a time that suits them is free."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        super().__init__(start.isoformat())


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """A place on the waitlist, and the code that is the citizen's alone."""

    entry: Entry
    code: str


def join_waitlist(
    change: Change, wish: Wish, *, whose: Whose, sender: Sender | None = None
) -> Joined:
    """Put somebody on the waitlist for a visit.

    Args:
        change: the hall.
        wish: what the visit is for, and when it would suit: on all days that can be booked now if
            it names none.
        whose: who waits.
        sender: who asks for it unknown.

    Raises:
        NotBookable: no appointments are given for a matter.
        NotThatDay: one of the days cannot be booked.
        WhoIsMissing: nobody says who waits.
        BookingIsBlocked: they missed too many appointments.
        AlreadyWaiting: they are on the list for the same.
        TimeIsFree: they need not wait.
    """
    admit(change, sender)
    if not whose.person:
        raise WhoIsMissing
    is_staff = change.by.role in STAFF
    wish = replace(
        wish,
        matters=bookable(change.layout, wish.matters, wish.bundle),
        days=_days(change, wish.days),
        share=Share.STAFF if is_staff else Share.PUBLIC,
    )
    if not is_staff:
        _check_standing(change, whose)
    if waits_for(change, whose.person, wish.visit):
        raise AlreadyWaiting
    free = next(Rooms(change, since=change.now).suiting(wish), None)
    if free is not None:
        raise TimeIsFree(free.start.astimezone(change.layout.zone))
    code = new_code()
    return Joined(entry=join(change, wish, whose, code=code), code=code)


def leave_waitlist(change: Change, *, code: str) -> Entry:
    """Take somebody off the list; who has left stays away. A time kept for them is passed on."""
    entry = entry_with_code(change, code).entry
    if not entry.is_open:
        return entry
    left = record_entry(change, EventName.WAITLIST_LEFT, entry, reason=Because.CITIZEN.value)
    if entry.offer is not None:
        held = kept.with_id(change, entry.offer)
        give_back(change, EventName.APPOINTMENT_RELEASED, held)
    return left


def see_to_waitlist(change: Change) -> None:
    """Take off the list whose last day is over, and offer what came free meanwhile."""
    for entry in _over(change):
        record_entry(change, EventName.WAITLIST_LEFT, entry, reason=Because.OVER.value)
    offer_freed(change)


def waitlist_is_due(view: View) -> bool:
    """Whether somebody's last day is over, or somebody can be offered a time."""
    if is_empty(view):
        return False
    return bool(_over(view)) or next(due_offers(view), None) is not None


def _check_standing(view: View, whose: Whose) -> None:
    standing = standing_of(view, whose)
    if standing.blocked_until is not None:
        until = standing.blocked_until.astimezone(view.layout.zone)
        raise BookingIsBlocked(until, standing.missed)


def _over(view: View) -> list[Entry]:
    """Return who waits for days that are over."""
    return [
        one.entry
        for one in open_entries(view)
        if one.entry.status is EntryStatus.WAITING and one.entry.last_day < view.first_open_day
    ]


def _days(view: View, wanted: Iterable[date]) -> tuple[date, ...]:
    possible = bookable_days(view.layout, view.first_open_day)
    days = tuple(sorted(set(wanted))) or possible
    for day in days:
        if day not in possible:
            raise NotThatDay(day.isoformat())
    if not days:
        raise NotThatDay
    return days
