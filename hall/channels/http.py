"""Any SMS gateway that is spoken to by HTTP: address, headers and body are templates."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote, urlencode
from urllib.request import Request, urlopen

from hall.channels.channel import Down, NotReached, Parcel, Refused, Unsure, WrongChannel
from hall.domain.contact import Contact

PATIENCE = 15.0
#: What can stand in braces in the address and the body.
PLACEHOLDERS = ("phone", "text", "subject", "id", "hall")
#: A gateway behind the gateway did not answer: it may have the message.
_UNSURE = frozenset({502, 504})
_LATER = frozenset({401, 403, 408, 425, 429})


@dataclass(frozen=True, kw_only=True)
class Http:
    """Hands messages to an SMS gateway."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    patience: float = PATIENCE
    name: str = "http"

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise WrongChannel(f"HALL_GATEWAY_URL: not http or https: {self.url!r}")
        try:
            self._request(Parcel(id="1", to="1", subject="s", text="t", sender="h", stop=""))
        except (KeyError, IndexError, ValueError) as error:
            names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise WrongChannel(
                f"HALL_GATEWAY_URL or HALL_GATEWAY_BODY: {error}; known are {names}"
            ) from error

    def address(self, contact: Contact) -> str:
        """Return the phone."""
        return contact.phone

    def send(self, parcel: Parcel) -> None:
        """Hand over one message; ``Idempotency-Key`` lets a gateway tell a second time."""
        try:
            with urlopen(self._request(parcel), timeout=self.patience) as answer:  # noqa: S310  # checked
                answer.read(1)
        except HTTPError as error:
            with error:
                raise _refusal(error.code) from error
        except URLError as error:  # while connecting or writing: the gateway has no whole message
            raise Down(type(error.reason).__name__) from error
        except (OSError, HTTPException) as error:  # while waiting for the answer
            raise Unsure(type(error).__name__) from error

    def _request(self, parcel: Parcel) -> Request:
        facts = {
            "phone": parcel.to,
            "text": parcel.text,
            "subject": parcel.subject,
            "id": parcel.id,
            "hall": parcel.sender,
        }
        in_address = {name: quote(fact, safe="") for name, fact in facts.items()}
        headers = {"Idempotency-Key": parcel.id, **self.headers}
        return Request(  # noqa: S310  # http or https, checked above
            self.url.format_map(in_address),
            data=self._body(facts) if self.body else None,
            headers=headers,
            method=self.method,
        )

    def _body(self, facts: Mapping[str, str]) -> bytes:
        """Return the body, each fact written as its kind of body wants it."""
        kinds = {name.lower(): kind for name, kind in self.headers.items()}
        kind = kinds.get("content-type", "application/json")
        if kind.startswith("application/json"):
            return json.dumps(_filled(json.loads(self.body), facts), ensure_ascii=False).encode()
        if kind.startswith("application/x-www-form-urlencoded"):
            fields = parse_qsl(self.body, keep_blank_values=True, strict_parsing=True)
            return urlencode([(name, text.format_map(facts)) for name, text in fields]).encode()
        return self.body.format_map(facts).encode()


def _filled(template: Any, facts: Mapping[str, str]) -> Any:
    """Return JSON whose texts are filled, however deep they stand."""
    if isinstance(template, str):
        return template.format_map(facts)
    if isinstance(template, list):
        return [_filled(part, facts) for part in template]
    if isinstance(template, dict):
        return {name: _filled(part, facts) for name, part in template.items()}
    return template


def _refusal(code: int) -> Exception:
    if code in _UNSURE:
        return Unsure(str(code))
    is_final = code in range(300, 500) and code not in _LATER
    return Refused(str(code)) if is_final else NotReached(str(code))
