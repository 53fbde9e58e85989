"""What is free in 30 days of a hall with 60 counters and 20,000 appointments, on SQLite."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.booked_hall import HALL, NOW, booked_hall
from benchmarks.measuring import bound, milliseconds
from hall.context import Context, View
from hall.domain import sharing
from hall.domain import slots as domain
from hall.domain.contact import Contact
from hall.domain.identities import MatterCode
from hall.domain.slots import slot_named
from hall.queries.affected import count_affected
from hall.queries.reception import reception
from hall.queries.slots import slots
from hall.store.appointments import of_person
from hall.store.store import Store

TIMES = 25
MATTERS = (MatterCode("m3-14"),)
#: The bound of 50 ms was set where one indexed read of these rows took 20 ms of processor time.
MOST_MS, MOST_READS = 50.0, 2.5
READ = (
    'SELECT day, minute, "group", share, ms, until_ms FROM taken'
    " WHERE hall = ? AND day >= ? AND day <= ?"
)


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hall.db"
        context = Context(store=Store.open(f"sqlite:///{file}"), clock=lambda: NOW)
        context.store.migrate()
        booked_hall(context)
        found = _ask(context)
        free = sum(slot["free"] for day in found for slot in day["slots"])
        total = sum(len(day["slots"]) for day in found)
        print(f"{len(found)} days, {total} slots, {free} of them free")
        missed = measure(context, file, first=found[0], last=found[-1])
        beside(context)
        context.store.close()
        return missed


def measure(context: Context, file: Path, *, first: Any, last: Any) -> int:
    """Measure the query, warm and cold, against one indexed read of the same rows."""
    database = sqlite3.connect(file)
    days = (HALL, first["day"], last["day"])

    def read() -> list[Any]:
        return database.execute(READ, days).fetchall()

    def cold() -> None:
        """Ask as after a change of the layout or the roster: the slots are derived anew."""
        for cached in (domain.slots_of, domain.offers, sharing.evenly):
            cached.cache_clear()
        _ask(context)

    asked = {"warm": lambda: _ask(context), "cold": cold}
    read_ms, rows = milliseconds(read, times=TIMES, clock=time.process_time), len(read())
    print(f"one indexed read of the {rows} rows: {read_ms:.1f} ms of processor time")
    missed = 0
    for name, ask in asked.items():
        spent = milliseconds(ask, times=TIMES, clock=time.process_time)
        wall = milliseconds(ask, times=TIMES)
        print(f"{name}: {spent:.1f} ms of processor time, {wall:.1f} ms by the clock")
        if name == "warm":
            missed += bound("warm, ms of processor time", spent, most=MOST_MS)
            missed += bound("warm ÷ one indexed read", spent / read_ms, most=MOST_READS)
    database.close()
    return missed


def beside(context: Context) -> None:
    """Print what else is asked of all these appointments takes, without a bound."""
    day = next(slot_named(day["slots"][0]["slot"])[0] for day in _ask(context))
    whose = context.seal.whose(Contact(name="王7", phone="13800000007"), language="zh")
    questions: dict[str, Callable[[View], object]] = {
        "how many no longer fit": count_affected,
        "a day's list at the counter": partial(reception, seal=context.seal, day=day),
        "a phone's last digits": partial(reception, seal=context.seal, text="0007"),
        "somebody's own": partial(of_person, whose=whose, since=day),
    }
    for name, question in questions.items():
        ask = partial(context.ask, HALL, question)
        print(f"{name}: {milliseconds(ask, times=5, clock=time.process_time):.1f} ms")


def _ask(context: Context) -> list[dict[str, Any]]:
    return context.ask(HALL, lambda view: slots(view, matters=MATTERS))


if __name__ == "__main__":
    raise SystemExit(main())
