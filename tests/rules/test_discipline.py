"""What follows from missed appointments: each rule at its edge, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hall.domain.booking import Block, Discipline
from hall.domain.booking_file import booking_in
from hall.domain.discipline import Standing, standing
from hall.domain.following import follows

RULES = booking_in(None).discipline
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONE = replace(RULES, blocks=(), in_a_row=0)


def stands(rules: Discipline, *ended: float | tuple[float, bool], now: datetime = NOW) -> Standing:
    """Return how somebody stands whose appointments were so many days ago; a number was missed."""
    told = [one if isinstance(one, tuple) else (one, True) for one in ended]
    return standing(rules, [(NOW - timedelta(days=ago), missed) for ago, missed in told], now=now)


def test_the_first_missed_warns_and_says_what_comes_next() -> None:
    assert stands(RULES) == Standing(
        missed=0, last_missed=None, is_warned=False, blocked_until=None, left=2
    )
    found = stands(RULES, 3)
    assert (found.missed, found.is_warned, found.blocked_until, found.left) == (1, True, None, 1)
    assert not stands(replace(RULES, warn_after=2), 3).is_warned
    assert not stands(replace(RULES, warn_after=0), 3).is_warned


@pytest.mark.parametrize(("apart", "is_blocked"), [(30, False), (29.999, True), (31, False)])
def test_two_missed_block_within_thirty_days(apart: float, is_blocked: bool) -> None:
    found = stands(replace(RULES, in_a_row=0), 1 + apart, 1)
    assert (found.blocked_until is not None) is is_blocked


def test_three_in_a_row_block_however_long_it_took_and_coming_breaks_the_row() -> None:
    rules = replace(RULES, blocks=())
    assert stands(rules, 120, 80, 5).blocked_until is not None
    assert stands(rules, 120, 5).blocked_until is None
    assert stands(rules, 120, 80, (40, False), 5).blocked_until is None


def test_four_in_a_month_can_be_a_rule_beside_others() -> None:
    rules = replace(NONE, blocks=(Block(missed=4, days=30), Block(missed=2, days=3)))
    assert stands(rules, 29, 20, 10).blocked_until is None
    assert stands(rules, 29, 20, 10, 1).blocked_until is not None
    assert stands(rules, 31, 20, 10, 1).blocked_until is None
    assert stands(rules, 5, 3).blocked_until is not None


def test_a_block_ends_thirty_days_after_what_caused_it() -> None:
    until = NOW + timedelta(days=29)
    assert stands(RULES, 2, 1).blocked_until == until
    assert stands(RULES, 2, 1, now=until - SECOND).blocked_until == until
    assert stands(RULES, 2, 1, now=until).blocked_until is None


def test_what_was_missed_long_ago_is_forgotten() -> None:
    rules = replace(NONE, blocks=(Block(missed=2, days=365),), forgotten=timedelta(days=180))
    assert stands(rules, 180, 1).missed == 1
    assert stands(rules, 180, 1).blocked_until is None
    assert stands(rules, 179.99, 1).blocked_until is not None


def test_who_may_miss_as_many_as_they_like_is_not_threatened() -> None:
    found = stands(NONE, 3, 2, 1)
    assert (found.left, found.blocked_until) == (None, None)
    assert "cannot" not in said(found, NONE)


def said(how: Standing, rules: Discipline = RULES, language: str = "en") -> str:
    return follows(how, rules, zone=ZoneInfo("Asia/Shanghai"), language=language)


def test_it_is_said_in_words_what_was_missed_and_what_follows() -> None:
    assert said(stands(RULES)) == ""
    assert said(stands(RULES, 3)) == (
        "You missed 1 appointment. After 1 more you cannot book online for 30 days. "
        "Walking in stays possible."
    )
    assert said(stands(RULES, 3), language="zh") == (
        "您已有1次爽约；再有1次，30天内不能网上预约。到厅取号不受影响。"
    )
    blocked = stands(RULES, 2, 1)
    assert said(blocked) == (
        "You missed 2 appointments and cannot book online before Tue 30 Jun; "
        "you can walk in at any time."
    )
    assert said(blocked, language="zh") == (
        "您已有2次爽约，6月30日（周二）前不能网上预约；随时可到厅取号。"
    )
