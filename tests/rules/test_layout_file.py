"""Everything that is wrong with a layout file is said at once: file, line, key, what is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hall.domain.identities import RETURNED, CounterId, GroupId
from hall.domain.layout import Policy
from hall.domain.layout_file import layout_in, read_layout
from hall.domain.reading import BadFile, Source
from tests.rules.builders import a_layout, layout_text, problems_of

GOOD = layout_text()

#: What is replaced in a good file, by what, and the one problem that follows.
BROKEN = {
    "no format": ("format = 1\n", "", "format: is missing"),
    "another format": ("format = 1", "format = 2", "1: format: should be 1, the only one"),
    "a missing table": ("[hall]", "[hull]", "2: hull: is not known here; did you mean 'hall'?"),
    "no id": ('id = "small"\n', "", "2: hall.id: is missing"),
    "an id that cannot stand in an address": ('"small"', '"a b"', "3: hall.id: should be 1 to 64"),
    "no English name": (', en = "Small hall"', "", "4: hall.name.en: is missing"),
    "an empty name": ('en = "Small hall"', 'en = " "', "4: hall.name.en: is empty"),
    "no such time zone": ('"UTC"', '"Mars/Olympus"', "5: hall.time_zone: is not a time zone"),
    "a text for a number": (
        "handling_minutes = 6",
        'handling_minutes = "6"',
        "matters[0].handling_minutes: should be a number, not '6'",
    ),
    "a truth for a number": (
        "handling_minutes = 6",
        "handling_minutes = true",
        "matters[0].handling_minutes: should be a number, not true",
    ),
    "a number out of range": (
        "handling_minutes = 6",
        "handling_minutes = 0",
        "matters[0].handling_minutes: should be from 0.05 to 1440, not 0",
    ),
    "not a number at all": (
        "handling_minutes = 6",
        "handling_minutes = nan",
        "matters[0].handling_minutes: should be from 0.05 to 1440, not nan",
    ),
    "a misspelt key": (
        "handling_minutes = 6",
        "handling_minuts = 6",
        "matters[0].handling_minuts: is not known here; did you mean 'handling_minutes'?",
    ),
    "an unknown key": (
        'prefix = "A"',
        'prefix = "A"\ncolor = "red"',
        "11: groups[0].color: is not",
    ),
    "days nobody knows": ("mon-fri", "mon-fry", "6: hall.opening[0].days: should be days like"),
    "a time nobody knows": (
        "08:00",
        "8.00",
        "6: hall.opening[0].from: should be a time like 08:30",
    ),
    "a closed day without day": (
        "opening =",
        "closed = [ 2026-10-01T00:00:00 ]\nopening =",
        "6: hall.closed[0]: should be a date like 2026-10-01",
    ),
    "a group that is not there": (
        'group = "social"',
        'group = "sozial"',
        "matters[0].group: no group has the id 'sozial'; did you mean 'social'?",
    ),
    "a counter that takes nothing known": (
        '[ "*" ]',
        '[\n "social",\n "tax",\n "toll" ]',
        "33: counters[0].takes[2]: no group has the id 'toll'",
    ),
    "a class that is not there": (
        '[ "*" ]',
        '[ "*" ]\nclasses = [ "vip" ]',
        "31: counters[0].classes[0]: no class has the id 'vip'",
    ),
    "a bonus for nobody": (
        '[ "*" ]',
        '[ "*" ]\nbonus_minutes = { toll = 3 }',
        "31: counters[0].bonus_minutes.toll: no group has the id 'toll'",
    ),
    "help for nobody": (
        '[ "*" ]',
        '[ "*" ]\nbackup = [ { group = "toll", after_minutes = 3 } ]',
        "31: counters[0].backup[0].group: no group has the id 'toll'",
    ),
    "a group that no counter takes": ('"*"', '"tax"', "8: groups[0]: no counter takes group"),
    "a prefix that is none": (
        'prefix = "A"',
        'prefix = "aa"',
        "10: groups[0].prefix: should be one",
    ),
    "a prefix twice": ('prefix = "F"', 'prefix = "A"', "groups[1].prefix: 'A' is the prefix of"),
    "a matter twice": (
        '"tax-matter"',
        '"social-matter"',
        "matters[1].code: 'social-matter' is the code of matters[0] already",
    ),
    "a counter without number": ('id = "1"', 'id = "east"', "number: is missing, and the id is"),
    "a counter that is not in the number range": (
        'id = "1"',
        'id = "0"',
        "should be from 1 to 9999",
    ),
    "a policy nobody knows": (
        "[call_rule]",
        '[call_rule]\npolicy = "lottery"',
        "call_rule.policy: should be one of clerk, automatic, shortest_queue, bound_at_issue",
    ),
    "no class for those who just come": ("walk_in", "walk_on", "classes: has no 'walk_in'"),
    "a strict class behind others": (
        "walk_in = {}",
        "walk_in = {}, late = { strict = true }",
        "classes.late.strict: a strict class must stand before 'walk_in'",
    ),
    "a place that is not on Earth": (
        'id = "small"',
        'id = "small"\nlocation = { latitude = 91, longitude = 121 }',
        "hall.location.latitude: should be from -90 to 90, not 91",
    ),
    "half a place": (
        'id = "small"',
        'id = "small"\nlocation = { latitude = 31 }',
        "hall.location.longitude: is missing",
    ),
    "not TOML": ("format = 1", "format =", "1: file: Invalid value"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_mistake_is_one_problem_with_its_place(name: str) -> None:
    replaced, by, said = BROKEN[name]
    assert replaced in GOOD
    found = problems_of(GOOD.replace(replaced, by, 1))
    assert len(found) == 1, found
    assert found[0].startswith("layout.toml:")
    assert said in found[0]


def test_every_mistake_is_said_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace('id = "small"', "id = 5").replace('prefix = "A"', 'prefix = "1"')
    text = text.replace("handling_minutes = 6", "handling_minutes = -1")
    assert [line.split(": ")[:2] for line in problems_of(text)] == [
        ["layout.toml:3", "hall.id"],
        ["layout.toml:10", "groups[0].prefix"],
        ["layout.toml:16", "matters[0].handling_minutes"],
        ["layout.toml:26", "matters[1].handling_minutes"],
    ]


@pytest.mark.parametrize("missing", ["hall", "groups", "matters", "counters"])
def test_a_table_that_is_missing_is_one_problem(missing: str) -> None:
    kept = [part for part in _tables(GOOD) if not part.startswith((f"[{missing}", f"[[{missing}"))]
    found = problems_of("".join(kept))
    assert [line.split(": ")[1] for line in found] == [missing]


def _tables(text: str) -> list[str]:
    parts: list[str] = [""]
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            parts.append("")
        parts[-1] += line
    return parts


def test_an_empty_file_says_what_a_layout_is_made_of() -> None:
    assert problems_of("") == [
        "layout.toml: format: is missing",
        "layout.toml: hall: is missing",
        "layout.toml: groups: is missing; a hall has at least one",
        "layout.toml: matters: is missing; a hall has at least one",
        "layout.toml: counters: is missing; a hall has at least one",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), (b"\xff\xfe", "is not UTF-8 at byte 0")],
)
def test_a_file_that_cannot_be_read_is_a_problem(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "layout.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=said):
        read_layout(path)


def test_a_file_of_a_simple_editor_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read_layout(path).hash == a_layout().hash


def test_what_is_left_out_has_a_default() -> None:
    layout = a_layout(classes="{ priority = {}, walk_in = {}, appointment = {} }")
    (counter, *_), rule = layout.counters, layout.rule
    assert (counter.number, counter.name.zh, counter.zone) == (1, "1 号窗口", "")
    assert (rule.policy, rule.calls, rule.no_show_after) == (
        Policy.CLERK,
        3,
        timedelta(seconds=120),
    )
    assert [r.id for r in rule.classes if r.early] == ["appointment"]
    assert layout.target.walk_in == timedelta(minutes=15)
    assert layout.general_group is None


def test_without_classes_the_rule_knows_the_usual_four() -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith("classes"))
    layout = layout_in(Source("layout.toml", text))
    assert list(layout.class_of) == ["priority", "appointment", "walk_in", "returned"]


def test_a_star_takes_every_group_and_help_adds_one() -> None:
    counters = ['id = "1"\ntakes = [ "*" ]', 'id = "2"\ntakes = [ "tax" ]']
    help_ = '[[help]]\ncounter = "2"\ngroups = [ "social" ]'
    layout = a_layout(counters=counters, more=help_)
    assert layout.counter_of[CounterId("1")].takes == ("social", "tax")
    assert layout.counter_of[CounterId("2")].takes == ("tax", "social")


def test_a_time_of_the_day_after_midnight_belongs_to_the_night_before() -> None:
    night = '[ { days = "mon-sun", from = "20:00", until = "04:00" } ]'
    during = 'during = [ { from = "01:00", until = "02:00", takes = [ "tax" ] } ]'
    layout = a_layout(opening=night, counters=[f'id = "1"\ntakes = [ "*" ]\n{during}'])
    assert layout.counters[0].takes_at(25 * 60) == (GroupId("tax"),)
    assert layout.counters[0].takes_at(60) == ("social", "tax")


def test_closed_and_extra_days_are_read() -> None:
    extra = '{ date = 2026-10-10, from = "09:00", until = "16:00" }'
    layout = a_layout(hall=f"closed = [ 2026-10-01 ]\nextra_open = [ {extra} ]")
    assert layout.hours.closed == {date(2026, 10, 1)}
    assert [(e.date, e.span.from_minute) for e in layout.hours.extra_open] == [
        (date(2026, 10, 10), 540)
    ]


def test_the_class_of_those_who_return_may_be_left_out() -> None:
    assert RETURNED not in a_layout().class_of
