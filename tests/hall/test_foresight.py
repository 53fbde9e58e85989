"""What people were told is scored, teaches the next range, and the rest of the day is foreseen."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hall.context import Forecast
from hall.dispatch.conformal import LEAST
from hall.domain.habits import UNCORRECTED, Habits
from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.jobs.foresight import FORECASTS_KEPT, Foresight
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import Issued, issue_ticket
from hall.operations.serve import finish, postpone
from hall.queries.foreseen import AHEAD, GOOD_FOR, forecast, foreseen_at, public_forecast
from hall.queries.learning import habits, waits_read
from hall.queries.score import score
from simulation.forecast.__main__ import answered
from tests.halls import GUIDE, KIOSK, WorkingHall, clerk

ONE, TWO = CounterId("1"), CounterId("2")
A = (MatterCode("m-a"),)


def simulated(known: dict[str, Any]) -> dict[str, Any]:
    """Return what the process that looks ahead answers, without a process."""
    found: dict[str, Any] = json.loads(answered(json.dumps(known)))
    return found


@pytest.fixture
def foresight(hall: WorkingHall) -> Foresight:
    """What the clock does about waits in the 12-counter hall, two counters of which are open."""
    for counter in (ONE, TWO):
        hall.do(open_counter, clerk(counter), counter=counter)
    return Foresight(hall.context, simulated)


def a_day_of(hall: WorkingHall, *, people: int, minutes: float) -> Iterator[Issued]:
    """Yield everybody who takes a number; then they are called one after the other."""
    for _ in range(people):
        yield hall.do(issue_ticket, KIOSK, matters=A)
    for _ in range(people):
        call = hall.do(call_next, clerk(ONE), counter=ONE)
        assert call is not None
        hall.clock.tick(minutes=minutes)
        hall.do(finish, clerk(ONE), ticket=call.ticket.id, outcomes={})


def test_everybody_who_was_told_something_is_scored_once(
    hall: WorkingHall, foresight: Foresight
) -> None:
    list(a_day_of(hall, people=5, minutes=1))
    for _ in range(2):
        foresight.learn(hall.id)
    found = hall.ask(score)
    assert found["all"]["told"] == 5
    assert [row["group"] for row in found["groups"]] == ["a"]
    assert [row["told"] for row in found["hours"]] == [5]


def test_a_long_journal_is_read_in_parts(hall: WorkingHall, foresight: Foresight) -> None:
    list(a_day_of(hall, people=5, minutes=1))
    parts = 0
    while (reading := hall.ask(waits_read, limit=3)) is not None:
        hall.context.forecasts.take(hall.id, reading)
        hall.context.forecasts.learn(hall.id, Habits(), sequence=reading.sequence)
        parts += 1
    assert parts == 4
    assert hall.ask(score)["all"]["told"] == 5


def test_who_let_others_pass_was_promised_nothing(hall: WorkingHall, foresight: Foresight) -> None:
    later, *_ = [hall.do(issue_ticket, KIOSK, matters=A) for _ in range(3)]
    hall.do(postpone, GUIDE, ticket=later.ticket.id, places=1)
    for _ in range(3):
        call = hall.do(call_next, clerk(ONE), counter=ONE)
        assert call is not None
        hall.clock.tick(minutes=1)
        hall.do(finish, clerk(ONE), ticket=call.ticket.id, outcomes={})
    foresight.learn(hall.id)
    assert hall.ask(score)["all"]["told"] == 2


def test_ranges_become_as_wide_as_they_had_to_be(hall: WorkingHall, foresight: Foresight) -> None:
    before = list(a_day_of(hall, people=20, minutes=4))[-1]
    foresight.learn(hall.id)
    assert hall.ask(lambda view: view.habits).announced == UNCORRECTED
    for _ in range(LEAST // 20):
        list(a_day_of(hall, people=20, minutes=0.2))
        hall.clock.tick(hours=-1)
    foresight.learn(hall.id)
    known = hall.ask(lambda view: view.habits)
    assert known == hall.ask(habits)
    assert known.announced.low > 1
    after = hall.do(issue_ticket, KIOSK, matters=A)
    for _ in range(9):
        after = hall.do(issue_ticket, KIOSK, matters=A)
    assert before.outlook is not None
    told = before.outlook.low_ms, before.outlook.likely_ms, before.outlook.high_ms
    assert before.outlook.uncorrected_ms == told
    assert after.outlook is not None
    assert after.outlook.low_ms < after.outlook.uncorrected_ms[0]
    details = hall.events()[-1].details
    assert details["uncorrected_ms"] == list(after.outlook.uncorrected_ms)


def test_the_next_hours_are_foreseen_and_only_while_that_is_fresh(
    hall: WorkingHall, foresight: Foresight
) -> None:
    assert hall.ask(forecast) is None
    for _ in range(40):
        hall.do(issue_ticket, KIOSK, matters=A)
        hall.clock.tick(minutes=1)
    foresight.learn(hall.id)
    foresight.look_ahead(hall.id)
    found = hall.ask(forecast)
    assert found is not None
    slots = {group["id"]: group["slots"] for group in found["groups"]}["a"]
    assert slots[0]["from"] <= found["at"] < slots[0]["until"]
    assert all(slot["low"] <= slot["likely"] <= slot["high"] for slot in slots)
    assert slots[0]["likely"] > 30
    assert found["counters"][0]["needed"] > 2 == found["counters"][0]["planned"]
    assert set(hall.ask(public_forecast) or ()) == {"at", "groups", "best"}
    hall.clock.now += GOOD_FOR + timedelta(seconds=1)
    assert hall.ask(forecast) is None


def test_what_was_foreseen_is_scored_by_those_who_come_later(
    hall: WorkingHall, foresight: Foresight
) -> None:
    for _ in range(40):
        hall.do(issue_ticket, KIOSK, matters=A)
        hall.clock.tick(minutes=1)
    foresight.learn(hall.id)
    foresight.look_ahead(hall.id)
    a = GroupId("a")
    too_soon = hall.clock.now + AHEAD - timedelta(seconds=1)
    assert hall.ask(foreseen_at, a, too_soon) == {}
    found = hall.ask(foreseen_at, a, hall.clock.now + AHEAD)
    assert 0 < found["foreseen_low_ms"] < found["foreseen_likely_ms"] < found["foreseen_high_ms"]
    assert hall.ask(foreseen_at, GroupId("nobody"), hall.clock.now + AHEAD) == {}


def test_a_closed_hall_foresees_nothing(hall: WorkingHall) -> None:
    asked: list[dict[str, Any]] = []

    def remembered(known: dict[str, Any]) -> dict[str, Any]:
        asked.append(known)
        return simulated(known)

    foresight = Foresight(hall.context, remembered)
    foresight.look_ahead(hall.id)
    hall.do(open_counter, clerk(ONE), counter=ONE)
    hall.do(issue_ticket, KIOSK, matters=A)
    hall.clock.tick(hours=12)
    foresight.look_ahead(hall.id)
    assert asked == []


def test_old_forecasts_are_forgotten(hall: WorkingHall, foresight: Foresight) -> None:
    hall.do(issue_ticket, KIOSK, matters=A)
    foresight.look_ahead(hall.id)
    early = hall.clock.now
    hall.clock.tick(hours=1)
    foresight.look_ahead(hall.id)
    hall.clock.now = early
    assert hall.ask(forecast) is not None
    now_ms = hall.ask(lambda view: view.now_ms)
    later = Forecast(at_ms=now_ms + 1, result={"groups": {}, "counters": []}, best=None)
    kept_ms = FORECASTS_KEPT // timedelta(milliseconds=1)
    hall.context.forecasts.keep(hall.id, later, since_ms=now_ms + kept_ms)
    assert hall.ask(forecast) is None
