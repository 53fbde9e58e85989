"""Taking a number and calling next over HTTP, against the same operations called in process."""

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.example_hall import HALL, ExampleHall, example_hall
from benchmarks.measuring import bound, milliseconds, percentile
from hall.domain.actors import Actor, Role
from hall.domain.identities import CounterId, DeviceId
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket

TIMES = 300
CLERK = Actor(role=Role.MANAGER, device=DeviceId("benchmark"))
GUIDE = Actor(role=Role.GUIDE, device=DeviceId("benchmark"))
TICKETS = f"/api/v1/halls/{HALL}/tickets"
NEXT = f"/api/v1/halls/{HALL}/counters/3/next"
#: An authenticated route that does nothing but say who asks.
EMPTY = "/api/v1/me"
PER_SECOND = 50
SECONDS = 20


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    with example_hall() as served:
        served.context.perform(HALL, partial(open_counter, counter=CounterId("3")), by=CLERK)
        missed, single = _one_caller(served)
        return missed + _open_loop(served, single)


def _one_caller(served: ExampleHall) -> tuple[int, float]:
    guide, manager = served.client(Role.GUIDE), served.client(Role.MANAGER)
    take = partial(guide.ask, "POST", TICKETS, {})
    next_ = partial(manager.ask, "POST", NEXT, {"finish": {"outcomes": {}}})
    empty = milliseconds(partial(manager.ask, "GET", EMPTY), times=TIMES)
    perform = partial(served.context.perform, HALL)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "take": (take, partial(perform, issue_ticket, by=GUIDE)),
        "next": (
            next_,
            partial(perform, partial(call_next, counter=CounterId("3"), finish_with={}), by=CLERK),
        ),
    }
    missed, single = 0, 0.0
    print(
        f"bare driver, one commit: {_bare_driver():.2f} ms; empty authenticated route: {empty:.2f}"
    )
    for what, (over_http, in_process) in pairs.items():
        http_ms = milliseconds(over_http, times=TIMES)
        own_ms = milliseconds(in_process, times=TIMES)
        print(f"{what}: HTTP {http_ms:.2f} ms, in process {own_ms:.2f} ms")
        missed += bound(f"{what}: HTTP ÷ (empty + in process)", http_ms / (empty + own_ms), most=3)
        single = max(single, http_ms)
    return missed, single


def _bare_driver() -> float:
    """Return what an update, two inserts and a commit cost the driver alone, SQLite FULL."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE hall (id TEXT PRIMARY KEY, sequence INTEGER)",
            "CREATE TABLE ticket (id INTEGER PRIMARY KEY, body TEXT)",
            "CREATE TABLE journal (id INTEGER PRIMARY KEY, body TEXT)",
            "INSERT INTO hall VALUES ('h', 0)",
        ):
            database.execute(statement)

        def one() -> None:
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE hall SET sequence = sequence + 1").fetchall()
            database.execute("INSERT INTO ticket (body) VALUES (?)", ("x" * 300,))
            database.execute("INSERT INTO journal (body) VALUES (?)", ("x" * 600,))
            database.execute("COMMIT")

        cost = milliseconds(one, times=TIMES)
        database.close()
        return cost


def _open_loop(served: ExampleHall, single_ms: float) -> int:
    """Send 50 requests a second whatever the answers take; time from when each was due."""
    take = ("POST", TICKETS, Role.GUIDE, None)
    next_: tuple[str, str, Role, Any] = ("POST", NEXT, Role.MANAGER, {"finish": {"outcomes": {}}})
    plan: list[tuple[str, str, Role, Any]] = [
        take if at % 2 == 0 else next_ for at in range(PER_SECOND * SECONDS)
    ]
    taken: list[float] = []
    start = time.perf_counter() + 0.5
    lock, position = threading.Lock(), iter(range(len(plan)))

    def work() -> None:
        callers = {role: served.client(role) for role in (Role.GUIDE, Role.MANAGER)}
        while True:
            with lock:
                at = next(position, None)
            if at is None:
                return
            due = start + at / PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            method, path, role, body = plan[at]
            status, _ = callers[role].ask(method, path, body or {})
            if status >= 300:
                raise AssertionError((status, path))
            taken.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p50, p99 = (percentile(taken, share) * 1000 for share in (0.5, 0.99))
    print(f"{len(taken)} requests at {PER_SECOND}/s: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    return bound("open loop p99 ÷ single caller's p50", p99 / single_ms, most=10)


if __name__ == "__main__":
    raise SystemExit(main())
