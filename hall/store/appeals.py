"""What is said about a missed appointment: why it should be forgiven, and the answer; sealed."""

from dataclasses import dataclass

from sqlalchemy import select

from hall.domain.appointments import AppointmentId
from hall.store.booking_tables import appointment as table
from hall.store.change import Change
from hall.store.seal import Seal
from hall.store.view import View


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeal:
    """The citizen's words and the hall's; empty where nothing was said, or once it is forgotten."""

    words: str = ""
    answer: str = ""


def appeal_of(view: View, appointment: AppointmentId, *, seal: Seal) -> Appeal:
    """Return what was said about an appointment."""
    query = select(table.c.appeal).where(table.c.id == appointment)
    sealed = view.connection.execute(query).scalar()
    return Appeal(**seal.open(sealed)) if sealed else Appeal()


def keep_appeal(change: Change, appointment: AppointmentId, appeal: Appeal) -> None:
    """Keep what was said about an appointment."""
    sealed = change.seal.close({"words": appeal.words, "answer": appeal.answer})
    change.connection.execute(table.update().where(table.c.id == appointment).values(appeal=sealed))
