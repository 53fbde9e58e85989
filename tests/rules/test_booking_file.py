"""The booking rules in a layout file: their defaults, other forms, and what is wrong with them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hall.domain.appointments import Place, last_change
from hall.domain.booking import Booking
from hall.domain.booking_file import booking_form, booking_from, booking_in
from hall.domain.reading import BadFile, Source
from hall.domain.slots import bookable_days
from tests.rules.builders import a_layout

ZONE = ZoneInfo("Asia/Shanghai")
USUAL = booking_in(None)


def rules(text: str) -> Booking:
    source = Source("layout.toml", f"[booking]\n{text}")
    table = source.table()
    found = booking_from(table.table("booking"))
    table.finish()
    source.finish()
    return found


def test_every_rule_has_the_default_that_the_documents_name() -> None:
    discipline = USUAL.discipline
    assert (USUAL.first_day, USUAL.last_day, USUAL.per_day, USUAL.per_matter) == (0, 5, 1, 3)
    assert [length / timedelta(minutes=1) for length in (USUAL.early, USUAL.late)] == [30, 10]
    assert (USUAL.confirmation, USUAL.confirm) == (False, timedelta(minutes=30))
    assert (USUAL.cancel_until, USUAL.cancel_until_day_before) == (timedelta(hours=2), None)
    assert [(b.missed, b.days) for b in discipline.blocks] == [(2, 30)]
    assert (discipline.warn_after, discipline.in_a_row) == (1, 3)
    assert (discipline.blocked.days, discipline.forgotten.days) == (30, 180)
    assert discipline.hall_late == timedelta(minutes=15)
    assert discipline.appeal == timedelta(days=30)


def test_rules_that_came_later_leave_the_hash_of_older_layouts_alone() -> None:
    form = booking_form(USUAL)
    later = {"confirm_minutes", "cancel_until_day_before"}
    assert later.isdisjoint(form)
    assert {"hall_late_minutes", "appeal_days"}.isdisjoint(form["discipline"])
    set_ = rules('cancel_until_day_before = "16:00"\nconfirm_minutes = 5')
    assert booking_form(set_)["cancel_until_day_before"] == "16:00"
    assert booking_in(booking_form(set_)) == set_


def test_changing_ends_so_long_before_or_at_a_time_of_the_day_before() -> None:
    start = datetime(2026, 3, 4, 9, 0, tzinfo=ZONE)
    place = Place(day=date(2026, 3, 4), minute=540, start=start, parts=())
    assert last_change(USUAL, ZONE, place) == start - timedelta(hours=2)
    at_four = replace(USUAL, cancel_until_day_before=16 * 60)
    assert last_change(at_four, ZONE, place) == datetime(2026, 3, 3, 16, 0, tzinfo=ZONE)


def test_days_ahead_are_open_days_from_the_first_up_to_and_with_the_last() -> None:
    monday = date(2026, 3, 2)
    days = {}
    for said in ("", "first_day = 1\nlast_day = 3"):
        layout = a_layout(more=f"[booking]\n{said}")
        days[said] = [day.day for day in bookable_days(layout, monday)]
    assert list(days.values()) == [[2, 3, 4, 5, 6, 9], [3, 4, 5]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'cancel_until_day_before = "16:00"\ncancel_until_minutes = 60',
            "booking.cancel_until_day_before: stands beside cancel_until_minutes: say one",
        ),
        (
            'cancel_until_day_before = "4 pm"',
            "booking.cancel_until_day_before: should be a time like 08:30, not '4 pm'",
        ),
        ("confirm_minutes = 0", "booking.confirm_minutes: should be at least 1, not 0"),
        ("discipline.appeal_days = -1", "booking.discipline.appeal_days: should be at least 0"),
        ("discipline.late_minutes = 1", "booking.discipline.late_minutes: is not known here"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(text: str, problem: str) -> None:
    with pytest.raises(BadFile) as wrong:
        rules(text)
    assert problem in str(wrong.value)
