"""The screen for appointments, as a browser asks for it: booked, found, moved, checked in."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from hall.context import Context
from hall.domain.actors import Role
from tests.hall.test_booking import LAYOUT
from tests.hall.test_pages import Visitor, visit
from tests.halls import FakeClock, WorkingHall, a_hall

WHO = {"name": "张小明", "phone": "138 0013 8000"}


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall of two counters that takes appointments."""
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def guide(app: Flask, small: WorkingHall) -> Visitor:
    """A guide who has signed in."""
    return visit(app, small, Role.GUIDE)


def booked(guide: Visitor, slot: str = "2026-03-03/0540", **more: str) -> tuple[str, str]:
    """Book for somebody and return the code and the id of the appointment."""
    page = guide.post("/bookings", matter="short", slot=slot, **{**WHO, **more}).text
    code = re.search(r'id="told-code">(\w{4}) (\w{4})<', page)
    assert code, page
    found = guide.get(f"/bookings/list?q={code[1]}{code[2]}").text
    id_ = re.search(r'id="booking-(\w+)"', found)
    assert id_
    return code[1] + code[2], id_[1]


def test_a_booking_by_phone_is_promised_at_once_and_read_back(guide: Visitor) -> None:
    times = guide.get("/bookings/slots?matter=short").text
    assert 'value="2026-03-03/0540"' in times
    page = guide.post("/bookings", matter="short", slot="2026-03-03/0540", whom="李四", **WHO).text
    for words in ("Tuesday, March 3, 2026, 09:00", "For 李四, phone 13800138000", "from 09:00 on"):
        assert words in page
    assert "Booked" in guide.get("/bookings/list?day=2026-03-03").text


def test_nobody_books_without_phone_and_id_or_for_a_matter_that_takes_none(guide: Visitor) -> None:
    slot = "2026-03-03/0540"
    assert guide.post("/bookings", matter="short", slot=slot, name="张").status_code == 422
    number = {"name": "张", "id_number": "11010519491231002X"}
    page = guide.post("/bookings", matter="short", slot=slot, **number).text
    assert "For 张, by their ID number" in page
    assert "110***2X" in guide.get("/bookings/list?day=2026-03-03").text
    assert guide.post("/bookings", matter="walk", slot=slot, **WHO).status_code == 422
    refused = guide.post("/bookings", matter="short", slot="soon", **WHO)
    assert (refused.status_code, "This time cannot be booked" in refused.text) == (422, True)
    assert "Choose a matter first" in guide.get("/bookings/slots").text


def test_staff_book_out_of_their_own_share_too(guide: Visitor) -> None:
    for at in range(9):
        booked(guide, phone=f"1380013800{at}")
    assert guide.post("/bookings", matter="short", slot="2026-03-03/0540", **WHO).status_code == 409


def test_an_appointment_is_found_by_the_last_digits_and_nobody_is_named(guide: Visitor) -> None:
    booked(guide)
    found = guide.get("/bookings/list?q=8000").text
    assert "张**" in found
    assert "138****8000" in found
    assert "张小明" not in found
    assert "13800138000" not in found
    assert "Nothing is booked under" in guide.get("/bookings/list?q=8001").text
    assert "张**" in guide.get("/bookings/list?q=138 0013 8000").text


def test_staff_move_and_cancel_an_appointment(guide: Visitor) -> None:
    _, id_ = booked(guide)
    offered = guide.get(f"/bookings/{id_}/move").text
    assert "It keeps this time until it has the other" in offered
    assert 'value="2026-03-04/0570"' in offered
    moved = guide.post(f"/bookings/{id_}/move", slot="2026-03-04/0570").text
    assert "Wednesday, March 4, 2026, 09:30" in moved
    assert "Cancelled" in guide.post(f"/bookings/{id_}/cancel").text
    again = guide.post(f"/bookings/{id_}/cancel")
    assert (again.status_code, "It was cancelled" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(1, 10, "Early: they are called"), (1, 35, "On time"), (1, 50, "Late: they wait")],
)
def test_who_comes_is_told_in_words_whether_it_is_early_or_late(
    guide: Visitor, small: WorkingHall, hour: int, minute: int, said: str
) -> None:
    _, id_ = booked(guide, "2026-03-03/0570")
    small.clock.now = datetime(2026, 3, 3, hour, minute, tzinfo=UTC)
    came = guide.post(f"/bookings/{id_}/check-in").text
    assert said in came
    assert "A001" in came
    listed = guide.get("/bookings/list").text
    assert "Checked in" in listed
    assert "A001" in listed


def test_a_check_in_is_one_command_and_can_be_undone(guide: Visitor, small: WorkingHall) -> None:
    code, id_ = booked(guide)
    early = guide.post(f"/bookings/{id_}/check-in")
    assert (early.status_code, "you can check in from 09:00 on" in early.text) == (409, True)
    small.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    first = guide.post(f"/bookings/{code}/check-in", key="one").text
    again = guide.post(f"/bookings/{code}/check-in", key="one").text
    assert ("A001" in first, "done already" in again) == (True, True)
    assert "Booked" in guide.post(f"/bookings/{id_}/undo").text
    assert "Check in" in guide.get("/bookings/list").text


def test_only_those_who_book_for_citizens_see_appointments(app: Flask, small: WorkingHall) -> None:
    planner = visit(app, small, Role.PLANNER)
    assert planner.get("/bookings").status_code == 403
    assert planner.get("/bookings/list").status_code == 403
