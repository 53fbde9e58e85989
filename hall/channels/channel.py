"""What every channel does: it knows whom it reaches, takes a parcel, or says why not."""

from dataclasses import dataclass
from typing import Protocol

from hall.domain.contact import Contact


class NotReached(Exception):
    """Whoever takes messages did not answer, or wants us to come again: it was surely not sent."""


class Down(NotReached):
    """The channel itself does not answer: others need not be tried now."""


class Refused(Exception):
    """This message will never be taken."""


class Unsure(Exception):
    """The answer was lost: nobody here can tell whether it was sent."""


class WrongChannel(Exception):
    """A channel's settings are wrong; the message names the setting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A message with its address; the same message has the same id at every attempt."""

    id: str
    to: str
    subject: str
    text: str
    #: The hall's name, as the sender.
    sender: str
    #: An address at which the reader leaves the messages.
    stop: str


class Channel(Protocol):
    """A way out of the hall."""

    @property
    def name(self) -> str:
        """What it is called in the settings and on the pages."""

    def address(self, contact: Contact) -> str:
        """Return where it reaches somebody; empty if it does not."""

    def send(self, parcel: Parcel) -> None:
        """Hand over one message.

        Raises:
            NotReached: surely not sent; try again later.
            Refused: never try again.
            Unsure: perhaps sent.
        """
