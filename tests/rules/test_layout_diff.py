"""What changes from one layout to another is said in words, in both languages."""

import re

import pytest

from hall.domain.layout import Name
from hall.domain.layout_diff import differences
from tests.rules.builders import CLASSES, a_layout

ONE = 'id = "1"\ntakes = [ "*" ]'
TWO = 'id = "2"\ntakes = [ "tax", "social" ]'
THREE = 'id = "3"\ntakes = [ "toll" ]'
USUAL: dict[str, object] = {"groups": ("social", "tax", "toll"), "counters": [ONE, TWO, THREE]}
BEFORE = a_layout(**USUAL)
#: What is changed, and the sentence that says so in English.
CHANGED: dict[str, tuple[dict[str, object], str]] = {
    "a counter is added": (
        {"counters": [ONE, TWO, THREE, 'id = "4"\ntakes = [ "tax" ]']},
        "Counter 4 is added (takes: Tax)",
    ),
    "a counter is removed": ({"counters": [ONE, TWO]}, "Counter 3 is removed"),
    "a counter takes something else": (
        {"counters": [ONE, 'id = "2"\ntakes = [ "tax", "toll" ]', THREE]},
        "Counter 2: takes: now also Toll; no longer Social",
    ),
    "a counter is slower": (
        {"counters": [f"{ONE}\npace = {{ tax = 1.1 }}", TWO, THREE]},
        "Counter 1: pace: “nothing” becomes “Tax ×1.1”",
    ),
    "a counter helps out": (
        {"counters": [ONE, TWO, f'{THREE}\nbackup = [ {{ group = "tax", after_minutes = 20 }} ]']},
        "Counter 3: helps out after: “nothing” becomes “Tax 20 min”",
    ),
    "the opening hours": (
        {"opening": '[ { days = "mon-wed,fri", from = "09:00", until = "01:00" } ]'},
        "Hall: opening hours: “Mon–Fri 08:00–16:00” becomes “Mon–Wed, Fri 09:00–01:00”",
    ),
    "a closed day": (
        {"hall": "closed = [ 2026-10-01 ]"},
        "Hall: closed on: now also 2026-10-01",
    ),
    "the walk": (
        {"hall": "walk_minutes = 3"},
        "Hall: walk to another zone: “0 min” becomes “3 min”",
    ),
    "where it is": (
        {"hall": "location = { latitude = 31.2304, longitude = 121.4737 }"},
        "Hall: location: “–” becomes “31.23040, 121.47370”",
    ),
    "what to call": (
        {"hall": 'phone = "021-1234"'},
        "Hall: phone: “–” becomes “021-1234”",
    ),
    "the rule": (
        {"rule": 'policy = "automatic"'},
        "Call rule: policy: “the clerk presses next” becomes “automatic calls”",
    ),
    "a class": (
        {"classes": "{ priority = { credit_minutes = 20 }, walk_in = {} }"},
        "Class priority: credit: “30 min” becomes “20 min”",
    ),
    "a class that is new": (
        {"classes": CLASSES.replace("walk_in", "late = { weight = 0.5 }, walk_in")},
        "Class late is added (credit: 0 min)",
    ),
}


def _said(changes: dict[str, object]) -> list[Name]:
    return differences(BEFORE, a_layout(**{**USUAL, **changes}))


@pytest.mark.parametrize("name", CHANGED)
def test_one_change_is_one_sentence(name: str) -> None:
    changes, said = CHANGED[name]
    assert [name.en for name in _said(changes)] == [said]


def test_every_sentence_is_there_in_chinese() -> None:
    sentences = [name.zh for changes, _ in CHANGED.values() for name in _said(changes)]
    assert len(sentences) == len(CHANGED)
    assert [text for text in sentences if not re.search("[\u4e00-\u9fff]", text)] == []
    assert "新增窗口 4（办理：tax类）" in sentences
    assert "窗口 2：办理增加toll类，取消social类" in sentences


def test_what_means_the_same_is_no_difference() -> None:
    assert _said({}) == []


def test_nothing_is_kept_quiet() -> None:
    (found,) = _said({"counters": [TWO, ONE, THREE]})
    assert found.en.startswith("Only the order in which things stand")


def test_going_back_takes_back_what_was_said() -> None:
    after = a_layout(counters=[ONE, 'id = "5"\ntakes = [ "tax" ]'])
    before = a_layout()
    assert [name.en for name in differences(before, after)] == ["Counter 5 is added (takes: Tax)"]
    assert [name.en for name in differences(after, before)] == ["Counter 5 is removed"]
