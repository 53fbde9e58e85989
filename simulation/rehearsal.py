"""A rehearsal: a scenario's citizens and clerks drive a real server over its public API."""

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, Self
from urllib.parse import urlsplit

from hall.domain.identities import WALK_IN
from hall.domain.layout import Counter, Layout
from hall.domain.moments import length_ms
from hall.domain.reading import BadFile, Problem
from simulation.run import Runner
from simulation.scenario import Scenario

#: How often who finds nobody asks again, if nothing rings before; real seconds.
PATIENT_SECONDS = 1.0
#: How long the server may take to answer for the first time; later it is waited for.
FIRST_ANSWER_SECONDS = 30.0
#: How often a citizen who does not come is called.
CALLS = 3
REOPEN_MS = 60_000.0
FINISHED: dict[str, Any] = {"finish": {"outcomes": {}}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Citizen:
    """What a citizen brings: how long each matter takes, and how long they would wait."""

    work_ms: dict[str, int]
    patience_ms: int
    came_at: float


class Over(Exception):
    """The rehearsal is to end."""


@dataclass(kw_only=True)
class Stage:
    """What door and counters share."""

    scenario: Scenario
    server: str
    token: str
    speed: float
    is_over: Callable[[], bool]
    citizens: dict[str, Citizen] = field(default_factory=dict)
    #: Rung for every ticket that is issued or goes on to a next stop.
    bell: threading.Condition = field(default_factory=threading.Condition)
    #: Whether nobody will come any more.
    is_late: bool = False

    @property
    def hall(self) -> str:
        """The path of the hall in the API."""
        return f"/halls/{self.scenario.layout.hall}"

    def wait_ms(self, simulated_ms: float) -> None:
        """Let simulated time pass."""
        until = time.monotonic() + simulated_ms / 1000 / self.speed
        while (left := until - time.monotonic()) > 0:
            if self.is_over():
                raise Over
            time.sleep(min(left, PATIENT_SECONDS))

    def since_ms(self, moment: float) -> float:
        """Return how much simulated time has passed since a moment of the real clock."""
        return (time.monotonic() - moment) * 1000 * self.speed

    def ring(self) -> None:
        """Wake the counters that have nobody."""
        with self.bell:
            self.bell.notify_all()


class Caller:
    """One connection to the server; a command that is not answered is sent again, once done."""

    def __init__(self, stage: Stage, *, patient_seconds: float = inf) -> None:
        self._stage = stage
        self._until = time.monotonic() + patient_seconds
        self._connection = http.client.HTTPConnection(_address(stage.server), timeout=30)
        self._headers = {
            "Authorization": f"Bearer {stage.token}",
            "Content-Type": "application/json",
        }

    def __enter__(self) -> Self:
        """Return the caller."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, Any]:
        """Ask for something until it is answered."""
        return self._send("GET", path, None, self._headers)

    def post(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Send a command until it is answered; its key makes it one command."""
        headers = {**self._headers, "Idempotency-Key": secrets.token_hex(12)}
        return self._send("POST", path, json.dumps(body or {}), headers)

    def _send(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        while not self._stage.is_over():
            try:
                self._connection.request(method, f"/api/v1{path}", content, headers)
                answer = self._connection.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if time.monotonic() >= self._until:
                    said = f"does not answer: {error}"
                    raise BadFile(
                        self._stage.server, [Problem(at="server", problem=said)]
                    ) from error
                time.sleep(PATIENT_SECONDS)
            else:
                return answer.status, json.loads(told) if told else None
        raise Over


def _address(server: str) -> str:
    """Return the host and port in a server's URL."""
    try:
        url = urlsplit(server)
        if url.scheme == "http" and url.hostname and url.port != 0:
            return url.netloc
    except ValueError:
        pass
    said = "should be a URL like http://127.0.0.1:8000"
    raise BadFile(server, [Problem(at="server", problem=said)])


def rehearse(stage: Stage, *, seed: int) -> int:
    """Let the scenario's days pass, and return how many citizens came.

    Raises:
        BadFile: there is no such server, it is a live hall, or not one in which this scenario can
            take place; nothing was done to it.
    """
    try:
        _check_server(stage)
    except Over:
        return 0
    runner = Runner(stage.scenario)
    at_counters = [
        threading.Thread(target=_until_over, args=[_work, stage, counter], daemon=True)
        for counter in stage.scenario.layout.counters
    ]
    for thread in at_counters:
        thread.start()
    for day in range(len(runner.days)):
        _until_over(_let_in, stage, runner, seed, day)
    stage.is_late = True
    stage.ring()
    for thread in at_counters:
        thread.join()
    return len(stage.citizens)


def _check_server(stage: Stage) -> None:
    """Make sure that the server says it is a rehearsal, and that the scenario fits its hall."""
    layout = stage.scenario.layout
    with Caller(stage, patient_seconds=FIRST_ANSWER_SECONDS) as asking:
        _, halls = asking.get("/halls")
        if not halls.get("rehearsal"):
            said = (
                "is a live hall; people are made up only in a rehearsal (python -m hall rehearsal)"
            )
            raise BadFile(stage.server, [Problem(at="server", problem=said)])
        if layout.hall not in [hall["id"] for hall in halls["halls"]]:
            raise BadFile(stage.server, [Problem(at="halls", problem=f"has no {layout.hall!r}")])
        _, told = asking.get(f"{stage.hall}/counters")
    missing = {counter.id for counter in layout.counters} - {c["id"] for c in told["counters"]}
    if missing:
        said = f"has no counter {', '.join(sorted(missing))}, which the scenario's layout has"
        raise BadFile(stage.server, [Problem(at="counters", problem=said)])


def _until_over(do: Callable[..., None], *what: Any) -> None:
    try:
        do(*what)
    except Over:
        return


def _let_in(stage: Stage, runner: Runner, seed: int, day: int) -> None:
    """Give each citizen of a day a number when they come."""
    layout, visits = stage.scenario.layout, runner.visits(seed, 0, day)
    began, first = time.monotonic(), runner.days[day][1].calendar.openings[0][0]
    with Caller(stage) as door:
        for row in range(len(visits)):
            stage.wait_ms(visits.arrival[row] - first - stage.since_ms(began))
            codes = [layout.matters[at].code for at in visits.matters[row]]
            class_ = layout.rule.classes[visits.class_[row]].id
            wanted = {"matters": codes} | ({} if class_ == WALK_IN else {"class": class_})
            status, ticket = door.post(f"{stage.hall}/tickets", wanted)
            if status != http.client.CREATED:
                continue
            stage.citizens[ticket["id"]] = Citizen(
                work_ms=dict(zip(codes, visits.work[row], strict=True)),
                patience_ms=visits.patience[row],
                came_at=time.monotonic(),
            )
            stage.ring()


def _work(stage: Stage, counter: Counter) -> None:
    """Open a counter and serve whoever comes, until somebody else takes it over."""
    place = f"{stage.hall}/counters/{counter.id}"
    with Caller(stage) as clerk:
        clerk.post(f"{place}/open")
        while True:
            status, call = clerk.post(f"{place}/next", FINISHED)
            if status == http.client.OK:
                _serve(stage, clerk, counter, call["ticket"])
            elif status == http.client.CONFLICT:  # the day has changed, and every counter is closed
                clerk.post(f"{place}/open")
                stage.wait_ms(REOPEN_MS)
            elif status != http.client.NO_CONTENT:
                return
            elif stage.is_late:
                break
            else:
                with stage.bell:
                    stage.bell.wait(PATIENT_SECONDS)
        clerk.post(f"{place}/close")


def _serve(stage: Stage, clerk: Caller, counter: Counter, ticket: dict[str, Any]) -> None:
    """Serve a called citizen; who ran out of patience does not come and is called in vain."""
    path, citizen = f"/tickets/{ticket['id']}", stage.citizens.get(ticket["id"])
    approach_ms = stage.scenario.approach_seconds * 1000
    stage.wait_ms(approach_ms)
    if citizen and ticket["stop"] == 1 and stage.since_ms(citizen.came_at) > citizen.patience_ms:
        for _ in range(CALLS - 1):
            clerk.post(f"{path}/recall")
            stage.wait_ms(approach_ms)
        clerk.post(f"{path}/no-show")
        return
    clerk.post(f"{path}/start")
    stage.wait_ms(_work_ms(stage.scenario.layout, counter, ticket, citizen))
    clerk.post(f"{path}/finish")
    stage.ring()


def _work_ms(
    layout: Layout, counter: Counter, ticket: dict[str, Any], citizen: Citizen | None
) -> float:
    """Return how long this counter takes for what it does of a ticket's open matters."""
    work = 0.0
    for code in [matter["code"] for matter in ticket["matters"] if matter["outcome"] is None]:
        matter = layout.matter_of[code]
        if matter.group in counter.ever_takes():
            known = citizen.work_ms.get(code) if citizen else None
            work += (known or length_ms(matter.handling)) * counter.pace_for(matter.group)
    return work
