"""A missed appointment: what follows from it in words, and whether it is to be forgiven."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.domain.appointments import Appointment, AppointmentStatus, Pardon
from hall.domain.following import excuse, follows
from hall.queries.reception import one
from hall.store import appointments as kept
from hall.store.appeals import Appeal, appeal_of
from hall.store.booking_lists import appeals as asked
from hall.store.discipline import Days, standing_of
from hall.store.seal import Seal
from hall.store.view import View


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """What the citizen of a missed appointment is told."""

    #: What follows: why it does not count, how somebody stands; empty if there is nothing to say.
    says: str
    pardon: Pardon | None
    appeal: Appeal
    #: Until when it can be asked that it be forgiven; nothing if it cannot, or was.
    may_appeal: datetime | None


def missed(view: View, appointment: Appointment, *, seal: Seal, language: str) -> Missed:
    """Return what there is to say of an appointment that was missed."""
    rules, zone = view.layout.booking.discipline, view.layout.zone
    pardon = Days(view).pardon(appointment)
    how = standing_of(view, kept.whose(view, appointment.id))
    told = [excuse(pardon, language), follows(how, rules, zone=zone, language=language)]
    until = appointment.place.start + rules.appeal
    return Missed(
        says=("" if language == "zh" else " ").join(filter(None, told)),
        pardon=pardon,
        appeal=appeal_of(view, appointment.id, seal=seal),
        may_appeal=until.astimezone(zone) if pardon is None and view.now <= until else None,
    )


def own_missed(view: View, *, code: str, seal: Seal, language: str) -> Missed | None:
    """Return what the citizen is told of the appointment with a code; nothing if they came."""
    found = kept.with_code(view, code)
    if view.status_of(found) is not AppointmentStatus.MISSED:
        return None
    return missed(view, found, seal=seal, language=language)


def appeals(view: View, *, seal: Seal) -> list[dict[str, Any]]:
    """Return the open appeals as those who decide see them, the oldest first."""
    return [appeal(view, found, seal=seal) for found in asked(view)]


def appeal(view: View, found: Appointment, *, seal: Seal) -> dict[str, Any]:
    """Return a missed appointment, its citizen masked, and why it should be forgiven."""
    return {
        **one(view, found, seal=seal),
        "words": appeal_of(view, found.id, seal=seal).words,
        "missed": standing_of(view, kept.whose(view, found.id)).missed,
    }


def appeal_for(view: View, which: str, *, seal: Seal) -> dict[str, Any]:
    """Return the missed appointment with this id or code as those who decide see it."""
    return appeal(view, kept.found(view, which), seal=seal)
