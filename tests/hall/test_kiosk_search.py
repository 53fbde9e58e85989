"""A citizen finds a matter by the letters they touch."""

from datetime import timedelta

import pytest

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Matter, Name
from kiosk.search import find


def a_matter(zh: str, en: str) -> Matter:
    return Matter(
        code=MatterCode(en),
        group=GroupId("social"),
        name=Name(zh=zh, en=en),
        department="",
        handling=timedelta(minutes=5),
        promised_days=1,
        materials=(),
        appointments=False,
        daily_limit=None,
    )


CARD = a_matter("社保卡申领", "Social security card")
LOST_CARD = a_matter("补办社保卡", "Lost social security card")
TAX = a_matter("纳税申报", "Tax return")
ALL = (LOST_CARD, CARD, TAX)


@pytest.mark.parametrize("typed", ["sbk", "SBK", "shebaoka", "社保卡", "ssc", "social", " s b k "])
def test_initials_pinyin_characters_and_english_find_a_matter(typed: str) -> None:
    assert find(ALL, typed) == (CARD, LOST_CARD)


def test_a_name_that_begins_so_stands_before_one_that_goes_on_so() -> None:
    assert find(ALL, "s") == (CARD, LOST_CARD, TAX)


@pytest.mark.parametrize("typed", ["sbk", "社保卡"])
def test_a_short_name_finds_the_long_one(typed: str) -> None:
    long = a_matter("社会保障卡申领", "Social security card")
    assert find((TAX, long), typed) == (long,)


def test_letters_across_the_middle_of_a_word_find_nothing() -> None:
    assert find(ALL, "ocial") == ()


@pytest.mark.parametrize("typed", ["", "  ", "-", "xyz"])
def test_nothing_and_nonsense_find_nothing(typed: str) -> None:
    assert find(ALL, typed) == ()
