"""An appointment as its own citizen sees it: what they said, and its entry for their calendar."""

from dataclasses import dataclass
from datetime import timedelta

import icalendar

from hall.domain.appointments import AppointmentStatus
from hall.domain.contact import Contact
from hall.domain.discipline import Standing
from hall.store import appointments as kept
from hall.store.booking_lists import changes_of
from hall.store.discipline import standing_of
from hall.store.seal import Seal
from hall.store.view import View

PRODUCT = "-//hall//appointments//EN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What somebody who booked said, nothing before that; and how they stand with the hall."""

    contact: Contact | None
    standing: Standing


def answers(view: View, *, code: str, seal: Seal) -> Answers:
    """Return what was said for an appointment."""
    whose = kept.whose(view, kept.with_code(view, code).id)
    return Answers(contact=seal.contact(whose), standing=standing_of(view, whose))


def calendar_entry(view: View, *, code: str, language: str, address: str) -> bytes:
    """Return an appointment as an iCalendar file (RFC 5545).

    Whoever opens it again after a change finds the same entry changed: its SEQUENCE has grown.

    Args:
        view: the hall.
        code: of the appointment.
        language: of the words in it.
        address: of the appointment's own page.
    """
    booked = kept.with_code(view, code)
    entry = icalendar.Event()
    entry.add("uid", f"{booked.id}@{view.hall}")
    entry.add("sequence", changes_of(view, booked))
    entry.add("dtstamp", view.now)
    start = booked.place.start.astimezone(view.layout.zone)
    entry.add("dtstart", start)
    # Not its end: when clocks go back, that may be earlier than its begin.
    entry.add("duration", timedelta(milliseconds=sum(part.ms for part in booked.place.parts)))
    matters = [view.layout.matter_of[c] for c in booked.matters if c in view.layout.matter_of]
    entry.add("summary", " · ".join(matter.name.in_language(language) for matter in matters))
    where = (view.layout.name, view.layout.address)
    entry.add("location", ", ".join(name.in_language(language) for name in where if name))
    entry.add("url", address)
    is_over = view.status_of(booked) in (AppointmentStatus.CANCELLED, AppointmentStatus.EXPIRED)
    entry.add("status", "CANCELLED" if is_over else "CONFIRMED")
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_over else "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    entry_file: bytes = calendar.to_ical()
    return entry_file
