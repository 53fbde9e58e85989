"""A hall of which only the last slots of the day can be booked, open around the clock."""

from datetime import date, datetime, timedelta
from functools import partial

from benchmarks.bookers import Race
from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import SYSTEM, Actor, Role
from hall.domain.contact import Contact
from hall.domain.identities import HallId, MatterCode
from hall.domain.slots import slot_name
from hall.operations.booking import confirm_booking, hold_slot
from hall.operations.layouts import activate_layout, load_roster

HALL = HallId("race")
GUIDE = Actor(role=Role.GUIDE)
#: So few that the clients collide in every one.
SLOTS, SLOT_MINUTES = 4, 30
#: The minutes at which they begin.
MINUTES = range(24 * 60 - SLOTS * SLOT_MINUTES, 24 * 60, SLOT_MINUTES)
VISITS = (("short",), ("short",), ("long",), ("other",), ("short", "other"))
#: How many missed an appointment of yesterday.
MISSED = 5
_DAY = timedelta(days=1)

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


def layout_at(now: datetime, *, hold_seconds: float) -> str:
    """Return a layout under which ``now`` is about ten in the morning: its last slots are far."""
    ahead = (10 - now.hour + 12) % 24 - 12
    zone = f"Etc/GMT{-ahead:+d}"  # POSIX: west is positive
    hold = hold_seconds / 60
    return LAYOUT.format(zone=zone, slot=SLOT_MINUTES, hold=hold, least=hold / 2)


def prepare(server: Server, context: Context, *, seconds: float, hold_seconds: float = 3) -> Race:
    """Make the hall with those who missed an appointment, and return what is to be done."""
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
        slots=tuple(slot_name(day, minute) for minute in MINUTES),
        visits=VISITS,
        seconds=seconds,
    )


def _book(context: Context, day: date, contact: Contact) -> None:
    whose = context.seal.whose(contact, language="zh")
    hold = partial(hold_slot, day=day, minute=MINUTES[-1], matters=(MatterCode("short"),))
    code = context.perform(HALL, hold, by=GUIDE).code
    context.perform(HALL, partial(confirm_booking, code=code, whose=whose), by=GUIDE)
