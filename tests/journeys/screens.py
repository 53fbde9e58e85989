"""A screen that speaks docs/wire.md and nothing else, for journeys without a browser."""

import queue
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

import socketio

#: Longer than anything takes; what is waited for comes or the test fails.
PATIENCE = 15.0


@dataclass(kw_only=True)
class Screen:
    """What a screen has: its sequence, the calls it shows, the announcements it would speak."""

    url: str
    hall: str
    kind: str = "wall"
    join: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    sequence: int | None = None
    #: Sequences of the events applied one by one, in order.
    applied: list[int] = field(default_factory=list)
    calls: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    snapshots: int = 0
    #: Every event as it was told, one by one or together.
    heard: list[dict[str, Any]] = field(default_factory=list)
    refused: str | None = None
    _socket: socketio.Client | None = None
    _heard: "queue.Queue[tuple[str, dict[str, Any]]]" = field(default_factory=queue.Queue)
    _buffer: list[dict[str, Any]] = field(default_factory=list)
    _is_syncing: bool = False

    def connect(self) -> Self:
        """Connect and synchronize."""
        self._heard = queue.Queue()
        self._socket = socketio.Client(reconnection=False)
        self._socket.on("*", lambda name, message: self._heard.put((name, message)))
        self._socket.on("disconnect", lambda _reason: self._heard.put(("lost", {})))
        auth = {"token": self.token} if self.token else None
        self._socket.connect(self.url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)
        self._sync()
        while self._is_syncing:
            self._hear_one()
        return self

    def cut(self) -> None:
        """Lose the connection."""
        if self._socket is not None:
            self._socket.disconnect()
        self._on_lost({})

    def hear_until(self, sequence: int) -> None:
        """Listen until everything up to a journal entry is known."""
        while self.sequence is None or self.sequence < sequence:
            self._hear_one()

    def hear_until_lost(self) -> None:
        """Listen until the server is gone."""
        while self._socket is not None:
            self._hear_one()

    def _sync(self) -> None:
        assert self._socket is not None
        message = {"hall": self.hall, "screen": self.kind, **self.join}
        if self.sequence is not None:
            message["after"] = self.sequence
        self._is_syncing = True
        self._socket.emit("sync", message)

    def _hear_one(self) -> None:
        name, message = self._heard.get(timeout=PATIENCE)
        getattr(self, f"_on_{name}")(message)

    def _on_snapshot(self, board: dict[str, Any]) -> None:
        self.snapshots += 1
        self.sequence = board["sequence"]
        self.calls = deque((call["number"] for call in board["calls"]), maxlen=12)
        self._is_answered()

    def _on_events(self, missed: dict[str, Any]) -> None:
        self.heard += missed["events"]
        if self.sequence is None or missed["after"] > self.sequence:
            self._buffer += missed["events"]
            return
        for event in missed["events"]:
            if event["sequence"] > self.sequence:
                self._apply(event)
        self._is_answered()

    def _on_event(self, event: dict[str, Any]) -> None:
        self.heard.append(event)
        if self.sequence is not None and event["sequence"] <= self.sequence:
            return
        if not self._is_syncing and event["sequence"] == (self.sequence or 0) + 1:
            self._apply(event)
            return
        self._buffer.append(event)
        if not self._is_syncing:
            self._sync()

    def _on_heartbeat(self, heartbeat: dict[str, Any]) -> None:
        if not self._is_syncing and heartbeat["sequence"] > (self.sequence or 0):
            self._sync()

    def _on_lost(self, _: dict[str, Any]) -> None:
        self._socket, self._buffer, self._is_syncing = None, [], False

    def _on_refused(self, refusal: dict[str, Any]) -> None:
        self.refused = refusal["code"]
        self._is_syncing = False

    def _is_answered(self) -> None:
        self._is_syncing = False
        waiting, self._buffer = self._buffer, []
        for event in sorted(waiting, key=lambda event: int(event["sequence"])):
            self._on_event(event)

    def _apply(self, event: dict[str, Any]) -> None:
        self.sequence = event["sequence"]
        self.applied.append(event["sequence"])
        if event.get("announcement"):
            if event["number"] in self.calls:
                self.calls.remove(event["number"])
            self.calls.appendleft(event["number"])
