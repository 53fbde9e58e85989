"""The channel for trying things out: it prints whole messages, so keep its output to yourself."""

import sys
from typing import TextIO

from hall.channels.channel import NotReached, Parcel
from hall.domain.contact import Contact


class Console:
    """Prints messages instead of sending them."""

    name = "console"

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    def address(self, contact: Contact) -> str:
        """Return the phone, or the mail address; everybody is reached."""
        return contact.phone or contact.email

    def send(self, parcel: Parcel) -> None:
        """Print a message."""
        out = self._out or sys.stdout
        try:
            out.write(f"<{parcel.id}> {parcel.to}: {parcel.subject}\n  {parcel.text}\n")
            out.flush()
        except OSError as error:
            raise NotReached(type(error).__name__) from error
