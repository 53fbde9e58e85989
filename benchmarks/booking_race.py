"""Whether nothing is booked twice and nothing lost while 16 processes book the last slots of a day.

Real servers, a client process each; then the journal alone is held against the rule by which room
is given, at each of its moments, and the tables against the journal.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.bookers import Bookers, Race, Told
from benchmarks.booking_account import Account
from benchmarks.load import databases
from benchmarks.measuring import bound
from benchmarks.serving import Server
from hall.context import Context, View
from hall.domain.actors import SYSTEM, Actor, Role
from hall.domain.appointments import AppointmentStatus, Share
from hall.domain.contact import Contact
from hall.domain.identities import HallId, MatterCode
from hall.domain.slots import Taken, has_room, parts_of, slots_of
from hall.operations.booking import SlotIsFull, confirm_booking, hold_slot
from hall.operations.ending import end_what_is_over
from hall.operations.layouts import activate_layout, load_roster
from hall.queries.slots import slot_name
from hall.settings import Settings
from hall.store.appointments import used
from hall.store.booking_tables import taken
from hall.store.seal import Seal
from hall.store.store import Store
from hall.store.verify import flaws

HALL = HallId("race")
CLIENTS, SECONDS = 16, 60.0
#: A quarter of the hour each, and so few that the clients collide in every one.
SLOTS, SLOT_MINUTES = 4, 30
MISSED = 5
#: Longer than anything is held or cools; those who wait let their offers run out in some rounds.
ROUND, ROUNDS = timedelta(seconds=20), 100
GUIDE = Actor(role=Role.GUIDE)
VISITS = (("short",), ("short",), ("long",), ("other",), ("short", "other"))
#: With what the slots are filled up in the end, to the minute.
FILLING = (MatterCode("short"), MatterCode("minute"))
LAYOUT = """
format = 1
[hall]
id = "race"
name = {{ zh = "赛", en = "Race" }}
time_zone = "{zone}"
opening = [ {{ days = "mon-sun", from = "00:00", until = "24:00" }} ]
[booking]
slot_minutes = {slot}
public_share = 0.6
staff_share = 0.4
hold_minutes = {hold}
answer_minutes = {hold}
cooling_minutes = {{ least = {least}, most = {hold} }}
cancel_until_minutes = 0
early_minutes = 1440
[[groups]]
id = "a"
prefix = "A"
name = {{ zh = "甲", en = "A" }}
[[groups]]
id = "b"
prefix = "F"
name = {{ zh = "乙", en = "B" }}
[[matters]]
code = "short"
group = "a"
name = {{ zh = "短", en = "Short" }}
handling_minutes = 5
appointments = true
[[matters]]
code = "long"
group = "a"
name = {{ zh = "长", en = "Long" }}
handling_minutes = 40
appointments = true
[[matters]]
code = "other"
group = "b"
name = {{ zh = "另", en = "Other" }}
handling_minutes = 10
appointments = true
[[matters]]
code = "minute"
group = "a"
name = {{ zh = "一分", en = "A minute" }}
handling_minutes = 1
appointments = true
[[counters]]
id = "1"
takes = [ "a" ]
[[counters]]
id = "2"
takes = [ "*" ]
[[counters]]
id = "3"
takes = [ "*" ]
"""
#: Nothing else of the day can be booked, so that whoever finds it full may wait.
ROSTER = """
shifts = [ { days = "mon-sun", counters = [ "1", "2", "3" ], from = "22:00", until = "24:00" } ]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was found after a race."""

    wrong: list[str]
    answers: Counter[tuple[str, int]]
    account: Account


def layout_at(now: datetime, *, hold_seconds: float) -> str:
    """Return a layout under which ``now`` is about ten in the morning: its last slots are far."""
    ahead = (10 - now.hour + 12) % 24 - 12
    zone = f"Etc/GMT{-ahead:+d}"  # POSIX: west is positive
    hold = hold_seconds / 60
    return LAYOUT.format(zone=zone, slot=SLOT_MINUTES, hold=hold, least=hold / 2)


def prepare(server: Server, context: Context, *, seconds: float, hold_seconds: float = 3) -> Race:
    """Make the hall, a few who miss an appointment of yesterday, and return what is to be done."""
    now = context.now()
    yesterday = Context(store=context.store, seal=context.seal, clock=lambda: now - _DAY)
    context.store.add_hall(HALL)
    text = layout_at(now, hold_seconds=hold_seconds)
    for do in (
        partial(activate_layout, file="layout", text=text),
        partial(load_roster, file="roster", text=ROSTER),
    ):
        yesterday.perform(HALL, do, by=SYSTEM)
    layout = context.ask(HALL, lambda view: view.layout)
    day = now.astimezone(layout.zone).date()
    for number in range(MISSED):
        contact = Contact(name="赵六", phone=f"139{number:08}")
        _book(yesterday, day - _DAY, contact)
    _, token = context.people.add_device(
        hall=HALL, role=Role.GUIDE, name="race", counter=None, now=now
    )
    return Race(
        port=server.port,
        token=token,
        hall=HALL,
        slots=tuple(slot_name(day, minute) for minute in _minutes()),
        visits=VISITS,
        seconds=seconds,
    )


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
    for minute in _minutes():
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
    for minute in _minutes():
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
    filled = {minute: sum(kept[minute].everybody.values()) for minute in _minutes()}
    return [
        f"{minute} gives out {ms / 60_000:g} of {has[minute] / 60_000:g} minutes"
        for minute, ms in filled.items()
        if ms != has[minute]
    ]


def _plain(of: Taken) -> list[tuple[str, int]]:
    """Return what is taken in one order, without groups of which nothing is."""
    both = [*of.everybody.items(), *((f"public {g}", ms) for g, ms in of.public.items())]
    return sorted((group, ms) for group, ms in both if ms)


def _minutes() -> range:
    """Return the last slots of the day."""
    return range(24 * 60 - SLOTS * SLOT_MINUTES, 24 * 60, SLOT_MINUTES)


def _book(context: Context, day: date, contact: Contact) -> None:
    whose = context.seal.whose(contact, language="zh")
    hold = partial(hold_slot, day=day, minute=_minutes()[-1], matters=(MatterCode("short"),))
    code = context.perform(HALL, hold, by=GUIDE).code
    context.perform(HALL, partial(confirm_booking, code=code, whose=whose), by=GUIDE)


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


_DAY = timedelta(days=1)
_REFUSED = 409


if __name__ == "__main__":
    raise SystemExit(main())
