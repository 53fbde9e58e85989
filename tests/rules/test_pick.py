"""Who is next: the same whether one looks at the heads of lines or at everybody who waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.dispatch.pick import NOBODY, Terms, bind_to_shortest, pick_counter, pick_line
from hall.dispatch.rule import Head, choose
from hall.domain.identities import ClassId, CounterId, GroupId
from hall.domain.layout import Backup, ClassRule, Counter, During, Layout, Span
from hall.domain.tickets import Line
from tests.rules.builders import MINUTE_MS, a_layout, a_line

GROUPS = tuple(map(GroupId, ("social", "tax", "toll")))
CLASSES = tuple(map(ClassId, ("vip", "priority", "walk_in", "late")))
NOW_MS, MINUTE = 100 * MINUTE_MS, 600
BASE = a_layout(groups=GROUPS)


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits; times in minutes before now, negative if not due yet."""

    line: Line
    waited: Fraction
    order: int

    @property
    def due_ms(self) -> int:
        return NOW_MS - int(self.waited * MINUTE_MS)


MINUTES = st.integers(-10, 60).map(Fraction) | st.integers(-30_000, 180_000).map(
    lambda seconds: Fraction(seconds, 3000)
)
SOME_GROUPS = st.lists(st.sampled_from(GROUPS), unique=True).map(tuple)
LINES = st.builds(
    Line,
    group=st.sampled_from(GROUPS),
    class_=st.sampled_from(CLASSES),
    counter=st.sampled_from([None, None, None, CounterId("1"), CounterId("2")]),
)
COUNTERS = st.builds(
    lambda takes, classes, during, bonus, backup: replace(
        BASE.counters[0],
        takes=takes,
        classes=classes,
        during=during,
        bonus=tuple((group, timedelta(minutes=length)) for group, length in bonus.items()),
        backup=tuple(
            Backup(group=group, after=timedelta(minutes=length)) for group, length in backup.items()
        ),
    ),
    SOME_GROUPS,
    st.just(()) | st.lists(st.sampled_from(CLASSES), unique=True).map(tuple),
    st.just(())
    | st.builds(
        lambda start, takes: (
            During(span=Span(from_minute=start, until_minute=start + 20), takes=takes),
        ),
        st.integers(575, 605),
        SOME_GROUPS,
    ),
    st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 20)),
    st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 40)),
)


@st.composite
def layouts(draw: st.DrawFn, weights: Sequence[float] = (0.5, 1.0, 1.25, 2.0)) -> Layout:
    strict = draw(st.integers(0, 2))
    rules = tuple(
        ClassRule(
            id=class_,
            credit=timedelta(minutes=draw(st.integers(0, 30))),
            weight=draw(st.sampled_from(weights)),
            strict=at < strict,
            early=draw(st.booleans()),
        )
        for at, class_ in enumerate(CLASSES)
    )
    return replace(BASE, rule=replace(BASE.rule, classes=rules), counters=(draw(COUNTERS),))


@st.composite
def crowds(draw: st.DrawFn) -> list[Waiting]:
    people = draw(st.lists(st.tuples(LINES, MINUTES), max_size=30))
    orders = draw(st.permutations(range(len(people))))
    return [Waiting(*some, order) for some, order in zip(people, orders, strict=True)]


def heads_of(crowd: Sequence[Waiting]) -> list[Head]:
    first: dict[Line, Waiting] = {}
    for some in sorted(crowd, key=lambda some: (some.due_ms, some.order)):
        first.setdefault(some.line, some)
    return [Head(line=line, due_ms=some.due_ms, order=some.order) for line, some in first.items()]


def by_scanning(layout: Layout, counter: Counter, crowd: Sequence[Waiting]) -> Waiting | None:
    """Return who is next by the words of the contract, looking at everybody."""
    able = [some for some in crowd if may_be_called(layout, counter, some)]
    return max(able, key=lambda some: (*worth(layout, counter, some), -some.order), default=None)


def may_be_called(layout: Layout, counter: Counter, some: Waiting) -> bool:
    rule, line = layout.class_of[some.line.class_], some.line
    if line.counter is not None:
        return line.counter == counter.id and (some.waited >= 0 or rule.early)
    if counter.classes and line.class_ not in counter.classes:
        return False
    takes = counter.takes
    for part in counter.during:
        if part.span.from_minute <= MINUTE < part.span.until_minute:
            takes = part.takes
    if line.group in takes:
        return some.waited >= 0 or rule.early
    helps = {help_.group: help_.after / timedelta(minutes=1) for help_ in counter.backup}
    return line.group in helps and some.waited >= Fraction(helps[line.group])


def worth(layout: Layout, counter: Counter, some: Waiting) -> tuple[int, Fraction]:
    rule = layout.class_of[some.line.class_]
    credit = rule.credit + dict(counter.bonus).get(some.line.group, timedelta())
    waited = Fraction(NOW_MS - some.due_ms, MINUTE_MS)
    score = Fraction(credit / timedelta(minutes=1)) + Fraction(str(rule.weight)) * waited
    return -CLASSES.index(rule.id) if rule.strict else -len(CLASSES), score


