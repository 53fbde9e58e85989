"""Screens: what a socket shows, in which rooms that puts it, and what it is told of an event."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hall.context import UnknownHall, View
from hall.domain.identities import CounterId, HallId, TicketId
from hall.push.public import PublicEvent


class ScreenKind(StrEnum):
    """What a screen is."""

    #: The big screen of a hall or a zone. 大屏
    WALL = "wall"
    #: The small screen above a counter. 窗口屏
    COUNTER = "counter"
    #: A citizen's phone. 手机页
    TICKET = "ticket"
    #: The console at a counter. 窗口端
    CLERK = "clerk"
    #: The manager's board. 管理端
    MANAGER = "manager"


class InvalidScreen(Exception):
    """What the client says of its screen cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """One screen of one hall."""

    hall: HallId
    kind: ScreenKind
    zone: str | None = None
    ticket: TicketId | None = None

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms whose messages reach this screen."""
        if self.kind is ScreenKind.TICKET:
            return frozenset({everybody(self.hall), phones(self.hall), phone(self.ticket)})
        return frozenset({everybody(self.hall), displays(self.hall, self.zone)})

    def told(self, event: PublicEvent) -> dict[str, Any]:
        """Return what this screen is told of an event."""
        if self.kind is ScreenKind.TICKET:
            return event.whole if event.ticket == self.ticket else event.hint
        return event.in_zone(self.zone)


def everybody(hall: HallId) -> str:
    """Return the room of every screen of a hall."""
    return f"hall/{hall}"


def displays(hall: HallId, zone: str | None) -> str:
    """Return the room of the displays and consoles that show a whole hall or one zone of it."""
    return f"displays/{hall}" if zone is None else f"displays/{hall}/{zone}"


def phones(hall: HallId) -> str:
    """Return the room of every phone in a hall."""
    return f"phones/{hall}"


def phone(ticket: TicketId | None) -> str:
    """Return the room of the phones that follow one ticket."""
    return f"phone/{ticket}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sync:
    """What a client says on every connect, as far as it can be read without the hall."""

    hall: HallId
    kind: ScreenKind
    zone: str | None
    counter: CounterId | None
    secret: str
    after: int | None

    def screen(self, view: View) -> Screen:
        """Return the screen that is meant.

        Raises:
            UnknownHall, UnknownCounter, UnknownTicket: there is no such thing.
        """
        if self.counter is not None:
            view.counter(self.counter)
        if self.zone is not None and all(c.zone != self.zone for c in view.layout.counters):
            raise UnknownHall(f"{self.hall} has no zone {self.zone!r}")
        ticket = None
        if self.kind is ScreenKind.TICKET:
            ticket = view.ticket_with_secret(self.secret).id
        zone = self.zone if self.kind is ScreenKind.WALL else None
        return Screen(hall=self.hall, kind=self.kind, zone=zone, ticket=ticket)


def sync_in(form: object) -> Sync:
    """Return what a client's ``sync`` says, or raise ``InvalidScreen``."""
    if not isinstance(form, dict):
        raise InvalidScreen("not an object")
    kind, after = form.get("screen"), form.get("after")
    if kind not in list(ScreenKind):
        raise InvalidScreen("screen")
    if after is not None and (not isinstance(after, int) or after < 0):
        raise InvalidScreen("after")
    counter, zone = _text(form, "counter"), _text(form, "zone")
    return Sync(
        hall=HallId(_text(form, "hall") or ""),
        kind=ScreenKind(kind),
        zone=zone,
        counter=CounterId(counter) if counter else None,
        secret=_text(form, "secret") or "",
        after=after,
    )


def _text(form: dict[Any, Any], key: str) -> str | None:
    found = form.get(key)
    if found is not None and not isinstance(found, str):
        raise InvalidScreen(key)
    return found or None
