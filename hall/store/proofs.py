"""Codes by which whoever books shows that messages reach them; they go with the hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from hall.domain.appointments import AppointmentId
from hall.domain.moments import from_ms
from hall.store.booking_tables import proof as table
from hall.store.change import Change
from hall.store.seal import Seal
from hall.store.upsert import upsert
from hall.store.view import View


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What was sent to whoever books, and how often a code was tried."""

    #: The code, sealed; nothing once the contact was changed and another is to be sent.
    sealed: str | None
    sent: int
    sent_at: datetime
    tries: int


def proof_of(view: View, appointment: AppointmentId) -> Proof | None:
    """Return what was sent for a hold; nothing if nothing was."""
    row = view.connection.execute(select(table).where(table.c.appointment == appointment)).first()
    if row is None:
        return None
    return Proof(sealed=row.sealed, sent=row.sent, sent_at=from_ms(row.sent_ms), tries=row.tries)


def keep_proof(
    change: Change, appointment: AppointmentId, *, sealed: str | None, sent: int
) -> None:
    """Keep what was sent for a hold; tries begin anew."""
    values = {"sealed": sealed, "sent": sent, "sent_ms": change.now_ms, "tries": 0}
    upsert(change.connection, table, {"appointment": appointment, **values}, update=values)
    change.is_remembered = True


def count_try(change: Change, appointment: AppointmentId) -> None:
    """Count that a code was tried."""
    c = table.c
    values = {"tries": c.tries + 1}
    change.connection.execute(update(table).where(c.appointment == appointment).values(values))
    change.is_remembered = True


def drop_proof(change: Change, appointment: AppointmentId) -> None:
    """Forget the code of a hold that is one no longer."""
    change.connection.execute(delete(table).where(table.c.appointment == appointment))


def link_of(seal: Seal, appointment: AppointmentId, digits: str) -> str:
    """Return what a link carries that proves the same as the digits sent beside it."""
    return seal.mark("confirm", f"{appointment}/{digits}")[:32]
