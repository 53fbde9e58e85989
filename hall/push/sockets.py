"""The sockets of this process: who may join what, and the answer to ``sync``."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room, leave_room, rooms
from werkzeug.exceptions import Unauthorized

from hall.access import Caller, caller, caller_with
from hall.context import Context, UnknownCounter, UnknownHall, UnknownTicket, View
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.push.broadcast import MOST_EVENTS, Broadcast
from hall.push.public import public_events
from hall.push.screens import InvalidScreen, Screen, ScreenKind, Sync, sync_in
from hall.push.socket_repair import repair
from hall.queries.board import board

#: A board that several screens ask for at once is made once.
BOARD_SECONDS = 1.0
#: Who may open a console; every other screen is public.
ALLOWED: dict[ScreenKind, frozenset[Role]] = {
    ScreenKind.CLERK: frozenset({Role.CLERK, Role.GUIDE, Role.MANAGER, Role.ADMINISTRATOR}),
    ScreenKind.MANAGER: frozenset({Role.MANAGER, Role.PLANNER, Role.ADMINISTRATOR, Role.AUDITOR}),
}

#: A screen answers a ping every 10 seconds, within 5, or its socket is closed.
OPTIONS: dict[str, Any] = {
    "transports": ["websocket"],
    "ping_interval": 10,
    "ping_timeout": 5,
    "max_http_buffer_size": 16_384,
    "manage_session": False,
}
AsyncMode = Literal["gevent", "threading"]


class Refused(Exception):
    """A screen may not join; ``code`` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Boards:
    """Boards as they stood a moment ago, so that a thousand screens coming back cost one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[HallId, str | None], tuple[float, dict[str, Any]]] = {}

    def board(self, view: View, zone: str | None) -> dict[str, Any]:
        """Return the board of a hall or a zone, up to the sequence of ``view``."""
        made_at, kept = self._kept.get((view.hall, zone), (0.0, {}))
        if kept.get("sequence") == view.sequence and self._clock() - made_at < BOARD_SECONDS:
            return kept
        made = board(view, zone=zone)
        self._kept[view.hall, zone] = self._clock(), made
        return made


class Push:
    """The sockets of one process and what they say."""

    def __init__(self, app: Flask, context: Context, *, async_mode: AsyncMode) -> None:
        repair()
        self._context = context
        self._tokens: dict[str, str] = {}
        self._boards = Boards()
        self.sockets = SocketIO(app, async_mode=async_mode, **OPTIONS)
        self._broadcast = Broadcast(context, emit=self.sockets.emit, rest=self.sockets.sleep)
        self.sockets.on_event("connect", self._connect)
        self.sockets.on_event("disconnect", self._disconnect)
        self.sockets.on_event("sync", self._sync)

    def start(self) -> None:
        """Begin to tell the screens what happens."""
        self._context.store.listen(self._broadcast.hear)
        self.sockets.start_background_task(self._broadcast.run)

    def _connect(self, auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        if isinstance(token, str):
            self._tokens[_sid()] = token

    def _disconnect(self, _reason: object = None) -> None:
        self._tokens.pop(_sid(), None)

    def _sync(self, form: object = None) -> None:
        """Put the screen into its rooms first and read afterwards: nothing falls between."""
        try:
            asked = sync_in(form)
            screen = self._screen(asked)
        except InvalidScreen:
            emit("refused", {"code": "invalid"})
        except Unauthorized:
            emit("refused", {"code": "unauthorized"})
        except Refused as refused:
            emit("refused", {"code": refused.code})
        else:
            _join(screen)
            emit(*self._context.ask(asked.hall, partial(self._answer, screen, asked.after)))

    def _screen(self, asked: Sync) -> Screen:
        allowed = ALLOWED.get(asked.kind)
        if allowed is not None:
            who = self._caller()
            if not allowed & who.roles(asked.hall):
                raise Refused("forbidden" if who.person or who.device else "unauthorized")
        try:
            return self._context.ask(asked.hall, asked.screen)
        except (UnknownHall, UnknownCounter, UnknownTicket) as error:
            raise Refused("not_found") from error

    def _caller(self) -> Caller:
        """Return who opened the socket: by the token of its ``auth``, or as any request."""
        token = self._tokens.get(_sid())
        return caller_with(token, None, self._context) if token else caller()

    def _answer(self, screen: Screen, after: int | None, view: View) -> tuple[str, dict[str, Any]]:
        """Return what a screen has missed; a snapshot if that is too much, or cannot be said."""
        self._broadcast.follow(screen.hall, head=view.sequence)
        if after is None or not 0 <= view.sequence - after <= MOST_EVENTS:
            return "snapshot", self._boards.board(view, screen.zone)
        events = public_events(view, after=after, limit=MOST_EVENTS)
        missed = [screen.told(event) for event in events]
        return "events", {"after": after, "sequence": view.sequence, "events": missed}


def _join(screen: Screen) -> None:
    """Put the socket into its screen's rooms, and out of all others but its own."""
    before = {room for room in rooms() if room != _sid()}
    for room in before - screen.rooms:
        leave_room(room)
    for room in screen.rooms - before:
        join_room(room)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
