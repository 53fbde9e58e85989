"""The seal over personal data: what it closes only this installation opens; what it marks matches.

Everything derives from the one secret of the installation. Whoever has the database alone can
neither read a phone number nor try all of them against its mark.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken

from hall.domain.contact import Contact
from hall.store.appointments import Whose


class BrokenSeal(Exception):
    """What was sealed was changed, or sealed by another installation."""


class Seal:
    """Closes and opens personal data, and marks it so that the same can be found again."""

    def __init__(self, secret: str) -> None:
        self._marking = _derived(secret, b"mark")
        self._box = Fernet(base64.urlsafe_b64encode(_derived(secret, b"box")))

    @classmethod
    def passing(cls) -> Self:
        """Return a seal of its own, that nobody can open once it is gone."""
        return cls(secrets.token_hex(32))

    def close(self, facts: dict[str, Any]) -> str:
        """Return facts in a form that only ``open`` can read."""
        return self._box.encrypt(json.dumps(facts, ensure_ascii=False).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """Return what was sealed, or raise ``BrokenSeal``."""
        try:
            facts: dict[str, Any] = json.loads(self._box.decrypt(sealed.encode()))
        except InvalidToken as wrong:
            raise BrokenSeal from wrong
        return facts

    def whose(self, contact: Contact, *, language: str) -> Whose:
        """Return whose an appointment is, sealed and marked."""
        return Whose(
            person=self.mark(*contact.known_as),
            id_mark=self.mark("id", contact.id_number) if contact.id_number else "",
            digits=self.mark("digits", contact.digits) if contact.phone else "",
            contact=self.close(asdict(contact)),
            language=language,
        )

    def contact(self, whose: Whose) -> Contact | None:
        """Return who an appointment is for; nothing once that was forgotten."""
        return Contact(**self.open(whose.contact)) if whose.contact else None

    def mark(self, kind: str, text: str) -> str:
        """Return the same mark for the same text of one kind, from which nothing can be told."""
        return hmac.new(self._marking, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def _derived(secret: str, purpose: bytes) -> bytes:
    return hmac.new(secret.encode(), b"hall/" + purpose, hashlib.sha256).digest()
