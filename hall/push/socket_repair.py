"""Repairs simple-websocket's server side: whole frames, no compression, no reader waited for."""

import socket
import threading
from typing import Any

import simple_websocket

#: A screen answers a ping every 10 seconds; silent for longer than this, it is gone.
SILENT_SECONDS = 20.0
_COMPRESSION = "HTTP_SEC_WEBSOCKET_EXTENSIONS"


class SteadySocket:
    """A socket whose ``send`` sends all of its data, one sender after the other.

    ``simple-websocket`` calls ``send`` and ignores how much of its frame went out: with a slow
    reader the rest is lost and the stream is corrupt. Who neither reads nor says anything for long
    is cut off, or a screen that hangs would be waited for for ever.
    """

    def __init__(self, plain: socket.socket, *, silent_seconds: float = SILENT_SECONDS) -> None:
        self._plain = plain
        self._turn = threading.Lock()
        self._is_broken = False
        plain.settimeout(silent_seconds)

    def send(self, data: bytes) -> int:
        """Send all of ``data`` and return its length."""
        with self._turn:
            if self._is_broken:
                raise BrokenPipeError
            try:
                self._plain.sendall(data)
            except OSError as error:
                self._is_broken = True
                self._hang_up()
                raise BrokenPipeError from error
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return what has arrived, at most ``size`` bytes."""
        return self._plain.recv(size)

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._plain.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._plain.close()

    def _hang_up(self) -> None:
        try:
            self._plain.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already


class SteadyServer(simple_websocket.Server):  # type: ignore[misc]
    """A websocket over a ``SteadySocket``; permessage-deflate is refused, it costs 90 kB each."""

    environ: dict[str, Any]
    sock: Any

    def handshake(self) -> None:
        """Accept the connection."""
        self.sock = SteadySocket(self.sock)
        self.environ.pop(_COMPRESSION, None)
        super().handshake()


def repair() -> None:
    """Make Engine.IO use the repaired server for every websocket from now on."""
    simple_websocket.Server = SteadyServer
