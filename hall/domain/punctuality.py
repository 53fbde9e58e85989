"""When somebody can check in for an appointment, and how punctual they are."""

from datetime import date, datetime
from enum import StrEnum

from hall.domain.appointments import Place
from hall.domain.hours import business_day, openings_of
from hall.domain.layout import Layout


class Punctuality(StrEnum):
    """When somebody came for an appointment; told to them in words."""

    #: Before the time: their turn comes with the time. 提前
    EARLY = "early"
    #: Within what the hall allows. 按时
    ON_TIME = "on_time"
    #: Later than that: they walk in. 迟到
    LATE = "late"


def checks_in_from(layout: Layout, place: Place, *, begun: date | None) -> datetime:
    """Return from when an appointment can be checked in: some time before it, once the doors open.

    Args:
        layout: the one that holds.
        place: when the appointment is.
        begun: the business day that goes on, if one does: whoever opened it early lets people in.
    """
    early = place.start - layout.booking.early
    doors = openings_of(layout.hours, layout.zone, place.day)
    return early if place.day == begun or not doors else max(early, doors[0].start)


def punctuality(
    layout: Layout, place: Place, *, now: datetime, begun: date | None
) -> Punctuality | None:
    """Return how punctual who comes at ``now`` is; nothing on another day, too early, or closed.

    Args:
        layout: the one that holds.
        place: when the appointment is.
        now: when they come.
        begun: the business day that goes on, if one does.
    """
    today = business_day(layout.hours, layout.zone, now)
    doors = openings_of(layout.hours, layout.zone, today)
    is_over = not doors or (doors[-1].until is not None and now >= doors[-1].until)
    if place.day != today or is_over or now < checks_in_from(layout, place, begun=begun):
        return None
    if now > place.start + layout.booking.late:
        return Punctuality.LATE
    return Punctuality.EARLY if now < place.start else Punctuality.ON_TIME
