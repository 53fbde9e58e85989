"""Client processes that book the same few slots at once; they know nothing but the hall's API."""

import multiprocessing
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from multiprocessing.pool import AsyncResult
from typing import Any, Self

from benchmarks.serving import Client

#: Of so many clients, one is a guide who books on the phone.
CLIENTS_PER_GUIDE = 4
CODE_LENGTH = 8
#: How many codes the clients know of one another, so that two of them change one booking at once.
SHARED = 24
#: People who come back under the same name, and so meet the limits of one person.
PEOPLE = 400
#: Answers that say that somebody else was quicker; anything else is a mistake of the server.
EXPECTED = frozenset({200, 201, 409})
_codes: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Race:
    """What the clients are to do: where, in which slots, for what, for how long."""

    port: int
    #: A guide's.
    token: str
    hall: str
    slots: tuple[str, ...]
    visits: tuple[tuple[str, ...], ...]
    seconds: float
    seed: int = 1


@dataclass(kw_only=True, slots=True)
class Told:
    """What one client was told."""

    #: Appointment and status, of every step that was carried out.
    steps: list[tuple[str, str]] = field(default_factory=list)
    #: What was done, and how it was answered.
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: Answers nobody should get.
    wrong: list[str] = field(default_factory=list)


class Bookers:
    """The client processes: they start while the server does."""

    def __init__(self, clients: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        shared = spawn.Array("c", SHARED * CODE_LENGTH)
        self.clients = clients
        self._pool = spawn.Pool(clients, initializer=_know, initargs=(shared,))

    def __enter__(self) -> Self:
        """Return the clients."""
        return self

    def __exit__(self, *_: object) -> None:
        """Send them home."""
        self._pool.terminate()
        self._pool.join()

    def begin(self, race: Race) -> "AsyncResult[list[Told]]":
        """Let them book, once all of them are there; the result is what each was told."""
        self._pool.map(time.sleep, [0.1] * self.clients, chunksize=1)
        parts = [(race, number) for number in range(self.clients)]
        return self._pool.starmap_async(one_booker, parts, chunksize=1)


def one_booker(race: Race, number: int) -> Told:
    """Hold, confirm, let go, move, cancel, check in, wait for a time to be freed."""
    booker = _Booker(race, number)
    until = time.monotonic() + race.seconds
    try:
        while time.monotonic() < until:
            booker.act()
    except (OSError, HTTPException) as error:
        booker.told.wrong.append(f"no answer: {error!r}")
    finally:
        booker.close()
    return booker.told


def _know(codes: Any) -> None:
    """Remember where the clients tell one another their codes."""
    global _codes  # noqa: PLW0603  # one for the process, given when it starts
    _codes = codes


class _Booker:
    def __init__(self, race: Race, number: int) -> None:
        self.told = Told()
        self._race = race
        self._dice = random.Random(f"{race.seed} {number}")
        is_guide = number % CLIENTS_PER_GUIDE == CLIENTS_PER_GUIDE - 1
        self._client = Client(race.port, race.token if is_guide else "")
        #: Holds that are open as far as this client knows: code, and until when.
        self._holds: list[tuple[str, datetime]] = []
        self._booked: list[str] = []
        self._waits: list[str] = []
        self._does: dict[Callable[[], None], int] = {
            self._hold: 30,
            self._confirm: 30,
            self._confirm_at_the_last_moment: 3,
            self._release: 4,
            self._move: 12,
            self._cancel: 12,
            self._check_in: 1,
            self._look: 4,
            self._wait: 3,
            self._answer: 8,
        }

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def act(self) -> None:
        """Do one thing that citizens and guides do."""
        (does,) = self._dice.choices(list(self._does), list(self._does.values()))
        does()

    def _hold(self) -> None:
        wanted = {"slot": self._slot(), "matters": self._visit()}
        held = self._say("hold", f"/halls/{self._race.hall}/appointments", wanted)
        if held:
            until = datetime.fromisoformat(held["held_until"])
            self._holds.append((held["code"], until))
            self._share(held["code"])

    def _confirm(self) -> None:
        if self._holds:
            at = self._dice.randrange(len(self._holds))
            code, _ = self._holds.pop(at)
            self._promise(code)

    def _confirm_at_the_last_moment(self) -> None:
        if self._holds:
            code, until = self._holds.pop(0)
            left = until.timestamp() - time.time() + self._dice.uniform(-0.02, 0.01)
            time.sleep(max(0.0, left))
            self._promise(code)

    def _promise(self, code: str) -> None:
        if self._say("confirm", f"/appointments/{code}/confirm", self._who()):
            self._booked.append(code)

    def _release(self) -> None:
        if self._holds:
            code, _ = self._holds.pop()
            self._say("release", f"/appointments/{code}/release", {})

    def _move(self) -> None:
        if code := self._some_code():
            self._say("move", f"/appointments/{code}/move", {"slot": self._slot()})

    def _cancel(self) -> None:
        if code := self._some_code():
            self._say("cancel", f"/appointments/{code}/cancel", {})

    def _check_in(self) -> None:
        if code := self._some_code():
            self._say("check in", f"/appointments/{code}/check-in", {}, is_step=False)

    def _look(self) -> None:
        self._say_get("look", f"/halls/{self._race.hall}/slots?matters={','.join(self._visit())}")

    def _wait(self) -> None:
        wish = {**self._who(), "matters": self._visit(), "days": [self._slot().split("/")[0]]}
        path = f"/halls/{self._race.hall}/waitlist"
        if told := self._say("wait", path, wish, is_step=False):
            self._waits.append(told["code"])

    def _answer(self) -> None:
        """Ask whether a freed time is offered, and mostly take it."""
        if not self._waits:
            return
        code = self._dice.choice(self._waits[-6:])
        told = self._say_get("ask", f"/waitlist/{code}")
        if told and told["status"] == "left":
            self._waits.remove(code)
        if told and told["offer"]:
            offered = told["offer"]["code"]
            step = self._dice.choice(("confirm", "confirm", "release"))
            if self._say(f"offer: {step}", f"/appointments/{offered}/{step}", {}):
                self._booked.append(offered)

    def _slot(self) -> str:
        return self._dice.choice(self._race.slots)

    def _visit(self) -> list[str]:
        return list(self._dice.choice(self._race.visits))

    def _who(self) -> dict[str, str]:
        number = self._dice.randrange(PEOPLE)
        return {"name": "王五", "phone": f"138{number:08}"}

    def _share(self, code: str) -> None:
        at = self._dice.randrange(SHARED) * CODE_LENGTH
        _codes[at : at + CODE_LENGTH] = code.encode()

    def _some_code(self) -> str:
        """Return a code of one's own, or another client's."""
        at = self._dice.randrange(SHARED) * CODE_LENGTH
        others = bytes(_codes[at : at + CODE_LENGTH]).strip(b"\0").decode()
        mine = self._dice.choice(self._booked[-8:]) if self._booked else ""
        return others if self._dice.random() < 0.3 or not mine else mine

    def _say(
        self, what: str, path: str, body: dict[str, Any], *, is_step: bool = True
    ) -> dict[str, Any] | None:
        """Send a command, now and then twice: the second answer must be the first."""
        key = secrets.token_hex(8) if self._dice.random() < 0.2 else ""
        status, told = self._client.post(path, body, key=key)
        if key and status in (200, 201):
            again = self._client.post(path, body, key=key)
            if again != (status, told):
                self.told.wrong.append(f"{path} repeated: {again}, before {status} {told}")
        if is_step and status in (200, 201):
            self.told.steps.append((told["id"], told["status"]))
        return self._heard(what, path, status, told)

    def _say_get(self, what: str, path: str) -> dict[str, Any] | None:
        status, told = self._client.ask("GET", f"/api/v1{path}")
        return self._heard(what, path, status, told)

    def _heard(self, what: str, path: str, status: int, told: Any) -> dict[str, Any] | None:
        self.told.answers[what, status] += 1
        if status not in EXPECTED:
            self.told.wrong.append(f"{what} {path}: {status} {told}")
        return told if status in (200, 201) else None
