"""Freed counter time is offered to those who wait for it, in the order in which they joined.

It is done in the transaction that frees the time, and once more before anybody else takes some:
so nobody comes between. The clock's job only offers what came free in other ways.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from hall.domain import moments
from hall.domain.actors import SYSTEM
from hall.domain.appointments import Appointment, AppointmentId, Place, Share
from hall.domain.events import EventName
from hall.domain.identities import MatterCode
from hall.domain.slots import Part, Taken, bookable_days, has_room, parts_of, slots_of
from hall.domain.waitlist import (
    Because,
    Entry,
    EntryStatus,
    Wish,
    answer_until,
    free_from,
    left_of,
    slot_of,
)
from hall.operations.codes import new_code
from hall.operations.messages import offer_by_message
from hall.operations.standing import BookingIsBlocked, TooManyBookings, check_holder
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.change import Change
from hall.store.messaging import quiet_hours
from hall.store.no_shows import overbooked
from hall.store.view import View
from hall.store.waitlist import (
    Kept,
    entry_offered,
    is_empty,
    keep_taken,
    open_entries,
    record_entry,
)


class OfferIsPersonal(Exception):
    """A freed time is kept for whoever waited for it, and for nobody else."""


class Rooms:
    """The times that have room for visits at this moment, found once for all who want the same."""

    def __init__(self, view: View, *, since: datetime, around: Place | None = None) -> None:
        """Look at times since a moment that take of the same slots as a place, or at all.

        Args:
            view: the hall.
            since: the moment.
            around: where time was given back, or is about to be taken; anywhere without.
        """
        self._view, self._since = view, since
        self._minutes = None if around is None else {part.minute for part in around.parts}
        today = view.first_open_day
        self._given_out = overbooked(view, today)
        days = bookable_days(view.layout, today)
        self._days = [day for day in days if around is None or day == around.day]
        self._free: dict[tuple[date, tuple[MatterCode, ...], Share], list[Place]] = {}
        self._taken: dict[date, dict[int, Taken]] = {}

    def suiting(self, entry: Wish) -> Iterator[Place]:
        """Yield the places that somebody wishes for and that have room, in order."""
        matter_of = self._view.layout.matter_of
        if not all(code in matter_of and matter_of[code].appointments for code in entry.matters):
            return
        for day in self._days:
            if day in entry.days:
                yield from (p for p in self._of(day, entry) if entry.part.has(p.minute))

    def forget(self, day: date) -> None:
        """Look at a day anew: something was taken of it."""
        self._taken.pop(day, None)
        self._free = {key: places for key, places in self._free.items() if key[0] != day}

    def _of(self, day: date, wish: Wish) -> list[Place]:
        key = day, wish.matters, wish.share
        if key not in self._free:
            self._free[key] = list(self._look(day, wish))
        return self._free[key]

    def _look(self, day: date, wish: Wish) -> Iterator[Place]:
        view, layout = self._view, self._view.layout
        slots = slots_of(layout, view.roster, day)
        if day not in self._taken:
            self._taken[day] = kept.used(view, since=day, until=day).get(day, {})
        taken = self._taken[day]
        for slot in slots:
            minute = slot.span.from_minute
            parts = parts_of(layout, wish.matters, minute)
            if not self._is_around(parts):
                continue
            if slot.start >= self._since and has_room(
                layout,
                slots,
                taken,
                parts,
                is_public=wish.share is Share.PUBLIC,
                overbooked=self._given_out,
            ):
                yield Place(day=day, minute=minute, start=slot.start, parts=parts)

    def _is_around(self, parts: Iterable[Part]) -> bool:
        minutes = self._minutes
        return minutes is None or any(part.minute in minutes for part in parts)


def time_to_answer(view: View) -> datetime:
    """Return until when an offer of this moment can be answered."""
    rules, zone = view.layout.booking, view.layout.zone
    return answer_until(rules, quiet_hours(view).around(view.now, zone), view.now)


def due_offers(view: View, *, around: Place | None = None) -> Iterator[tuple[Kept, Place]]:
    """Yield whom to offer what, in order; what is taken meanwhile is taken into account.

    Args:
        view: the hall.
        around: in whose slots time may have been freed; in any without.
    """
    everybody = open_entries(view)
    busy = {k.whose.person for k in everybody if k.entry.status is EntryStatus.OFFERED}
    rooms = Rooms(view, since=time_to_answer(view), around=around)
    for one in everybody:
        if one.whose.person not in busy and (place := _place_for(view, rooms, one)):
            busy.add(one.whose.person)
            yield one, place
            rooms.forget(place.day)


def offer_freed(change: Change, *, around: Place | None = None) -> list[Appointment]:
    """Hold a time for each of the waitlist who can have one now, and return the holds."""
    if is_empty(change):
        return []
    by, change.by = change.by, SYSTEM
    try:
        return [_offer(change, one, place) for one, place in due_offers(change, around=around)]
    finally:
        change.by = by


def give_back(change: Change, name: EventName, given: Appointment, **details: Any) -> Appointment:
    """Record that an appointment gives its counter time back, and pass that on at once.

    It is offered to those who wait for it; what nobody takes cools, and then is everybody's.
    """
    after = kept.record(change, name, given, **details)
    freed: Counter[int] = Counter()
    for held in offer_freed(change, around=given.place):
        for part in held.place.parts:
            freed[part.minute] += part.ms
    until = free_from(change.layout.booking, _cooled(change, change.now), given.place.start)
    keep_taken(change, given, left_of(given.place.parts, freed), until=until)
    return after


def end_hold(change: Change, name: EventName, held: Appointment, because: Because) -> Appointment:
    """Record that a hold came to nothing: what was offered is passed on, else it is free at once.

    Whoever was offered the time keeps the place on the list once.
    """
    if _let_go(change, held, because):
        return give_back(change, name, held)
    ended = kept.record(change, name, held)
    offer_freed(change, around=held.place)
    return ended


def check_offer(view: View, held: AppointmentId, whose: Whose) -> None:
    """Refuse somebody else than the one for whom a freed time is held."""
    one = entry_offered(view, held)
    if one is not None and one.whose.person != whose.person:
        raise OfferIsPersonal


def accept(change: Change, booked: AppointmentId) -> None:
    """Take somebody off the list who has the time they waited for."""
    if one := entry_offered(change, booked):
        record_entry(change, EventName.WAITLIST_LEFT, one.entry, reason=Because.BOOKED.value)


def _let_go(change: Change, held: Appointment, because: Because) -> bool:
    """Note that a freed time was not taken, and return whether it was one that was offered."""
    one = entry_offered(change, held.id)
    if one is None:
        return False
    facts = {"reason": because.value}
    if one.entry.may_let_go:
        facts["slot"] = slot_of(held.place)
        record_entry(change, EventName.WAITLIST_PASSED, one.entry, **facts)
    else:
        record_entry(change, EventName.WAITLIST_LEFT, one.entry, **facts)
    return True


def _place_for(view: View, rooms: Rooms, one: Kept) -> Place | None:
    entry = one.entry
    for place in rooms.suiting(entry.wish):
        if slot_of(place) not in entry.passed and _may_have(view, entry, one.whose, place):
            return place
    return None


def _may_have(view: View, entry: Entry, whose: Whose, place: Place) -> bool:
    """Whether somebody could confirm a place; offers to themselves do not count."""
    try:
        check_holder(view, whose, day=place.day, matters=entry.wish.matters)
    except (BookingIsBlocked, TooManyBookings):
        return False
    return True


def _offer(change: Change, one: Kept, place: Place) -> Appointment:
    wish, until, code = one.entry.wish, time_to_answer(change), new_code()
    held = kept.hold(
        change,
        place=place,
        share=wish.share,
        until=until,
        code=code,
        free_from=_cooled(change, until),  # who lets it run out does not give it to everybody
        matters=list(wish.matters),
        bundle=wish.bundle,
    )
    kept.identify(change, held.id, one.whose)
    facts = {"appointment": held.id, "slot": slot_of(place), "until": moments.written(until)}
    record_entry(change, EventName.WAITLIST_OFFERED, one.entry, **facts)
    offer_by_message(change, held, until=until)
    return held


def _cooled(change: Change, since: datetime) -> datetime:
    """Return when time freed at a moment is given out again: nobody can know."""
    least, most = change.layout.booking.cooling
    return since + least + (most - least) * (secrets.randbelow(1001) / 1000)
