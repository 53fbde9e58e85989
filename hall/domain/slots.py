"""Slots: derived from layout and roster, never stored; capacity is minutes of counter time.

A day is cut into slots of one length. In each, every counter that is staffed offers its time to
the groups that it takes then. A visit needs a stretch of counter time of each of its groups, one
after the other. A slot has room for it while all that is booked, and the visit, can be shared out
over the counters: a matter of flow, because comprehensive counters serve several groups.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from hall.domain.booking import Booking
from hall.domain.hours import minute_of_day, moment, spans_of, without
from hall.domain.identities import APPOINTMENT, GroupId, MatterCode
from hall.domain.layout import Layout, Span
from hall.domain.roster import Roster
from hall.domain.sharing import Groups, Need, Offer, added, carried_besides, fits

_MINUTE_MS = 60_000
#: The furthest that a search for open days looks ahead, in days.
FAR = 366


class NotThatDay(Exception):
    """The day, or the slot, cannot be booked: too soon, too far, past, or the hall is closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A stretch of a day, in minutes after its midnight, and what its counters offer in it."""

    span: Span
    start: datetime
    until: datetime
    offer: Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Counter time that a visit needs of one group in one slot."""

    minute: int
    group: GroupId
    ms: int


@lru_cache(maxsize=128)
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


@dataclass(kw_only=True, slots=True)
class Taken:
    """Counter time of one slot that is taken, per group, in milliseconds."""

    #: By everybody, and of that what comes out of the public share.
    everybody: dict[GroupId, int] = field(default_factory=dict)
    public: dict[GroupId, int] = field(default_factory=dict)

    def add(self, part: Part, *, is_public: bool) -> None:
        """Take what a visit needs of the slot."""
        for taken in (self.everybody, self.public) if is_public else (self.everybody,):
            taken[part.group] = taken.get(part.group, 0) + part.ms


_NOTHING = Taken()


@lru_cache(maxsize=512)
def slots_of(layout: Layout, roster: Roster, day: date) -> tuple[Slot, ...]:
    """Return the slots of a day; one that a clock change swallows is not there.

    One that it shortens offers as much less, one that it makes longer no more.
    """
    length = layout.booking.slot_minutes
    spans = tuple(
        Span(from_minute=minute, until_minute=minute + length)
        for opening in spans_of(layout.hours, day)
        for minute in range(opening.from_minute, opening.until_minute - length + 1, length)
    )
    staffed = tuple(
        without(roster.staffed(counter.id, day, layout.hours), roster.breaks_of(counter.id))
        if not counter.classes or APPOINTMENT in counter.classes
        else ()
        for counter in layout.counters
    )
    found = []
    for span, offer in zip(spans, offers(layout, staffed, spans), strict=True):
        start = moment(layout.zone, day, span.from_minute)
        if minute_of_day(layout.zone, day, start) == span.from_minute:
            until = moment(layout.zone, day, span.until_minute)
            lasts = min(until - start, layout.booking.slot) / layout.booking.slot
            lasting = tuple((groups, int(ms * lasts)) for groups, ms in offer)
            found.append(Slot(span=span, start=start, until=until, offer=lasting))
    return tuple(found)


@lru_cache(maxsize=512)
def offers(
    layout: Layout, staffed: tuple[tuple[Span, ...], ...], slots: tuple[Span, ...]
) -> tuple[Offer, ...]:
    """Return what slots offer; that is the same on all days with the same hours and shifts.

    Args:
        layout: says what its counters take.
        staffed: when each counter is staffed, in the layout's order.
        slots: the slots of a day.
    """
    found = []
    for slot in slots:
        offer: dict[Groups, int] = {}
        for counter, spans in zip(layout.counters, staffed, strict=True):
            minutes = sum(_common_minutes(span, slot) for span in spans)
            groups = frozenset(counter.takes_at(slot.from_minute))
            if minutes and groups:
                offer[groups] = offer.get(groups, 0) + minutes * _MINUTE_MS
        found.append(tuple(sorted(offer.items(), key=lambda o: (len(o[0]), sorted(o[0])))))
    return tuple(found)


def _common_minutes(one: Span, other: Span) -> int:
    from_minute = max(one.from_minute, other.from_minute)
    return max(0, min(one.until_minute, other.until_minute) - from_minute)


