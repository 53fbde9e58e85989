"""Messages ready to be sent, and as the staff see them: whom they reach, masked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.domain.appointments import Appointment
from hall.domain.contact import Contact, masked_name
from hall.domain.following import excuse, follows
from hall.domain.letters import SHIPPED, Wording, day_in, fill
from hall.domain.messages import AHEAD, NECESSARY, Kind, Message, Quiet, is_true
from hall.domain.moments import written
from hall.domain.tickets import Status, Ticket
from hall.queries.bookings import materials
from hall.queries.waiting import ticket_outlook
from hall.store import appointments as kept
from hall.store.appeals import appeal_of
from hall.store.appointments import UnknownAppointment, Whose
from hall.store.discipline import standing_of
from hall.store.messaging import quiet_hours, sealed_code, wants_nothing, wording, wordings
from hall.store.proofs import link_of, proof_of
from hall.store.seal import BrokenSeal, Seal
from hall.store.view import View

#: What is said of an appointment that was missed.
_AFTER = frozenset({Kind.MISSED, Kind.FORGIVEN, Kind.NOT_FORGIVEN})
#: What somebody who leaves the messages proves they were sent one.
_LEAVING = "leave messages"


class NotYet(Exception):
    """It is too early for this message; it is asked again."""


class NotNeeded(Exception):
    """This message will not be sent; ``why`` is a code."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message with its reader and its words, for the moment in which it is sent."""

    contact: Contact
    language: str
    wording: Wording
    #: Where its reader can leave the messages.
    stop: str


def letter(view: View, message: Message, *, seal: Seal, address: str) -> Letter:
    """Return a message as it is to be sent now.

    Args:
        view: the hall.
        message: one that is due.
        seal: opens whose the appointment is.
        address: where citizens' phones reach the hall.

    Raises:
        NotYet: more than three are still ahead.
        NotNeeded: it is not true any more, there is nobody to tell, or they want to hear nothing.
    """
    appointment = kept.with_id(view, message.appointment)
    if not is_true(message, appointment, now=view.now):
        raise NotNeeded("overtaken")
    whose = kept.whose(view, appointment.id)
    contact = _contact(seal, whose)
    if contact is None:
        raise NotNeeded("forgotten")
    if message.kind not in NECESSARY and wants_nothing(view, whose.person):
        raise NotNeeded("unsubscribed")
    language = "zh" if whose.language.startswith("zh") else "en"
    stop = f"{address}/messages/stop/{view.hall}/{leaving_token(seal, appointment)}"
    facts = _facts(view, appointment, contact, language=language)
    facts |= _code(view, appointment, seal, address=address) | {"stop": stop}
    if message.kind is Kind.CODE:
        facts |= _proof(view, message, seal, link=facts["link"])
    if message.kind in _AFTER:
        facts |= _after(view, appointment, seal, language=language)
    if message.kind is Kind.THREE_AHEAD:
        facts |= _turn(view, appointment)
    if message.kind in (Kind.FREED_SLOT, Kind.CODE):
        facts["until"] = f"{message.until.astimezone(view.layout.zone):%H:%M}"
    words = fill(wording(view, message.kind, language), facts)
    return Letter(contact=contact, language=language, wording=words, stop=stop)


