"""Twenty bookings a second, open loop, against one caller alone: a hold and its confirmation."""

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.booked_hall import HALL, booked_hall
from benchmarks.load import databases
from benchmarks.measuring import bound, milliseconds, percentile
from benchmarks.serving import Client, Server
from hall.context import Context
from hall.domain.identities import MatterCode
from hall.queries.slots import slots
from hall.settings import Settings
from hall.start import open_context

MATTERS = (MatterCode("m3-6"),)
TIMES = 100
PER_SECOND, SECONDS = 20, 30
CALLERS = 16
#: How often every slot is booked at most.
ROUNDS = 3
MOST = 5.0


@dataclass(kw_only=True)
class Booking:
    """Whom and when to book next: a person each, in the slots one after the other."""

    slots: tuple[str, ...]
    _next: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def book(self, client: Client) -> None:
        """Hold a time and confirm it, as a citizen does."""
        with self._lock:
            number = next(self._next)
        slot = self.slots[number % len(self.slots)]
        wanted = {"slot": slot, "matters": MATTERS}
        status, held = client.post(f"/halls/{HALL}/appointments", wanted)
        if status != _MADE:
            raise AssertionError((status, held))
        who = {"name": "王五", "phone": f"139{number:08}"}
        status, told = client.post(f"/appointments/{held['code']}/confirm", who)
        if status != _DONE:
            raise AssertionError((status, told))


def prepare(context: Context) -> Booking:
    """Make the hall with 60 counters and 20,000 bookings, and return what else is booked in it."""
    booked_hall(context)
    roomy = context.ask(HALL, lambda view: slots(view, matters=MATTERS * ROUNDS))
    far = [slot["slot"] for day in reversed(roomy) for slot in day["slots"] if slot["free"]]
    most = TIMES + PER_SECOND * SECONDS
    if len(far) * ROUNDS < most:
        raise RuntimeError(f"{len(far)} slots are too few for {most} bookings")
    return Booking(slots=tuple(far))


def pace(server: Server, booking: Booking, *, per_second: int, seconds: int) -> list[float]:
    """Book so many times a second whatever it takes; return how long after each was due."""
    taken: list[float] = []
    failed: list[BaseException] = []
    start = time.perf_counter() + 0.5
    lock, position = threading.Lock(), iter(range(per_second * seconds))

    def work() -> None:
        client = Client(server.port)
        try:
            while True:
                with lock:
                    at = next(position, None)
                if at is None:
                    return
                due = start + at / per_second
                time.sleep(max(0.0, due - time.perf_counter()))
                booking.book(client)
                taken.append(time.perf_counter() - due)
        except Exception as error:  # noqa: BLE001  # told by the thread that waits
            failed.append(error)
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return taken


def main() -> int:
    """Measure on each database and print; return how many bounds were missed."""
    missed = 0
    for name, url, workers in databases():
        with tempfile.TemporaryDirectory() as folder:
            missed += measure(name, url, workers, Path(folder))
    return missed


def measure(name: str, url: str, workers: int, folder: Path) -> int:
    """Measure on one database: one caller alone, then the open loop."""
    context = open_context(Settings(data=folder, database_url=url))
    booking = prepare(context)
    context.store.close()
    server = Server(data=folder, database_url=url, workers=workers, has_limits=False)
    server.start()
    try:
        client = Client(server.port)
        single = milliseconds(partial(booking.book, client), times=TIMES)
        client.close()
        taken = pace(server, booking, per_second=PER_SECOND, seconds=SECONDS)
    finally:
        server.stop()
    p50, p99 = (percentile(taken, share) * 1000 for share in (0.5, 0.99))
    print(f"{name}: one caller's booking {single:.1f} ms (p50); {len(taken)} at {PER_SECOND}/s:")
    print(f"  p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return bound(f"{name}, open loop p99 ÷ single caller's p50", p99 / single, most=MOST)


_MADE, _DONE = 201, 200


if __name__ == "__main__":
    raise SystemExit(main())
