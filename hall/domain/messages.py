"""Messages: what is told to whoever booked, when it is due, and until when it is true.

Nothing here says whose a message is: its reader and its words come from the appointment when it
is sent, so that what is forgotten there is forgotten everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from hall.domain.appointments import Appointment, AppointmentId, AppointmentStatus, Pardon
from hall.domain.events import Event, EventName
from hall.domain.hours import DAY_MINUTES, moment
from hall.domain.identities import HallId

MessageId = NewType("MessageId", str)

_DAY = timedelta(days=1)
#: How long it is worth saying that an appointment was missed and what became of that, or that
#: one's turn is near.
MISSED_IS_NEWS, TURN_IS_NEWS = timedelta(days=3), timedelta(hours=6)
#: At so many people ahead whoever checked in is told.
AHEAD = 3


class Kind(StrEnum):
    """What a message is about."""

    #: A code by which whoever books shows that this reaches them. 验证码
    CODE = "code"
    #: The appointment is promised. 预约成功
    CONFIRMATION = "confirmation"
    #: It is soon. 预约提醒
    REMINDER = "reminder"
    #: Checked in, and only some are ahead. 即将到号
    THREE_AHEAD = "three_ahead"
    #: It is at another time. 预约改期
    MOVED = "moved"
    #: It was given back, or the hall cannot keep it. 预约取消
    CANCELLED = "cancelled"
    #: A slot is kept for somebody on the waitlist. 候补有号
    FREED_SLOT = "freed_slot"
    #: Nobody came. 爽约
    MISSED = "missed"
    #: That does not count any more, or still does after all. 申诉结果
    FORGIVEN = "forgiven"
    NOT_FORGIVEN = "not_forgiven"


class MessageState(StrEnum):
    """What became of a message."""

    #: Not due yet, waiting for the morning, or to be tried again. 待发送
    WAITING = "waiting"
    #: A channel has it. 发送中
    SENDING = "sending"
    #: A channel took it over. 已发送
    SENT = "sent"
    #: It was refused, or nobody could be reached in time. 发送失败
    FAILED = "failed"
    #: Not true any more, or nobody to tell. 不再需要
    DROPPED = "dropped"


#: What is told after which event.
TOLD = {
    EventName.APPOINTMENT_CONFIRMED: Kind.CONFIRMATION,
    EventName.APPOINTMENT_MOVED: Kind.MOVED,
    EventName.APPOINTMENT_CANCELLED: Kind.CANCELLED,
    EventName.APPOINTMENT_CHECKED_IN: Kind.THREE_AHEAD,
    EventName.APPOINTMENT_MISSED: Kind.MISSED,
    EventName.APPOINTMENT_FORGIVEN: Kind.FORGIVEN,
    EventName.APPOINTMENT_APPEAL_REFUSED: Kind.NOT_FORGIVEN,
}
#: Told although somebody wants no messages: the hall itself changed what was promised, or they are
#: waiting for just this.
NECESSARY = frozenset({Kind.CODE, Kind.MOVED, Kind.CANCELLED, Kind.FORGIVEN, Kind.NOT_FORGIVEN})
#: Of no use in the morning.
_URGENT = frozenset({Kind.THREE_AHEAD, Kind.FREED_SLOT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """The hours, by the hall's clock, in which nobody is woken by a message that can wait."""

    from_minute: int = 21 * 60
    until_minute: int = 8 * 60

    def around(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return the begin and the end of the quiet hours in which ``at`` lies, if it does."""
        if self.from_minute == self.until_minute:
            return None
        over_midnight = self.until_minute < self.from_minute
        until = self.until_minute + (DAY_MINUTES if over_midnight else 0)
        today = at.astimezone(zone).date()
        for day in (today - _DAY, today):
            begin, end = moment(zone, day, self.from_minute), moment(zone, day, until)
            if begin <= at < end:
                return begin, end
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A message to be sent: at most one of a kind about the same."""

    kind: Kind
    #: What of the appointment it is about: a place, a move, a ticket.
    about: str = ""
    due: datetime
    #: Later it is of no use.
    until: datetime
    is_urgent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message and what became of it."""

    id: MessageId
    hall: HallId
    appointment: AppointmentId
    kind: Kind
    about: str
    state: MessageState
    due: datetime
    until: datetime
    made_at: datetime
    attempts: int
    #: Whether an attempt ended without an answer: a later one may have been the second.
    is_unsure: bool
    sent_at: datetime | None
    channel: str
    #: Why it was not sent, as a code.
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """By what a hall's messages are planned."""

    reminders: tuple[timedelta, ...]
    quiet: Quiet
    zone: ZoneInfo


def planned(
    event: Event, appointment: Appointment, rules: Rules, *, is_own_act: bool
) -> tuple[Planned, ...]:
    """Return what there is to say after something happened to an appointment.

    Args:
        event: what happened.
        appointment: as that left it.
        rules: the hall's.
        is_own_act: whether the citizen did it and so is awake.
    """
    return tuple(_planned(event, appointment, rules, is_own_act=is_own_act))


def is_true(message: Message, appointment: Appointment, *, now: datetime) -> bool:
    """Whether a message still says how things stand; the ticket of a check-in aside."""
    status = appointment.at(now)
    if message.kind in (Kind.MOVED, Kind.REMINDER):
        is_there = message.about.startswith(f"{_slot(appointment)}/")
        return status is AppointmentStatus.BOOKED and is_there
    if message.kind is Kind.THREE_AHEAD:
        return status is AppointmentStatus.CHECKED_IN and message.about == appointment.ticket
    if message.kind in _PARDONED:
        return appointment.pardon is _PARDONED[message.kind]
    return status is _WHILE[message.kind]


def next_attempt(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: half a minute, then longer, never long.

    Example:
        >>> [next_attempt(n).seconds for n in (1, 2, 3, 9)]
        [30, 60, 120, 900]
    """
    return min(timedelta(seconds=30 * 2 ** min(attempts - 1, 9)), timedelta(minutes=15))


def _planned(
    event: Event, appointment: Appointment, rules: Rules, *, is_own_act: bool
) -> Iterator[Planned]:
    kind = TOLD.get(event.name)
    if kind is None:
        return
    start, at = appointment.place.start, event.at
    about, until = "", max(start, at + _DAY)
    if kind is Kind.MOVED:
        about, until = f"{_slot(appointment)}/{event.sequence}", start
    elif kind is Kind.CONFIRMATION:
        until = start
    elif kind is Kind.THREE_AHEAD:
        about, until = appointment.ticket or "", at + TURN_IS_NEWS
    elif kind in (Kind.MISSED, Kind.FORGIVEN, Kind.NOT_FORGIVEN):
        until = at + MISSED_IS_NEWS
    is_urgent = is_own_act or kind in _URGENT
    yield Planned(kind=kind, about=about, due=at, until=until, is_urgent=is_urgent)
    if kind in (Kind.CONFIRMATION, Kind.MOVED):
        yield from _reminders(appointment, rules, now=at)


def _reminders(appointment: Appointment, rules: Rules, *, now: datetime) -> Iterator[Planned]:
    """Yield the reminders that are still to come; at night, the evening before if need be."""
    start = appointment.place.start
    for before in rules.reminders:
        due = start - before
        night = rules.quiet.around(due, rules.zone)
        if night is not None and night[1] >= start:
            due = night[0]
        if due > now:
            about = f"{_slot(appointment)}/{before // timedelta(minutes=1)}"
            yield Planned(kind=Kind.REMINDER, about=about, due=due, until=start, is_urgent=False)


def _slot(appointment: Appointment) -> str:
    return f"{appointment.place.day}/{appointment.place.minute}"


_WHILE = {
    Kind.CONFIRMATION: AppointmentStatus.BOOKED,
    Kind.CANCELLED: AppointmentStatus.CANCELLED,
    Kind.FREED_SLOT: AppointmentStatus.HELD,
    Kind.CODE: AppointmentStatus.HELD,
    Kind.MISSED: AppointmentStatus.MISSED,
}
_PARDONED = {Kind.FORGIVEN: Pardon.FORGIVEN, Kind.NOT_FORGIVEN: Pardon.REFUSED}
