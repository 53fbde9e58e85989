"""What was expected of days against what they were."""

from typing import Any

import pytest

from hall.measures.expectation import Expected, compare, expected_in
from hall.measures.figures import Figures

WAIT = {"wait_minutes": Expected(mean=6.0, low=2.0, high=12.0)}


def days(*waits: float | None) -> list[Figures]:
    return [{"wait_minutes": wait} for wait in waits]


@pytest.mark.parametrize(
    ("fact", "inside"), [(2.0, True), (12.0, True), (1.9, False), (12.1, False)]
)
def test_one_day_is_inside_the_range_of_a_day_or_not(fact: float, *, inside: bool) -> None:
    [found] = compare(WAIT, days(fact))
    assert (found.low, found.high, found.fact, found.is_inside) == (2.0, 12.0, fact, inside)


def test_the_mean_of_nine_days_is_expected_in_a_third_of_the_range() -> None:
    [found] = compare(WAIT, days(*[8.0] * 8, 9.0))
    assert (round(found.low, 3), found.high, found.days) == (4.667, 8.0, 9)
    assert found.fact == pytest.approx(73 / 9)
    assert found.is_inside is False


def test_a_day_without_the_figure_is_left_out() -> None:
    [found] = compare(WAIT, days(3.0, None, 5.0))
    assert (found.fact, found.days) == (4.0, 2)


def test_nothing_can_be_said_of_no_days() -> None:
    [found] = compare(WAIT, [])
    assert (found.fact, found.days, found.is_inside) == (None, 0, None)


def test_expectations_are_read_as_far_as_they_are_whole() -> None:
    form: dict[str, dict[str, Any]] = {
        "wait_minutes": {"mean": 6, "low": 2, "high": 12},
        "wait_p90_minutes": {"mean": 20, "low": None, "high": 31},
        "served": {"mean": 900},
    }
    assert expected_in(form) == WAIT
