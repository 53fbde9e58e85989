"""Moments are written in UTC with milliseconds, and counted in whole ones."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.moments import from_ms, length_ms, read, to_ms, written

START = datetime(1999, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=40_000)).map(lambda length: START + length)


def test_a_moment_is_written_as_rfc_3339_in_utc() -> None:
    in_china = datetime(2026, 3, 2, 9, 15, 0, 250_999, timezone(timedelta(hours=8)))
    assert written(in_china) == "2026-03-02T01:15:00.250Z"
    assert written(datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00.000Z"


@given(MOMENTS)
def test_what_was_written_is_read_back_to_the_millisecond(moment: datetime) -> None:
    lost = moment - read(written(moment))
    assert timedelta() <= lost < timedelta(milliseconds=1)
    assert read(written(moment)) == from_ms(to_ms(moment))


@given(MOMENTS, MOMENTS)
def test_written_moments_sort_as_they_happened(one: datetime, other: datetime) -> None:
    assert (written(one) <= written(other)) == (to_ms(one) <= to_ms(other))


@pytest.mark.parametrize(("length", "ms"), [(timedelta(minutes=1.5), 90_000), (timedelta(), 0)])
def test_lengths_are_whole_milliseconds(length: timedelta, ms: int) -> None:
    assert length_ms(length) == ms
