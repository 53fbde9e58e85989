"""Another hall for those whom this one has no time for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.dispatch.expect import hall_load
from hall.domain.hours import is_open
from hall.domain.identities import HallId, MatterCode
from hall.domain.layout import Name
from hall.domain.moments import read
from hall.domain.nearby import Elsewhere
from hall.queries.slots import slots
from hall.queries.waiting import group_outlook
from hall.store.view import View


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherHall(Elsewhere):
    """Another hall that takes the same matters, when it is free, and how long one waits there."""

    hall: HallId
    name: Name
    #: Minutes from low to high for who comes without an appointment; nothing while it is closed.
    wait: dict[str, int] | None


def free_here(view: View, *, matters: Sequence[MatterCode]) -> OtherHall | None:
    """Return a hall as one to go to instead, if it takes all these matters and has a free time."""
    if view.layout_hash is None or not matters:
        return None
    layout = view.layout
    known = [layout.matter_of.get(code) for code in matters]
    if not all(matter is not None and matter.appointments for matter in known):
        return None
    days = slots(view, matters=matters)
    first = next((slot for day in days for slot in day["slots"] if slot["free"]), None)
    if first is None:
        return None
    return OtherHall(
        hall=view.hall,
        name=layout.name,
        location=layout.location,
        first_free=read(first["start"]).astimezone(layout.zone),
        wait=_wait(view, matters),
    )


def _wait(view: View, matters: Sequence[MatterCode]) -> dict[str, int] | None:
    """Return the longest present wait among the groups of some matters."""
    layout = view.layout
    if not is_open(layout.hours, layout.zone, view.now):
        return None
    load = hall_load(view, view.lines())
    groups = {layout.matter_of[code].group for code in matters}
    expected = [group_outlook(view, load, group) for group in groups]
    waits = [outlook.in_minutes() for outlook in expected if outlook is not None]
    return max(waits, key=lambda wait: wait["high"], default=None)
