"""What staff do about messages, and what an operation posts besides what is told by itself."""

from collections.abc import Iterable
from datetime import datetime

from hall.domain.appointments import Appointment
from hall.domain.identities import HallId, PersonId
from hall.domain.letters import Wording, check
from hall.domain.messages import Kind, Planned, Quiet
from hall.store.change import Change
from hall.store.messaging import Messaging
from hall.store.outbox import post


def offer_by_message(change: Change, appointment: Appointment, *, until: datetime) -> None:
    """Tell somebody on the waitlist that a slot is held for them until a moment.

    The appointment is a hold that says whose it is (``identify_holder``). Who has until the
    morning to answer is not woken for it.
    """
    offer = Planned(kind=Kind.FREED_SLOT, due=change.now, until=until, is_urgent=False)
    post(change, appointment.id, [offer])


def word_message(
    messaging: Messaging,
    hall: HallId,
    *,
    kind: Kind,
    words: Iterable[tuple[str, Wording]],
    by: PersonId,
    now: datetime,
) -> None:
    """Keep a hall's own words for a kind of message, in every language given, or raise."""
    words = tuple(words)
    for _, wording in words:
        check(kind, wording)
    for language, wording in words:
        messaging.keep_wording(hall, kind, language, wording, by=by, now=now)


def set_quiet_hours(messaging: Messaging, hall: HallId, quiet: Quiet) -> None:
    """Keep the hours in which messages that can wait do; the same minute twice is none."""
    messaging.keep_quiet(hall, quiet)
