"""An appointment: a promise of counter time, from the hold to the check-in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType
from zoneinfo import ZoneInfo

from hall.domain import moments
from hall.domain.booking import Booking
from hall.domain.events import Event, EventName
from hall.domain.hours import moment
from hall.domain.identities import BundleId, GroupId, MatterCode, TicketId
from hall.domain.slots import Part

AppointmentId = NewType("AppointmentId", str)


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    #: A slot is kept while the citizen answers questions. 占号中
    HELD = "held"
    #: Promised. 已预约
    BOOKED = "booked"
    #: The citizen came; there is a ticket. 已签到
    CHECKED_IN = "checked_in"
    #: Booked, never checked in. 爽约
    MISSED = "missed"
    #: Given back, or a hold let go. 已取消
    CANCELLED = "cancelled"
    #: A hold that was not confirmed in time. 已过期
    EXPIRED = "expired"


_S = AppointmentStatus
#: What may become of an appointment.
APPOINTMENT_MOVES: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _S.HELD: frozenset({_S.HELD, _S.BOOKED, _S.CANCELLED, _S.EXPIRED}),
    _S.BOOKED: frozenset({_S.BOOKED, _S.CHECKED_IN, _S.MISSED, _S.CANCELLED}),
    _S.CHECKED_IN: frozenset({_S.BOOKED}),
    _S.MISSED: frozenset({_S.BOOKED, _S.CHECKED_IN}),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
}


class Pardon(StrEnum):
    """Why a missed appointment does not count against somebody, or that this was asked for."""

    #: The hall was not open then. 大厅未开
    HALL_CLOSED = "hall_closed"
    #: No counter took one of its matters then. 无窗口
    NO_COUNTER = "no_counter"
    #: Those who had come for the same time were called much too late. 大厅延误
    HALL_LATE = "hall_late"
    #: The citizen asked for it. 申诉中
    ASKED = "asked"
    #: It was granted. 已谅解
    FORGIVEN = "forgiven"
    #: It was not. 未谅解
    REFUSED = "refused"


#: Who has one of these did not miss anything, as far as the rules go.
EXCUSING = frozenset({Pardon.HALL_CLOSED, Pardon.NO_COUNTER, Pardon.HALL_LATE, Pardon.FORGIVEN})
#: From which pardons, nothing being none, another one can come about.
_PARDONS: dict[Pardon, frozenset[Pardon | None]] = {
    Pardon.ASKED: frozenset({None}),
    Pardon.FORGIVEN: frozenset({None, Pardon.ASKED, Pardon.REFUSED}),
    Pardon.REFUSED: frozenset({Pardon.ASKED}),
}


class Share(StrEnum):
    """Out of which share of counter time an appointment was made."""

    #: By anybody. 公众号源
    PUBLIC = "public"
    #: By staff for those without a phone. 窗口代约
    STAFF = "staff"


class IllegalStep(Exception):
    """An appointment in this status cannot become that."""

    def __init__(self, appointment: str, status: AppointmentStatus, to: AppointmentStatus) -> None:
        super().__init__(f"{appointment} is {status}, cannot become {to}")
        self.status, self.to = status, to


class IllegalPardon(Exception):
    """This appointment was not missed, or what was asked of it is decided already."""

    def __init__(self, appointment: str, pardon: Pardon | None) -> None:
        super().__init__(f"{appointment}: {pardon}")
        self.pardon = pardon


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """When an appointment is, and the counter time it takes."""

    day: date
    minute: int
    start: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """An appointment as it stands now; a change returns a new one. Whose it is stands elsewhere."""

    id: AppointmentId
    status: AppointmentStatus
    place: Place
    matters: tuple[MatterCode, ...]
    bundle: BundleId | None
    share: Share
    made_at: datetime
    held_until: datetime | None
    ticket: TicketId | None = None
    pardon: Pardon | None = None

    def moved_to(self, to: AppointmentStatus, **changes: Any) -> "Appointment":
        """Return the appointment with its new status, or raise ``IllegalStep``."""
        if to not in APPOINTMENT_MOVES[self.status]:
            raise IllegalStep(self.id, self.status, to)
        return replace(self, status=to, **{"pardon": None, **changes})

    def pardoned(self, pardon: Pardon) -> "Appointment":
        """Return the missed appointment with a pardon asked, granted or refused."""
        if self.status is not _S.MISSED or self.pardon not in _PARDONS[pardon]:
            raise IllegalPardon(self.id, self.pardon)
        return replace(self, pardon=pardon)

    def at(self, now: datetime, *, since: date | None = None) -> AppointmentStatus:
        """Return how it stands at ``now``, whether or not that was written down already.

        Args:
            now: a hold that ran out before has expired.
            since: the first business day that is not over; what was booked for one before it,
                and has not come, was missed.
        """
        if self.status is _S.HELD and self.held_until is not None and self.held_until <= now:
            return _S.EXPIRED
        if self.status is _S.BOOKED and since is not None and self.place.day < since:
            return _S.MISSED
        return self.status


def last_change(rules: Booking, zone: ZoneInfo, place: Place) -> datetime:
    """Return until when the citizen can move or cancel an appointment."""
    if rules.cancel_until_day_before is not None:
        day = place.day - timedelta(days=1)
        return moment(zone, day, rules.cancel_until_day_before)
    return place.start - rules.cancel_until


def place_form(place: Place) -> dict[str, Any]:
    """Return a place as plain JSON, for the journal."""
    return {
        "day": place.day.isoformat(),
        "minute": place.minute,
        "start": moments.written(place.start),
        "parts": [[part.minute, part.group, part.ms] for part in place.parts],
    }


def place_in(form: dict[str, Any]) -> Place:
    """Return the place that ``form`` describes."""
    return Place(
        day=date.fromisoformat(form["day"]),
        minute=form["minute"],
        start=moments.read(form["start"]),
        parts=tuple(Part(minute=m, group=GroupId(g), ms=ms) for m, g, ms in form["parts"]),
    )


def held(event: Event) -> Appointment:
    """Return the appointment that an ``AppointmentHeld`` made."""
    details = event.details
    bundle = details.get("bundle")
    return Appointment(
        id=AppointmentId(event.appointment or ""),
        status=_S.HELD,
        place=place_in(details["place"]),
        matters=tuple(MatterCode(code) for code in details["matters"]),
        bundle=BundleId(bundle) if bundle else None,
        share=Share(details["share"]),
        made_at=event.at,
        held_until=moments.read(details["until"]),
    )


_STEPS: dict[EventName, Callable[[Appointment, Event], Appointment]] = {
    EventName.APPOINTMENT_CODE_SENT: lambda a, event: a.moved_to(
        _S.HELD, held_until=moments.read(event.details["until"])
    ),
    EventName.APPOINTMENT_CONFIRMED: lambda a, _: a.moved_to(_S.BOOKED, held_until=None),
    EventName.APPOINTMENT_MOVED: lambda a, event: a.moved_to(
        _S.BOOKED, place=place_in(event.details["place"])
    ),
    EventName.APPOINTMENT_REFITTED: lambda a, event: a.moved_to(
        _S.BOOKED, place=place_in(event.details["place"])
    ),
    EventName.APPOINTMENT_CANCELLED: lambda a, _: a.moved_to(_S.CANCELLED, held_until=None),
    EventName.APPOINTMENT_RELEASED: lambda a, _: a.moved_to(_S.CANCELLED, held_until=None),
    EventName.APPOINTMENT_EXPIRED: lambda a, _: a.moved_to(_S.EXPIRED, held_until=None),
    EventName.APPOINTMENT_CHECKED_IN: lambda a, event: a.moved_to(
        _S.CHECKED_IN, ticket=TicketId(event.details["ticket"])
    ),
    EventName.APPOINTMENT_CHECK_IN_UNDONE: lambda a, _: a.moved_to(_S.BOOKED, ticket=None),
    EventName.APPOINTMENT_MISSED: lambda a, event: a.moved_to(
        _S.MISSED, pardon=Pardon(event.details["excused"]) if "excused" in event.details else None
    ),
    EventName.APPOINTMENT_APPEALED: lambda a, _: a.pardoned(Pardon.ASKED),
    EventName.APPOINTMENT_FORGIVEN: lambda a, _: a.pardoned(Pardon.FORGIVEN),
    EventName.APPOINTMENT_APPEAL_REFUSED: lambda a, _: a.pardoned(Pardon.REFUSED),
}


def evolve_appointment(appointment: Appointment | None, event: Event) -> Appointment:
    """Return the appointment as ``event`` leaves it; raises ``IllegalStep``."""
    if event.name is EventName.APPOINTMENT_HELD:
        return held(event)
    if appointment is None:
        raise ValueError(f"appointment {event.appointment} was never held")
    return _STEPS[event.name](appointment, event)
