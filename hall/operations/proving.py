"""A booking by the public that holds only once they used the code, or the link, sent to them."""

import secrets
from hmac import compare_digest

from hall.domain.appointments import Appointment, AppointmentStatus, Share
from hall.domain.events import EventName
from hall.domain.messages import Kind, Planned
from hall.domain.moments import written
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.change import Change
from hall.store.outbox import post
from hall.store.proofs import count_try, keep_proof, link_of, proof_of
from hall.store.view import View

#: Codes that are sent for one hold, and wrong ones that are taken of each.
MOST_SENT, MOST_TRIES = 3, 5


class WrongProof(Exception):
    """This is not the code that was sent; ``left`` says how often another may be tried."""

    def __init__(self, left: int) -> None:
        self.left = left
        super().__init__(f"{left} left")


class TooManyCodes(Exception):
    """No more codes are sent for this hold."""


def is_needed(view: View, held: Appointment) -> bool:
    """Whether a hold waits for a code before it becomes a promise."""
    return view.layout.booking.confirmation and held.share is Share.PUBLIC


def send_code(change: Change, held: Appointment, *, again: bool = False) -> Appointment:
    """Send a code to whoever books, and keep the slot for as long as they may take.

    Args:
        change: the hall.
        held: the hold.
        again: whether to send another although one is on its way.
    """
    proof = proof_of(change, held.id)
    if proof is not None and proof.sealed is not None and not again:
        return held
    sent = proof.sent if proof is not None else 0
    if sent >= MOST_SENT:
        raise TooManyCodes
    if sent == 0:
        until = change.now + change.layout.booking.confirm
        until = max(until, held.held_until or until)
        held = kept.record(change, EventName.APPOINTMENT_CODE_SENT, held, until=written(until))
    digits = f"{secrets.randbelow(10**6):06d}"
    keep_proof(change, held.id, sealed=change.seal.close({"digits": digits}), sent=sent + 1)
    until = held.held_until or change.now
    letter = Planned(
        kind=Kind.CODE, about=str(sent + 1), due=change.now, until=until, is_urgent=True
    )
    post(change, held.id, [letter])
    return held


def send_again(change: Change, *, code: str) -> Appointment:
    """Send another code for a hold; the one before is good for nothing then."""
    held = kept.with_code(change, code)
    if change.status_of(held) is not AppointmentStatus.HELD or proof_of(change, held.id) is None:
        return held
    return send_code(change, held, again=True)


def try_code(change: Change, *, code: str) -> None:
    """Count that a code is about to be tried; it counts although the trial itself is refused."""
    count_try(change, kept.with_code(change, code).id)


def check_proof(change: Change, held: Appointment, given: str) -> None:
    """Refuse what is not the code that was sent, nor what its link carries."""
    proof = proof_of(change, held.id)
    if proof is None or proof.sealed is None:
        raise WrongProof(left=0)
    left = MOST_TRIES - proof.tries
    digits = str(change.seal.open(proof.sealed)["digits"])
    typed = "".join(sign for sign in given if not sign.isspace())
    good = (digits, link_of(change.seal, held.id, digits))
    if left < 0 or not any(compare_digest(typed.encode(), one.encode()) for one in good):
        raise WrongProof(left=max(0, left))


def begin_anew(change: Change, held: Appointment) -> None:
    """Take back what was proved: messages are to go elsewhere."""
    proof = proof_of(change, held.id)
    if proof is not None:
        keep_proof(change, held.id, sealed=None, sent=proof.sent)


def reached_at(change: Change, whose: Whose) -> tuple[str, str] | None:
    """Return where somebody is reached."""
    contact = change.seal.contact(whose)
    return (contact.phone, contact.email) if contact is not None else None
