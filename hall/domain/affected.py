"""Which appointments no longer fit after a change of the layout or the roster, and why.

What was promised is held against the slots as they are derived now: nothing needs to know what
changed. The appointment made first keeps its place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hall.domain.appointments import Appointment, Place, Share
from hall.domain.hours import business_day
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.roster import Roster
from hall.domain.sharing import fits
from hall.domain.slots import (
    Part,
    Slot,
    Taken,
    bookable_days,
    has_room,
    parts_of,
    slot_around,
    slot_at,
    slots_of,
)


class Why(StrEnum):
    """Why an appointment no longer fits."""

    #: The layout does not have a matter of it any more. 事项已取消
    MATTER_GONE = "matter_gone"
    #: A matter of it is not given by appointment any more. 事项不再预约
    NOT_BOOKABLE = "not_bookable"
    #: The hall is closed at its time, or before it would be done. 闭厅
    CLOSED = "closed"
    #: The counters that are staffed then have no time for it. 窗口不足
    NO_ROOM = "no_room"


#: What another time would not help against.
FOR_GOOD = frozenset({Why.MATTER_GONE, Why.NOT_BOOKABLE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """An appointment that no longer fits."""

    appointment: Appointment
    why: Why


def hits(
    layout: Layout, roster: Roster, appointments: Iterable[Appointment], *, given_out: float = 1.0
) -> tuple[Hit, ...]:
    """Return which of the appointments that are still to come no longer fit, in their order.

    Args:
        layout: the one that holds, or is to hold.
        roster: the same.
        appointments: all that are promised; each takes counter time from the others.
        given_out: how many times counter time is given out (overbooking).
    """
    found: list[Hit] = []
    by_day: dict[date, list[Appointment]] = {}
    for appointment in appointments:
        by_day.setdefault(appointment.place.day, []).append(appointment)
    for day, some in by_day.items():
        slots = slots_of(layout, roster, day)
        found += _of_day(layout, slots, some, given_out)
    return tuple(sorted(found, key=lambda h: (h.appointment.place.start, h.appointment.id)))


def _days_for(days: Sequence[date], place: Place) -> Iterator[date]:
    """Yield the days on which to look for another time: from its own day on, then before it."""
    yield from (day for day in days if day >= place.day)
    yield from (day for day in reversed(days) if day < place.day)


def next_free(
    layout: Layout,
    roster: Roster,
    taken: Mapping[date, Mapping[int, Taken]],
    appointment: Appointment,
    *,
    now: datetime,
    given_out: float = 1.0,
) -> Place | None:
    """Return the next place with room for an appointment: the same day, the days after, before.

    Args:
        layout: the one that holds.
        roster: the same.
        taken: what is taken of the days that can be booked.
        appointment: what looks for a place; it comes out of the share that it was made from.
        now: the present moment.
        given_out: how many times counter time is given out.
    """
    today = business_day(layout.hours, layout.zone, now)
    own = appointment.place.start
    for day in _days_for(bookable_days(layout, today), appointment.place):
        slots = slots_of(layout, roster, day)
        later = [s for s in slots if s.start > max(own, now)]
        for slot in [*later, *(s for s in slots if now < s.start <= own)]:
            parts = parts_of(layout, appointment.matters, slot.span.from_minute)
            is_public = appointment.share is Share.PUBLIC
            of_day = taken.get(day, {})
            if (
                has_room(layout, slots, of_day, parts, is_public=is_public, overbooked=given_out)
                and slot.start != own
            ):
                minute = slot.span.from_minute
                return Place(day=day, minute=minute, start=slot.start, parts=parts)
    return None


def parts_now(
    layout: Layout, slots: Sequence[Slot], appointment: Appointment
) -> tuple[Part, ...] | None:
    """Return the counter time that an appointment takes in the slots as they are now.

    Matters that the layout does not have take none. ``None`` if the hall is closed at its time, or
    before it would be done.
    """
    slot = slot_around(slots, appointment.place.minute)
    if slot is None:
        return None
    matters = [code for code in appointment.matters if code in layout.matter_of]
    parts = parts_of(layout, matters, slot.span.from_minute)
    return parts if all(slot_at(slots, part.minute) for part in parts) else None


def _of_day(
    layout: Layout, slots: Sequence[Slot], appointments: Sequence[Appointment], given_out: float
) -> list[Hit]:
    found: list[Hit] = []
    parts: dict[str, tuple[Part, ...]] = {}
    for appointment in appointments:
        fresh = parts_now(layout, slots, appointment)
        if fresh is not None:
            parts[appointment.id] = fresh
        why = _matters(layout, appointment) or (Why.CLOSED if fresh is None else None)
        if why is not None:
            found.append(Hit(appointment=appointment, why=why))
    crowded = _crowded(slots, parts.values(), given_out)
    known = {hit.appointment.id for hit in found}
    out = _without_room(slots, crowded, appointments, parts, given_out)
    return found + [Hit(appointment=a, why=Why.NO_ROOM) for a in out if a.id not in known]


def _matters(layout: Layout, appointment: Appointment) -> Why | None:
    known = [layout.matter_of.get(code) for code in appointment.matters]
    if None in known:
        return Why.MATTER_GONE
    return None if all(m and m.appointments for m in known) else Why.NOT_BOOKABLE


def _crowded(
    slots: Sequence[Slot], parts: Iterable[tuple[Part, ...]], given_out: float
) -> frozenset[int]:
    """Return the slots whose counters cannot take in everything that is promised in them."""
    needs: dict[int, dict[GroupId, int]] = {}
    for some in parts:
        _add(needs, some)
    return frozenset(
        slot.span.from_minute
        for slot in slots
        if not fits(slot.offer, needs.get(slot.span.from_minute, {}), share=given_out)
    )


def _without_room(
    slots: Sequence[Slot],
    crowded: frozenset[int],
    appointments: Sequence[Appointment],
    parts: Mapping[str, tuple[Part, ...]],
    given_out: float,
) -> list[Appointment]:
    """Return who has to leave the crowded slots: those who came last."""
    offers = {s.span.from_minute: s.offer for s in slots if s.span.from_minute in crowded}
    needs: dict[int, dict[GroupId, int]] = {}
    out = []
    for appointment in sorted(appointments, key=lambda a: (a.made_at, a.id)):
        mine = tuple(p for p in parts.get(appointment.id, ()) if p.minute in crowded)
        with_mine = {minute: dict(need) for minute, need in needs.items()} if mine else needs
        _add(with_mine, mine)
        if all(fits(offers[p.minute], with_mine[p.minute], share=given_out) for p in mine):
            needs = with_mine
        else:
            out.append(appointment)
    return out


def _add(needs: dict[int, dict[GroupId, int]], parts: Iterable[Part]) -> None:
    for part in parts:
        need = needs.setdefault(part.minute, {})
        need[part.group] = need.get(part.group, 0) + part.ms
