"""Appointments as the screens and the API tell them; whose they are, masked or not at all."""

from datetime import date
from typing import Any

from hall.domain.appointments import Appointment, AppointmentStatus, last_change
from hall.domain.contact import Contact, masked_name
from hall.domain.moments import written
from hall.domain.punctuality import Punctuality, checks_in_from, punctuality
from hall.domain.slots import slot_name
from hall.store import appointments as kept
from hall.store.discipline import Days
from hall.store.seal import Seal
from hall.store.view import View


def booking_json(view: View, appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as JSON, with what to bring; nothing says whose it is."""
    place, rules = appointment.place, view.layout.booking
    status = view.status_of(appointment)
    is_booked = status is AppointmentStatus.BOOKED
    until = appointment.held_until
    return {
        "id": appointment.id,
        "hall": view.hall,
        "status": status.value,
        "slot": slot_name(place.day, place.minute),
        "start": written(place.start),
        "minutes": round(sum(part.ms for part in place.parts) / 60_000),
        "matters": list(appointment.matters),
        "bundle": appointment.bundle,
        "materials": materials(view, appointment),
        "held_until": written(until) if until else None,
        "cancel_until": written(last_change(rules, view.layout.zone, place)) if is_booked else None,
        "check_in": {
            "from": written(checks_in_from(view.layout, place, begun=view.day)),
            "until": written(place.start + rules.late),
            "punctuality": _punctuality(view, appointment),
        },
        "ticket": appointment.ticket,
        "pardon": Days(view).pardon(appointment) if status is AppointmentStatus.MISSED else None,
    }


def _punctuality(view: View, appointment: Appointment) -> Punctuality | None:
    """Return how punctual a check-in would be now; nothing while it cannot be done."""
    if appointment.status not in (AppointmentStatus.BOOKED, AppointmentStatus.MISSED):
        return None
    if appointment.place.day < view.first_open_day:
        return None
    return punctuality(view.layout, appointment.place, now=view.now, begun=view.day)


def materials(view: View, appointment: Appointment) -> list[dict[str, Any]]:
    """Return the papers to bring for all matters of a visit, each once."""
    found: dict[str, dict[str, Any]] = {}
    for code in appointment.matters:
        matter = view.layout.matter_of.get(code)
        for paper in matter.materials if matter else ():
            one = found.setdefault(
                paper.id,
                {
                    "id": paper.id,
                    "name": {"zh": paper.name.zh, "en": paper.name.en},
                    "required": False,
                },
            )
            one["required"] = one["required"] or paper.required
    return list(found.values())


def booking_with_code(view: View, *, code: str) -> dict[str, Any]:
    """Return the appointment with a code."""
    return booking_json(view, kept.with_code(view, code))


def bookings(
    view: View, *, seal: Seal, day: date, digits: str | None = None
) -> list[dict[str, Any]]:
    """Return the appointments of a day for staff, with name and phone masked.

    Args:
        view: the hall.
        seal: opens whose they are.
        day: the day.
        digits: the last digits of a phone; only those that match.
    """
    mark = None if digits is None else seal.mark("digits", digits)
    found = []
    for appointment in kept.of_day(view, day, digits=mark):
        contact = seal.contact(kept.whose(view, appointment.id))
        found.append({**booking_json(view, appointment), "contact": masked(contact)})
    return found


def masked(contact: Contact | None) -> dict[str, Any] | None:
    """Return who booked so that staff can tell them apart, and nobody can call them."""
    if contact is None:
        return None
    return {
        "name": masked_name(contact.name),
        "whom": masked_name(contact.whom) if contact.whom else None,
        "phone": contact.masked,
        "company": contact.is_company,
    }
