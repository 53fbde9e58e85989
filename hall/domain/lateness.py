"""Whether it was the hall that failed a missed appointment: told from what its journal says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hall.domain import moments
from hall.domain.appointments import Pardon, Place
from hall.domain.events import Event, EventName
from hall.domain.hours import Period, moment
from hall.domain.identities import CounterId, GroupId, TicketId
from hall.domain.layout import Layout
from hall.domain.tickets import Line

_E = EventName
#: The events by which ``lateness_of`` judges.
TELLING = (
    *(_E.DAY_OPENED, _E.DAY_CLOSED),
    *(_E.COUNTER_OPENED, _E.COUNTER_READY, _E.COUNTER_PAUSED, _E.COUNTER_CLOSED),
    *(_E.TICKET_ISSUED, _E.TICKET_CALLED, _E.TICKET_ABANDONED, _E.TICKET_CLOSED),
    _E.APPOINTMENT_CHECKED_IN,
)
_READY = (_E.COUNTER_OPENED, _E.COUNTER_READY)
_NOT_READY = (_E.COUNTER_PAUSED, _E.COUNTER_CLOSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """Somebody who checked in for an appointment: when it was due, and when that wait ended."""

    group: GroupId
    due: datetime
    #: When they were first called, or left; nothing while they wait.
    called: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DayAsItWas:
    """What happened on a business day, as far as it may excuse who did not come."""

    open: tuple[Period, ...]
    ready: Mapping[CounterId, tuple[Period, ...]]
    came: tuple[Came, ...]


def day_as_it_was(events: Iterable[Event], day: date) -> DayAsItWas:
    """Return what the events of ``TELLING`` say about a business day.

    Args:
        events: in order; those of other days do not disturb.
        day: the business day.
    """
    found = list(events)
    days = [e for e in found if e.details.get("day") == day.isoformat()]
    counters: dict[CounterId, list[Event]] = {}
    for event in found:
        if event.counter is not None and event.name in (*_READY, *_NOT_READY):
            counters.setdefault(event.counter, []).append(event)
    return DayAsItWas(
        open=_periods(days, (_E.DAY_OPENED,), (_E.DAY_CLOSED,)),
        ready={id_: _periods(of, _READY, _NOT_READY) for id_, of in counters.items()},
        came=tuple(_came(found, day)),
    )


def excuse_of(was: DayAsItWas, layout: Layout, place: Place) -> Pardon | None:
    """Return why whoever missed an appointment is not to blame; nothing if the hall was ready.

    The hall failed them if it was not open until they would have been late, if none of its
    counters took one of their matters in the time kept for it, or if at least half of those who
    had checked in for about the same time, in the same line, were called too late.
    """
    rules, zone = layout.booking, layout.zone
    slot = rules.slot
    latest = min(place.start + rules.late, place.start + slot)
    if not _covers(was.open, place.start, latest):
        return Pardon.HALL_CLOSED
    for part in place.parts:
        since = moment(zone, place.day, part.minute)
        takers = [c.id for c in layout.counters if part.group in c.takes_at(part.minute)]
        if not any(_touches(was.ready.get(id_, ()), since, since + slot) for id_ in takers):
            return Pardon.NO_COUNTER
    limit = rules.late + rules.discipline.hall_late
    groups = {part.group for part in place.parts}
    others = [c for c in was.came if c.group in groups and abs(c.due - place.start) < slot]
    late = sum(c.called is None or c.called - c.due > limit for c in others)
    return Pardon.HALL_LATE if others and late * 2 >= len(others) else None


def _came(events: Iterable[Event], day: date) -> Iterable[Came]:
    issued: dict[TicketId, Event] = {}
    ended: dict[TicketId, datetime] = {}
    came_late: set[str] = set()
    for event in events:
        if event.name is _E.APPOINTMENT_CHECKED_IN and event.details["punctuality"] == "late":
            came_late.add(event.details["ticket"])
        elif event.ticket is None or event.appointment is None:
            continue
        elif event.name is not _E.TICKET_ISSUED:
            ended.setdefault(event.ticket, event.at)
        elif event.details["day"] == day.isoformat():
            issued[event.ticket] = event
    for id_, event in issued.items():
        if id_ not in came_late:
            yield Came(
                group=Line.of(event.details["line"]).group,
                due=moments.read(event.details["due_at"]),
                called=ended.get(id_),
            )


def _periods(
    events: Iterable[Event], begin: tuple[EventName, ...], end: tuple[EventName, ...]
) -> tuple[Period, ...]:
    found: list[Period] = []
    since: datetime | None = None
    for event in events:
        if event.name in begin and since is None:
            since = event.at
        elif event.name in end and since is not None:
            found.append(Period(start=since, until=event.at))
            since = None
    return (*found, Period(start=since)) if since is not None else tuple(found)


def _covers(periods: Iterable[Period], since: datetime, until: datetime) -> bool:
    return any(p.start <= since and (p.until is None or until <= p.until) for p in periods)


def _touches(periods: Iterable[Period], since: datetime, until: datetime) -> bool:
    return any(p.start < until and (p.until is None or since < p.until) for p in periods)
