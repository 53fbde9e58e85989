"""Whatever Apprise can reach; it is an extra: ``pip install apprise``."""

import importlib
from typing import Any
from urllib.parse import quote

from hall.channels.channel import NotReached, Parcel, WrongChannel
from hall.domain.contact import Contact


class Apprise:
    """Hands messages to Apprise, whose address has ``{phone}`` or ``{email}`` where it differs."""

    name = "apprise"

    def __init__(self, url: str, *, library: Any = None) -> None:
        if not url:
            raise WrongChannel("HALL_APPRISE_URL: is missing")
        self._url = url
        try:
            self._library = library or importlib.import_module("apprise")
        except ImportError as error:
            raise WrongChannel("HALL_MESSAGES: apprise: pip install apprise") from error

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
