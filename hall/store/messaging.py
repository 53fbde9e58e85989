"""How a hall speaks: its words, its quiet hours, and who wants to hear nothing."""

from datetime import datetime

from sqlalchemy import delete, select

from hall.domain.appointments import AppointmentId
from hall.domain.identities import HallId
from hall.domain.letters import SHIPPED, Wording
from hall.domain.messages import Kind, Quiet
from hall.domain.moments import to_ms
from hall.store import message_tables as t
from hall.store.booking_tables import appointment as appointments
from hall.store.store import Store
from hall.store.upsert import upsert
from hall.store.view import View

#: The words of a hall by kind and language.
Wordings = dict[tuple[Kind, str], Wording]


def quiet_hours(view: View) -> Quiet:
    """Return a hall's quiet hours; those of the night where it set none."""
    row = view.connection.execute(select(t.quiet).where(t.quiet.c.hall == view.hall)).first()
    if row is None:
        return Quiet()
    return Quiet(from_minute=row.from_minute, until_minute=row.until_minute)


def wordings(view: View) -> Wordings:
    """Return a hall's own words; what it did not word itself is missing."""
    rows = view.connection.execute(select(t.wording).where(t.wording.c.hall == view.hall))
    return {
        (Kind(row.kind), row.language): Wording(subject=row.subject, text=row.text) for row in rows
    }


def wording(view: View, kind: Kind, language: str) -> Wording:
    """Return the words of a kind of message in a language: the hall's, or those shipped."""
    return wordings(view).get((kind, language), SHIPPED[kind, language])


def wants_nothing(view: View, person: str) -> bool:
    """Whether somebody unsubscribed from this hall's messages."""
    c = t.unsubscribed.c
    query = select(c.at_ms).where(c.hall == view.hall, c.person == person)
    return view.connection.execute(query).first() is not None


def sealed_code(view: View, appointment: AppointmentId) -> str:
    """Return an appointment's code as only the seal can read it; empty once it is forgotten."""
    c = appointments.c
    found = view.connection.execute(select(c.sealed_code).where(c.id == appointment)).scalar()
    return found or ""


class Messaging:
    """How the halls of a store speak, for those who change it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep_wording(
        self, hall: HallId, kind: Kind, language: str, wording: Wording, *, by: str, now: datetime
    ) -> None:
        """Keep a hall's own words for a kind of message in one language."""
        changed = {
            "subject": wording.subject,
            "text": wording.text,
            "changed_by": by,
            "changed_ms": to_ms(now),
        }
        row = {"hall": hall, "kind": kind.value, "language": language, **changed}
        with self._store.writing() as connection:
            upsert(connection, t.wording, row, update=changed)

    def forget_wording(self, hall: HallId, kind: Kind, language: str) -> None:
        """Go back to the words that come with the program."""
        c = t.wording.c
        mine = (c.hall == hall, c.kind == kind.value, c.language == language)
        with self._store.writing() as connection:
            connection.execute(delete(t.wording).where(*mine))

    def keep_quiet(self, hall: HallId, quiet: Quiet) -> None:
        """Keep a hall's quiet hours."""
        hours = {"from_minute": quiet.from_minute, "until_minute": quiet.until_minute}
        with self._store.writing() as connection:
            upsert(connection, t.quiet, {"hall": hall, **hours}, update=hours)

    def unsubscribe(self, hall: HallId, person: str, *, now: datetime) -> None:
        """Send somebody no more messages than are necessary."""
        row = {"hall": hall, "person": person, "at_ms": to_ms(now)}
        with self._store.writing() as connection:
            upsert(connection, t.unsubscribed, row)

    def subscribe(self, hall: HallId, person: str) -> None:
        """Send somebody messages again."""
        c = t.unsubscribed.c
        with self._store.writing() as connection:
            connection.execute(delete(t.unsubscribed).where(c.hall == hall, c.person == person))
