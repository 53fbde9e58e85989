"""A hall's appointments: found, counted against the slots, changed with their journal entry."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, case, delete, func, or_, select

from hall.domain import moments
from hall.domain.appointments import (
    Appointment,
    AppointmentId,
    AppointmentStatus,
    Place,
    Share,
    evolve_appointment,
    place_form,
)
from hall.domain.events import EventName
from hall.domain.identities import GroupId, HallId
from hall.domain.moments import to_ms
from hall.domain.slots import Taken
from hall.store import booking_tables as t
from hall.store.booking_rows import appointment_of, appointment_row
from hall.store.change import Change
from hall.store.outbox import tell
from hall.store.tables import journal
from hall.store.upsert import upsert
from hall.store.view import View, secret_hash

#: Of fewer appointments nothing can be said; of older ones nothing is.
ENOUGH = 100
LOOKING_BACK = timedelta(days=60)


class UnknownAppointment(Exception):
    """There is no appointment with this code or id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose an appointment is: nothing in it is readable without the hall's seal."""

    language: str
    #: The mark of the phone or ID number, and that of the phone's last digits.
    person: str = ""
    digits: str = ""
    #: What only the seal opens.
    contact: str = ""


#: What is taken, by day and by the minute of the slot, per group.
Used = Mapping[date, Mapping[int, Mapping[GroupId, Taken]]]


def used(view: View, *, since: date, until: date, but: AppointmentId | None = None) -> Used:
    """Return the counter time that is taken on days from ``since`` up to and with ``until``.

    Args:
        view: the hall.
        since: the first day.
        until: the last day.
        but: an appointment that is leaving its place; what it takes does not count.
    """
    c = t.taken.c
    public = case((c.share == Share.PUBLIC.value, c.ms), else_=0)
    query = (
        select(c.day, c.minute, c.group, func.sum(public), func.sum(c.ms))
        .where(c.hall == view.hall, c.day >= since.isoformat(), c.day <= until.isoformat())
        .where(or_(c.until_ms.is_(None), c.until_ms > view.now_ms))
        .group_by(c.day, c.minute, c.group)
    )
    if but is not None:
        query = query.where(c.appointment != but)
    found: dict[str, dict[int, dict[GroupId, Taken]]] = {}
    for day, minute, group, public_ms, all_ms in view.connection.execute(query):
        taken = Taken(public_ms=int(public_ms), all_ms=int(all_ms))
        found.setdefault(day, {}).setdefault(minute, {})[GroupId(group)] = taken
    return {date.fromisoformat(day): by_minute for day, by_minute in found.items()}


def hall_with_code(engine: Engine, code: str) -> HallId:
    """Return the hall where an appointment was made, or raise ``UnknownAppointment``."""
    c = t.appointment.c
    with engine.connect() as connection:
        query = select(c.hall).where(c.code_hash == secret_hash(code))
        found = connection.execute(query).scalar()
    if found is None:
        raise UnknownAppointment(code)
    return HallId(found)


def with_code(view: View, code: str) -> Appointment:
    """Return the appointment with this code, or raise ``UnknownAppointment``."""
    return _one(view, _ALL.where(t.appointment.c.code_hash == secret_hash(code)), code)


def with_id(view: View, id_: str) -> Appointment:
    """Return an appointment by its id, or raise ``UnknownAppointment``."""
    return _one(view, _ALL.where(t.appointment.c.id == id_), id_)


def found(view: View, which: str) -> Appointment:
    """Return an appointment by its code or its id, or raise ``UnknownAppointment``."""
    c = t.appointment.c
    return _one(view, _ALL.where((c.code_hash == secret_hash(which)) | (c.id == which)), which)


def whose(view: View, appointment: AppointmentId) -> Whose:
    """Return whose an appointment is; empty texts once that was forgotten."""
    c = t.appointment.c
    query = select(c.person, c.digits, c.contact, c.language)
    row = view.connection.execute(query.where(c.id == appointment)).one()
    return Whose(
        person=row.person or "",
        digits=row.digits or "",
        contact=row.contact or "",
        language=row.language,
    )


def of_day(view: View, day: date, *, digits: str | None = None) -> list[Appointment]:
    """Return the appointments of a day, in order; only those with a phone that ends so."""
    c = t.appointment.c
    query = _ALL.where(c.hall == view.hall, c.day == day.isoformat())
    if digits is not None:
        query = query.where(c.digits == digits)
    return _found(view, query.order_by(c.start_ms, c.id))


def of_person(view: View, person: str, *, since: date) -> list[Appointment]:
    """Return somebody's appointments from a day on, in order."""
    c = t.appointment.c
    query = _ALL.where(c.hall == view.hall, c.person == person, c.day >= since.isoformat())
    return _found(view, query.order_by(c.start_ms, c.id))


def begun_before(view: View, moment: datetime) -> list[Appointment]:
    """Return the holds that ran out by ``moment``, and bookings that began before it."""
    c, at = t.appointment.c, to_ms(moment)
    over = or_(
        (c.status == AppointmentStatus.HELD.value) & (c.held_until_ms <= at),
        (c.status == AppointmentStatus.BOOKED.value) & (c.start_ms < at),
    )
    return _found(view, _ALL.where(c.hall == view.hall, t.OPEN, over).order_by(c.start_ms, c.id))


