"""Days that are not like others: clocks that change, midnight, matters and layouts that go."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.contact import Contact
from hall.domain.events import EventName
from hall.domain.identities import MatterCode
from hall.domain.messages import Kind
from hall.domain.moments import read
from hall.domain.punctuality import Punctuality
from hall.domain.slots import NotThatDay, slots_of
from hall.operations.booking import (
    NotBookable,
    cancel_booking,
    confirm_booking,
    hold_slot,
    move_booking,
)
from hall.operations.check_in import CheckedIn, MatterIsGone, NotToday, check_in
from hall.operations.ending import end_what_is_over
from hall.operations.layouts import activate_layout
from hall.operations.rollout import roll_back
from hall.queries.affected import affected
from hall.queries.reception import reception
from hall.queries.slots import slots
from hall.store import appointments as kept
from hall.store.seal import Seal
from hall.store.verify import flaws
from tests.hall.test_booking import LAYOUT, LONG, SHORT, TUESDAY, booked, hold, status, whose
from tests.hall.test_pages import visit
from tests.halls import CITIZEN, GUIDE, FakeClock, WorkingHall, a_hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = 'days = "mon-fri", from = "09:00", until = "10:00"'
EVERY_DAY = LAYOUT.replace(HOURS, 'days = "mon-sun", from = "00:00", until = "12:00"').replace(
    "Asia/Shanghai", "Europe/Berlin"
)
AT_NIGHT = LAYOUT.replace(HOURS, 'days = "mon-sun", from = "22:00", until = "06:00"')
SHORTER = LAYOUT.replace('until = "10:00"', 'until = "09:30"')
WITHOUT_SHORT = LAYOUT.replace('code = "short"', 'code = "shorter"')
REGROUPED = LAYOUT.replace('code = "short"\ngroup = "a"', 'code = "short"\ngroup = "b"')
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
MIDNIGHT = 24 * 60


def utc(day: date, text: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{text}:00+00:00")


@pytest.fixture
def berlin(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is open while clocks change, on the day before that."""
    clock.now = utc(SPRING - timedelta(days=1), "07:30")
    return a_hall(context, clock, EVERY_DAY)


@pytest.fixture
def night(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that opens at ten in the evening of Tuesday and closes at six of Wednesday."""
    return a_hall(context, clock, AT_NIGHT)


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """A citizen's own browser, in English."""
    found = app.test_client()
    found.set_cookie("lang", "en")
    return found


def starts(hall: WorkingHall, day: date) -> list[datetime]:
    """Return when the slots of a day begin, in the hall's own time."""
    [found] = hall.ask(slots, matters=(SHORT,), since=day, until=day)
    return [read(slot["start"]).astimezone(BERLIN) for slot in found["slots"]]


def by_mail(hall: WorkingHall, *, day: date, minute: int, matter: MatterCode = SHORT) -> str:
    """Book for somebody who can be told, and return the code."""
    held = hall.do(hold_slot, CITIZEN, day=day, minute=minute, matters=(matter,))
    contact = Contact(name="Zoe", phone="13800138000", email="zoe@example.org")
    whose_ = hall.context.seal.whose(contact, language="en")
    hall.do(confirm_booking, CITIZEN, code=held.code, whose=whose_)
    return str(held.code)


def reminders(hall: WorkingHall) -> list[datetime]:
    found = hall.context.outbox.messages(hall.id)
    return sorted(message.due for message in found if message.kind is Kind.REMINDER)


def comes(hall: WorkingHall, code: str) -> CheckedIn:
    return hall.do(check_in, GUIDE, which=code)


def test_a_time_that_the_clock_skips_is_no_slot(berlin: WorkingHall) -> None:
    times = [f"{start:%H:%M}" for start in starts(berlin, SPRING)]
    assert times[:6] == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]
    assert len(times) == 22
    with pytest.raises(NotThatDay):
        hold(berlin, day=SPRING, minute=120)
    last = hold(berlin, day=SPRING, minute=90)
    first = hold(berlin, day=SPRING, minute=180)
    places = [berlin.ask(kept.with_code, code).place.start for code in (last, first)]
    assert places == [utc(SPRING, "00:30"), utc(SPRING, "01:00")]


