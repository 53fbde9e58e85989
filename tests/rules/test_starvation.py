"""A layout may be valid and still leave somebody waiting for ever: it is said by name."""

import pytest

from hall.dispatch.starvation import warnings
from tests.rules.builders import CLASSES, a_layout

ONE = 'id = "1"\ntakes = [ "social" ]'
TWO = 'id = "2"\ntakes = [ "tax" ]'
HELP = 'backup = [ { group = "tax", after_minutes = 20 } ]'
LUNCH = 'during = [ { from = "12:00", until = "13:00", takes = [ "social" ] } ]'

#: What is risky, and the one warning that says so.
RISKY: dict[str, tuple[dict[str, object], str]] = {
    "a strict class": (
        {"classes": "{ priority = { strict = true }, walk_in = {} }"},
        "class priority is strict: while anybody of it waits, walk_in may starve",
    ),
    "a class without weight": (
        {"classes": "{ priority = {}, walk_in = { weight = 0 } }"},
        "class walk_in has weight 0: it gains nothing by waiting and may starve",
    ),
    "a class of less weight": (
        {"classes": "{ priority = { weight = 2 }, walk_in = {} }"},
        "class walk_in weighs less than others: in a rush it may be overtaken for ever",
    ),
    "a group that only backups take": (
        {"counters": [f"{ONE}\n{HELP}"]},
        "group “Tax”: 08:00–16:00 no counter takes it, except to help out",
    ),
    "a group for a part of the day": (
        {"counters": [ONE, f"{TWO}\n{LUNCH}"]},
        "group “Tax”: 12:00–13:00 no counter takes it, except to help out",
    ),
    "a group for one class": (
        {"counters": [ONE, f'{TWO}\nclasses = [ "priority" ]']},
        "group “Tax”, walk_in: no counter ever takes it",
    ),
    "those who come back, forgotten at a counter": (
        {
            "classes": CLASSES.replace("walk_in", "returned = {}, walk_in"),
            "counters": [ONE, f'{TWO}\nclasses = [ "priority", "walk_in" ]'],
        },
        "group “Tax”, returned: no counter ever takes it",
    ),
    "a counter for nothing": (
        {"counters": [ONE, TWO, 'id = "3"\ntakes = []']},
        "counter 3 takes nothing",
    ),
    "a counter nobody can announce": (
        {"counters": [ONE, TWO, 'id = "121"\ntakes = [ "*" ]']},
        "counter 121: number 121 is above 120 and is not spoken",
    ),
    "a group nobody can choose": (
        {"more": '[[groups]]\nid = "x"\nprefix = "R"\nname = { zh = "无", en = "Nothing" }'},
        "group “Nothing” has no matter, so nobody can take a number for it",
    ),
    "letters that sound alike": (
        {
            "more": '[[groups]]\nid = "x"\nprefix = "B"\nname = { zh = "x", en = "X" }',
            "hall": 'general_group = "x"',
        },
        "letters easily misheard when spoken: B; clearer and not used: K, R, S, W, X, Y",
    ),
}


def test_a_sound_layout_has_no_warning() -> None:
    assert warnings(a_layout()) == []
    assert warnings(a_layout(counters=[f"{ONE}\n{HELP}", TWO])) == []


@pytest.mark.parametrize("name", RISKY)
def test_one_risk_is_one_warning(name: str) -> None:
    changes, said = RISKY[name]
    found = warnings(a_layout(**changes))
    assert [warning.en for warning in found] == [said]


def test_every_warning_is_there_in_chinese() -> None:
    found = [
        warning.zh for changes, _ in RISKY.values() for warning in warnings(a_layout(**changes))
    ]
    assert "事项类别“tax类”：12:00–13:00 没有窗口办理，至多有支援窗口" in found
    assert "类别 priority 绝对优先：只要有人等候，walk_in 就可能一直叫不到" in found
    assert [text for text in found if text.isascii()] == []


def test_strict_classes_may_starve_one_another() -> None:
    strict = "{ vip = { strict = true }, sos = { strict = true }, walk_in = {} }"
    assert [warning.en for warning in warnings(a_layout(classes=strict))] == [
        "class vip is strict: while anybody of it waits, sos, walk_in may starve",
        "class sos is strict: while anybody of it waits, walk_in may starve",
    ]


def test_a_class_that_no_booking_can_have_is_told() -> None:
    booked = 'code = "m"\ngroup = "tax"\nname = { zh = "约", en = "M" }\nappointments = true'
    layout = a_layout(more=f"[[matters]]\n{booked}\nhandling_minutes = 5")
    assert [warning.en for warning in warnings(layout)] == [
        "M can be booked, but the call rule has no class appointment"
    ]


def test_clearer_letters_are_named_only_where_one_is_free() -> None:
    groups = tuple(f"g{at}" for at in range(8))
    extra = '[[groups]]\nid = "x"\nprefix = "B"\nname = { zh = "x", en = "X" }'
    layout = a_layout(groups=groups, hall='general_group = "x"', more=extra)
    assert [warning.en for warning in warnings(layout)] == [
        "letters easily misheard when spoken: B"
    ]
