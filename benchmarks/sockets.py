"""How soon 1,000 open screens hear of a call, beside a raw broadcast to as many sockets."""

import asyncio
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.load import prepare
from benchmarks.measuring import bound
from benchmarks.serving import Client, Server, free_port
from hall.store.store import Store

DISPLAYS, PHONES, TICKETS = 20, 980, 100
ROUNDS = 15
#: Phones are told at most once a second; a call in a busy second is another measurement.
QUIET_SECONDS = 1.3
FILES = 4096
PAYLOAD = json.dumps({"number": "A001", "counter": 3, "filler": "x" * 180})


@dataclass(kw_only=True)
class Ear:
    """One socket, and when it heard what."""

    socket: ClientConnection
    heard: list[tuple[float, str]] = field(default_factory=list)

    async def listen(self) -> None:
        """Listen until the socket is closed."""
        try:
            async for message in self.socket:
                if message == "2":
                    await self.socket.send("3")
                else:
                    self.heard.append((time.monotonic(), str(message)))
        except websockets.ConnectionClosed:
            return

    def heard_at(self, sequence: int) -> float | None:
        """Return when it was first told of a journal entry."""
        for at, message in self.heard:
            if message.startswith('42["event'):
                told = json.loads(message[2:])[1]
                if told["sequence"] >= sequence:
                    return at
        return None


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/hall.db")
        store.migrate()
        server = Server(data=Path(folder))
        work = prepare(server, store, seconds=0)
        store.close()
        server.start()
        try:
            return asyncio.run(measure(server, work.token, work.hall))
        finally:
            server.stop()


async def measure(server: Server, token: str, hall: str) -> int:
    """Open every socket, call, broadcast, and compare."""
    clerk = Client(server.port, token)
    clerk.post(f"/halls/{hall}/counters/1/open")
    slips = [clerk.post(f"/halls/{hall}/tickets", {"matters": []})[1] for _ in range(TICKETS)]
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as listening:
        raw = await raw_ears(stack)
        walls = [
            await ear_of(stack, server, {"hall": hall, "screen": "wall"}) for _ in range(DISPLAYS)
        ]
        phones = [
            await ear_of(
                stack,
                server,
                {"hall": hall, "screen": "ticket", "secret": slips[n % TICKETS]["secret"]},
            )
            for n in range(PHONES)
        ]
        tasks = [listening.create_task(ear.listen()) for ear in (*raw, *walls, *phones)]
        await asyncio.sleep(QUIET_SECONDS)
        results = [await one_round(clerk, hall, raw, walls, phones) for _ in range(ROUNDS)]
        for task in tasks:
            task.cancel()
    last_raw, last_wall, last_phone = (statistics.median(r[n] for r in results) for n in range(3))
    print(
        f"last of {DISPLAYS + PHONES} raw sockets {last_raw * 1000:.1f} ms, last display "
        f"{last_wall * 1000:.1f} ms, last phone {last_phone * 1000:.1f} ms (medians of {ROUNDS})"
    )
    return bound("last display ÷ last raw socket", last_wall / last_raw, most=1) + bound(
        "last phone ÷ last raw socket", last_phone / last_raw, most=4
    )


async def one_round(
    clerk: Client, hall: str, raw: list[Ear], walls: list[Ear], phones: list[Ear]
) -> tuple[float, float, float]:
    """Return how long a broadcast took to the last socket, a call to the last wall and phone."""
    for ear in (*raw, *walls, *phones):
        ear.heard.clear()
    began = time.monotonic()
    await raw[0].socket.send("go")
    await until(lambda: all(ear.heard for ear in raw[1:]))
    last_raw = max(ear.heard[0][0] for ear in raw[1:]) - began
    await asyncio.sleep(QUIET_SECONDS)
    began = time.monotonic()
    finish: dict[str, Any] = {"finish": {"outcomes": {}}}
    await asyncio.to_thread(clerk.post, f"/halls/{hall}/counters/1/next", finish)
    board = (await asyncio.to_thread(clerk.ask, "GET", f"/api/v1/halls/{hall}/board"))[1]
    head = board["sequence"]
    await until(lambda: all(ear.heard_at(head) for ear in (*walls, *phones)))
    last_wall, last_phone = (
        max(ear.heard_at(head) or 0 for ear in ears) - began for ears in (walls, phones)
    )
    await asyncio.sleep(QUIET_SECONDS)
    return last_raw, last_wall, last_phone


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.05)


async def ear_of(stack: AsyncExitStack, server: Server, screen: dict[str, Any]) -> Ear:
    """Return a socket that has joined as a screen."""
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    socket = await stack.enter_async_context(connect(address, compression=None))
    await socket.recv()
    await socket.send("40")
    await socket.recv()
    await socket.send("42" + json.dumps(["sync", screen]))
    return Ear(socket=socket)


async def raw_ears(stack: AsyncExitStack) -> list[Ear]:
    """Return as many sockets of a server that does nothing but broadcast; the first one asks."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=raw_server, args=[port])
    process.start()
    stack.callback(process.terminate)
    address = f"ws://127.0.0.1:{port}/"
    first = await first_socket(stack, address)
    others = [
        await stack.enter_async_context(connect(address, compression=None))
        for _ in range(DISPLAYS + PHONES)
    ]
    return [Ear(socket=socket) for socket in (first, *others)]


async def first_socket(stack: AsyncExitStack, address: str) -> ClientConnection:
    """Return a socket of a server that is just starting."""
    while True:
        try:
            return await stack.enter_async_context(connect(address, compression=None))
        except OSError:
            await asyncio.sleep(0.05)


def raw_server(port: int) -> None:
    """Tell every socket the same as soon as one of them asks."""
    sockets: set[ServerConnection] = set()

    async def met(socket: ServerConnection) -> None:
        sockets.add(socket)
        async for _ in socket:
            broadcast(sockets - {socket}, PAYLOAD)

    async def run() -> None:
        async with serve(met, "127.0.0.1", port, compression=None):
            await asyncio.Event().wait()

    asyncio.run(run())