def test_a_slot_that_the_clock_cuts_short_offers_as_much_less(
    context: Context, clock: FakeClock
) -> None:
    clock.now = utc(SPRING - timedelta(days=1), "07:30")
    hall = a_hall(context, clock, EVERY_DAY.replace("slot_minutes = 30", "slot_minutes = 45"))
    there = hall.ask(lambda view: slots_of(view.layout, view.roster, SPRING))
    minutes = {
        f"{slot.start.astimezone(BERLIN):%H:%M}": sum(ms for _, ms in slot.offer) // 60_000
        for slot in there[:5]
    }
    assert minutes == {"00:00": 90, "00:45": 90, "01:30": 60, "03:00": 90, "03:45": 90}


def test_a_time_that_comes_twice_is_one_slot_the_first_time(berlin: WorkingHall) -> None:
    berlin.clock.now = utc(AUTUMN - timedelta(days=1), "08:00")
    times = starts(berlin, AUTUMN)
    assert len(times) == len({start.astimezone(UTC) for start in times}) == 24
    assert [start.fold for start in times] == [0] * 24
    two, three = times[4], times[6]
    assert (two.astimezone(UTC), three.astimezone(UTC)) == (
        utc(AUTUMN, "00:00"),
        utc(AUTUMN, "02:00"),
    )


@pytest.mark.parametrize(
    ("at", "came"),
    [("00:10", "early"), ("00:35", "on_time"), ("01:10", "late")],  # 02:10, 02:35, 02:10 again
)
def test_who_comes_in_the_hour_that_comes_twice_is_timed_by_what_passed(
    berlin: WorkingHall, at: str, came: str
) -> None:
    berlin.clock.now = utc(AUTUMN - timedelta(days=1), "08:00")
    code = booked(berlin, "one", day=AUTUMN, minute=150)
    berlin.clock.now = utc(AUTUMN, at)
    assert comes(berlin, code).punctuality == came
    assert berlin.ask(flaws) == []


def test_reminders_of_a_day_on_which_clocks_change_are_due_at_the_right_moment(
    berlin: WorkingHall,
) -> None:
    by_mail(berlin, day=SPRING, minute=600)  # 10:00, that is 08:00 UTC
    assert reminders(berlin) == [
        utc(SPRING - timedelta(days=1), "08:00"),  # a whole day before: 09:00 by the clock
        utc(SPRING, "06:00"),
    ]


def test_what_would_wake_somebody_in_the_short_night_comes_the_evening_before(
    berlin: WorkingHall,
) -> None:
    by_mail(berlin, day=SPRING, minute=180)  # 03:00, two hours before it is midnight
    assert reminders(berlin)[-1] == utc(SPRING - timedelta(days=1), "20:00")


def test_the_calendar_entry_of_such_a_day_means_the_same_moment(
    berlin: WorkingHall, phone: FlaskClient
) -> None:
    berlin.clock.now = utc(AUTUMN - timedelta(days=1), "08:00")
    code = by_mail(berlin, day=AUTUMN, minute=150)
    calendar = icalendar.Calendar.from_ical(phone.get(f"/b/{code}/appointment.ics").data)
    [entry] = calendar.walk("VEVENT")
    start = entry.decoded("dtstart")
    assert start.astimezone(UTC) == utc(AUTUMN, "00:30")
    assert "Europe/Berlin" in str(entry["dtstart"].params["TZID"])
    assert entry.decoded("duration") == timedelta(minutes=5)
    assert calendar.walk("VTIMEZONE")


def test_the_slot_at_midnight_belongs_to_the_evening_before(
    night: WorkingHall, phone: FlaskClient
) -> None:
    page = phone.get(f"/book/small/times?m=short&day={TUESDAY}&part=night").text
    assert re.search(r'value="2026-03-03/1440">00:00 <small>next day</small>', page)
    code = booked(night, "one", minute=MIDNIGHT)
    assert night.ask(kept.with_code, code).place.start == utc(TUESDAY, "16:00")
    assert "Wed, Mar 4 <b>00:00</b>" in phone.get(f"/b/{code}").text


