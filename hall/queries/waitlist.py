"""The waitlist as its own people see it, and as staff do: whom each entry belongs to, masked."""

from collections import Counter
from datetime import date
from typing import Any

from hall.domain.appointments import AppointmentId, AppointmentStatus
from hall.domain.moments import written
from hall.domain.waitlist import slot_of
from hall.queries.bookings import masked
from hall.store import appointments as kept
from hall.store.messaging import sealed_code
from hall.store.seal import Seal
from hall.store.view import View
from hall.store.waitlist import Kept, entry_offered, entry_with_code, open_entries


def entry_json(view: View, one: Kept, *, seal: Seal) -> dict[str, Any]:
    """Return a place on the waitlist as JSON, with the offer if there is one; not whose it is."""
    entry, wish = one.entry, one.entry.wish
    before = [
        other.entry
        for other in open_entries(view)
        if other.entry.joined < entry.joined and set(other.entry.wish.days) & set(wish.days)
    ]
    return {
        "id": entry.id,
        "hall": view.hall,
        "status": entry.status.value,
        "because": entry.because.value if entry.because else None,
        "matters": list(wish.matters),
        "bundle": wish.bundle,
        "days": [day.isoformat() for day in wish.days],
        "part": wish.part.value,
        "joined": written(entry.joined_at),
        "ahead": len(before) if entry.is_open else None,
        "may_let_go": entry.may_let_go,
        "offer": _offer(view, entry.offer, seal) if entry.offer else None,
    }


def entry_of(view: View, *, code: str, seal: Seal) -> dict[str, Any]:
    """Return the place on the waitlist with a code."""
    return entry_json(view, entry_with_code(view, code), seal=seal)


def code_behind(view: View, *, code: str, seal: Seal) -> str | None:
    """Return the code of the place on the waitlist for which an appointment is held, if it is."""
    one = entry_offered(view, kept.with_code(view, code).id)
    return str(seal.open(one.sealed_code)["code"]) if one is not None else None


def waitlist(view: View, *, seal: Seal) -> dict[str, Any]:
    """Return who waits, in order, for staff, and how many wait for each day."""
    found = open_entries(view)
    return {
        "days": [{"day": day.isoformat(), "waiting": n} for day, n in _per_day(found).items()],
        "entries": [
            {**entry_json(view, one, seal=seal), "contact": masked(seal.contact(one.whose))}
            for one in found
        ],
    }


def waiting_per_day(view: View) -> dict[date, int]:
    """Return how many wait for a time on each day; one who waits for several counts for each."""
    return _per_day(open_entries(view))


def _per_day(found: list[Kept]) -> dict[date, int]:
    days = Counter(day for one in found for day in one.entry.wish.days)
    return dict(sorted(days.items()))


def _offer(view: View, offer: AppointmentId, seal: Seal) -> dict[str, Any] | None:
    held = kept.with_id(view, offer)
    if view.status_of(held) is not AppointmentStatus.HELD or held.held_until is None:
        return None
    return {
        "code": str(seal.open(sealed_code(view, offer))["code"]),
        "slot": slot_of(held.place),
        "start": written(held.place.start),
        "until": written(held.held_until),
    }
