"""A large hall, booked for weeks: its first days are full, its mornings more than its evenings."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from hall.context import Context
from hall.domain.actors import SYSTEM
from hall.domain.appointments import Appointment, AppointmentId, AppointmentStatus, Place, Share
from hall.domain.contact import Contact
from hall.domain.identities import HallId
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.domain.slots import Taken, bookable_days, has_room, parts_of, slots_of
from hall.operations.layouts import activate_layout, load_roster
from hall.store import booking_tables as t
from hall.store.booking_rows import appointment_row

HALL = HallId("large")
#: A Sunday.
NOW = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
GROUPS, COMPREHENSIVE, SPECIAL = 10, 16, 44
BOOKED, HELD, COOLING = 20_000, 100, 400
#: How many book for themselves; the others let staff do it.
PUBLIC = 0.8
#: Minutes at a counter of each group's two matters.
MINUTES = (6, 14)

_S = AppointmentStatus

HEAD = """
format = 1
[hall]
id = "large"
name = { zh = "大厅", en = "Large" }
time_zone = "Asia/Shanghai"
opening = [ { days = "mon-fri", from = "09:00", until = "17:00" } ]
[booking]
last_day = 30
"""
ROSTER = """
breaks = [
  { counters = [ %s ], from = "11:30", until = "12:30" },
  { counters = [ %s ], from = "12:30", until = "13:30" },
]
"""


def layout_text() -> str:
    """Return the layout: ten groups, counters for all of them and counters for two each."""
    said = [HEAD]
    for at in range(GROUPS):
        name = f'name = {{ zh = "{at}", en = "{at}" }}'
        said.append(f'[[groups]]\nid = "g{at}"\nprefix = "{chr(65 + at)}"\n{name}')
        said += [
            f'[[matters]]\ncode = "m{at}-{minutes}"\ngroup = "g{at}"\n{name}\n'
            f"handling_minutes = {minutes}\nappointments = true"
            for minutes in MINUTES
        ]
    takes = ['"*"'] * COMPREHENSIVE
    takes += [f'"g{at % GROUPS}", "g{(at + 3) % GROUPS}"' for at in range(SPECIAL)]
    said += [f'[[counters]]\nid = "{at + 1}"\ntakes = [ {of} ]' for at, of in enumerate(takes)]
    return "\n".join(said)


def roster_text() -> str:
    """Return the roster: lunch in two shifts."""
    names = [f'"{at + 1}"' for at in range(COMPREHENSIVE + SPECIAL)]
    return ROSTER % (", ".join(names[::2]), ", ".join(names[1::2]))


def booked_hall(context: Context, *, booked: int = BOOKED) -> None:
    """Make the hall with its bookings, some holds, and some places that cool."""
    context.store.add_hall(HALL)
    for do in (
        partial(activate_layout, file="layout", text=layout_text()),
        partial(load_roster, file="roster", text=roster_text()),
    ):
        context.perform(HALL, do, by=SYSTEM)
    layout, roster = context.ask(HALL, lambda view: (view.layout, view.roster))
    now = context.now()
    made = list(_made(layout, roster, booked, now))
    with context.store.writing() as connection:
        connection.execute(t.appointment.insert(), [_row(context, one) for one in made])
        connection.execute(t.taken.insert(), [row for one in made for row in _taken(one, now)])


def _made(layout: Layout, roster: Roster, booked: int, now: datetime) -> Iterator[Appointment]:
    """Yield those who found room, one after the other: bookings, then holds and given back."""
    dice = random.Random(1)
    today = now.astimezone(layout.zone).date()
    days = [day for day in bookable_days(layout, today) if day > today]
    slots = {day: slots_of(layout, roster, day) for day in days}
    early = [1 / (ahead + 6) for ahead in range(len(days))]
    taken: defaultdict[date, defaultdict[int, Taken]] = defaultdict(lambda: defaultdict(Taken))
    statuses = [_S.BOOKED] * booked + [_S.HELD] * HELD + [_S.CANCELLED] * COOLING
    while statuses:
        (day,) = dice.choices(days, early)
        at = min(dice.choices(range(len(slots[day])), k=2))  # mornings are popular
        matters = tuple(dice.choices(layout.matters, k=dice.choice((1, 1, 1, 1, 2))))
        codes = tuple(dict.fromkeys(matter.code for matter in matters))
        slot, is_public = slots[day][at], dice.random() < PUBLIC
        parts = parts_of(layout, codes, slot.span.from_minute)
        if not has_room(layout, slots[day], taken[day], parts, is_public=is_public):
            continue
        for part in parts:
            taken[day][part.minute].add(part, is_public=is_public)
        yield Appointment(
            id=AppointmentId(f"{len(statuses):024x}"),
            status=(status := statuses.pop(0)),
            place=Place(day=day, minute=slot.span.from_minute, start=slot.start, parts=parts),
            matters=codes,
            bundle=None,
            share=Share.PUBLIC if is_public else Share.STAFF,
            made_at=now - timedelta(minutes=len(statuses)),
            held_until=now + timedelta(minutes=5) if status is _S.HELD else None,
        )


def _row(context: Context, appointment: Appointment) -> dict[str, Any]:
    number = int(appointment.id, 16)
    contact = Contact(name=f"王{number}", phone=f"138{number:08}")
    return {
        **appointment_row(appointment),
        **asdict(context.seal.whose(contact, language="zh")),
        "hall": HALL,
        "code_hash": appointment.id,
    }


def _taken(appointment: Appointment, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what an appointment takes; of four that were given back, one has cooled."""
    until = appointment.held_until
    if appointment.status is _S.CANCELLED:
        until = now + timedelta(minutes=10 if int(appointment.id, 16) % 4 else -10)
    for part in appointment.place.parts:
        yield {
            "hall": HALL,
            "day": appointment.place.day.isoformat(),
            "minute": part.minute,
            "group": part.group,
            "appointment": appointment.id,
            "share": appointment.share.value,
            "ms": part.ms,
            "until_ms": None if until is None else to_ms(until),
        }
