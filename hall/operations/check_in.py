"""Checking in: the citizen came, and gets a ticket in the same lines as everybody."""

from dataclasses import dataclass
from datetime import datetime

from hall.domain.appointments import Appointment, AppointmentStatus, IllegalStep
from hall.domain.events import EventName
from hall.domain.hours import business_day
from hall.domain.identities import APPOINTMENT, WALK_IN
from hall.domain.punctuality import Punctuality, checks_in_from, punctuality
from hall.domain.tickets import Status
from hall.operations.booking import HoldIsOver
from hall.operations.day import HallIsClosed
from hall.operations.issue import Issued, issue_booked
from hall.store import appointments as kept
from hall.store.change import Change

_S = AppointmentStatus


class NotToday(Exception):
    """The appointment is on another day, or so much later that it is too early to check in."""

    def __init__(self, start: datetime, opens_at: datetime) -> None:
        self.start, self.opens_at = start, opens_at
        super().__init__(start.isoformat())


class MatterIsGone(Exception):
    """The hall has none of the matters any more that the appointment was made for."""


class TicketIsUsed(Exception):
    """The ticket of this check-in was called already; the check-in can no longer be undone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedIn:
    """An appointment whose citizen is there, the ticket, and how punctual they were."""

    appointment: Appointment
    issued: Issued
    punctuality: Punctuality


def check_in(change: Change, *, which: str) -> CheckedIn:
    """Give somebody who booked, known by code or id, their ticket; who comes too late walks in."""
    appointment = kept.found(change, which)
    if appointment.status not in (_S.BOOKED, _S.MISSED):
        appointment.moved_to(_S.CHECKED_IN, ticket=None)
        raise HoldIsOver
    layout, place = change.layout, appointment.place
    if place.day < business_day(layout.hours, layout.zone, change.now):
        raise IllegalStep(appointment.id, _S.MISSED, _S.CHECKED_IN)
    came = punctuality(layout, place, now=change.now, begun=change.day)
    if came is None:
        opens_at = checks_in_from(layout, place, begun=change.day)
        if change.now >= opens_at:
            raise HallIsClosed
        raise NotToday(place.start.astimezone(layout.zone), opens_at.astimezone(layout.zone))
    if not layout.general_group and not layout.matter_of.keys() & set(appointment.matters):
        raise MatterIsGone
    takes = APPOINTMENT if APPOINTMENT in layout.class_of else WALK_IN
    issued = issue_booked(
        change,
        appointment,
        class_=WALK_IN if came is Punctuality.LATE else takes,
        due_at=max(place.start, change.now) if came is not Punctuality.LATE else change.now,
    )
    after = kept.record(
        change,
        EventName.APPOINTMENT_CHECKED_IN,
        appointment,
        ticket=issued.ticket.id,
        punctuality=came.value,
    )
    return CheckedIn(appointment=after, issued=issued, punctuality=came)


def undo_check_in(change: Change, *, which: str) -> Appointment:
    """Take a check-in back, as long as its ticket was not called."""
    appointment = kept.found(change, which)
    if appointment.ticket is None:
        appointment.moved_to(_S.BOOKED)
        raise HoldIsOver
    ticket = change.ticket(appointment.ticket)
    if ticket.status is not Status.WAITING:
        raise TicketIsUsed(ticket.number)
    change.record(EventName.TICKET_CLOSED, ticket, details={"reason": "check_in_undone"})
    return kept.record(change, EventName.APPOINTMENT_CHECK_IN_UNDONE, appointment)
