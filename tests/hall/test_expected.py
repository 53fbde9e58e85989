"""What a hall expects of today's open bookings, in its forecast and in what it announces."""

from datetime import date, timedelta

import pytest

from hall.context import Context
from hall.domain.habits import Habits
from hall.domain.identities import APPOINTMENT, CounterId, GroupId, MatterCode
from hall.domain.moments import to_ms
from hall.domain.tickets import Line
from hall.operations.booking import cancel_booking, confirm_booking, hold_slot
from hall.operations.check_in import check_in
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.queries import expected as expecting
from hall.queries.ahead import ahead
from hall.queries.learning import habits
from hall.store import booking_forecast, no_shows
from hall.store.appointments import Whose
from hall.store.booking_forecast import punctuality
from simulation.forecast.known import Known
from simulation.forecast.rest import Rest
from tests.halls import CITIZEN, KIOSK, MANAGER, FakeClock, WorkingHall, a_hall, clerk

LAYOUT = """
format = 1
[hall]
id = "small"
name = { zh = "小厅", en = "Small" }
time_zone = "UTC"
opening = [ { days = "mon-sun", from = "09:00", until = "17:00" } ]
[[groups]]
id = "a"
prefix = "A"
name = { zh = "甲", en = "A" }
[[matters]]
code = "card"
group = "a"
name = { zh = "证", en = "Card" }
handling_minutes = 10
appointments = APPOINTMENTS
[[counters]]
id = "1"
takes = [ "*" ]
[[counters]]
id = "2"
takes = [ "*" ]
"""
CARD, ONE = MatterCode("card"), CounterId("1")
BOOKED = Line(group=GroupId("a"), class_=APPOINTMENT)


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall at nine in the morning, with a counter open."""
    found = a_hall(context, clock, LAYOUT.replace("APPOINTMENTS", "true"))
    found.do(open_counter, clerk(ONE), counter=ONE)
    return found


def book(hall: WorkingHall, after: timedelta, person: str) -> str:
    """Book for the public, so long after now; the code."""
    at = (hall.clock.now + after).astimezone(hall.ask(lambda view: view.layout.zone))
    minute = at.hour * 60 + at.minute
    held = hall.do(hold_slot, CITIZEN, day=at.date(), minute=minute, matters=(CARD,))
    whose = Whose(person=person, language="zh")
    hall.do(confirm_booking, CITIZEN, code=held.code, whose=whose)
    return held.code


def learned(hall: WorkingHall) -> Habits:
    return hall.ask(habits)


def test_open_bookings_of_today_are_in_what_the_forecast_knows(hall: WorkingHall) -> None:
    codes = [book(hall, timedelta(hours=hours), str(hours)) for hours in (1, 2, 3)]
    book(hall, timedelta(days=1), "tomorrow")
    hall.do(cancel_booking, CITIZEN, code=codes[2])
    form = hall.ask(ahead)
    assert form is not None
    starts = [hall.clock.now + timedelta(hours=hours) for hours in (1, 2)]
    assert form["booked"]["open"] == [("a", to_ms(start), 600_000) for start in starts]
    assert form["booked"]["missed_share"] == 0
    assert form["booked"]["punctuality"] is None
    assert Rest(Known.of(form)).coming()[BOOKED].sum() == 2
    hall.clock.tick(minutes=45)
    hall.do(check_in, MANAGER, which=codes[0])
    form = hall.ask(ahead)
    assert form is not None
    assert [start for _, start, _ in form["booked"]["open"]] == [to_ms(starts[1])]
    hall.clock.now = starts[1] + timedelta(minutes=11)
    form = hall.ask(ahead)
    assert form is not None
    assert form["booked"]["open"] == []


def test_what_is_announced_counts_those_who_booked_for_the_next_hour(hall: WorkingHall) -> None:
    assert BOOKED not in learned(hall).per_hour
    for number, minutes in enumerate((15, 30, 30, 75)):
        book(hall, timedelta(minutes=minutes), str(number))
    assert learned(hall).per_hour[BOOKED] == 3
    hall.do(issue_ticket, KIOSK, matters=(CARD,))
    before = hall.do(issue_ticket, KIOSK, matters=(CARD,)).outlook
    hall.context.forecasts.learn(hall.id, learned(hall), sequence=1)
    after = hall.do(issue_ticket, KIOSK, matters=(CARD,)).outlook
    one_more = hall.do(issue_ticket, KIOSK, matters=(CARD,)).outlook
    assert before is not None
    assert after is not None
    assert one_more is not None
    without = one_more.likely_ms - after.likely_ms
    assert after.likely_ms - before.likely_ms > without


def test_how_many_never_come_and_how_punctual_the_others_are_is_learned(
    hall: WorkingHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for known in (no_shows, booking_forecast):
        monkeypatch.setattr(known, "ENOUGH", 2)
    codes = [book(hall, timedelta(hours=1), str(number)) for number in range(2)]
    hall.clock.tick(minutes=40)
    hall.do(check_in, MANAGER, which=codes[0])
    assert hall.ask(punctuality, since=date(2026, 3, 1)) is None
    hall.clock.tick(minutes=25)
    hall.do(check_in, MANAGER, which=codes[1])
    found = hall.ask(punctuality, since=date(2026, 3, 1))
    assert found is not None
    assert (found.mean, found.sd) == pytest.approx((-7.5, 12.5))
    known_ = hall.ask(expecting.expected, hall.clock.now.date())
    assert known_ is not None
    assert known_["punctuality"] == pytest.approx((-7.5, 12.5))


def test_a_hall_without_bookings_knows_of_none(context: Context, clock: FakeClock) -> None:
    hall = a_hall(context, clock, LAYOUT.replace("APPOINTMENTS", "false"))
    hall.do(open_counter, clerk(ONE), counter=ONE)
    form = hall.ask(ahead)
    assert form is not None
    assert form["booked"] is None
    assert Known.of(form).booked is None
