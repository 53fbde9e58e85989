"""Eight client processes that work in one hall at once; they know nothing but its API."""

import multiprocessing
import random
import secrets
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from multiprocessing.pool import AsyncResult
from typing import Any, Self

from benchmarks.serving import Client

CLIENTS = 8
#: Answers that say that somebody else was quicker; anything else is a mistake of the server.
EXPECTED = frozenset({200, 201, 204, 409})


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What the clients are to do: where, as whom, with what, for how long."""

    port: int
    token: str
    hall: str
    groups: tuple[str, ...]
    matters: tuple[str, ...]
    counters: tuple[str, ...]
    seconds: float
    seed: int = 1


@dataclass(kw_only=True, slots=True)
class Done:
    """What one client was told is done."""

    #: Ticket id and number of every ticket it was given.
    issued: list[tuple[str, str]] = field(default_factory=list)
    #: Ticket id, counter and moment of every call it was told of.
    called: list[tuple[str, str, str]] = field(default_factory=list)
    #: Ticket id and status of every other step it was told of.
    moved: list[tuple[str, str]] = field(default_factory=list)
    #: Answers nobody should get.
    wrong: list[str] = field(default_factory=list)
    requests: int = 0


class Clients:
    """The client processes, ready to work."""

    def __init__(self) -> None:
        self._pool = multiprocessing.get_context("spawn").Pool(CLIENTS)
        self._pool.map(time.sleep, [0.1] * CLIENTS, chunksize=1)  # all of them are there

    def __enter__(self) -> Self:
        """Return the clients."""
        return self

    def __exit__(self, *_: object) -> None:
        """Send them home."""
        self._pool.terminate()
        self._pool.join()

    def begin(self, work: Work) -> "AsyncResult[list[Done]]":
        """Let them work; the result is what each was told. A server that dies ends the work."""
        parts = [(work, number) for number in range(CLIENTS)]
        return self._pool.starmap_async(one_client, parts, chunksize=1)


def one_client(work: Work, number: int) -> Done:
    """Issue, call, recall, transfer, finish … at two counters, each shared with a neighbour."""
    at = number % len(work.counters)
    mine = (work.counters[at], work.counters[(at + 1) % len(work.counters)])
    clerk = _Clerk(work, mine, random.Random(f"{work.seed} {number}"))
    until = time.monotonic() + work.seconds
    try:
        while time.monotonic() < until:
            clerk.act()
    except (OSError, HTTPException):
        pass  # the server was killed, perhaps in the middle of an answer
    return clerk.done


class _Clerk:
    def __init__(self, work: Work, counters: tuple[str, str], dice: random.Random) -> None:
        self.done = Done()
        self._work = work
        self._counters = counters
        self._dice = dice
        self._client = Client(work.port, work.token)
        self._tickets: list[str] = []

    def act(self) -> None:
        """Do one thing that is done at a counter."""
        does = self._dice.choices(
            (self._issue, self._open, self._next, self._step), weights=(30, 3, 30, 37)
        )[0]
        does()

    def _issue(self) -> None:
        matters = self._dice.sample(self._work.matters, k=self._dice.choice((1, 1, 1, 2)))
        told = self._say(f"/halls/{self._work.hall}/tickets", {"matters": matters})
        if told:
            self.done.issued.append((told["id"], told["number"]))

    def _open(self) -> None:
        self._say(f"{self._counter()}/{self._dice.choice(('open', 'open', 'open', 'ready'))}", {})

    def _next(self) -> None:
        finish: dict[str, Any] = {}
        if self._dice.random() < 0.5:
            finish = {"finish": {"outcomes": {}}}
        told = self._say(f"{self._counter()}/next", finish)
        if told:
            ticket = told["ticket"]
            self._tickets.append(ticket["id"])
            self.done.called.append((ticket["id"], ticket["counter"], ticket["called_at"]))

    def _step(self) -> None:
        if not self._tickets:
            return
        ticket = self._dice.choice(self._tickets[-2:])
        step = self._dice.choice(
            (
                "recall",
                "start",
                "finish",
                "finish",
                "transfer",
                "hold",
                "resume",
                "return",
                "no-show",
                "come-back",
                "undo",
            )
        )
        body: dict[str, Any] = {}
        if step == "transfer":
            body = {"group": self._dice.choice(self._work.groups)}
        told = self._say(f"/tickets/{ticket}/{step}", body)
        if told:
            self.done.moved.append((ticket, told["status"]))

    def _counter(self) -> str:
        return f"/halls/{self._work.hall}/counters/{self._dice.choice(self._counters)}"

    def _say(self, path: str, body: dict[str, Any]) -> Any:
        """Send a command, now and then twice: the second answer must be the first."""
        key = secrets.token_hex(8) if self._dice.random() < 0.3 else ""
        status, told = self._client.post(path, body, key=key)
        self.done.requests += 1
        if status not in EXPECTED:
            self.done.wrong.append(f"{path} {body}: {status} {told}")
        if key and status < 300 and self._dice.random() < 0.3:
            again = self._client.post(path, body, key=key)
            if again != (status, told):
                self.done.wrong.append(f"{path} repeated: {again}, before {status} {told}")
        return told if status < 300 else None
