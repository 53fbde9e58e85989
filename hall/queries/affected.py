"""Appointments that a change has hit, each with the next free time to move it to."""

from datetime import date, datetime
from typing import Any

from hall.domain.affected import FOR_GOOD, Hit, hits, next_free
from hall.domain.appointments import Appointment, Place, Share
from hall.domain.layout import Layout
from hall.domain.slots import Taken, slot_name
from hall.queries.reception import one
from hall.store.appointments import Used, used
from hall.store.booking_lists import to_come
from hall.store.no_shows import overbooked
from hall.store.seal import Seal
from hall.store.view import View

#: Nobody moves more at a sitting; the page says how many there are in all.
SHOWN = 100


def affected(view: View, *, seal: Seal) -> dict[str, Any]:
    """Return the appointments that no longer fit, each with the next free time, if there is one."""
    found = _hits(view, view.layout, to_come(view))
    taken = _taken(view)
    return {
        "hall": view.hall,
        "name": view.layout.name,
        "count": len(found),
        "found": [
            {**one(view, hit.appointment, seal=seal), "why": hit.why.value, "offer": offer}
            for hit in found[:SHOWN]
            for offer in [_offer(view, taken, hit)]
        ],
    }


def count_affected(view: View) -> int:
    """Return how many appointments no longer fit."""
    return len(_hits(view, view.layout, to_come(view)))


def would_be_hit(view: View, after: Layout, *, since: datetime) -> int:
    """Return how many more appointments would no longer fit under another layout.

    Args:
        view: the hall.
        after: the layout that is to be.
        since: from when on it would hold.
    """
    coming = to_come(view)
    already = {hit.appointment.id for hit in _hits(view, view.layout, coming)}
    then = _hits(view, after, [a for a in coming if a.place.start >= since])
    return len([hit for hit in then if hit.appointment.id not in already])


def _hits(view: View, layout: Layout, appointments: list[Appointment]) -> tuple[Hit, ...]:
    today = view.today
    given_out = overbooked(view, today)
    return hits(layout, view.roster_under(layout), appointments, given_out=given_out)


def _taken(view: View) -> Used:
    """Return what is taken from today on."""
    today = view.today
    return used(view, since=today, until=date.max)


def _offer(view: View, taken: Used, hit: Hit) -> dict[str, Any] | None:
    """Return the next free time for an appointment, and keep it from those that follow."""
    if hit.why in FOR_GOOD:
        return None
    layout, appointment = view.layout, hit.appointment
    given_out = overbooked(view, view.today)
    place = next_free(layout, view.roster, taken, appointment, now=view.now, given_out=given_out)
    if place is None:
        return None
    _take(taken, place, appointment.share)
    at = place.start.astimezone(layout.zone)
    return {"slot": slot_name(place.day, place.minute), "day": place.day, "at": at}


def _take(taken: Used, place: Place, share: Share) -> None:
    of_day = taken.setdefault(place.day, {})
    for part in place.parts:
        of_day.setdefault(part.minute, Taken()).add(part, is_public=share is Share.PUBLIC)
