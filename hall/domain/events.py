"""An event: one line of a hall's journal, chained to the line before it by its hash."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hall.domain import moments
from hall.domain.canonical import digest
from hall.domain.identities import CounterId, HallId, LayoutHash, TicketId


class EventName(StrEnum):
    """What happened, in the past tense."""

    DAY_OPENED = "DayOpened"
    DAY_CLOSED = "DayClosed"
    LAYOUT_ACTIVATED = "LayoutActivated"
    #: A layout is to come into force at a moment.
    LAYOUT_SCHEDULED = "LayoutScheduled"
    #: A second person agrees.
    LAYOUT_APPROVED = "LayoutApproved"
    LAYOUT_WITHDRAWN = "LayoutWithdrawn"
    #: Its time came, but it does not fit this hall any more.
    LAYOUT_REFUSED = "LayoutRefused"
    ROSTER_LOADED = "RosterLoaded"
    COUNTER_OPENED = "CounterOpened"
    COUNTER_READY = "CounterReady"
    COUNTER_PAUSED = "CounterPaused"
    COUNTER_CLOSED = "CounterClosed"
    #: A manager accepted the proposal to open a counter; its clerk is asked to.
    COUNTER_ASKED = "CounterAsked"
    TICKET_ISSUED = "TicketIssued"
    TICKET_CALLED = "TicketCalled"
    TICKET_RECALLED = "TicketRecalled"
    SERVICE_STARTED = "ServiceStarted"
    SERVICE_FINISHED = "ServiceFinished"
    TICKET_HELD = "TicketHeld"
    TICKET_RETURNED = "TicketReturned"
    TICKET_TRANSFERRED = "TicketTransferred"
    #: Finished at this counter, in line for the next stop of the same visit.
    TICKET_QUEUED_AGAIN = "TicketQueuedAgain"
    #: The citizen asked to drop back some places.
    TICKET_POSTPONED = "TicketPostponed"
    #: A new layout has the ticket's matters in another line; its place stays.
    TICKET_RELINED = "TicketRelined"
    #: Matters were added at the counter, or taken out.
    TICKET_MATTERS_CHANGED = "TicketMattersChanged"
    TICKET_NOT_SHOWN = "TicketNotShown"
    TICKET_CAME_BACK = "TicketCameBack"
    TICKET_ABANDONED = "TicketAbandoned"
    TICKET_CLOSED = "TicketClosed"
    STEP_UNDONE = "StepUndone"
    APPOINTMENT_HELD = "AppointmentHeld"
    #: A code was sent to whoever books: the hold waits for it.
    APPOINTMENT_CODE_SENT = "AppointmentCodeSent"
    APPOINTMENT_CONFIRMED = "AppointmentConfirmed"
    APPOINTMENT_MOVED = "AppointmentMoved"
    #: A new layout has its matters in other groups or of another length; its time stays.
    APPOINTMENT_REFITTED = "AppointmentRefitted"
    APPOINTMENT_CANCELLED = "AppointmentCancelled"
    #: A hold that the citizen let go.
    APPOINTMENT_RELEASED = "AppointmentReleased"
    APPOINTMENT_EXPIRED = "AppointmentExpired"
    APPOINTMENT_CHECKED_IN = "AppointmentCheckedIn"
    #: A guide took a check-in back.
    APPOINTMENT_CHECK_IN_UNDONE = "AppointmentCheckInUndone"
    APPOINTMENT_MISSED = "AppointmentMissed"
    #: The citizen asks that it be forgiven.
    APPOINTMENT_APPEALED = "AppointmentAppealed"
    APPOINTMENT_FORGIVEN = "AppointmentForgiven"
    APPOINTMENT_APPEAL_REFUSED = "AppointmentAppealRefused"
    WAITLIST_JOINED = "WaitlistJoined"
    #: A freed slot is held for somebody on the waitlist until they answer.
    WAITLIST_OFFERED = "WaitlistOffered"
    #: They let it go, and keep their place.
    WAITLIST_PASSED = "WaitlistPassed"
    WAITLIST_LEFT = "WaitlistLeft"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One fact of a hall; ``details`` is plain JSON without personal data or secrets."""

    hall: HallId
    sequence: int
    at: datetime
    name: EventName
    layout: LayoutHash
    ticket: TicketId | None = None
    number: str | None = None
    appointment: str | None = None
    counter: CounterId | None = None
    actor: str | None = None
    device: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    previous: str = ""
    hash: str = ""

    def chained(self, previous: str) -> "Event":
        """Return the event behind the one whose hash is ``previous``."""
        linked = replace(self, previous=previous, hash="")
        body = event_form(linked)
        del body["hash"]
        return replace(linked, hash=digest(body))


def event_form(event: Event) -> dict[str, Any]:
    """Return the event as its journal line."""
    return {
        "hall": event.hall,
        "sequence": event.sequence,
        "at": moments.written(event.at),
        "name": event.name.value,
        "ticket": event.ticket,
        "number": event.number,
        "appointment": event.appointment,
        "counter": event.counter,
        "actor": event.actor,
        "device": event.device,
        "layout": event.layout,
        "details": event.details,
        "previous": event.previous,
        "hash": event.hash,
    }


def event_in(form: dict[str, Any]) -> Event:
    """Return the event of a journal line."""
    return Event(
        **{
            **form,
            "at": moments.read(form["at"]),
            "name": EventName(form["name"]),
        }
    )
