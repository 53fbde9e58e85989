"""How somebody who books stands with the hall, read from what became of their appointments."""

from datetime import date, timedelta

from sqlalchemy import select

from hall.domain.appointments import EXCUSING, Appointment, AppointmentStatus, Pardon
from hall.domain.discipline import Standing, standing
from hall.domain.hours import DAY_MINUTES, moment
from hall.domain.identities import LayoutHash
from hall.domain.lateness import TELLING, DayAsItWas, day_as_it_was, excuse_of
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.store import appointments as kept
from hall.store import tables as t
from hall.store.appointments import Whose
from hall.store.rows import event_of
from hall.store.view import View


def standing_of(view: View, whose: Whose) -> Standing:
    """Return how whoever has these marks stands with the hall."""
    rules = view.layout.booking.discipline
    since = (view.now - rules.forgotten).date() - timedelta(days=1)
    ended, days = [], Days(view)
    for appointment in kept.of_person(view, whose, since=since):
        status = view.status_of(appointment)
        if status is AppointmentStatus.CHECKED_IN:
            ended.append((appointment.place.start, False))
        elif status is AppointmentStatus.MISSED and days.pardon(appointment) not in EXCUSING:
            ended.append((appointment.place.start, True))
    return standing(rules, ended, now=view.now)


class Days:
    """What the journal says about past days; each is read once, for all appointments of it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[date, tuple[DayAsItWas, Layout]] = {}

    def pardon(self, appointment: Appointment) -> Pardon | None:
        """Return why a missed appointment does not count, written down yet or not."""
        if appointment.status is AppointmentStatus.MISSED:
            return appointment.pardon
        day = appointment.place.day
        if day not in self._known:
            self._known[day] = self._read(day)
        return excuse_of(*self._known[day], appointment.place)

    def _read(self, day: date) -> tuple[DayAsItWas, Layout]:
        """Return how a business day went, and the layout by which it ended."""
        view, c = self._view, t.journal.c
        zone = view.layout.zone
        begin, end = (to_ms(moment(zone, day, minute)) for minute in (0, 2 * DAY_MINUTES))
        told = c.name.in_([name.value for name in TELLING])
        concerns = c.ticket.is_(None) | c.appointment.is_not(None)
        query = select(t.journal).where(c.hall == view.hall, c.at_ms >= begin, c.at_ms < end)
        rows = view.connection.execute(query.where(told, concerns).order_by(c.sequence))
        events = [event_of(row) for row in rows]
        of_day = [e for e in events if e.details.get("day") == day.isoformat()]
        layout = view.known_layout(LayoutHash(of_day[-1].layout)) if of_day else view.layout
        return day_as_it_was(events, day), layout
