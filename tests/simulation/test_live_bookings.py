"""The live hall and the simulation, asked by the same people, give the same slots and calls."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from hall.context import Context
from hall.domain.events import EventName
from hall.domain.folding import fold
from hall.domain.identities import APPOINTMENT, MatterCode
from hall.domain.moments import from_ms, to_ms
from hall.domain.reading import Source
from hall.domain.slots import Slot, slots_of
from hall.operations.booking import SlotIsFull, confirm_booking, hold_slot
from hall.operations.check_in import check_in
from hall.operations.issue import Issued
from hall.store.appointments import Whose
from simulation.demand import People
from simulation.model import simulate
from simulation.places import Places
from simulation.plan import plan_of
from simulation.scenario import Scenario
from simulation.scenario_file import scenario_in
from simulation.streams import Key
from tests.halls import CITIZEN, MANAGER, FakeClock, WorkingHall, a_hall
from tests.simulation import test_live_and_simulated as live

#: The same hall; every matter can be booked, half an hour early and ten minutes late are in time.
LAYOUT = (
    live.layout_text(walk=2)
    .replace('until = "15:00"', 'until = "12:00"')
    .replace("handling_minutes", "appointments = true\nhandling_minutes")
    + "[booking]\nslot_minutes = 15\npublic_share = 0.25\n"
)
SCENARIO = (
    live.SCENARIO.replace("priority = 0.15", "priority = 0.15\nappointment = 0.5")
    + """
[appointments]
by_rules = true
no_show_share = 0.15
unpunctuality_minutes = { mean = -5, sd = 12 }
"""
)
DAY, NONE = date(2026, 3, 2), -1


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody who asked for an appointment, and the slot that they got in the simulation."""

    matters: tuple[MatterCode, ...]
    wish_ms: int
    slot_ms: int | None


@dataclass(kw_only=True)
class Clerks(live.Clerks):
    """Clerks whose citizens may have booked."""

    #: Codes of bookings, by the slot and the matters that they are for.
    codes: dict[tuple[int, tuple[MatterCode, ...]], list[str]] = field(default_factory=dict)

    @override
    def _issued(self, visit: int) -> Issued:
        slot = self.visits.slot[visit]
        if slot == NONE:
            return super()._issued(visit)
        code = self.codes[slot, self._matters(visit)].pop()
        return self.hall.do(check_in, MANAGER, which=code).issued


def asked_of(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Return a list that fills with those who ask for an appointment, one after the other."""
    asked: list[Asked] = []
    book = Places.book

    def noted(
        self: Places, matters: tuple[MatterCode, ...], wish_ms: int, *, is_public: bool
    ) -> int | None:
        slot = book(self, matters, wish_ms, is_public=is_public)
        asked.append(Asked(matters=matters, wish_ms=wish_ms, slot_ms=slot))
        return slot

    monkeypatch.setattr(Places, "book", noted)
    return asked


def booked(
    hall: WorkingHall, slots: list[Slot], one: Asked, *, person: str
) -> tuple[int, str] | None:
    """Book the wished slot or the nearest that the live hall gives; the slot and the code."""
    wished = max(slot.start for slot in slots if to_ms(slot.start) <= one.wish_ms)
    for slot in sorted(slots, key=lambda slot: abs(slot.start - wished)):
        minute = slot.span.from_minute
        try:
            held = hall.do(hold_slot, CITIZEN, day=DAY, minute=minute, matters=one.matters)
        except SlotIsFull:
            continue
        whose = Whose(person=person, language="zh")
        hall.do(confirm_booking, CITIZEN, code=held.code, whose=whose)
        return to_ms(slot.start), held.code
    return None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_citizens_get_the_same_slots_and_are_called_in_the_same_order(
    context: Context, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "layout.toml").write_text(LAYOUT, "utf-8")
    scenario = scenario_in(Source("scenario.toml", SCENARIO), folder=tmp_path)
    plan = plan_of(scenario, DAY)
    asked = asked_of(scenario, monkeypatch)
    key = Key(seed=1, replication=0, day=DAY.toordinal())
    visits = People(scenario).draw(key, plan.calendar.openings)
    simulated = simulate(plan, visits).stops

    hall = a_hall(context, clock, LAYOUT)
    clock.now = from_ms(plan.calendar.openings[0][0]) - timedelta(days=1)
    clerks = Clerks(hall=hall, plan=plan, visits=visits)
    slots = list(slots_of(scenario.layout, scenario.staffing, DAY))
    given = [booked(hall, slots, one, person=str(at)) for at, one in enumerate(asked)]
    assert [got and got[0] for got in given] == [one.slot_ms for one in asked]
    assert None in given
    for one, got in zip(asked, given, strict=True):
        if got is not None:
            clerks.codes.setdefault((got[0], one.matters), []).append(got[1])
    clerks.work_through()

    stops = fold(hall.events()).stops
    told = live.calls(stops, [clerks.visit_of[ticket] for ticket in stops.ticket])
    assert told == live.calls(simulated, [int(ticket) - 1 for ticket in simulated.ticket])
    came = [
        event.details["punctuality"]
        for event in hall.events()
        if event.name is EventName.APPOINTMENT_CHECKED_IN
    ]
    assert visits.bookings is not None
    assert came.count("late") == visits.bookings.late > 0
    assert came.count("early") > 0
    assert came.count("on_time") > 0
    assert stops.class_.count(APPOINTMENT) > 15