def changes_of(view: View, appointment: Appointment) -> int:
    """Return how often an appointment was moved or cancelled since it was made."""
    c = journal.c
    changed = (EventName.APPOINTMENT_MOVED.value, EventName.APPOINTMENT_CANCELLED.value)
    query = select(func.count()).where(
        c.hall == view.hall,
        c.at_ms >= to_ms(appointment.made_at),
        c.appointment == appointment.id,
        c.name.in_(changed),
    )
    return int(view.connection.execute(query).scalar_one())


def overbooked(view: View, today: date) -> float:
    """Return how many times counter time is given out: more where many do not come."""
    if not view.layout.booking.overbooking:
        return 1.0
    return 1 / (1 - min(0.5, missed_share(view, since=today - LOOKING_BACK)))


def missed_share(view: View, *, since: date) -> float:
    """Return which share of the appointments since a day was missed; 0 while few are over."""
    c = t.appointment.c
    over = (AppointmentStatus.MISSED.value, AppointmentStatus.CHECKED_IN.value)
    query = select(c.status, func.count().label("many")).where(
        c.hall == view.hall, c.day >= since.isoformat(), c.status.in_(over)
    )
    rows = view.connection.execute(query.group_by(c.status))
    counts: dict[str, int] = {row.status: row.many for row in rows}
    total = sum(counts.values())
    return counts.get(AppointmentStatus.MISSED.value, 0) / total if total >= ENOUGH else 0.0


def hold(
    change: Change, *, place: Place, share: Share, until: datetime, code: str, **details: Any
) -> Appointment:
    """Record that a place is held, and return the new appointment."""
    event = change.append(
        EventName.APPOINTMENT_HELD,
        appointment=secrets.token_hex(12),
        details={
            "place": place_form(place),
            "share": share.value,
            "until": moments.written(until),
            **details,
        },
    )
    made = evolve_appointment(None, event)
    change.connection.execute(
        t.appointment.insert(),
        {
            **appointment_row(made),
            "hall": change.hall,
            "code_hash": secret_hash(code),
            "sealed_code": change.seal.close({"code": code}),
            "language": "zh",
        },
    )
    _take(change, made, until_ms=to_ms(until))
    return made


def record(
    change: Change,
    name: EventName,
    appointment: Appointment,
    *,
    free_from: datetime | None = None,
    **details: Any,
) -> Appointment:
    """Record what happened to an appointment and return it as that leaves it.

    Args:
        change: the hall.
        name: what happened.
        appointment: to which.
        free_from: when the counter time that it gives back can be taken again; at once without.
        details: what else the journal says.
    """
    event = change.append(name, appointment=appointment.id, details=details)
    after = evolve_appointment(appointment, event)
    change.connection.execute(
        t.appointment.update().where(t.appointment.c.id == after.id), appointment_row(after)
    )
    if after.status is AppointmentStatus.BOOKED:
        if after.place != appointment.place:
            _give_back(change, appointment, free_from)
        _take(change, after, until_ms=None)
    elif after.status is not AppointmentStatus.CHECKED_IN:
        _give_back(change, after, free_from)
    tell(change, event, after)
    return after


def identify(change: Change, appointment: AppointmentId, whose: Whose) -> None:
    """Keep whose a held appointment is, once the questions are answered."""
    c = t.appointment.c
    change.connection.execute(
        t.appointment.update().where(c.id == appointment),
        {
            "person": whose.person,
            "digits": whose.digits,
            "contact": whose.contact,
            "language": whose.language,
        },
    )
    change.is_remembered = True  # no event tells it, and yet it is to be kept


def _take(change: Change, appointment: Appointment, *, until_ms: int | None) -> None:
    for part in appointment.place.parts:
        row = {
            "hall": change.hall,
            "day": appointment.place.day.isoformat(),
            "minute": part.minute,
            "group": part.group,
            "appointment": appointment.id,
            "share": appointment.share.value,
            "ms": part.ms,
            "until_ms": until_ms,
        }
        upsert(change.connection, t.taken, row, update={"ms": part.ms, "until_ms": until_ms})


def _give_back(change: Change, appointment: Appointment, free_from: datetime | None) -> None:
    mine = t.taken.c.appointment == appointment.id
    if free_from is None or free_from <= change.now:
        change.connection.execute(delete(t.taken).where(mine))
    else:
        until = {"until_ms": to_ms(free_from)}
        change.connection.execute(t.taken.update().where(mine).values(until))


def _one(view: View, query: "Select[Any]", what: str) -> Appointment:
    found = _found(view, query.where(t.appointment.c.hall == view.hall))
    if not found:
        raise UnknownAppointment(what)
    return found[0]


def _found(view: View, query: "Select[Any]") -> list[Appointment]:
    return [appointment_of(row) for row in view.connection.execute(query)]


_ALL = select(t.appointment)
