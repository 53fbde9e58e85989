"""When a hall is open, and on which business day: over midnight, holidays and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.hours import (
    business_day,
    common,
    is_open,
    joined,
    minute_of_day,
    moment,
    openings_of,
    spans_of,
    without,
)
from hall.domain.layout import Hours, Span
from tests.rules.builders import a_layout

SHANGHAI, BERLIN, LORD_HOWE = map(
    ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe")
)
DAYTIME = """[ { days = "mon-fri", from = "08:30", until = "11:30" },
               { days = "mon-fri", from = "13:30", until = "17:00" } ]"""
NIGHT = '[ { days = "mon-sun", from = "20:00", until = "04:00" } ]'
MONDAY = date(2026, 3, 2)


def the_hours(opening: str = DAYTIME, hall: str = "") -> Hours:
    return a_layout(opening=opening, hall=hall).hours


def clock(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def spans(*ends: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(Span(from_minute=start, until_minute=until) for start, until in ends)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-03-02 08:29:59", False),
        ("2026-03-02 08:30", True),
        ("2026-03-02 11:30", False),
        ("2026-03-02 13:30", True),
        ("2026-03-02 16:59:59", True),
        ("2026-03-02 17:00", False),
        ("2026-03-01 10:00", False),
    ],
)
def test_opening_hours_are_half_open_and_of_the_week(at: str, open_: bool) -> None:
    assert is_open(the_hours(), SHANGHAI, clock(at)) is open_


def test_a_holiday_is_closed_and_an_extra_day_open() -> None:
    extra = '{ date = 2026-10-10, from = "09:00", until = "16:00" }'
    hours = the_hours(hall=f"closed = [ 2026-10-01 ]\nextra_open = [ {extra} ]")
    assert not is_open(hours, SHANGHAI, clock("2026-10-01 10:00"))
    assert is_open(hours, SHANGHAI, clock("2026-10-02 10:00"))
    assert is_open(hours, SHANGHAI, clock("2026-10-10 15:59"))
    assert not is_open(hours, SHANGHAI, clock("2026-10-10 08:45"))


def test_an_extra_day_has_its_own_hours_even_on_a_closed_date() -> None:
    extra = '{ date = 2026-10-01, from = "09:00", until = "12:00" }'
    hours = the_hours(hall=f"closed = [ 2026-10-01 ]\nextra_open = [ {extra} ]")
    assert spans_of(hours, date(2026, 10, 1)) == spans((540, 720))


def test_a_night_belongs_to_the_day_it_began() -> None:
    hours = the_hours(NIGHT)
    late = clock("2026-03-03 03:59")
    assert is_open(hours, SHANGHAI, late)
    assert business_day(hours, SHANGHAI, late) == MONDAY
    assert minute_of_day(SHANGHAI, MONDAY, late) == 27 * 60 + 59
    assert not is_open(hours, SHANGHAI, clock("2026-03-03 04:00"))
    assert business_day(hours, SHANGHAI, clock("2026-03-03 04:00")) == date(2026, 3, 3)


def test_a_night_before_a_closed_day_is_still_open() -> None:
    hours = the_hours(NIGHT, "closed = [ 2026-03-03 ]")
    assert is_open(hours, SHANGHAI, clock("2026-03-03 01:00"))
    assert not is_open(hours, SHANGHAI, clock("2026-03-03 21:00"))


def test_a_hall_may_never_close() -> None:
    hours = the_hours('[ { days = "mon-sun", from = "00:00", until = "24:00" } ]')
    assert all(
        is_open(hours, SHANGHAI, clock("2026-03-02 00:00") + timedelta(minutes=at))
        for at in range(0, 2 * 1440, 30)
    )


def test_the_business_day_is_that_of_the_hall_and_not_of_greenwich() -> None:
    just_before = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)
    hours = the_hours()
    assert business_day(hours, SHANGHAI, just_before) == date(2026, 3, 1)
    assert business_day(hours, SHANGHAI, just_before + timedelta(minutes=1)) == MONDAY


@pytest.mark.parametrize(
    ("zone", "day", "minute", "at"),
    [
        # The clock jumps from 02:00 to 03:00; half past two is the moment of the jump.
        (BERLIN, date(2026, 3, 29), 119, "2026-03-29T00:59Z"),
        (BERLIN, date(2026, 3, 29), 120, "2026-03-29T01:00Z"),
        (BERLIN, date(2026, 3, 29), 150, "2026-03-29T01:00Z"),
        (BERLIN, date(2026, 3, 29), 180, "2026-03-29T01:00Z"),
        (BERLIN, date(2026, 3, 28), 1440 + 150, "2026-03-29T01:00Z"),
        # It goes back from 03:00 to 02:00; half past two comes twice, the first counts.
        (BERLIN, date(2026, 10, 25), 150, "2026-10-25T00:30Z"),
        (BERLIN, date(2026, 10, 25), 180, "2026-10-25T02:00Z"),
        # By half an hour only.
        (LORD_HOWE, date(2026, 10, 4), 120, "2026-10-03T15:30Z"),
        (LORD_HOWE, date(2026, 10, 4), 135, "2026-10-03T15:30Z"),
        (LORD_HOWE, date(2026, 10, 4), 150, "2026-10-03T15:30Z"),
        (LORD_HOWE, date(2026, 4, 5), 105, "2026-04-04T14:45Z"),
        (LORD_HOWE, date(2026, 4, 5), 120, "2026-04-04T15:30Z"),
        # A whole day was skipped.
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), 600, "2011-12-30T10:00Z"),
    ],
)
def test_a_wall_time_is_one_moment(zone: ZoneInfo, day: date, minute: int, at: str) -> None:
    assert moment(zone, day, minute) == datetime.fromisoformat(at)


@settings(max_examples=400)
@given(
    zone=st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE, ZoneInfo("America/St_Johns")]),
    change=st.sampled_from(["2026-03-29", "2026-10-25", "2026-04-04", "2026-10-03", "2026-11-01"]),
    minutes=st.integers(-60, 30 * 60),
)
def test_a_moment_is_found_again_from_its_wall_time(
    zone: ZoneInfo, change: str, minutes: int
) -> None:
    now = clock(change, ZoneInfo("UTC")) + timedelta(minutes=minutes)
    day = now.astimezone(zone).date()
    found = moment(zone, day, minute_of_day(zone, day, now))
    repeated = now.astimezone(zone).fold == 1
    assert timedelta() <= now - found <= (timedelta(hours=1) if repeated else timedelta())


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 7), (date(2026, 10, 25), 9)])
def test_a_night_of_a_clock_change_is_an_hour_shorter_or_longer(day: date, hours: int) -> None:
    (night,) = openings_of(the_hours(NIGHT), BERLIN, day - timedelta(days=1))
    assert night.until is not None
    assert night.until - night.start == timedelta(hours=hours)


def test_spans_that_touch_or_overlap_are_one() -> None:
    assert joined(spans((60, 120), (0, 30), (120, 180), (90, 100))) == spans((0, 30), (60, 180))


Ends = tuple[int, int]
MINUTES = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda x: (x[0], x[0] + x[1]))
SOME_SPANS = st.lists(MINUTES, max_size=5)


@given(SOME_SPANS, SOME_SPANS)
def test_spans_are_sets_of_minutes(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    def minutes(found: tuple[Span, ...]) -> set[int]:
        return {m for span in found for m in range(span.from_minute, span.until_minute)}

    first, second = spans(*one), spans(*other)
    assert minutes(joined(first)) == minutes(first)
    assert minutes(without(first, second)) == minutes(first) - minutes(second)
    assert minutes(common(first, second)) == minutes(first) & minutes(second)
    for found in (joined(first), without(first, second), common(first, second)):
        ends = [end for span in found for end in (span.from_minute, span.until_minute)]
        assert ends == sorted(set(ends)), "apart and in order"
