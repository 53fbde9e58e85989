"""Checking in: when it begins, what it says, and that a promise is kept."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.appointments import IllegalStep
from hall.operations.check_in import NotToday, check_in
from hall.operations.day import HallIsClosed, open_day
from hall.operations.issue import DailyLimitReached, issue_ticket
from hall.store.verify import flaws
from tests.hall.test_booking import LAYOUT, SHORT, booked
from tests.halls import GUIDE, MANAGER, FakeClock, WorkingHall, a_hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

#: 08:40 of the Tuesday, twenty minutes before the doors open.
BEFORE_THE_DOORS = datetime(2026, 3, 3, 0, 40, tzinfo=UTC)


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that opens at nine."""
    return a_hall(context, clock, LAYOUT)


def test_before_the_doors_open_it_is_said_when_they_do(small: WorkingHall, app: Flask) -> None:
    code = booked(small, "one")
    small.clock.now = BEFORE_THE_DOORS
    with pytest.raises(NotToday) as refused:
        small.do(check_in, GUIDE, which=code)
    assert refused.value.opens_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    phone = app.test_client()
    phone.set_cookie("lang", "en")
    page = phone.get(f"/b/{code}").text
    assert "Check in here or in the hall on that day from 09:00 until 09:10" in page
    assert "I am in the hall" not in page
    told = phone.get(f"/api/v1/appointments/{code}").get_json()["check_in"]
    assert (told["from"], told["punctuality"]) == ("2026-03-03T01:00:00.000Z", None)


def test_whoever_opens_the_day_early_lets_people_in(small: WorkingHall) -> None:
    code = booked(small, "one")
    small.clock.now = BEFORE_THE_DOORS
    small.do(open_day, MANAGER)
    came = small.do(check_in, GUIDE, which=code)
    assert (came.punctuality, came.issued.ticket.due_at) == (
        "early",
        datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
    )


def test_once_the_hall_has_closed_nobody_is_sent_to_its_doors(
    small: WorkingHall, app: Flask
) -> None:
    code = booked(small, "one")
    small.clock.now = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    with pytest.raises(HallIsClosed):
        small.do(check_in, GUIDE, which=code)
    phone = app.test_client()
    phone.set_cookie("lang", "en")
    assert "I am in the hall" not in phone.get(f"/b/{code}").text
    refused = phone.post(f"/b/{code}/check-in")
    assert (refused.status_code, "The hall is closed" in refused.text) == (409, True)


def test_on_another_day_nobody_is_told_that_it_is_too_early(small: WorkingHall) -> None:
    code = booked(small, "one")
    small.clock.tick(days=2)
    with pytest.raises(IllegalStep):
        small.do(check_in, GUIDE, which=code)


@pytest.mark.parametrize("late", [0, 30])
def test_who_booked_gets_a_number_although_those_of_the_day_are_used_up(
    context: Context, clock: FakeClock, late: int
) -> None:
    limited = LAYOUT.replace('code = "short"', 'code = "short"\ndaily_limit = 1')
    hall = a_hall(context, clock, limited)
    code = booked(hall, "one")
    clock.now = datetime(2026, 3, 3, 1, late, tzinfo=UTC)
    hall.do(issue_ticket, GUIDE, matters=(SHORT,))
    with pytest.raises(DailyLimitReached):
        hall.do(issue_ticket, GUIDE, matters=(SHORT,))
    assert hall.do(check_in, GUIDE, which=code).issued.ticket.number == "A002"
    assert hall.ask(flaws) == []


@pytest.mark.parametrize(
    ("at", "language", "words"),
    [
        ("01:15", "en", "You are early: you are called once your time has come."),
        ("01:30", "en", "You have checked in, on time."),
        ("01:45", "en", "You are late: you stand in line with those who walk in now."),
        ("01:15", "zh", "来早了"),
        ("01:30", "zh", "按时"),
        ("01:45", "zh", "迟到"),
    ],
)
@pytest.mark.parametrize("is_kiosk", [True, False])
def test_screen_and_phone_say_how_punctual_one_is(
    small: WorkingHall, app: Flask, at: str, language: str, words: str, is_kiosk: bool
) -> None:
    code = booked(small, "one", minute=570)
    small.clock.now = datetime.fromisoformat(f"2026-03-03T{at}:00+00:00")
    browser = app.test_client()
    browser.set_cookie("lang", language)
    if is_kiosk:
        _, token = small.context.people.add_device(
            hall=small.id, role=Role.KIOSK, name="door", counter=None, now=small.clock.now
        )
        browser.set_cookie(DEVICE_COOKIE, token)
    page = browser.post(f"/b/{code}/check-in", follow_redirects=True)
    assert words in page.text
