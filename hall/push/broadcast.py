"""Telling the screens of this process what happened: everything, in order, displays first."""

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from hall.context import Context, View
from hall.domain.identities import HallId
from hall.push import screens
from hall.push.public import PublicEvent, public_events

logger = logging.getLogger(__name__)

#: Further behind than this, a screen is better served with a snapshot.
MOST_EVENTS = 200
HEARTBEAT_SECONDS = 5.0
#: The phones of a hall are told at most this often; each its own call at once.
PHONE_SECONDS = 1.0
AFTER_FAILURE_SECONDS = 1.0


class Emit(Protocol):
    """How a message is sent to everybody in a room."""

    def __call__(self, event: str, /, *args: Any, to: str) -> None:
        """Send it."""


@dataclass(kw_only=True)
class _Stream:
    """How far a hall's screens have been told."""

    head: int
    zones: frozenset[str] = frozenset()
    #: What the phones have not been told yet, and from when on they may be.
    waiting: list[PublicEvent] = field(default_factory=list)
    phones_at: float = 0.0


class Broadcast:
    """Tells this process's screens of every change of their halls, whoever made it.

    The store says that a hall has changed; what is told is read from the journal, behind what was
    told last. So a notice that is lost, or comes twice, or before another, does no harm, and a
    process that dies between commit and telling loses nothing: a screen asks whoever comes next.
    """

    def __init__(
        self,
        context: Context,
        *,
        emit: Emit,
        rest: Callable[..., object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._context = context
        self._emit = emit
        self._rest = rest
        self._clock = clock
        self._notices: queue.Queue[HallId] = queue.Queue()
        self._streams: dict[HallId, _Stream] = {}
        self._beat_at = clock() + HEARTBEAT_SECONDS

    def hear(self, hall: HallId, _sequence: int) -> None:
        """Take note that a hall has changed; what the store calls."""
        self._notices.put(hall)

    def follow(self, hall: HallId, *, head: int) -> None:
        """Tell of everything in ``hall`` behind ``head``, if it is not told of already."""
        if hall not in self._streams:
            self._streams[hall] = _Stream(head=head)
            self._notices.put(hall)  # what has changed since ``head`` was read

    def run(self) -> None:
        """Tell for ever."""
        while True:
            try:
                self.turn()
            except Exception:  # the outermost loop: the screens must hear again once it is over
                logger.exception("could not tell the screens; trying again")
                self._rest(AFTER_FAILURE_SECONDS)

    def turn(self) -> None:
        """Wait for a change, or until something is due, and tell the screens."""
        for hall in self._noticed():
            if hall in self._streams:
                self._tell(hall, self._streams[hall])
        now = self._clock()
        if now >= self._beat_at:
            self._beat_at = now + HEARTBEAT_SECONDS
            self._beat()
        for hall, stream in list(self._streams.items()):
            if stream.waiting and now >= stream.phones_at:
                self._tell_phones(hall, stream)

    def _noticed(self) -> set[HallId]:
        """Return the halls that have changed, or none when something else is due before."""
        due = [stream.phones_at for stream in self._streams.values() if stream.waiting]
        wait = max(0.0, min([self._beat_at, *due]) - self._clock())
        halls: set[HallId] = set()
        try:
            halls.add(self._notices.get(timeout=wait))
            while True:
                halls.add(self._notices.get_nowait())
        except queue.Empty:
            return halls

    def _tell(self, hall: HallId, stream: _Stream) -> None:
        """Tell the displays of a hall what they have not been told; note it for the phones."""

        def missing(view: View) -> tuple[int, list[PublicEvent], frozenset[str]]:
            zones = frozenset(c.zone for c in view.layout.counters if c.zone)
            return view.sequence, public_events(view, after=stream.head, limit=MOST_EVENTS), zones

        head, events, stream.zones = self._context.ask(hall, missing)
        if head - stream.head > MOST_EVENTS:
            stream.head = head
            stream.waiting.clear()
            self._emit("heartbeat", {"sequence": head}, to=screens.everybody(hall))
            return
        for event in events:
            self._emit("event", event.whole, to=screens.displays(hall, None))
            for zone in stream.zones:
                self._emit("event", event.in_zone(zone), to=screens.displays(hall, zone))
        if events:
            stream.head = events[-1].sequence
            stream.waiting += events
            self._rest(0)  # let the displays' messages out before any phone's
            self._tell_concerned(events, stream)

    def _tell_concerned(self, events: list[PublicEvent], stream: _Stream) -> None:
        """Tell the phones that follow one of these tickets, at once."""
        for ticket in dict.fromkeys(event.ticket for event in events if event.ticket):
            told = [e.whole if e.ticket == ticket else e.hint for e in stream.waiting]
            self._emit("events", _batch(told), to=screens.phone(ticket))

    def _tell_phones(self, hall: HallId, stream: _Stream) -> None:
        told, stream.waiting = [event.hint for event in stream.waiting], []
        stream.phones_at = self._clock() + PHONE_SECONDS
        self._emit("events", _batch(told), to=screens.phones(hall))

    def _beat(self) -> None:
        """Say how far each hall is; on the way, find what nobody gave notice of."""
        for hall, stream in list(self._streams.items()):
            self._tell(hall, stream)
            if stream.waiting:
                self._tell_phones(hall, stream)
            self._emit("heartbeat", {"sequence": stream.head}, to=screens.everybody(hall))


def _batch(told: list[dict[str, Any]]) -> dict[str, Any]:
    first, last = told[0]["sequence"], told[-1]["sequence"]
    return {"after": first - 1, "sequence": last, "events": told}
