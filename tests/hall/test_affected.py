"""Appointments hit by a change: listed with the next free time, moved at once, foretold."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.affected import Why
from hall.domain.events import EventName
from hall.operations.check_in import MatterIsGone, check_in
from hall.operations.layouts import activate_layout, load_roster
from hall.operations.rollout import schedule_layout
from hall.queries.affected import affected, count_affected
from hall.queries.rollouts import rollout
from hall.queries.slots import slots
from hall.store import appointments as kept
from hall.store.seal import Seal
from hall.store.verify import flaws
from tests.hall.test_booking import LAYOUT, LONG, SHORT, TUESDAY, booked, status
from tests.hall.test_pages import visit
from tests.halls import GUIDE, FakeClock, WorkingHall, a_hall

WEDNESDAY = TUESDAY + timedelta(days=1)
#: The second half of every hour is gone.
SHORTER = LAYOUT.replace('until = "10:00"', 'until = "09:30"')
WITHOUT_LONG = LAYOUT.replace('code = "long"', 'code = "longer"')
#: The short matter is served where the long one is.
REGROUPED = LAYOUT.replace('code = "short"\ngroup = "a"', 'code = "short"\ngroup = "b"')
BREAK = 'breaks = [ { counters = ["1", "2"], from = "09:00", until = "09:25" } ]'


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall of two counters that takes appointments."""
    return a_hall(context, clock, LAYOUT)


def found(hall: WorkingHall) -> list[tuple[str, str | None]]:
    """Return why each appointment is hit and what is offered for it."""
    told = hall.ask(affected, seal=Seal.passing())["found"]
    return [(row["why"], row["offer"] and row["offer"]["slot"]) for row in told]


def two_of_three(hall: WorkingHall) -> list[str]:
    """Book three long visits, and return the codes of the two that shorter hours hit."""
    booked(hall, "zero", LONG)
    return [booked(hall, f"on {day}", LONG, minute=570, day=day) for day in (TUESDAY, WEDNESDAY)]


def test_shorter_hours_list_those_they_hit_each_with_a_time_of_its_own(small: WorkingHall) -> None:
    two_of_three(small)
    assert small.ask(count_affected) == 0
    small.do(activate_layout, file="layout.toml", text=SHORTER)
    assert found(small) == [("closed", "2026-03-04/0540"), ("closed", "2026-03-05/0540")]


def test_a_break_in_the_roster_hits_what_it_leaves_no_time_for(small: WorkingHall) -> None:
    booked(small, "one")
    booked(small, "two", LONG)
    small.do(load_roster, file="roster.toml", text=BREAK)
    assert found(small) == [(Why.NO_ROOM, "2026-03-03/0570")]


def test_a_rollout_says_how_many_appointments_it_would_hit(small: WorkingHall) -> None:
    booked(small, "one", minute=570)
    booked(small, "two")
    made = small.do(
        schedule_layout, file="new.toml", text=SHORTER, at=datetime(2026, 3, 2, 20, tzinfo=UTC)
    )
    assert small.ask(rollout, id_=made.id)["now"]["appointments"] == 1
    late = small.do(
        schedule_layout, file="new.toml", text=SHORTER, at=datetime(2026, 3, 4, 0, tzinfo=UTC)
    )
    assert small.ask(rollout, id_=late.id)["now"]["appointments"] == 0


def test_a_matter_that_is_gone_is_said_and_still_let_in(small: WorkingHall) -> None:
    code = booked(small, "one", SHORT, LONG)
    alone = booked(small, "two", LONG, minute=540, day=WEDNESDAY)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_LONG)
    assert found(small) == [("matter_gone", None), ("matter_gone", None)]
    small.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    came = small.do(check_in, GUIDE, which=code)
    assert [matter.code for matter in came.issued.ticket.matters] == ["short"]
    small.clock.tick(days=1)
    with pytest.raises(MatterIsGone):
        small.do(check_in, GUIDE, which=alone)
    assert small.ask(flaws) == []


def test_a_rollout_counts_what_is_promised_by_its_own_groups(small: WorkingHall) -> None:
    code = booked(small, "one")
    small.do(activate_layout, file="layout.toml", text=REGROUPED)
    parts = small.ask(lambda view: kept.with_code(view, code)).place.parts
    assert [(part.group, part.minute) for part in parts] == [("b", 540)]
    assert EventName.APPOINTMENT_REFITTED in {event.name for event in small.events()}
    assert EventName.APPOINTMENT_MOVED not in {event.name for event in small.events()}
    assert status(small, code) == "booked"
    assert small.ask(flaws) == []


def test_what_a_change_left_without_room_blocks_nobody_elsewhere(small: WorkingHall) -> None:
    booked(small, "one", LONG)
    small.do(
        load_roster,
        file="roster.toml",
        text='shifts = [ { days = "mon-fri", counters = ["2"], from = "09:30", until = "10:00" } ]',
    )
    assert found(small) == [(Why.NO_ROOM, "2026-03-03/0570")]
    day = small.ask(slots, matters=(SHORT,))[0]
    assert [slot["free"] for slot in day["slots"]] == [True, True]


def test_the_manager_sees_them_and_moves_all_in_one_go(app: Flask, small: WorkingHall) -> None:
    codes = two_of_three(small)
    manager = visit(app, small, Role.MANAGER)
    assert "Every appointment still fits" in manager.get("/manager/appointments").text
    assert "appointment" not in manager.get("/manager/appointments/count").text
    small.do(activate_layout, file="layout.toml", text=SHORTER)
    assert "2 appointments no longer fit" in manager.get("/manager/appointments/count").text
    page = manager.get("/manager/appointments").text
    for words in ("The hall is closed at that time", "Move all 2", "Move to Wed, Mar 4, 09:00"):
        assert words in page
    first, second = (small.ask(kept.with_code, code).id for code in codes)
    to = [f"{first}@2026-03-04/0540", f"{second}@2026-03-05/0540"]
    assert manager.send("/manager/appointments/move", move=to).status_code == 303
    assert "Every appointment still fits" in manager.get("/manager/appointments").text
    assert small.ask(flaws) == []


def test_what_no_other_time_would_help_is_cancelled(app: Flask, small: WorkingHall) -> None:
    code = booked(small, "one", LONG)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_LONG)
    manager = visit(app, small, Role.MANAGER)
    page = manager.get("/manager/appointments").text
    assert "Its matter is no longer handled here" in page
    assert "Move to" not in page
    which = small.ask(lambda view: kept.with_code(view, code)).id
    assert manager.send("/manager/appointments/cancel", which=which).status_code == 303
    assert status(small, code) == "cancelled"
    assert (
        visit(app, small, Role.GUIDE, login="guo").get("/manager/appointments").status_code == 403
    )
