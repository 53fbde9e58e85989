"""Missed appointments that are forgiven: asked for by the citizen, decided by the hall's people."""

from dataclasses import replace

from hall.domain.actors import Role
from hall.domain.appointments import Appointment, AppointmentStatus, IllegalPardon, Pardon
from hall.domain.events import EventName
from hall.operations.call import ReasonMissing
from hall.operations.ending import end_missed
from hall.store import appointments as kept
from hall.store.appeals import Appeal, appeal_of, keep_appeal
from hall.store.change import Change
from hall.store.discipline import Days

#: Who decides once the citizen asked.
_DECIDE = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
#: Nobody reads more.
LONGEST = 500


class TooLateToAppeal(Exception):
    """It was missed too long ago to ask that it be forgiven, or this hall takes no appeals."""


class OnlyManagersDecide(Exception):
    """Somebody asked for it, and so a manager decides."""


def appeal(change: Change, *, code: str, words: str) -> Appointment:
    """Ask that a missed appointment be forgiven; why stands sealed, and in no journal.

    Raises:
        ReasonMissing: nothing was said.
        TooLateToAppeal: it is too long ago.
        IllegalPardon: it was not missed, does not count anyway, or was asked before.
    """
    words = _said(words)
    missed = _missed(change, code)
    rules = change.layout.booking.discipline
    if change.now > missed.place.start + rules.appeal:
        raise TooLateToAppeal
    after = kept.record(change, EventName.APPOINTMENT_APPEALED, missed)
    keep_appeal(change, after.id, Appeal(words=words))
    return after


def forgive(change: Change, *, which: str, answer: str) -> Appointment:
    """Let a missed appointment not count, with a reason that its citizen is told."""
    return _decide(change, EventName.APPOINTMENT_FORGIVEN, which=which, answer=answer)


def refuse_appeal(change: Change, *, which: str, answer: str) -> Appointment:
    """Let a missed appointment count although its citizen asked, with a reason they are told."""
    return _decide(change, EventName.APPOINTMENT_APPEAL_REFUSED, which=which, answer=answer)


def _decide(change: Change, name: EventName, *, which: str, answer: str) -> Appointment:
    answer = _said(answer)
    missed = _missed(change, which)
    was_asked = missed.pardon in (Pardon.ASKED, Pardon.REFUSED)
    if was_asked and change.by.role not in _DECIDE:
        raise OnlyManagersDecide
    said = appeal_of(change, missed.id, seal=change.seal)
    after = kept.record(change, name, missed)
    keep_appeal(change, after.id, replace(said, answer=answer))
    return after


def _said(words: str) -> str:
    found = words.strip()[:LONGEST]
    if not found:
        raise ReasonMissing
    return found


def _missed(change: Change, which: str) -> Appointment:
    """Return an appointment that was missed; that is written down first if no job did."""
    found = kept.found(change, which)
    if change.status_of(found) is not AppointmentStatus.MISSED:
        raise IllegalPardon(found.id, found.pardon)
    return (
        found
        if found.status is AppointmentStatus.MISSED
        else end_missed(change, found, Days(change))
    )
