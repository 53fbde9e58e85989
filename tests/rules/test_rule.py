"""What a layout's tables mean for who is called: one short story per table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hall.dispatch.rule import (
    Head,
    Reason,
    able,
    choose,
    class_on_next_stop,
    class_on_return,
    reason,
    rule_of,
)
from hall.domain.identities import ClassId, CounterId, GroupId
from hall.domain.layout import Layout
from tests.rules.builders import MINUTE_MS, a_layout, a_line

NOON_MS = 720 * MINUTE_MS
SOCIAL = 'id = "1"\ntakes = [ "social" ]'
TAX = 'id = "2"\ntakes = [ "tax" ]'


def a_head(name: str, *, waited: float, counter: str | None = None) -> Head:
    """Return the head of a line, named like ``tax/priority``, that waits for some minutes."""
    group, _, class_ = name.partition("/")
    line = a_line(group, class_ or "walk_in", counter)
    return Head(line=line, due_ms=NOON_MS - int(waited * MINUTE_MS), order=int(1000 - waited))


def called(layout: Layout, *heads: Head, minute: int = 720, counter: str = "1") -> str | None:
    """Return whom a counter calls."""
    place = layout.counter_of[CounterId(counter)]
    chosen = choose(layout, place, heads, minute=minute, now_ms=NOON_MS)
    return None if chosen is None else heads[chosen].line.key


def test_who_came_first_is_called_first() -> None:
    layout = a_layout()
    heads = a_head("social", waited=3), a_head("tax", waited=4)
    assert called(layout, *heads) == "tax/walk_in/"


def test_who_is_due_at_the_same_moment_is_called_in_the_order_of_coming() -> None:
    layout = a_layout()
    first = replace(a_head("tax", waited=4), order=1)
    second = replace(a_head("social", waited=4), order=2)
    assert called(layout, second, first) == "tax/walk_in/"


@pytest.mark.parametrize(("waited", "expected"), [(29, "priority"), (31, "walk_in")])
def test_a_credit_counts_like_minutes_waited(waited: int, expected: str) -> None:
    heads = a_head("social/priority", waited=0), a_head("social", waited=waited)
    assert called(a_layout(), *heads) == f"social/{expected}/"


def test_a_weight_makes_minutes_longer() -> None:
    layout = a_layout(classes="{ priority = { weight = 2 }, walk_in = {} }")
    assert called(layout, a_head("social/priority", waited=6), a_head("social", waited=11)) == (
        "social/priority/"
    )
    assert called(layout, a_head("social/priority", waited=5), a_head("social", waited=11)) == (
        "social/walk_in/"
    )


def test_a_strict_class_comes_before_everybody_by_its_place() -> None:
    layout = a_layout(classes="{ vip = { strict = true }, sos = { strict = true }, walk_in = {} }")
    heads = [a_head(f"social/{name}", waited=at) for name, at in (("walk_in", 90), ("sos", 5))]
    assert called(layout, *heads) == "social/sos/"
    assert called(layout, *heads, a_head("social/vip", waited=0)) == "social/vip/"


def test_a_bonus_prefers_a_group_at_one_counter() -> None:
    layout = a_layout(counters=['id = "1"\ntakes = [ "*" ]\nbonus_minutes = { tax = 5 }'])
    assert called(layout, a_head("social", waited=14), a_head("tax", waited=10)) == "tax/walk_in/"
    assert called(layout, a_head("social", waited=16), a_head("tax", waited=10)) == (
        "social/walk_in/"
    )


def test_a_counter_calls_only_what_it_takes() -> None:
    layout = a_layout(counters=[SOCIAL, TAX])
    heads = a_head("social", waited=1), a_head("tax", waited=60)
    assert called(layout, *heads) == "social/walk_in/"
    assert called(layout, heads[1]) is None


def test_a_counter_may_serve_some_classes_only() -> None:
    layout = a_layout(counters=['id = "1"\ntakes = [ "*" ]\nclasses = [ "priority" ]', TAX])
    assert called(layout, a_head("tax", waited=60)) is None
    assert called(layout, a_head("tax", waited=60), a_head("tax/priority", waited=1)) == (
        "tax/priority/"
    )


@pytest.mark.parametrize(
    ("waited", "expected"), [(19.99, None), (20, "tax/walk_in/"), (90, "tax/walk_in/")]
)
def test_a_backup_helps_out_once_the_head_waited_so_long(
    waited: float, expected: str | None
) -> None:
    backup = 'backup = [ { group = "tax", after_minutes = 20 } ]'
    layout = a_layout(counters=[f"{SOCIAL}\n{backup}", TAX])
    assert called(layout, a_head("tax", waited=waited)) == expected


@pytest.mark.parametrize(
    ("minute", "expected"), [(719, "social"), (720, "tax"), (779, "tax"), (780, "social")]
)
def test_a_counter_takes_something_else_during_a_part_of_the_day(
    minute: int, expected: str
) -> None:
    during = 'during = [ { from = "12:00", until = "13:00", takes = [ "tax" ] } ]'
    layout = a_layout(counters=[f"{SOCIAL}\n{during}", TAX])
    heads = a_head("social", waited=5), a_head("tax", waited=5)
    assert called(layout, *heads, minute=minute) == f"{expected}/walk_in/"


def test_a_bound_ticket_is_called_by_its_counter_and_no_other() -> None:
    layout = a_layout(counters=[SOCIAL, TAX])
    bound = a_head("social", waited=30, counter="2")
    assert called(layout, bound, counter="2") == "social/walk_in/2"
    assert called(layout, bound, a_head("social", waited=1)) == "social/walk_in/"


def test_who_is_early_is_called_only_where_the_class_allows_it() -> None:
    classes = "{ appointment = { credit_minutes = 12 }, walk_in = {}, late = {} }"
    layout = a_layout(classes=classes)
    assert called(layout, a_head("social/late", waited=-3)) is None
    assert called(layout, a_head("social/appointment", waited=-3)) == "social/appointment/"
    heads = a_head("social/appointment", waited=-13), a_head("social", waited=0)
    assert called(layout, *heads) == "social/walk_in/"


def test_a_backup_never_calls_somebody_before_they_waited() -> None:
    backup = 'backup = [ { group = "tax", after_minutes = 20 } ]'
    classes = "{ appointment = { early = true }, walk_in = {} }"
    layout = a_layout(counters=[f"{SOCIAL}\n{backup}", TAX], classes=classes)
    assert called(layout, a_head("tax/appointment", waited=-1)) is None


def test_a_class_that_the_layout_forgot_just_walks_in() -> None:
    layout = a_layout()
    assert rule_of(layout, ClassId("gone")).id == "walk_in"
    heads = a_head("social/gone", waited=9), a_head("social", waited=8)
    assert called(layout, *heads) == "social/gone/"


def test_a_call_is_explained_by_the_terms_of_its_score() -> None:
    counter = 'id = "1"\ntakes = [ "*" ]\nbonus_minutes = { social = 5 }'
    layout = a_layout(counters=[counter])
    head = a_head("social/priority", waited=12)
    said = reason(layout, layout.counters[0], head, minute=720, now_ms=NOON_MS)
    assert said == Reason(
        class_=ClassId("priority"),
        waited_ms=12 * MINUTE_MS,
        credit_ms=30 * MINUTE_MS,
        bonus_ms=5 * MINUTE_MS,
        weight=1.0,
        score=47 * MINUTE_MS * 1000,
        strict=False,
        backup=False,
        bound=False,
    )


def test_the_explanation_says_when_a_counter_helps_out_or_a_ticket_is_bound() -> None:
    backup = 'backup = [ { group = "tax", after_minutes = 20 } ]'
    layout = a_layout(counters=[f"{SOCIAL}\n{backup}", TAX])

    def of(head: Head) -> tuple[bool, bool]:
        said = reason(layout, layout.counters[0], head, minute=720, now_ms=NOON_MS)
        return said.backup, said.bound

    assert of(a_head("tax", waited=30)) == (True, False)
    assert of(a_head("social", waited=30)) == (False, False)
    assert of(a_head("social", waited=30, counter="1")) == (False, True)


@pytest.mark.parametrize(
    ("returned", "class_", "expected"),
    [
        ("{ credit_minutes = 5 }", "walk_in", "returned"),
        ("{ credit_minutes = 5 }", "priority", "priority"),
        ("{ credit_minutes = 5, weight = 0.5 }", "walk_in", "walk_in"),
        ("{ credit_minutes = 5 }", "gone", "returned"),
    ],
)
def test_who_comes_back_is_never_worth_less_than_before(
    returned: str, class_: str, expected: str
) -> None:
    classes = f"{{ priority = {{ credit_minutes = 30 }}, walk_in = {{}}, returned = {returned} }}"
    assert class_on_return(a_layout(classes=classes), ClassId(class_)) == expected


def test_strict_classes_stay_strict_when_they_come_back() -> None:
    strict = "{ vip = { strict = true }, walk_in = {}, returned = { credit_minutes = 60 } }"
    assert class_on_return(a_layout(classes=strict), ClassId("vip")) == "vip"
    back = "{ returned = { strict = true }, walk_in = { credit_minutes = 60 } }"
    assert class_on_return(a_layout(classes=back), ClassId("walk_in")) == "returned"
    assert class_on_return(a_layout(), ClassId("walk_in")) == "walk_in"


@pytest.mark.parametrize(
    ("walk", "class_", "expected"),
    [
        (2, "appointment", "returned"),
        (2, "priority", "priority"),
        (2, "walk_in", "returned"),
        (0, "appointment", "appointment"),
    ],
)
def test_nobody_is_called_early_to_a_stop_they_walk_to(
    walk: int, class_: str, expected: str
) -> None:
    classes = (
        "{ priority = { credit_minutes = 30 }, appointment = { credit_minutes = 12 },"
        " walk_in = {}, returned = { credit_minutes = 5 } }"
    )
    layout = a_layout(hall=f"walk_minutes = {walk}", classes=classes)
    assert class_on_next_stop(layout, ClassId(class_)) == expected


def test_one_walks_only_where_no_counter_of_the_zone_takes_the_group() -> None:
    counters = [
        'id = "1"\nzone = "1F"\ntakes = [ "social" ]',
        'id = "2"\nzone = "2F"\ntakes = [ "*" ]',
    ]
    layout = a_layout(hall="walk_minutes = 2", counters=counters)
    walks = {
        (counter, group): layout.walk_from(CounterId(counter), to=GroupId(group))
        for counter in ("1", "2", "gone")
        for group in ("social", "tax")
    }
    assert [way for way, walk in walks.items() if walk] == [("1", "tax")]
    assert walks["1", "tax"] == timedelta(minutes=2)


def test_able_counters_are_those_that_take_a_group_now_without_helping_out() -> None:
    backup = 'backup = [ { group = "tax", after_minutes = 20 } ]'
    during = 'during = [ { from = "12:00", until = "13:00", takes = [ "social" ] } ]'
    only = 'id = "3"\ntakes = [ "tax" ]\nclasses = [ "priority" ]'
    layout = a_layout(counters=[f"{SOCIAL}\n{backup}", f"{TAX}\n{during}", only])
    tax = GroupId("tax")
    assert able(layout, tax, ClassId("walk_in"), minute=600) == ["2"]
    assert able(layout, tax, ClassId("priority"), minute=600) == ["2", "3"]
    assert able(layout, tax, ClassId("walk_in"), minute=720) == []


def test_a_score_is_whole_so_that_no_two_machines_round_differently() -> None:
    layout = a_layout(classes="{ priority = { weight = 0.1 }, walk_in = { weight = 0.3 } }")
    priority = replace(a_head("social/priority", waited=0), due_ms=NOON_MS - 3, order=1)
    walk_in = replace(a_head("social", waited=0), due_ms=NOON_MS - 1, order=2)
    assert called(layout, walk_in, priority) == "social/priority/"
