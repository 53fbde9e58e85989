"""The waitlist: who waits for a time to be given back, in the order in which they joined.

An entry says what the visit is for and when it would suit; whose it is stands elsewhere. Whoever
is offered a time and lets it go keeps the place once, and is not offered that time again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from hall.domain.appointments import AppointmentId, Place, Share
from hall.domain.booking import Booking
from hall.domain.events import Event, EventName
from hall.domain.identities import BundleId, MatterCode
from hall.domain.slots import Part

EntryId = NewType("EntryId", str)

NOON = 12 * 60
#: How many offers may be let go before the place is lost.
LET_GO = 1
_DAY = timedelta(days=1)


class PartOfDay(StrEnum):
    """Which part of a day would suit."""

    #: 全天
    ANY = "any"
    #: 上午
    MORNING = "morning"
    #: 下午
    AFTERNOON = "afternoon"

    def has(self, minute: int) -> bool:
        """Whether a slot that begins so many minutes after midnight lies in it."""
        if self is PartOfDay.ANY:
            return True
        return (minute < NOON) is (self is PartOfDay.MORNING)


class EntryStatus(StrEnum):
    """Where somebody on the waitlist stands."""

    #: In line for a freed time. 候补中
    WAITING = "waiting"
    #: A time is kept for them until they answer. 待确认
    OFFERED = "offered"
    #: Not on the list any more. 已退出
    LEFT = "left"


class Because(StrEnum):
    """Why somebody let an offer go, or is not on the list any more."""

    #: They took the offer. 已约上
    BOOKED = "booked"
    #: They wanted to leave, or staff took them off for them. 自行退出
    CITIZEN = "citizen"
    #: They did not want the time. 放弃
    DECLINED = "declined"
    #: They did not answer in time. 逾期未答
    UNANSWERED = "unanswered"
    #: They may not book now: too many appointments, or too many missed. 不能预约
    REFUSED = "refused"
    #: The last day that suited them is over. 已过期
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a visit is to be for, and when it would suit."""

    matters: tuple[MatterCode, ...]
    bundle: BundleId | None
    days: tuple[date, ...]
    part: PartOfDay = PartOfDay.ANY
    share: Share = Share.PUBLIC

    @property
    def visit(self) -> str:
        """The visit, the same for the same matters: one person waits for it once."""
        return " ".join(sorted(self.matters))


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Somebody's place on the waitlist; a change returns a new one."""

    id: EntryId
    #: The journal's number of the joining: the order.
    joined: int
    joined_at: datetime
    wish: Wish
    status: EntryStatus
    offer: AppointmentId | None = None
    #: Slots that they let go.
    passed: tuple[str, ...] = ()
    because: Because | None = None

    @property
    def is_open(self) -> bool:
        """Whether they are still on the list."""
        return self.status is not EntryStatus.LEFT

    @property
    def last_day(self) -> date:
        """The last day that would suit."""
        return max(self.wish.days)

    @property
    def may_let_go(self) -> bool:
        """Whether letting the next offer go leaves them their place."""
        return len(self.passed) < LET_GO


def answer_until(
    rules: Booking, quiet: tuple[datetime, datetime] | None, now: datetime
) -> datetime:
    """Return until when somebody has time to answer an offer of now: nobody has to at night.

    Args:
        rules: the hall's.
        quiet: begin and end of the quiet hours, if it is quiet now.
        now: the present moment.
    """
    return (quiet[1] if quiet else now) + rules.answer


def free_from(rules: Booking, cooled: datetime, start: datetime) -> datetime:
    """Return from when on freed time can be booked by everybody.

    What would come free less than the time to answer before it begins is not booked again: it goes
    to those who walk in.

    Args:
        rules: the hall's.
        cooled: when it would have cooled.
        start: when it begins.
    """
    return cooled if cooled + rules.answer <= start else start + _DAY


def left_of(freed: tuple[Part, ...], given: Mapping[int, int]) -> tuple[Part, ...]:
    """Return what is left of freed counter time.

    Args:
        freed: the time.
        given: how much of each slot was given to others, in milliseconds, by its minute.
    """
    left, still = [], dict(given)
    for part in freed:
        took = min(part.ms, still.get(part.minute, 0))
        still[part.minute] = still.get(part.minute, 0) - took
        if took < part.ms:
            left.append(replace(part, ms=part.ms - took))
    return tuple(left)


def slot_of(place: Place) -> str:
    """Return the name of the slot with which a place begins: ``2026-03-03/0540``."""
    return f"{place.day.isoformat()}/{place.minute:04d}"


def wish_form(wish: Wish) -> dict[str, Any]:
    """Return a wish as plain JSON, for the journal."""
    return {
        "matters": list(wish.matters),
        "bundle": wish.bundle,
        "days": [day.isoformat() for day in wish.days],
        "part": wish.part.value,
        "share": wish.share.value,
    }


def wish_in(form: Mapping[str, Any]) -> Wish:
    """Return the wish that ``form`` describes."""
    return Wish(
        matters=tuple(MatterCode(code) for code in form["matters"]),
        bundle=BundleId(form["bundle"]) if form["bundle"] else None,
        days=tuple(date.fromisoformat(day) for day in form["days"]),
        part=PartOfDay(form["part"]),
        share=Share(form["share"]),
    )


def evolve_waitlist(entries: Mapping[EntryId, Entry], event: Event) -> dict[EntryId, Entry]:
    """Return the entries that an event leaves otherwise than before; most events leave none.

    Raises:
        ValueError: it cannot happen to that entry.
    """
    if event.name not in _STEPS and event.name is not EventName.WAITLIST_JOINED:
        return {}
    id_, details = EntryId(event.details["entry"]), event.details
    if event.name is EventName.WAITLIST_JOINED:
        made = Entry(
            id=id_,
            joined=event.sequence,
            joined_at=event.at,
            wish=wish_in(details),
            status=EntryStatus.WAITING,
        )
        return {id_: made}
    before, (possible, step) = entries[id_], _STEPS[event.name]
    if before.status not in possible:
        raise ValueError(f"entry {id_} is {before.status}: no {event.name}")
    return {id_: step(before, details)}


def _offered(entry: Entry, details: Mapping[str, Any]) -> Entry:
    offer = AppointmentId(details["appointment"])
    return replace(entry, status=EntryStatus.OFFERED, offer=offer)


def _passed(entry: Entry, details: Mapping[str, Any]) -> Entry:
    passed = (*entry.passed, details["slot"])
    return replace(entry, status=EntryStatus.WAITING, offer=None, passed=passed)


def _left(entry: Entry, details: Mapping[str, Any]) -> Entry:
    because = Because(details["reason"])
    return replace(entry, status=EntryStatus.LEFT, offer=None, because=because)


_OPEN = frozenset({EntryStatus.WAITING, EntryStatus.OFFERED})
#: In which statuses each event can happen, and what it does.
_STEPS: dict[
    EventName, tuple[frozenset[EntryStatus], Callable[[Entry, Mapping[str, Any]], Entry]]
] = {
    EventName.WAITLIST_OFFERED: (frozenset({EntryStatus.WAITING}), _offered),
    EventName.WAITLIST_PASSED: (frozenset({EntryStatus.OFFERED}), _passed),
    EventName.WAITLIST_LEFT: (_OPEN, _left),
}
