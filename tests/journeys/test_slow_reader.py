"""A screen on a slow line gets every frame whole, and keeps nobody else waiting."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.client import ClientConnection, connect

from hall.context import Context
from hall.store.store import Store
from tests.databases import in_file
from tests.halls import EXAMPLES, FakeClock, a_hall
from tests.journeys.screens import Screen
from tests.servers import LiveServer

#: Together more than the buffers of a machine hold, and each too large for what is left in them.
FRAMES = 200


def a_layout_with_a_long_name() -> str:
    """Return the layout of a hall whose board is a frame of 60 kB."""
    text = (EXAMPLES / "yunxi" / "layout.toml").read_text("utf-8")
    return text.replace('en = "Yunxi Public Service Hall"', f'en = "{"Yunxi " * 10_000}"')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    data = tmp_path_factory.mktemp("slow")
    store = Store.open(in_file(data))
    hall = a_hall(Context(store=store), FakeClock(), a_layout_with_a_long_name())
    store.close()
    found = LiveServer(data=data, hall=hall.id)
    found.start()
    yield found
    found.kill()


@contextmanager
def opened(server: LiveServer, *, compression: str | None = None) -> Iterator[ClientConnection]:
    """Open a websocket that speaks Socket.IO by hand, and so may be as slow as it likes."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.connect(("127.0.0.1", server.port))
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    with connect(address, sock=plain, max_queue=1, compression=compression) as found:
        assert str(found.recv()).startswith("0{")
        found.send("40")
        assert str(found.recv()).startswith("40{")
        yield found


def test_a_slow_reader_gets_every_frame_whole(server: LiveServer) -> None:
    with opened(server) as slow:
        for _ in range(FRAMES):
            slow.send("42" + json.dumps(["sync", {"hall": server.hall, "screen": "wall"}]))
        quick = Screen(url=server.url, hall=server.hall).connect()
        assert quick.snapshots == 1
        quick.cut()
        boards = 0
        while boards < FRAMES:
            frame = str(slow.recv(timeout=10))
            if frame == "2":
                slow.send("3")
            elif frame.startswith("42"):
                name, message = json.loads(frame[2:])
                boards += name == "snapshot" and message["hall"] == server.hall


def test_compression_is_refused(server: LiveServer) -> None:
    with opened(server, compression="deflate") as asked:
        assert asked.response is not None
        assert "Sec-WebSocket-Extensions" not in asked.response.headers
