"""A hall's appointments: found, counted against the slots, changed with their journal entry."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Engine, Select, and_, case, cast, delete, func, or_, select

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
from hall.domain.identities import HallId
from hall.domain.moments import to_ms
from hall.domain.slots import Taken
from hall.store import booking_tables as t
from hall.store.booking_rows import APPOINTMENTS, appointment_of, appointment_row, taken_row
from hall.store.change import Change
from hall.store.outbox import tell
from hall.store.upsert import upsert
from hall.store.view import View, secret_hash


class UnknownAppointment(Exception):
    """There is no appointment with this code or id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose an appointment is: nothing in it is readable without the hall's seal."""

    language: str
    #: The mark of phone and name, that of the ID number if it was said, and that of the phone's
    #: last digits.
    person: str = ""
    id_mark: str = ""
    digits: str = ""
    #: What only the seal opens.
    contact: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks by any of which somebody is known again."""
        return tuple(mark for mark in (self.person, self.id_mark) if mark)


#: What is taken, by day and by the minute of the slot.
Used = dict[date, dict[int, Taken]]


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
    # PostgreSQL's sums are no integers.
    sums = [cast(func.sum(ms), BigInteger) for ms in (c.ms, public)]
    query = (
        select(c.day, c.minute, c.group, *sums)
        .where(c.hall == view.hall, c.day >= since.isoformat(), c.day <= until.isoformat())
        .where(or_(c.until_ms.is_(None), c.until_ms > view.now_ms))
        .group_by(c.day, c.minute, c.group)
    )
    if but is not None:
        query = query.where(c.appointment != but)
    found: defaultdict[str, defaultdict[int, Taken]] = defaultdict(lambda: defaultdict(Taken))
    # All at once, for row by row costs a large hall several milliseconds.
    for day, minute, group, everybody, public in view.connection.execute(query).all():
        taken = found[day][minute]
        taken.everybody[group] = everybody
        taken.public[group] = public
    return {date.fromisoformat(day): dict(by_minute) for day, by_minute in found.items()}


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
    return _one(view, APPOINTMENTS.where(t.appointment.c.code_hash == secret_hash(code)), code)


def with_id(view: View, id_: str) -> Appointment:
    """Return an appointment by its id, or raise ``UnknownAppointment``."""
    return _one(view, APPOINTMENTS.where(t.appointment.c.id == id_), id_)


def found(view: View, which: str) -> Appointment:
    """Return an appointment by its code or its id, or raise ``UnknownAppointment``."""
    c = t.appointment.c
    return _one(
        view, APPOINTMENTS.where((c.code_hash == secret_hash(which)) | (c.id == which)), which
    )


def whose(view: View, appointment: AppointmentId) -> Whose:
    """Return whose an appointment is; empty texts once that was forgotten."""
    c = t.appointment.c
    query = select(c.person, c.id_mark, c.digits, c.contact, c.language)
    row = view.connection.execute(query.where(c.id == appointment)).one()
    return Whose(
        person=row.person or "",
        id_mark=row.id_mark or "",
        digits=row.digits or "",
        contact=row.contact or "",
        language=row.language,
    )


def of_day(view: View, day: date, *, digits: str | None = None) -> list[Appointment]:
    """Return the appointments of a day, in order; only those with a phone that ends so."""
    c = t.appointment.c
    query = APPOINTMENTS.where(c.hall == view.hall, c.day == day.isoformat())
    if digits is not None:
        query = query.where(c.digits == digits)
    return _found(view, query.order_by(c.start_ms, c.id))


def of_person(view: View, whose: Whose, *, since: date) -> list[Appointment]:
    """Return the appointments from a day on of whoever has one of the marks, in order."""
    c = t.appointment.c
    # Each with all that its index begins with: else SQLite reads the hall's whole future.
    mine = [
        and_(c.hall == view.hall, mark.in_(whose.marks), c.day >= since.isoformat())
        for mark in (c.person, c.id_mark)
    ]
    return _found(view, APPOINTMENTS.where(or_(*mine)).order_by(c.start_ms, c.id))


def begun_before(view: View, moment: datetime) -> list[Appointment]:
    """Return the holds that ran out by ``moment``, and bookings that began before it."""
    c, at = t.appointment.c, to_ms(moment)
    over = or_(
        (c.status == AppointmentStatus.HELD.value) & (c.held_until_ms <= at),
        (c.status == AppointmentStatus.BOOKED.value) & (c.start_ms < at),
    )
    return _found(
        view, APPOINTMENTS.where(c.hall == view.hall, t.OPEN, over).order_by(c.start_ms, c.id)
    )


def hold(
    change: Change,
    *,
    place: Place,
    share: Share,
    until: datetime,
    code: str,
    free_from: datetime | None = None,
    **details: Any,
) -> Appointment:
    """Record that a place is held, and return the new appointment.

    Args:
        change: the hall.
        place: which.
        share: out of which share.
        until: how long.
        code: that of whoever holds it.
        free_from: when it can be taken by others if the hold runs out; at once without.
        details: what else the journal says.
    """
    said = {"place": place_form(place), "share": share.value, "until": moments.written(until)}
    event = change.append(
        EventName.APPOINTMENT_HELD, appointment=secrets.token_hex(12), details={**said, **details}
    )
    made = evolve_appointment(None, event)
    row = {
        **appointment_row(made),
        "hall": change.hall,
        "code_hash": secret_hash(code),
        "sealed_code": change.seal.close({"code": code}),
        "language": "zh",
    }
    change.connection.execute(t.appointment.insert(), row)
    _take(change, made, until_ms=to_ms(free_from or until))
    return made


def record(
    change: Change, name: EventName, appointment: Appointment, **details: Any
) -> Appointment:
    """Record what happened to an appointment and return it as that leaves it.

    Counter time that it gives back is free at once, unless somebody keeps it (``keep_taken``).

    Args:
        change: the hall.
        name: what happened.
        appointment: to which.
        details: what else the journal says.
    """
    event = change.append(name, appointment=appointment.id, details=details)
    after = evolve_appointment(appointment, event)
    change.connection.execute(
        t.appointment.update().where(t.appointment.c.id == after.id), appointment_row(after)
    )
    if after.status is AppointmentStatus.BOOKED:
        if after.place != appointment.place:
            _give_back(change, appointment)
        _take(change, after, until_ms=None)
    elif after.status is AppointmentStatus.HELD and after.held_until is not None:
        _take(change, after, until_ms=to_ms(after.held_until))
    elif after.status is not AppointmentStatus.CHECKED_IN:
        _give_back(change, appointment)
    tell(change, event, after)
    return after


def identify(change: Change, appointment: AppointmentId, whose: Whose) -> None:
    """Keep whose a held appointment is, once the questions are answered."""
    c = t.appointment.c
    change.connection.execute(
        t.appointment.update().where(c.id == appointment),
        {
            "person": whose.person,
            "id_mark": whose.id_mark,
            "digits": whose.digits,
            "contact": whose.contact,
            "language": whose.language,
        },
    )
    change.is_remembered = True  # no event tells it, and yet it is to be kept


def _take(change: Change, appointment: Appointment, *, until_ms: int | None) -> None:
    for part in appointment.place.parts:
        row = {"hall": change.hall, **taken_row(appointment, part, until_ms)}
        upsert(change.connection, t.taken, row, update={"ms": part.ms, "until_ms": until_ms})


def _give_back(change: Change, before: Appointment) -> None:
    """Free what an appointment takes; what a booking gave back earlier goes on cooling."""
    c = t.taken.c
    given = c.appointment == before.id
    if before.status is not AppointmentStatus.HELD:
        given &= c.until_ms.is_(None)
    change.connection.execute(delete(t.taken).where(given))


def _one(view: View, query: "Select[Any]", what: str) -> Appointment:
    found = _found(view, query.where(t.appointment.c.hall == view.hall))
    if not found:
        raise UnknownAppointment(what)
    return found[0]


def _found(view: View, query: "Select[Any]") -> list[Appointment]:
    return [appointment_of(row) for row in view.connection.execute(query).all()]