@pytest.mark.parametrize(
    ("at", "came"),
    [("15:45", "early"), ("16:05", "on_time"), ("16:20", "late"), ("21:30", "late")],
)
def test_who_booked_for_midnight_checks_in_that_night(
    night: WorkingHall, at: str, came: str
) -> None:
    code = booked(night, "one", minute=MIDNIGHT)
    night.clock.now = utc(TUESDAY, at)
    found = comes(night, code)
    assert found.punctuality == came
    assert found.issued.ticket.day == TUESDAY
    assert night.ask(flaws) == []


def test_check_in_begins_when_the_doors_open_and_that_is_said(
    night: WorkingHall, phone: FlaskClient
) -> None:
    code = booked(night, "one", minute=1320)
    night.clock.now = utc(TUESDAY, "13:45")
    with pytest.raises(NotToday) as refused:
        comes(night, code)
    assert f"{refused.value.opens_at:%H:%M}" == "22:00"
    page = phone.get(f"/b/{code}").text
    assert "on that day from 22:00 until 22:10" in page
    assert "I am in the hall" not in page
    assert "you can check in from 22:00 on" in phone.post(f"/b/{code}/check-in").text
    night.clock.now = utc(TUESDAY, "14:00")
    assert "I am in the hall" in phone.get(f"/b/{code}").text
    assert comes(night, code).punctuality is Punctuality.ON_TIME


def test_the_screen_finds_who_booked_for_midnight_the_evening_before(
    night: WorkingHall, phone: FlaskClient
) -> None:
    by_mail(night, day=TUESDAY, minute=MIDNIGHT)
    night.clock.now = utc(TUESDAY, "15:45")
    _, token = night.context.people.add_device(
        hall=night.id, role=Role.KIOSK, name="door", counter=None, now=night.clock.now
    )
    phone.set_cookie(DEVICE_COOKIE, token)
    asked = {"digits": "8000", "sign": "Z"}
    assert 'name="which"' in phone.post("/kiosk/small/appointment/phone", data=asked).text


def test_midnight_is_missed_only_when_the_night_is_over(night: WorkingHall) -> None:
    code = booked(night, "one", minute=MIDNIGHT)
    night.clock.now = utc(TUESDAY, "21:59")  # 05:59 of Wednesday
    night.do(end_what_is_over)
    assert status(night, code) == "booked"
    today = night.ask(reception, seal=Seal.passing())
    assert (today["today"], [row["at"].day for row in today["found"]]) == (TUESDAY, [4])
    night.clock.now = utc(TUESDAY, "22:00")
    night.do(end_what_is_over)
    assert status(night, code) == "missed"
    assert night.ask(flaws) == []


def test_a_matter_that_went_while_it_was_booked_is_told_at_every_step(
    small: WorkingHall, phone: FlaskClient
) -> None:
    code = by_mail(small, day=TUESDAY, minute=540)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_SHORT)
    gone = "No appointments are given for this matter"
    with pytest.raises(NotBookable):
        small.do(move_booking, GUIDE, code=code, day=TUESDAY, minute=570)
    asked = phone.post(f"/api/v1/appointments/{code}/move", json={"slot": "2026-03-03/0570"})
    assert (asked.status_code, asked.get_json()["code"]) == (422, "not_bookable")
    moved = phone.post(f"/b/{code}/move", data={"slot": "2026-03-03/0570"})
    assert (moved.status_code, gone in moved.text) == (422, True)
    assert "is offered here any more" in phone.get(f"/b/{code}").text
    small.clock.now = utc(TUESDAY, "01:00")
    with pytest.raises(MatterIsGone):
        comes(small, code)
    came = phone.post(f"/b/{code}/check-in")
    assert (came.status_code, "no longer handled here" in came.text) == (409, True)


def test_what_the_hall_cannot_keep_is_cancelled_as_such(app: Flask, small: WorkingHall) -> None:
    by_itself, by_phone, by_hall = (
        booked(small, person, day=TUESDAY + timedelta(days=at))
        for at, person in enumerate(("one", "two", "three"))
    )
    small.do(cancel_booking, CITIZEN, code=by_itself)
    small.do(cancel_booking, GUIDE, code=by_phone)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_SHORT)
    administrator = visit(app, small, Role.ADMINISTRATOR)
    which = small.ask(kept.with_code, by_hall).id
    assert which in administrator.get("/manager/appointments").text
    assert administrator.send("/manager/appointments/cancel", which=which).status_code == 303
    cancelled = [e for e in small.events() if e.name is EventName.APPOINTMENT_CANCELLED]
    assert [event.details["reason"] for event in cancelled] == ["citizen", "staff", "change"]


