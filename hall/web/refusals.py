"""How each refusal is told: the status, a code for programs, a sentence for people."""

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from flask_wtf.csrf import CSRFError

from hall.access import CrossSite
from hall.context import (
    KeyUsedDifferently,
    PuzzleIsOver,
    PuzzleIsWrong,
    UnknownAppointment,
    UnknownCounter,
    UnknownEntry,
    UnknownHall,
    UnknownPerson,
    UnknownRun,
    UnknownStudy,
    UnknownTicket,
)
from hall.domain.appointments import IllegalPardon, IllegalStep
from hall.domain.contact import WrongIdNumber, WrongPhone
from hall.domain.limits import TooOften
from hall.domain.reading import BadFile
from hall.domain.rollouts import NotScheduled, UnknownRollout
from hall.domain.slots import NotThatDay
from hall.domain.tickets import IllegalMove
from hall.operations import (
    admission,
    booking,
    call,
    check_in,
    day,
    forgiving,
    guards,
    issue,
    outcomes,
    people,
    proposals,
    proving,
    rollout,
    serve,
    standing,
    waitlist,
    waitlist_offers,
)
from hall.queries import report
from hall.queries.proving import NobodyIsReached

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one kind of refusal is told; ``at`` names the field that is wrong, if one is."""

    status: int
    code: str
    title: LazyString
    at: str | None = None


REFUSALS: dict[type[Exception], Refusal] = {
    IllegalMove: Refusal(409, "illegal_move", _("This ticket cannot be moved like that now")),
    guards.CounterIsBusy: Refusal(409, "counter_busy", _("This counter has a citizen already")),
    guards.CounterIsNotReady: Refusal(409, "counter_not_ready", _("This counter is not open")),
    guards.NotYourCounter: Refusal(403, "not_your_counter", _("Somebody else works there")),
    issue.ClassNotAllowed: Refusal(403, "class_not_allowed", _("You may not give this class")),
    issue.UnknownMatter: Refusal(422, "unknown_matter", _("This matter is not known"), "matters"),
    issue.MatterMissing: Refusal(422, "matter_missing", _("Please choose a matter"), "matters"),
    issue.TooManyMatters: Refusal(422, "too_many_matters", _("Too many matters"), "matters"),
    issue.DailyLimitReached: Refusal(
        409, "daily_limit_reached", _("Today's numbers for this matter are used up")
    ),
    issue.NoMoreTicketsToday: Refusal(
        409, "no_more_tickets_today", _("Your turn would come after closing time")
    ),
    day.HallIsClosed: Refusal(409, "hall_is_closed", _("The hall is closed")),
    day.DayIsOpen: Refusal(409, "day_is_open", _("The day is open already")),
    day.DayIsNotOpen: Refusal(409, "day_is_not_open", _("The day is not open")),
    call.ReasonMissing: Refusal(422, "reason_missing", _("Please say why"), "reason"),
    serve.NothingToUndo: Refusal(409, "nothing_to_undo", _("This step cannot be undone any more")),
    serve.UnknownGroup: Refusal(422, "unknown_group", _("This group is not known"), "group"),
    serve.NobodyBehind: Refusal(409, "nobody_behind", _("There is nobody behind to let pass")),
    outcomes.UnknownOutcome: Refusal(
        422, "unknown_outcome", _("This outcome is not known"), "outcomes"
    ),
    rollout.OtherHall: Refusal(422, "other_hall", _("The layout is another hall's"), "hall.id"),
    rollout.LayoutIsInForce: Refusal(
        409, "layout_in_force", _("The hall works by this layout already")
    ),
    rollout.LayoutDoesNotFit: Refusal(
        409, "layout_does_not_fit", _("Somebody in the hall needs what this layout does not have")
    ),
    rollout.ApprovalMissing: Refusal(
        409, "approval_missing", _("A second person has to approve it first")
    ),
    rollout.SamePerson: Refusal(
        403, "same_person", _("Whoever scheduled a layout cannot approve it")
    ),
    rollout.NothingBefore: Refusal(409, "nothing_before", _("No layout before this one is known")),
    NotScheduled: Refusal(409, "not_scheduled", _("This layout is not waiting any more")),
    UnknownRollout: Refusal(404, "unknown_rollout", _("There is no such rollout")),
    proposals.UnknownProposal: Refusal(404, "unknown_proposal", _("There is no such proposal")),
    people.NotAdmitted: Refusal(401, "not_admitted", _("Name or password is not right")),
    people.PasswordIsTooShort: Refusal(
        422, "password_too_short", _("The password needs at least 10 characters"), "password"
    ),
    people.LoginIsTaken: Refusal(409, "login_is_taken", _("Somebody else has this name")),
    report.PeriodIsWrong: Refusal(422, "period_is_wrong", _("The period is wrong"), "until"),
    UnknownTicket: Refusal(404, "unknown_ticket", _("There is no such ticket")),
    UnknownCounter: Refusal(404, "unknown_counter", _("There is no such counter")),
    UnknownHall: Refusal(404, "unknown_hall", _("There is no such hall")),
    UnknownPerson: Refusal(404, "unknown_person", _("There is no such person")),
    UnknownStudy: Refusal(404, "unknown_study", _("There is no such study")),
    UnknownRun: Refusal(404, "unknown_run", _("There is no such run")),
    booking.NotBookable: Refusal(
        422, "not_bookable", _("No appointments are given for this matter"), "matters"
    ),
    NotThatDay: Refusal(422, "not_that_day", _("This time cannot be booked"), "slot"),
    booking.SlotIsFull: Refusal(409, "slot_full", _("This time has just been taken"), "slot"),
    standing.TooManyBookings: Refusal(
        409, "too_many_bookings", _("You have as many appointments as one may have")
    ),
    standing.BookingIsBlocked: Refusal(
        403, "booking_blocked", _("You missed appointments; please walk in, or call us")
    ),
    booking.TooLateToCancel: Refusal(
        409, "too_late", _("It is too late to change this appointment here; please call us")
    ),
    proving.WrongProof: Refusal(
        422, "wrong_code", _("This is not the code that was sent to you"), "digits"
    ),
    proving.TooManyCodes: Refusal(
        409, "too_many_codes", _("No more codes are sent for this time; please choose again")
    ),
    NobodyIsReached: Refusal(
        422,
        "not_reached",
        _("The hall cannot send you its code there; give an e-mail address, or call us"),
        "email",
    ),
    forgiving.TooLateToAppeal: Refusal(
        409, "too_late_to_appeal", _("This can no longer be asked here; please talk to us")
    ),
    forgiving.OnlyManagersDecide: Refusal(
        403, "only_managers", _("The citizen asked for it, so a manager decides")
    ),
    IllegalPardon: Refusal(409, "not_to_be_pardoned", _("There is nothing to forgive here")),
    booking.WhoIsMissing: Refusal(
        422, "who_is_missing", _("A name, and a phone or an ID number, are needed"), "phone"
    ),
    booking.HoldIsOver: Refusal(
        409, "hold_is_over", _("The time was kept for you too long ago; please choose again")
    ),
    waitlist.AlreadyWaiting: Refusal(
        409, "already_waiting", _("You are on the waitlist for this already")
    ),
    waitlist.TimeIsFree: Refusal(
        409, "time_is_free", _("You need not wait: a time that suits you is free"), "days"
    ),
    waitlist_offers.OfferIsPersonal: Refusal(
        409, "offer_is_personal", _("This time is kept for who waited for it, and nobody else")
    ),
    UnknownEntry: Refusal(
        404, "unknown_entry", _("There is no place on the waitlist with this code"), "code"
    ),
    check_in.NotToday: Refusal(409, "not_today", _("It is too early to check in")),
    check_in.MatterIsGone: Refusal(
        409, "matter_is_gone", _("What was booked is no longer handled here; please ask a guide")
    ),
    check_in.TicketIsUsed: Refusal(409, "ticket_is_used", _("The number was called already")),
    IllegalStep: Refusal(
        409, "appointment_is_over", _("This appointment cannot be changed like that any more")
    ),
    UnknownAppointment: Refusal(
        404, "unknown_appointment", _("There is no appointment with this code"), "code"
    ),
    WrongPhone: Refusal(422, "wrong_phone", _("This is not a phone number"), "phone"),
    WrongIdNumber: Refusal(
        422, "wrong_id_number", _("This ID number is not right; please check it"), "id_number"
    ),
    TooOften: Refusal(429, "too_many_requests", _("Tried too often")),
    admission.PuzzleIsMissing: Refusal(
        422, "puzzle_missing", _("Your device has not done its check against machines"), "puzzle"
    ),
    PuzzleIsWrong: Refusal(
        422, "puzzle_wrong", _("The check against machines did not succeed"), "puzzle"
    ),
    PuzzleIsOver: Refusal(
        409, "puzzle_over", _("The check against machines is too old, or was used"), "puzzle"
    ),
    KeyUsedDifferently: Refusal(
        422, "key_used_differently", _("This key was used for another command"), "Idempotency-Key"
    ),
    BadFile: Refusal(422, "bad_file", _("The file has mistakes")),
    CrossSite: Refusal(403, "cross_site", _("This request came from another site")),
    CSRFError: Refusal(403, "csrf", _("The page was open too long; please load it again")),
}
#: The same for refusals of HTTP itself.
HTTP: dict[int, Refusal] = {
    400: Refusal(400, "unreadable", _("The request cannot be read")),
    401: Refusal(401, "not_signed_in", _("Please sign in")),
    403: Refusal(403, "not_allowed", _("You may not do this")),
    404: Refusal(404, "not_found", _("There is nothing here")),
    405: Refusal(405, "method_not_allowed", _("This address does not do that")),
    413: Refusal(413, "too_large", _("The request is too large")),
    415: Refusal(415, "not_json", _("The request is not JSON")),
    422: Refusal(422, "invalid", _("A field is wrong")),
    500: Refusal(500, "broken", _("Something broke; it has been noted")),
    503: Refusal(503, "not_ready", _("The service is not ready")),
}
