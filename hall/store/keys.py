"""Commands that are sent twice: the key that makes them one, and the answer that is kept."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """What makes a command the same command: who sent it, under which key, with what in it."""

    caller: str
    key: str
    fingerprint: str


class Answered(Exception):
    """The command was carried out before; ``answer`` is what it was answered then."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        super().__init__("answered before")


class KeyUsedDifferently(Exception):
    """The idempotency key was used before for another command."""
