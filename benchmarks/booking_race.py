"""Whether nothing is booked twice and nothing lost while 16 processes book the last slots of a day.

Real servers, a client process each; then the journal alone is held against the rule by which room
is given, at each of its moments, and the tables against the journal.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.bookers import Bookers, Race, Told
from benchmarks.booking_account import Account
from benchmarks.load import databases
from benchmarks.measuring import bound
from benchmarks.race_hall import GUIDE, HALL, MINUTES, VISITS, prepare
from benchmarks.serving import Server
from hall.context import Context, View
from hall.domain.actors import SYSTEM
from hall.domain.appointments import AppointmentStatus, Share
from hall.domain.identities import MatterCode
from hall.domain.slots import Taken, has_room, parts_of, slots_of
from hall.operations.booking import SlotIsFull, hold_slot
from hall.operations.ending import end_what_is_over
from hall.settings import Settings
from hall.store.appointments import used
from hall.store.booking_tables import taken
from hall.store.seal import Seal
from hall.store.store import Store
from hall.store.verify import flaws

CLIENTS, SECONDS = 16, 60.0
#: Longer than anything is held or cools; those who wait let their offers run out in some rounds.
ROUND, ROUNDS = timedelta(seconds=20), 100
#: With what the slots are filled up in the end, to the minute.
FILLING = (MatterCode("short"), MatterCode("minute"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was found after a race."""

    wrong: list[str]
    answers: Counter[tuple[str, int]]
    account: Account


def race(server: Server, context: Context, bookers: Bookers, work: Race) -> Found:
    """Let the clients book, and return what was found afterwards."""
    server.start()
    try:
        told = bookers.begin(work).get(timeout=work.seconds + 60)
    finally:
        server.stop()
    return judge(context, told)


def judge(context: Context, told: Iterable[Told]) -> Found:
    """Return everything that is wrong with a hall after the clients' work.

    It is asked when holds are over, what was given back has cooled, and nobody is offered anything.
    """
    later = _when_all_is_over(context)
    wrong = [f"{flaw.sequence}: {flaw.what}" for flaw in later.ask(HALL, flaws)]
    layout, roster = later.ask(HALL, lambda view: (view.layout, view.roster))
    account = Account(layout, roster)
    for event in later.ask(HALL, lambda view: view.journal(after=0)):
        account.take(event)
    wrong += [*account.wrong, *account.unbalanced()]
    answers: Counter[tuple[str, int]] = Counter()
    for one in told:
        answers += one.answers
        wrong += one.wrong
        wrong += [f"the step {step} was lost" for step in one.steps if step not in account.steps]
    wrong += _compared(later, account)
    wrong += _filled(later)
    return Found(wrong=wrong, answers=answers, account=account)


def _when_all_is_over(context: Context) -> Context:
    """Let the clock go on until no time is held or cools any more, and return the hall then."""
    now = context.now()
    for _ in range(ROUNDS):
        now += ROUND
        later = Context(store=context.store, seal=context.seal, clock=partial(_standing, now))
        later.perform(HALL, end_what_is_over, by=SYSTEM)
        if later.ask(HALL, _is_quiet):
            return later
    raise RuntimeError("something is still held")


def _is_quiet(view: View) -> bool:
    c = taken.c
    query = select(func.count()).where(c.hall == view.hall, c.until_ms > view.now_ms)
    return view.connection.execute(query).scalar_one() == 0


def _standing(now: datetime) -> datetime:
    return now


def _compared(context: Context, account: Account) -> list[str]:
    """Hold what the tables say is taken, and what is free, against the journal."""
    layout, roster = context.ask(HALL, lambda view: (view.layout, view.roster))
    day, now = context.now().astimezone(layout.zone).date(), context.now()
    kept = context.ask(HALL, lambda view: used(view, since=day, until=day)).get(day, {})
    said, slots = account.taken(day, now=now), slots_of(layout, roster, day)
    wrong = []
    if {m: _plain(of) for m, of in kept.items()} != {m: _plain(of) for m, of in said.items()}:
        wrong.append(f"the tables say that {kept} is taken, the journal {said}")
    for minute in MINUTES:
        for visit in VISITS:
            parts = parts_of(layout, [MatterCode(code) for code in visit], minute)
            for share in Share:
                is_public = share is Share.PUBLIC
                told, is_free = (
                    has_room(layout, slots, source, parts, is_public=is_public)
                    for source in (kept, said)
                )
                if told != is_free:
                    wrong.append(f"{minute} {visit} {share}: {told}, by the journal {is_free}")
    return wrong


def _filled(context: Context) -> list[str]:
    """Fill what is free by the minute: with what is taken, that is all that the counters have."""
    layout, roster = context.ask(HALL, lambda view: (view.layout, view.roster))
    day = context.now().astimezone(layout.zone).date()
    for minute in MINUTES:
        for matter in FILLING:
            hold = partial(hold_slot, day=day, minute=minute, matters=(matter,))
            with suppress(SlotIsFull):
                while True:
                    context.perform(HALL, hold, by=GUIDE)
    kept = context.ask(HALL, lambda view: used(view, since=day, until=day))[day]
    has = {
        slot.span.from_minute: sum(ms for _, ms in slot.offer)
        for slot in slots_of(layout, roster, day)
    }
    filled = {minute: sum(kept[minute].everybody.values()) for minute in MINUTES}
    return [
        f"{minute} gives out {ms / 60_000:g} of {has[minute] / 60_000:g} minutes"
        for minute, ms in filled.items()
        if ms != has[minute]
    ]


def _plain(of: Taken) -> list[tuple[str, int]]:
    """Return what is taken in one order, without groups of which nothing is."""
    both = [*of.everybody.items(), *((f"public {g}", ms) for g, ms in of.public.items())]
    return sorted((group, ms) for group, ms in both if ms)


def main() -> int:
    """Race for a minute on each database; return on how many something was wrong."""
    missed = 0
    for name, url, workers in databases():
        with tempfile.TemporaryDirectory() as folder:
            missed += minute(name, url, workers, Path(folder))
    return missed


def minute(name: str, url: str, workers: int, folder: Path) -> int:
    """Race on one database and print what was found."""
    settings = Settings(data=folder, database_url=url)
    context = Context(store=Store.open(settings.database), seal=Seal(settings.key))
    context.store.migrate()
    server = Server(data=folder, database_url=url, workers=workers, has_limits=False)
    with Bookers(CLIENTS) as bookers:
        found = race(server, context, bookers, prepare(server, context, seconds=SECONDS))
    context.store.close()
    print("\n".join(found.wrong[:20]), end="\n" if found.wrong else "")
    total = found.answers.total()
    refused = sum(many for (_, status), many in found.answers.items() if status == _REFUSED)
    names = found.account.names
    print(f"{name}: {total / SECONDS:.0f} requests a second, {refused} refused with 409")
    print("  answers: " + ", ".join(f"{w} {s}: {n}" for (w, s), n in sorted(found.answers.items())))
    print("  journal: " + ", ".join(f"{event} {many}" for event, many in sorted(names.items())))
    open_ = sum(a.status is AppointmentStatus.BOOKED for a in found.account.appointments.values())
    print(f"  open: {open_}; after filling up, free + taken = capacity in every slot")
    return bound(f"{name}, doubled, lost, late or unbalanced", len(found.wrong), most=0)


_REFUSED = 409


if __name__ == "__main__":
    raise SystemExit(main())