@settings(max_examples=500)
@given(layout=layouts(), crowd=crowds())
def test_the_heads_alone_give_the_answer_of_looking_at_everybody(
    layout: Layout, crowd: list[Waiting]
) -> None:
    heads = heads_of(crowd)
    chosen = choose(layout, layout.counters[0], heads, minute=MINUTE, now_ms=NOW_MS)
    expected = by_scanning(layout, layout.counters[0], crowd)
    assert (None if chosen is None else heads[chosen].order) == (expected and expected.order)


@settings(max_examples=200)
@given(layout=layouts((0.0, 1.0)), crowd=crowds(), data=st.data())
def test_the_order_in_which_lines_are_given_means_nothing(
    layout: Layout, crowd: list[Waiting], data: st.DataObject
) -> None:
    heads = heads_of(crowd)
    shuffled = data.draw(st.permutations(heads))
    counter = layout.counters[0]
    one = choose(layout, counter, heads, minute=MINUTE, now_ms=NOW_MS)
    other = choose(layout, counter, shuffled, minute=MINUTE, now_ms=NOW_MS)
    assert (None if one is None else heads[one]) == (None if other is None else shuffled[other])


@settings(max_examples=200)
@given(layout=layouts((1.0,)), crowd=crowds())
def test_with_equal_weights_nobody_is_overtaken_by_more_than_the_credits_allow(
    layout: Layout, crowd: list[Waiting]
) -> None:
    """Call everybody, one after the other, and look at each who is passed over."""
    counter, left = layout.counters[0], list(crowd)
    while (
        chosen := choose(layout, counter, (heads := heads_of(left)), minute=MINUTE, now_ms=NOW_MS)
    ) is not None:
        called = next(some for some in left if some.order == heads[chosen].order)
        left.remove(called)
        for passed in left:
            if may_be_called(layout, counter, passed) and _equals(layout, called, passed):
                later = passed.waited - called.waited
                assert later * MINUTE_MS - 1 <= _head_start(layout, called) - _head_start(
                    layout, passed
                )


def _equals(layout: Layout, one: Waiting, other: Waiting) -> bool:
    rules = [layout.class_of[some.line.class_] for some in (one, other)]
    return not any(rule.strict for rule in rules)


def _head_start(layout: Layout, some: Waiting) -> int:
    bonus = dict(layout.counters[0].bonus).get(some.line.group, timedelta())
    return (layout.class_of[some.line.class_].credit + bonus) // timedelta(milliseconds=1)


READY = st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.integers(0, 5)), max_size=8)


@given(READY)
def test_a_ticket_goes_to_the_least_flexible_then_the_longest_idle(
    ready: list[tuple[bool, int, int]],
) -> None:
    able = [can for can, _, _ in ready]
    takes, idle = [groups for _, groups, _ in ready], [since for _, _, since in ready]
    expected = min(
        (at for at, (can, *_) in enumerate(ready) if can),
        key=lambda at: (takes[at], idle[at], at),
        default=-1,
    )
    assert pick_counter(able, takes, idle) == expected


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=8))
def test_a_ticket_is_bound_to_the_counter_with_the_shortest_queue(
    counters: list[tuple[bool, int]],
) -> None:
    able, load = [can for can, _ in counters], [people for _, people in counters]
    expected = min(
        (at for at, can in enumerate(able) if can), key=lambda at: (load[at], at), default=-1
    )
    assert bind_to_shortest(able, load) == expected


def test_nobody_is_called_from_empty_lines() -> None:
    layout = a_layout()
    heads = [Head(line=a_line(), due_ms=NOBODY, order=0)]
    assert choose(layout, layout.counters[0], heads, minute=MINUTE, now_ms=NOW_MS) is None
    assert choose(layout, layout.counters[0], [], minute=MINUTE, now_ms=NOW_MS) is None


def starts(people: Sequence[tuple[int, int, int]], counters: int) -> list[int]:
    """Return when each service starts; people are (line, arrival, service), first come first."""
    terms = [Terms(line, 0, 0, 1000, 0, False) for line in range(3)]
    queues = [[at for at, some in enumerate(people) if some[0] == line] for line in range(3)]
    free, started = [0] * counters, [0] * len(people)
    for _ in people:
        due = [people[queue[0]][1] if queue else NOBODY for queue in queues]
        order = [queue[0] if queue else -1 for queue in queues]
        now = max(min(free), min(at for at in due if at != NOBODY))
        citizen = queues[pick_line(terms, due, order, now)].pop(0)
        started[citizen] = now
        free[free.index(min(free))] = now + people[citizen][2]
    return started


PEOPLE = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 20)), max_size=25
).map(
    lambda people: [
        (line, sum(gap for _, gap, _ in people[: at + 1]), service)
        for at, (line, gap, service) in enumerate(people)
    ]
)


@settings(max_examples=200)
@given(people=PEOPLE, counters=st.integers(1, 4))
def test_in_one_first_come_line_one_more_counter_makes_no_start_later(
    people: list[tuple[int, int, int]], counters: int
) -> None:
    before, after = starts(people, counters), starts(people, counters + 1)
    assert before == sorted(before), "first come, first served"
    assert all(later <= sooner for later, sooner in zip(after, before, strict=True))
