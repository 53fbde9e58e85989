"""The slots that can be booked, as they are at this moment."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hall.domain.appointments import AppointmentId
from hall.domain.identities import MatterCode
from hall.domain.moments import written
from hall.domain.slots import Slot, bookable_days, slot_name, slots_of, with_room
from hall.store.appointments import used
from hall.store.no_shows import overbooked
from hall.store.view import View


def slots(
    view: View,
    *,
    matters: Sequence[MatterCode],
    since: date | None = None,
    until: date | None = None,
    for_staff: bool = False,
    moving: AppointmentId | None = None,
) -> list[dict[str, Any]]:
    """Return the days that can be booked, each with its slots and whether they have room.

    Args:
        view: the hall.
        matters: what the visit is for; all of them can be booked.
        since: the first day to show; the first that can be booked without.
        until: the last day to show.
        for_staff: whether the staff's share counts too.
        moving: an appointment that would leave its place.
    """
    layout = view.layout
    today = view.today
    first, last = since or date.min, until or date.max
    days = [day for day in bookable_days(layout, today) if first <= day <= last]
    if not days:
        return []
    taken = used(view, since=days[0], until=days[-1], but=moving)
    more = overbooked(view, today)
    found = []
    for day in days:
        there, of_day = slots_of(layout, view.roster, day), taken.get(day, {})
        free = with_room(layout, there, of_day, matters, is_public=not for_staff, overbooked=more)
        coming = [slot for slot in there if slot.start > view.now]
        said = [_slot(day, slot, is_free=slot.span.from_minute in free) for slot in coming]
        found += [{"day": day.isoformat(), "slots": said}] if said else []
    return found


def _slot(day: date, slot: Slot, *, is_free: bool) -> dict[str, Any]:
    return {
        "slot": slot_name(day, slot.span.from_minute),
        "start": written(slot.start),
        "until": written(slot.until),
        "free": is_free,
    }
