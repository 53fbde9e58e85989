"""A hold that waits for its code: where that was sent, and what can still be tried."""

from collections.abc import Iterable
from dataclasses import dataclass

from hall.channels.channel import Channel
from hall.domain.contact import Contact, masked_email, masked_phone
from hall.store import appointments as kept
from hall.store.proofs import proof_of
from hall.store.seal import Seal
from hall.store.view import View


class NobodyIsReached(Exception):
    """The hall wants a code used, and no way that it has leads to whoever books."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What was sent to whoever books; phone and mail address masked."""

    phone: str
    email: str
    #: How many codes were sent, and whether the last is still good.
    codes: int
    is_good: bool


def sent(view: View, *, code: str, seal: Seal) -> Sent | None:
    """Return what was sent for a hold; nothing if nothing was."""
    held = kept.with_code(view, code)
    proof = proof_of(view, held.id)
    contact = seal.contact(kept.whose(view, held.id))
    if proof is None or contact is None:
        return None
    return Sent(
        phone=masked_phone(contact.phone) if contact.phone else "",
        email=masked_email(contact.email),
        codes=proof.sent,
        is_good=proof.sealed is not None,
    )


def check_reach(view: View, contact: Contact | None, channels: Iterable[Channel]) -> None:
    """Raise ``NobodyIsReached`` if the hall wants a code used and cannot send it to somebody."""
    wants = view.layout.booking.confirmation
    if wants and contact is not None and not any(channel.address(contact) for channel in channels):
        raise NobodyIsReached