def parts_of(layout: Layout, matters: Iterable[MatterCode], minute: int) -> tuple[Part, ...]:
    """Return what a visit for some matters needs that begins with the slot at ``minute``.

    Its matters follow one another, and it goes on into the next slots if it is long.
    """
    return _parts_of(layout, tuple(matters), minute)


@lru_cache(maxsize=8192)
def _parts_of(layout: Layout, matters: tuple[MatterCode, ...], minute: int) -> tuple[Part, ...]:
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
    slots: Sequence[Slot],
    taken: Mapping[int, Taken],
    parts: Iterable[Part],
    *,
    is_public: bool,
    overbooked: float = 1.0,
) -> bool:
    """Whether a visit has room in the slots it would take on a day.

    Args:
        layout: says which share of counter time is for the public, and for those staff book.
        slots: those of the day, in order.
        taken: what is taken in each, by the minute it begins.
        parts: what the visit needs.
        is_public: whether it has to come out of the public share; staff may use both.
        overbooked: how many times the counter time is given out.
    """
    needs: dict[int, dict[GroupId, int]] = {}
    for part in parts:
        needs.setdefault(part.minute, {})[part.group] = part.ms
    return all(
        (slot := slot_at(slots, minute)) is not None
        and _takes_in(
            layout.booking,
            slot.offer,
            taken.get(minute, _NOTHING),
            need,
            is_public=is_public,
            overbooked=overbooked,
        )
        for minute, need in needs.items()
    )


def with_room(
    layout: Layout,
    slots: Sequence[Slot],
    taken: Mapping[int, Taken],
    matters: Sequence[MatterCode],
    *,
    is_public: bool,
    overbooked: float = 1.0,
) -> frozenset[int]:
    """Return the minutes of a day at which a visit for some matters could begin.

    Args:
        layout: as of ``has_room``.
        slots: those of the day, in order.
        taken: what is taken in each, by the minute it begins.
        matters: what the visit is for.
        is_public: whether it has to come out of the public share.
        overbooked: how many times the counter time is given out.
    """

    def is_free(minute: int) -> bool:
        parts = parts_of(layout, matters, minute)
        return has_room(layout, slots, taken, parts, is_public=is_public, overbooked=overbooked)

    return frozenset(s.span.from_minute for s in slots if is_free(s.span.from_minute))


def slot_at(slots: Sequence[Slot], minute: int) -> Slot | None:
    """Return the slot that begins at ``minute``, of those of a day in their order."""
    slot = slot_around(slots, minute)
    return slot if slot is not None and slot.span.from_minute == minute else None


def slot_around(slots: Sequence[Slot], minute: int) -> Slot | None:
    """Return the slot in which ``minute`` lies, of those of a day in their order."""
    at = bisect_right(slots, minute, key=lambda slot: slot.span.from_minute) - 1
    return slots[at] if at >= 0 and minute < slots[at].span.until_minute else None


def _takes_in(
    shares: Booking,
    offer: Offer,
    taken: Taken,
    need: Need,
    *,
    is_public: bool,
    overbooked: float,
) -> bool:
    """Whether one slot has room for what a visit needs of it."""
    public = shares.public_share * overbooked
    if fits(offer, added(taken.everybody, need), share=public):
        return True  # as in all but crowded slots: then all that follows holds as well
    if is_public and not _is_left(offer, taken.public, need, share=public):
        return False
    both = (shares.public_share + shares.staff_share) * overbooked
    if not _is_left(offer, taken.everybody, need, share=both):
        return False
    # Not whether all fits: what a change left without room elsewhere must not block these groups.
    more = carried_besides(offer, taken.everybody, need, share=overbooked)
    return more == sum(need.values())


def _is_left(offer: Offer, taken: Need, need: Need, *, share: float) -> bool:
    """Whether something of a share is left for each group in need: the last visit may overrun it.

    Else a long matter at a single counter, whose share of a slot is shorter, could never be booked.
    """
    return carried_besides(offer, taken, dict.fromkeys(need, 1), share=share) == len(need)


def slot_name(day: date, minute: int) -> str:
    """Return what a slot is called in addresses and commands: ``2026-03-03/0540``."""
    return f"{day.isoformat()}/{minute:04d}"


def slot_named(name: str) -> tuple[date, int]:
    """Return the day and minute that a slot's name stands for, or raise ``NotThatDay``."""
    day, _, minute = name.partition("/")
    try:
        return date.fromisoformat(day), int(minute)
    except ValueError as wrong:
        raise NotThatDay(name) from wrong
