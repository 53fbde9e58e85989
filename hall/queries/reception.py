"""Appointments as the desk sees them: today's, those that are searched, one that is read back."""

import re
from datetime import date
from typing import Any

from hall.domain.appointments import Appointment, AppointmentStatus
from hall.domain.punctuality import checks_in_from
from hall.queries.board import name_json
from hall.queries.bookings import booking_json, masked
from hall.store import appointments as kept
from hall.store.booking_lists import ending_with
from hall.store.seal import Seal
from hall.store.view import View

_S = AppointmentStatus
#: What the desk has to do with; a hold is nobody's yet.
SHOWN = frozenset({_S.BOOKED, _S.CHECKED_IN, _S.MISSED})
#: Nobody scrolls through more.
MOST = 400
_DIGITS = re.compile(r"\d{4,}")


def reception(view: View, *, seal: Seal, text: str = "", day: date | None = None) -> dict[str, Any]:
    """Return the appointments of a day, or those that a code or a phone's last digits find.

    Args:
        view: the hall.
        seal: opens whose they are.
        text: a code, or a phone number of which the last four digits count; empty for a whole day.
        day: the day; today without.
    """
    layout = view.layout
    today = view.today
    text = text.strip()
    found = _searched(view, seal, text, today) if text else kept.of_day(view, day or today)
    rows = [a for a in found if text or a.status in SHOWN]
    return {
        "hall": view.hall,
        "name": layout.name,
        "sequence": view.sequence,
        "now": view.now.astimezone(layout.zone),
        "today": today,
        "day": day or today,
        "text": text,
        "found": [one(view, a, seal=seal) for a in rows[:MOST]],
    }


def one(view: View, appointment: Appointment, *, seal: Seal) -> dict[str, Any]:
    """Return an appointment as the desk shows it, its citizen masked."""
    layout, place = view.layout, appointment.place
    ticket = view.ticket(appointment.ticket) if appointment.ticket else None
    names = {code: layout.matter_of.get(code) for code in appointment.matters}
    status = view.status_of(appointment)
    told = booking_json(view, appointment)
    came = told["check_in"]["punctuality"]
    return {
        **told,
        "status": status.value,
        "day": place.day,
        "at": place.start.astimezone(layout.zone),
        "opens": checks_in_from(layout, place, begun=view.day).astimezone(layout.zone),
        "matter_names": [name_json(m.name) if m else _plain(code) for code, m in names.items()],
        "contact": masked(seal.contact(kept.whose(view, appointment.id))),
        "number": ticket.number if ticket else None,
        "punctuality": came,
        "may_check_in": came is not None,
        "may_undo": ticket is not None and ticket.status.value == "waiting",
        "may_change": status is _S.BOOKED,
    }


def one_with(view: View, which: str, *, seal: Seal) -> dict[str, Any]:
    """Return the appointment with this id or code as the desk shows it."""
    return one(view, kept.found(view, which), seal=seal)


def _searched(view: View, seal: Seal, text: str, today: date) -> list[Appointment]:
    """Return what a code finds, or else the last digits of a phone from today on."""
    try:
        return [kept.with_code(view, text.upper().replace(" ", ""))]
    except kept.UnknownAppointment:
        digits = re.sub(r"[\s+-]", "", text)
        if not _DIGITS.fullmatch(digits):
            return []
        return ending_with(view, seal.mark("digits", digits[-4:]), since=today)


def _plain(code: str) -> dict[str, str]:
    return {"zh": code, "en": code}
