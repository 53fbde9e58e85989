"""A hall's waitlist: found, in its order, and changed with its journal entries."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, select

from hall.domain.appointments import Appointment, AppointmentId, Share
from hall.domain.events import Event, EventName
from hall.domain.identities import BundleId, HallId, MatterCode
from hall.domain.moments import from_ms, to_ms
from hall.domain.slots import Part
from hall.domain.waitlist import (
    Because,
    Entry,
    EntryId,
    EntryStatus,
    PartOfDay,
    Wish,
    evolve_waitlist,
    wish_form,
)
from hall.store.appointments import Whose
from hall.store.booking_rows import taken_row
from hall.store.booking_tables import taken
from hall.store.change import Change
from hall.store.upsert import upsert
from hall.store.view import View, secret_hash
from hall.store.waitlist_tables import OPEN
from hall.store.waitlist_tables import waitlist as table

#: What is forgotten of somebody who has left the list.
_NOBODY = dict.fromkeys(("person", "id_mark", "digits", "contact", "sealed_code"))


class UnknownEntry(Exception):
    """There is no place on the waitlist with this code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An entry, whose it is, and its code as only the seal can read it."""

    entry: Entry
    whose: Whose
    sealed_code: str


def is_empty(view: View) -> bool:
    """Whether nobody waits for a time to be freed."""
    query = select(table.c.id).where(table.c.hall == view.hall, OPEN).limit(1)
    return view.connection.execute(query).first() is None


def open_entries(view: View) -> list[Kept]:
    """Return everybody on the list, in the order in which they joined."""
    query = select(table).where(table.c.hall == view.hall, OPEN).order_by(table.c.joined)
    return [_kept(row) for row in view.connection.execute(query)]


def entry_with_code(view: View, code: str) -> Kept:
    """Return the place with a code, or raise ``UnknownEntry``."""
    found = _first(view, select(table).where(table.c.code_hash == secret_hash(code)))
    if found is None:
        raise UnknownEntry(code)
    return found


def entry_with_id(view: View, id_: str) -> Kept:
    """Return the place with an id, or raise ``UnknownEntry``."""
    found = _first(view, select(table).where(table.c.id == id_))
    if found is None:
        raise UnknownEntry(id_)
    return found


def entry_offered(view: View, appointment: AppointmentId) -> Kept | None:
    """Return for whom on the list a hold is kept, if it is for anybody."""
    return _first(view, select(table).where(table.c.offer == appointment))


def waits_for(view: View, person: str, visit: str) -> bool:
    """Whether somebody is on the list for a visit."""
    c = table.c
    query = select(table).where(c.person == person, c.visit == visit, OPEN)
    return _first(view, query) is not None


def hall_with_entry(engine: Engine, code: str) -> HallId:
    """Return the hall whose waitlist has a place with this code, or raise ``UnknownEntry``."""
    query = select(table.c.hall).where(table.c.code_hash == secret_hash(code))
    with engine.connect() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        raise UnknownEntry(code)
    return HallId(found)


def join(change: Change, wish: Wish, whose: Whose, *, code: str) -> Entry:
    """Record that somebody waits, and return the entry."""
    id_ = EntryId(secrets.token_hex(12))
    details = {"entry": id_, **wish_form(wish)}
    entry = evolve_waitlist({}, change.record_hall(EventName.WAITLIST_JOINED, details))[id_]
    change.connection.execute(
        table.insert(),
        {
            **entry_row(entry),
            "hall": change.hall,
            "code_hash": secret_hash(code),
            "sealed_code": change.seal.close({"code": code}),
            "visit": wish.visit,
            "person": whose.person,
            "id_mark": whose.id_mark,
            "digits": whose.digits,
            "contact": whose.contact,
            "language": whose.language,
        },
    )
    return entry


def record_entry(change: Change, name: EventName, entry: Entry, **details: Any) -> Entry:
    """Record what happened to an entry; whose it was is forgotten with one that has left."""
    event: Event = change.record_hall(name, {"entry": entry.id, **details})
    after = evolve_waitlist({entry.id: entry}, event)[entry.id]
    row = entry_row(after) if after.is_open else {**entry_row(after), **_NOBODY}
    change.connection.execute(table.update().where(table.c.id == entry.id), row)
    return after


def keep_taken(
    change: Change, appointment: Appointment, parts: Iterable[Part], *, until: datetime
) -> None:
    """Keep counter time that an appointment gave back from everybody until a moment."""
    for part in parts:
        row = {"hall": change.hall, **taken_row(appointment, part, to_ms(until))}
        upsert(change.connection, taken, row)


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return the columns that the journal knows of an entry."""
    wish = entry.wish
    return {
        "id": entry.id,
        "status": entry.status.value,
        "joined": entry.joined,
        "joined_ms": to_ms(entry.joined_at),
        "matters": list(wish.matters),
        "bundle": wish.bundle,
        "days": [day.isoformat() for day in wish.days],
        "last_day": entry.last_day.isoformat(),
        "part": wish.part.value,
        "share": wish.share.value,
        "offer": entry.offer,
        "passed": list(entry.passed),
        "because": entry.because.value if entry.because else None,
    }


def _first(view: View, query: "Select[Any]") -> Kept | None:
    row = view.connection.execute(query.where(table.c.hall == view.hall)).first()
    return None if row is None else _kept(row)


def _kept(row: Row[Any]) -> Kept:
    wish = Wish(
        matters=tuple(MatterCode(code) for code in row.matters),
        bundle=BundleId(row.bundle) if row.bundle else None,
        days=tuple(date.fromisoformat(day) for day in row.days),
        part=PartOfDay(row.part),
        share=Share(row.share),
    )
    entry = Entry(
        id=EntryId(row.id),
        joined=row.joined,
        joined_at=from_ms(row.joined_ms),
        wish=wish,
        status=EntryStatus(row.status),
        offer=AppointmentId(row.offer) if row.offer else None,
        passed=tuple(row.passed),
        because=Because(row.because) if row.because else None,
    )
    whose = Whose(
        person=row.person or "",
        id_mark=row.id_mark or "",
        digits=row.digits or "",
        contact=row.contact or "",
        language=row.language,
    )
    return Kept(entry=entry, whose=whose, sealed_code=row.sealed_code or "")
