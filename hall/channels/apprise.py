"""Whatever Apprise can reach; it is an extra: ``requirements-extras.txt``."""

import importlib
from typing import Any
from urllib.parse import quote

from hall.channels.channel import NotReached, Parcel, WrongChannel
from hall.domain.contact import Contact


class Apprise:
    """Hands messages to Apprise, whose address has ``{phone}`` or ``{email}`` where it differs."""

    name = "apprise"

    def __init__(self, url: str) -> None:
        if not url:
            raise WrongChannel("HALL_APPRISE_URL: is missing")
        self._url = url
        try:
            self._library: Any = importlib.import_module("apprise")
        except ImportError as error:
            raise WrongChannel(
                "HALL_MESSAGES: apprise: pip install -r requirements-extras.txt"
            ) from error

    def address(self, contact: Contact) -> str:
        """Return the mail address or the phone, whichever the address asks for."""
        return contact.email if "{email}" in self._url else contact.phone

    def send(self, parcel: Parcel) -> None:
        """Hand over one message; Apprise says no more than whether it went well."""
        to = quote(parcel.to, safe="")
        sender = self._library.Apprise()
        sender.add(self._url.replace("{email}", to).replace("{phone}", to))
        if not sender.notify(body=parcel.text, title=parcel.subject):
            raise NotReached("apprise")