def test_an_administrator_may_do_what_the_pages_offer(app: Flask, small: WorkingHall) -> None:
    administrator = visit(app, small, Role.ADMINISTRATOR)
    board = administrator.get("/manager").text
    bar = re.findall(r'class="bar-link" href="([^"]+)"', board)
    assert "/bookings" in bar
    assert {address: administrator.get(address).status_code for address in bar} == dict.fromkeys(
        bar, 200
    )


def test_counters_that_go_hit_those_who_booked_last(small: WorkingHall) -> None:
    codes = [booked(small, f"person {at}") for at in range(3)]
    small.clock.tick(seconds=1)
    long = booked(small, "long", LONG)
    one_counter = LAYOUT.split("[[counters]]")[0] + '[[counters]]\nid = "2"\ntakes = [ "*" ]'
    small.do(activate_layout, file="layout.toml", text=one_counter)
    found = small.ask(affected, seal=Seal.passing())["found"]
    ids = [small.ask(kept.with_code, code).id for code in (*codes, long)]
    assert [(row["id"], row["why"], row["offer"]["slot"]) for row in found] == [
        (ids[3], "no_room", "2026-03-03/0570")
    ]
    small.clock.now = utc(TUESDAY, "01:00")
    assert comes(small, long).issued.ticket.line.group == "b"  # the promise is kept all the same


def test_a_hold_is_not_promised_once_its_matter_went(
    small: WorkingHall, phone: FlaskClient
) -> None:
    code = hold(small)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_SHORT)
    with pytest.raises(NotBookable):
        small.do(confirm_booking, CITIZEN, code=code, whose=whose("one"))
    assert status(small, code) == "held"
    page = phone.get(f"/b/{code}/contact")
    assert page.status_code == 200


def test_a_hold_is_not_promised_once_the_hall_is_closed_then(small: WorkingHall) -> None:
    code = hold(small, minute=570)
    small.do(activate_layout, file="layout.toml", text=SHORTER)
    with pytest.raises(NotThatDay):
        small.do(confirm_booking, CITIZEN, code=code, whose=whose("one"))
    assert small.ask(flaws) == []


def test_the_page_says_why_a_hold_is_not_promised(small: WorkingHall, phone: FlaskClient) -> None:
    held = phone.post(
        "/book/small/times", data={"key": "k", "m": "short", "slot": "2026-03-03/0570"}
    )
    address = held.location.rpartition("/")[0]
    who = {"for": "self", "name": "Zoe", "phone": "13800138000"}
    assert phone.post(f"{address}/contact", data=who).status_code == 303
    small.do(activate_layout, file="layout.toml", text=SHORTER)
    refused = phone.post(f"{address}/check")
    assert (refused.status_code, "This time cannot be booked" in refused.text) == (422, True)
    small.do(activate_layout, file="layout.toml", text=WITHOUT_SHORT)
    refused = phone.post(f"{address}/check")
    assert "No appointments are given for this matter" in refused.text


def test_a_hold_is_promised_by_the_groups_of_a_layout_that_came_meanwhile(
    small: WorkingHall,
) -> None:
    code = hold(small)
    small.do(activate_layout, file="layout.toml", text=REGROUPED)
    small.do(confirm_booking, CITIZEN, code=code, whose=whose("one"))
    place = small.ask(kept.with_code, code).place
    assert [(part.group, part.ms) for part in place.parts] == [("b", 300_000)]
    small.do(roll_back)
    place = small.ask(kept.with_code, code).place
    assert [(part.group, part.ms) for part in place.parts] == [("a", 300_000)]
    assert (place.minute, status(small, code)) == (540, "booked")
    names = [event.name for event in small.events()]
    assert names.count(EventName.APPOINTMENT_REFITTED) == 2
    assert small.ask(flaws) == []