def morning(view: View) -> datetime | None:
    """Return when the quiet hours end, if it is quiet now."""
    if view.layout_hash is None:
        return None
    night = quiet_hours(view).around(view.now, view.layout.zone)
    return None if night is None else night[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Speech:
    """How a hall speaks: every wording, which are its own, and when it is quiet."""

    words: dict[tuple[Kind, str], Wording]
    own: frozenset[Kind]
    quiet: Quiet


def speech(view: View) -> Speech:
    """Return how a hall speaks."""
    own = wordings(view)
    return Speech(
        words={**SHIPPED, **own},
        own=frozenset(kind for kind, _ in own),
        quiet=quiet_hours(view),
    )


def leaving_token(seal: Seal, appointment: Appointment) -> str:
    """Return what a link to leave the messages carries; only this installation can make it."""
    return f"{appointment.id}.{seal.mark(_LEAVING, appointment.id)[:32]}"


def leaving(view: View, token: str, *, seal: Seal) -> str:
    """Return the mark of the person whose link to leave the messages this is."""
    appointment = kept.with_id(view, token.partition(".")[0])
    if leaving_token(seal, appointment) != token:
        raise UnknownAppointment(token)
    return kept.whose(view, appointment.id).person


def shown(view: View, message: Message, *, seal: Seal) -> dict[str, Any]:
    """Return a message as staff see it; nothing says whose it is but a masked name and phone."""
    appointment = kept.with_id(view, message.appointment)
    try:
        contact = _contact(seal, kept.whose(view, appointment.id))
    except NotNeeded:
        contact = None
    return {
        "id": message.id,
        "kind": message.kind,
        "state": message.state,
        "is_unsure": message.is_unsure,
        "attempts": message.attempts,
        "channel": message.channel,
        "problem": message.problem,
        "due": written(message.due),
        "made": written(message.made_at),
        "sent": written(message.sent_at) if message.sent_at else None,
        "start": written(appointment.place.start),
        "who": f"{masked_name(contact.name)} {contact.masked}" if contact else None,
    }


def _contact(seal: Seal, whose: Whose) -> Contact | None:
    try:
        return seal.contact(whose)
    except BrokenSeal as error:  # the secret key was replaced: no reason to stop for the others
        raise NotNeeded("broken_seal") from error


def _facts(
    view: View, appointment: Appointment, contact: Contact, *, language: str
) -> dict[str, str]:
    layout, start = view.layout, appointment.place.start.astimezone(view.layout.zone)
    is_chinese = language == "zh"
    comma, nothing = ("、", "无") if is_chinese else (", ", "nothing")
    known = [layout.matter_of[code] for code in appointment.matters if code in layout.matter_of]
    papers = comma.join(paper["name"][language] for paper in materials(view, appointment))
    return {
        "hall": layout.name.in_language(language),
        "name": masked_name(contact.whom or contact.name),
        "day": day_in(language, start),
        "time": f"{start:%H:%M}",
        "matters": comma.join(matter.name.in_language(language) for matter in known),
        "papers": papers or nothing,
    }


def _code(view: View, appointment: Appointment, seal: Seal, *, address: str) -> dict[str, str]:
    sealed = sealed_code(view, appointment.id)
    code = str(seal.open(sealed)["code"]) if sealed else ""
    return {"code": code, "link": f"{address}/b/{code}"}


def _proof(view: View, message: Message, seal: Seal, *, link: str) -> dict[str, str]:
    """Return the code that was made last for a hold, and a link that says the same."""
    proof = proof_of(view, message.appointment)
    if proof is None or proof.sealed is None or message.about != str(proof.sent):
        raise NotNeeded("overtaken")
    digits = str(seal.open(proof.sealed)["digits"])
    token = link_of(seal, message.appointment, digits)
    return {"digits": digits, "link": f"{link}/confirm/{token}"}


def _after(view: View, appointment: Appointment, seal: Seal, *, language: str) -> dict[str, str]:
    """Return what follows from a missed appointment, and what the hall said to an appeal."""
    rules, whose = view.layout.booking.discipline, kept.whose(view, appointment.id)
    now = standing_of(view, whose)
    told = [
        excuse(appointment.pardon, language),
        follows(now, rules, zone=view.layout.zone, language=language),
    ]
    gap = "" if language == "zh" else " "
    said = appeal_of(view, appointment.id, seal=seal)
    return {"follows": gap.join(filter(None, told)), "answer": said.answer}


def _turn(view: View, appointment: Appointment) -> dict[str, str]:
    """Return the number and how many are ahead, once they are few."""
    ticket = _ticket(view, appointment)
    if ticket.status is not Status.WAITING:
        raise NotNeeded("overtaken")
    expected = ticket_outlook(view, ticket)
    if expected is None or expected.ahead > AHEAD:
        raise NotYet
    return {"number": ticket.number, "ahead": str(expected.ahead)}


def _ticket(view: View, appointment: Appointment) -> Ticket:
    if appointment.ticket is None:
        raise NotNeeded("overtaken")
    return view.ticket(appointment.ticket)
