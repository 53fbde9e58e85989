"""Slots: derived from layout and roster, never stored; capacity is minutes of counter time.

A day is cut into slots of one length. In each, every counter that is staffed offers its time to
the groups that it takes then. A visit needs a stretch of counter time of each of its groups, one
after the other. A slot has room for it while all that is booked, and the visit, can be shared out
over the counters: a matter of flow, because comprehensive counters serve several groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from hall.domain.booking import Booking
from hall.domain.hours import minute_of_day, moment, spans_of, without
from hall.domain.identities import APPOINTMENT, CounterId, GroupId, MatterCode
from hall.domain.layout import Layout, Span
from hall.domain.roster import Roster
from hall.domain.sharing import Need, carried, fits

#: Counter time by the groups that it can be used for, in milliseconds.
Offer = Mapping[frozenset[GroupId], int]
_MINUTE_MS = 60_000
#: The furthest that a search for open days looks ahead, in days.
FAR = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A stretch of a day, in minutes after its midnight, and what its counters offer in it."""

    span: Span
    start: datetime
    until: datetime
    offer: tuple[tuple[frozenset[GroupId], int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Counter time that a visit needs of one group in one slot."""

    minute: int
    group: GroupId
    ms: int


def bookable_days(layout: Layout, today: date) -> tuple[date, ...]:
    """Return the days that can be booked: the hall's open days, counted from today."""
    found: list[date] = []
    for ahead in range(FAR + 1):
        day = today + timedelta(days=ahead)
        if day == today or spans_of(layout.hours, day):
            found.append(day)
        if len(found) > layout.booking.last_day:
            break
    return tuple(day for day in found[layout.booking.first_day :] if spans_of(layout.hours, day))


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Counter time of one group in one slot that is taken, in milliseconds."""

    public_ms: int
    all_ms: int


@lru_cache(maxsize=512)
def slots_of(layout: Layout, roster: Roster, day: date) -> tuple[Slot, ...]:
    """Return the slots of a day; one that a clock change swallows is not there."""
    length = layout.booking.slot_minutes
    staffed = {
        counter.id: without(
            roster.staffed(counter.id, day, layout.hours), roster.breaks_of(counter.id)
        )
        for counter in layout.counters
        if not counter.classes or APPOINTMENT in counter.classes
    }
    found = []
    for opening in spans_of(layout.hours, day):
        for minute in range(opening.from_minute, opening.until_minute - length + 1, length):
            span = Span(from_minute=minute, until_minute=minute + length)
            start = moment(layout.zone, day, minute)
            if minute_of_day(layout.zone, day, start) != minute:
                continue
            until = moment(layout.zone, day, minute + length)
            offer = _offer(layout, staffed, span)
            found.append(Slot(span=span, start=start, until=until, offer=offer))
    return tuple(found)


def _offer(
    layout: Layout, staffed: Mapping[CounterId, tuple[Span, ...]], slot: Span
) -> tuple[tuple[frozenset[GroupId], int], ...]:
    """Return the counter time of a slot, by the groups it can be used for."""
    offer: dict[frozenset[GroupId], int] = {}
    for counter in layout.counters:
        minutes = sum(
            max(
                0,
                min(span.until_minute, slot.until_minute) - max(span.from_minute, slot.from_minute),
            )
            for span in staffed.get(counter.id, ())
        )
        groups = frozenset(counter.takes_at(slot.from_minute))
        if minutes and groups:
            offer[groups] = offer.get(groups, 0) + minutes * _MINUTE_MS
    return tuple(sorted(offer.items(), key=lambda item: (len(item[0]), sorted(item[0]))))


def parts_of(layout: Layout, matters: Sequence[MatterCode], minute: int) -> tuple[Part, ...]:
    """Return what a visit for some matters needs that begins with the slot at ``minute``.

    Its matters follow one another, and it goes on into the next slots if it is long.
    """
    length = layout.booking.slot_minutes
    room, found = length * _MINUTE_MS, []
    for code in matters:
        matter = layout.matter_of[code]
        left = round(matter.handling.total_seconds() * 1000)
        while left > 0:
            took = min(left, room)
            found.append(Part(minute=minute, group=matter.group, ms=took))
            left, room = left - took, room - took
            if room == 0:
                minute, room = minute + length, length * _MINUTE_MS
    return tuple(_summed(found))


def _summed(parts: Iterable[Part]) -> Iterable[Part]:
    sums: dict[tuple[int, GroupId], int] = {}
    for part in parts:
        key = part.minute, part.group
        sums[key] = sums.get(key, 0) + part.ms
    return (Part(minute=minute, group=group, ms=ms) for (minute, group), ms in sums.items())


def has_room(
    layout: Layout,
    slots: Iterable[Slot],
    taken: Mapping[int, Mapping[GroupId, Taken]],
    parts: Iterable[Part],
    *,
    is_public: bool,
    overbooked: float = 1.0,
) -> bool:
    """Whether a visit has room in the slots it would take on a day.

    Args:
        layout: says which share of counter time is for the public, and for those staff book.
        slots: those of the day.
        taken: what is taken in each, by the minute it begins.
        parts: what the visit needs.
        is_public: whether it has to come out of the public share; staff may use both.
        overbooked: how many times the counter time is given out.
    """
    at = {slot.span.from_minute: slot for slot in slots}
    needs: dict[int, dict[GroupId, int]] = {}
    for part in parts:
        needs.setdefault(part.minute, {})[part.group] = part.ms
    return all(
        minute in at
        and _takes_in(
            layout.booking,
            at[minute].offer,
            taken.get(minute, {}),
            need,
            is_public=is_public,
            overbooked=overbooked,
        )
        for minute, need in needs.items()
    )


def _takes_in(
    shares: Booking,
    offer: Sequence[tuple[frozenset[GroupId], int]],
    taken: Mapping[GroupId, Taken],
    need: Need,
    *,
    is_public: bool,
    overbooked: float,
) -> bool:
    """Whether one slot has room for what a visit needs of it."""
    everybody = {group: time.all_ms for group, time in taken.items()}
    wanted = _sum(everybody, need)
    if fits(offer, wanted, share=shares.public_share * overbooked):
        return True  # as in all but crowded slots: then all that follows holds as well
    # Not whether all fits: what a change left without room elsewhere must not block these groups.
    more = carried(offer, wanted, share=overbooked) - carried(offer, everybody, share=overbooked)
    if more < sum(need.values()):
        return False
    both = shares.public_share + shares.staff_share
    if not _is_left(offer, everybody, need, share=both * overbooked):
        return False
    public = {group: time.public_ms for group, time in taken.items()}
    return not is_public or _is_left(offer, public, need, share=shares.public_share * overbooked)


def _is_left(
    offer: Iterable[tuple[frozenset[GroupId], int]], taken: Need, need: Need, *, share: float
) -> bool:
    """Whether something of a share is left for each group in need: the last visit may overrun it.

    Else a long matter at a single counter, whose share of a slot is shorter, could never be booked.
    """
    offers = list(offer)
    touched = _sum(taken, dict.fromkeys(need, 1))
    more = carried(offers, touched, share=share) - carried(offers, taken, share=share)
    return more == len(need)


def _sum(one: Need, other: Need) -> dict[GroupId, int]:
    return {group: one.get(group, 0) + other.get(group, 0) for group in {*one, *other}}
