"""What somebody in a line is told about the wait, from counts per line alone."""

import random
from dataclasses import replace
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.dispatch.load import CounterLoad, HallLoad, LineLoad
from hall.dispatch.outlook import Outlook, outlook
from hall.dispatch.spread import Spread, left_ms
from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.tickets import Line
from tests.rules.builders import CLASSES, MINUTE_MS, a_layout, a_line

TEN_MS = 600 * MINUTE_MS
UNTIL_MS = TEN_MS + 24 * 60 * MINUTE_MS
ALL = [f'id = "{number}"\ntakes = [ "*" ]' for number in (1, 2, 3)]
POOLED = a_layout(counters=ALL)
SPECIAL = a_layout(counters=['id = "1"\ntakes = [ "social" ]', 'id = "2"\ntakes = [ "tax" ]'])


def people(waiting: int, line: Line | None = None, **changes: Any) -> LineLoad:
    """Return a line whose people need six minutes each and whose first has waited for ten."""
    facts = {"work_ms": waiting * 6 * MINUTE_MS, "first_due_ms": TEN_MS - 10 * MINUTE_MS}
    return LineLoad(line=line or a_line(), waiting=waiting, **{**facts, **changes})


def counter(number: int, *, busy: float = 0, spans: Any = None) -> CounterLoad:
    """Return a counter that is open, and for how many minutes it is busy."""
    return CounterLoad(
        counter=CounterId(str(number)),
        free_at_ms=TEN_MS + int(busy * MINUTE_MS),
        spans=((TEN_MS, UNTIL_MS),) if spans is None else spans,
    )


def told(
    layout: Layout, *loads: LineLoad | CounterLoad, line: Line | None = None, **asked: Any
) -> Outlook | None:
    """Return what somebody is told at ten who now joins a line."""
    load = HallLoad(
        now_ms=TEN_MS,
        minute=600,
        lines=tuple(some for some in loads if isinstance(some, LineLoad)),
        counters=tuple(some for some in loads if isinstance(some, CounterLoad)),
    )
    return outlook(layout, load, line=line or a_line(), **asked)


def at_once(minutes: int = 0) -> Outlook:
    """Return what somebody is told who waits for certain so long, and for nobody."""
    ms = minutes * MINUTE_MS
    return Outlook(
        low_ms=ms, likely_ms=ms, high_ms=ms, ahead=0, uncorrected_ms=(ms, ms, ms), plain_ms=0
    )


def likely(*args: Any, **asked: Any) -> float:
    """Return the likely wait in minutes."""
    found = told(*args, **asked)
    assert found is not None
    assert found.low_ms <= found.likely_ms <= found.high_ms
    return found.likely_ms / MINUTE_MS


def ahead(*args: Any, **asked: Any) -> int:
    found = told(*args, **asked)
    assert found is not None
    return found.ahead


def test_who_finds_an_idle_counter_does_not_wait() -> None:
    assert told(POOLED, counter(1), counter(2, busy=4)) == at_once()


@pytest.mark.parametrize(("class_", "minutes"), [("walk_in", 3), ("appointment", 0)])
def test_nobody_is_promised_a_call_before_they_may_be_called(class_: str, minutes: int) -> None:
    layout = a_layout(counters=ALL, classes="{ appointment = {}, walk_in = {} }")
    due_ms = TEN_MS + 3 * MINUTE_MS
    asked = told(layout, counter(1), line=a_line(class_=class_), due_ms=due_ms)
    assert asked == at_once(minutes)


def test_nothing_can_be_said_when_no_counter_will_take_the_line_today() -> None:
    assert told(POOLED) is None
    assert told(SPECIAL, counter(2)) is None
    assert told(SPECIAL, counter(1, spans=())) is None
    assert told(SPECIAL, people(9), counter(1, spans=((TEN_MS, TEN_MS + MINUTE_MS),))) is None


def test_one_counter_needs_the_time_of_all_ahead_and_of_the_one_it_serves() -> None:
    assert likely(POOLED, people(10), counter(1, busy=5)) == pytest.approx(65, abs=1.5)


def test_counters_that_share_the_work_are_free_one_after_the_other() -> None:
    busy = [counter(number, busy=5) for number in (1, 2, 3)]
    assert likely(POOLED, people(30), *busy) == pytest.approx((30 * 6 + 5) / 3, abs=1)
    assert 0 < likely(POOLED, *busy) < 5
    assert 0 < likely(POOLED, *(counter(number, busy=2) for number in (1, 2, 3))) < 1


def test_people_of_another_group_count_only_where_the_same_counters_take_them() -> None:
    others = people(10, a_line("tax"))
    assert ahead(POOLED, others, counter(1)) == 10
    assert told(SPECIAL, others, counter(1), counter(2)) == at_once()


def test_a_counter_for_everything_helps_where_the_work_is() -> None:
    layout = a_layout(counters=[ALL[0], 'id = "2"\ntakes = [ "tax" ]'])
    busy = counter(1, busy=5), counter(2, busy=5)
    alone = likely(layout, people(5), people(10, a_line("tax")), *busy)
    assert alone == pytest.approx((15 * 6 + 10) / 2 - 3, abs=4)
    assert likely(layout, people(15), people(0, a_line("tax")), *busy) > 80


def test_who_has_more_credit_has_fewer_people_ahead() -> None:
    load = people(10), people(2, a_line(class_="priority")), counter(1, busy=5)
    assert ahead(POOLED, *load) == 12
    assert ahead(POOLED, *load, line=a_line(class_="priority")) == 2
    assert likely(POOLED, *load) > likely(POOLED, *load, line=a_line(class_="priority"))


def test_a_credit_that_is_smaller_than_their_wait_does_not_overtake_all() -> None:
    load = people(11, first_due_ms=TEN_MS - 60 * MINUTE_MS), counter(1, busy=5)
    assert ahead(POOLED, *load, line=a_line(class_="priority")) == 1 + 5


def test_a_strict_class_passes_everybody_and_is_passed_by_nobody() -> None:
    layout = a_layout(counters=ALL, classes=CLASSES.replace("credit_minutes = 30", "strict = true"))
    strict = a_line(class_="priority")
    old = TEN_MS - 600 * MINUTE_MS
    assert ahead(layout, people(10, first_due_ms=old), counter(1), line=strict) == 0
    assert ahead(layout, people(10, strict), counter(1)) == 10


def test_those_who_will_come_with_more_credit_count_too() -> None:
    coming = people(0, a_line(class_="priority"), per_hour=5)
    without, with_ = (
        likely(POOLED, people(10), *some, counter(1, busy=5)) for some in ((), (coming,))
    )
    # Those of the next thirty minutes are worth more than the one who waits since now.
    assert with_ - without == pytest.approx(5 * 0.5 * 6, abs=1)


def test_a_place_taken_earlier_is_nearer() -> None:
    others = people(10, a_line("tax"))
    assert ahead(POOLED, others, counter(1), due_ms=TEN_MS - 5 * MINUTE_MS) < 10
    assert ahead(POOLED, others, counter(1), due_ms=TEN_MS - 11 * MINUTE_MS) == 0


def test_a_break_is_waited_for_less_what_it_begins_late() -> None:
    late = 6 * (1 + 0.8**2) / 2  # what is left of a service when the break should begin
    hour_ms = 60 * MINUTE_MS
    rest = ((TEN_MS, TEN_MS + hour_ms), (TEN_MS + 2 * hour_ms, UNTIL_MS))
    without = likely(POOLED, people(12), counter(1, busy=5))
    assert likely(POOLED, people(12), counter(1, busy=5, spans=rest)) == pytest.approx(
        without + 60 - late, abs=1
    )


def test_a_counter_that_opens_later_is_waited_for_and_no_shorter() -> None:
    opens = ((TEN_MS + 20 * MINUTE_MS, UNTIL_MS),)
    found = told(POOLED, counter(1, spans=opens))
    assert found == at_once(minutes=20)
    later = told(POOLED, people(3), counter(1, spans=opens))
    assert later is not None
    assert 20 * MINUTE_MS < later.low_ms < later.likely_ms


def test_a_slow_counter_takes_longer() -> None:
    slow = a_layout(counters=[f"{ALL[0]}\npace = {{ social = 1.5 }}"])
    usual = likely(POOLED, people(10), counter(1, busy=5))
    assert likely(slow, people(10), counter(1, busy=5)) == pytest.approx(usual + 30, abs=3)


def test_a_counter_that_changes_through_the_day_counts_while_it_takes_the_line() -> None:
    during = 'during = [ { from = "10:30", until = "11:30", takes = [ "tax" ] } ]'
    layout = a_layout(counters=[f'id = "1"\ntakes = [ "social" ]\n{during}', ALL[1]])
    without = likely(POOLED, people(10), counter(1, busy=5))
    assert likely(layout, people(10), counter(1, busy=5)) == pytest.approx(without + 60, abs=2)


def test_a_backup_counts_from_when_it_helps_out() -> None:
    backup = 'backup = [ { group = "social", after_minutes = 30 } ]'
    layout = a_layout(counters=[ALL[0], f'id = "2"\ntakes = [ "tax" ]\n{backup}'])
    alone = likely(layout, people(20), counter(1, busy=5))
    helped = likely(layout, people(20), counter(1, busy=5), counter(2))
    # The first has waited for ten minutes; after twenty more both counters share what is left.
    assert alone == pytest.approx(125, abs=2)
    assert helped == pytest.approx(20 + (125 - 20) / 2, abs=3)
    late = people(20, first_due_ms=TEN_MS - 31 * MINUTE_MS)
    assert likely(layout, late, counter(1, busy=5), counter(2)) == pytest.approx(62, abs=3)


def test_a_backup_helps_each_line_once_its_own_head_has_waited() -> None:
    backup = 'backup = [ { group = "social", after_minutes = 30 } ]'
    layout = a_layout(counters=[ALL[0], f'id = "2"\ntakes = [ "tax" ]\n{backup}'])
    old = people(5, a_line(class_="priority"), first_due_ms=TEN_MS - 31 * MINUTE_MS)
    fresh = people(20, first_due_ms=TEN_MS)
    helped = likely(layout, old, fresh, counter(1, busy=5), counter(2, busy=5))
    # The second counter has the old to work on until it may help with the fresh.
    assert helped == pytest.approx((25 * 6 + 10) / 2 - 3, abs=3)


def test_who_is_far_away_pushes_those_who_are_near() -> None:
    layout = a_layout(
        groups=("social", "tax", "toll"),
        counters=['id = "1"\ntakes = [ "social", "tax" ]', 'id = "2"\ntakes = [ "tax", "toll" ]'],
    )
    busy = counter(1, busy=5), counter(2, busy=5)
    near = people(10, a_line("tax"))
    assert likely(layout, near, *busy) == pytest.approx(33, abs=3)
    pushed = likely(layout, near, people(20, a_line("toll")), *busy)
    assert pushed == pytest.approx(65, abs=6)
    assert ahead(layout, near, people(20, a_line("toll")), *busy) == 10


def test_a_bound_ticket_waits_for_its_counter() -> None:
    bound = a_line(counter="2")
    load = people(5, bound), counter(1), counter(2, busy=5)
    assert likely(POOLED, *load, line=bound) == pytest.approx(35, abs=1.5)
    assert likely(POOLED, *load) == 0


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ((0, 0, 0), (0, 0, 1)),
        ((2.9, 3.5, 4.1), (2, 4, 5)),
        ((29.9, 30.4, 31), (29, 30, 35)),
        ((33, 38, 46), (30, 40, 50)),
    ],
)
def test_people_are_told_whole_minutes_and_steps_of_five(
    minutes: tuple[float, ...], said: tuple[int, ...]
) -> None:
    low, likely_, high = (int(some * MINUTE_MS) for some in minutes)
    found = replace(at_once(), low_ms=low, likely_ms=likely_, high_ms=high).in_minutes()
    assert found == dict(zip(("low", "likely", "high"), said, strict=True))


HALLS = st.fixed_dictionaries(
    {
        "social": st.integers(0, 40),
        "tax": st.integers(0, 40),
        "busy": st.lists(st.floats(0, 15), min_size=1, max_size=3),
        "per_hour": st.sampled_from([0.0, 4.0]),
    }
)


def _hall(hall: dict[str, Any]) -> list[LineLoad | CounterLoad]:
    priority = people(0, a_line(class_="priority"), per_hour=hall["per_hour"])
    busy = [counter(at, busy=minutes) for at, minutes in enumerate(hall["busy"], start=1)]
    return [people(hall["social"]), people(hall["tax"], a_line("tax")), priority, *busy]


@settings(max_examples=150)
@given(HALLS)
def test_the_range_is_a_range_and_more_people_make_it_no_earlier(hall: dict[str, Any]) -> None:
    fewer, more = (
        told(POOLED, *_hall({**hall, "social": hall["social"] + extra})) for extra in (0, 3)
    )
    assert fewer is not None
    assert more is not None
    assert 0 <= fewer.low_ms <= fewer.likely_ms <= fewer.high_ms
    assert fewer.likely_ms <= more.likely_ms + MINUTE_MS / 2
    assert (fewer.ahead, more.ahead) == (
        hall["social"] + hall["tax"],
        hall["social"] + hall["tax"] + 3,
    )


@settings(max_examples=150)
@given(HALLS)
def test_the_order_of_lines_and_counters_means_nothing(hall: dict[str, Any]) -> None:
    one, other = told(POOLED, *_hall(hall)), told(POOLED, *reversed(_hall(hall)))
    assert one is not None
    assert other is not None
    assert one.likely_ms == pytest.approx(other.likely_ms, abs=2)
    assert one.ahead == other.ahead


ASKED = st.tuples(
    st.sampled_from([a_line(), a_line("tax"), a_line("tax", "priority"), a_line(counter="1")]),
    st.sampled_from([TEN_MS, TEN_MS - 4 * MINUTE_MS, TEN_MS - 8 * MINUTE_MS]),
)


@settings(max_examples=100)
@given(HALLS, st.lists(ASKED, min_size=2, max_size=4))
def test_what_one_is_told_does_not_depend_on_who_asked_before(
    hall: dict[str, Any], asked: list[tuple[Line, int]]
) -> None:
    def a_load() -> HallLoad:
        loads = _hall(hall)
        return HallLoad(
            now_ms=TEN_MS,
            minute=600,
            lines=tuple(some for some in loads if isinstance(some, LineLoad)),
            counters=tuple(some for some in loads if isinstance(some, CounterLoad)),
        )

    one = a_load()
    together = [outlook(POOLED, one, line=line, due_ms=due_ms) for line, due_ms in asked]
    alone = [outlook(POOLED, a_load(), line=line, due_ms=due_ms) for line, due_ms in asked]
    assert together == alone


def test_who_has_been_served_long_is_not_about_to_be_finished() -> None:
    draws = random.Random(7)
    lengths = [draws.gammavariate(1 / 0.64, 0.64 * 1000) for _ in range(40_000)]
    for elapsed in (0, 500, 1000, 2000):
        left = fmean(length - elapsed for length in lengths if length > elapsed)
        assert left_ms(elapsed_ms=elapsed, expected_ms=1000, cv=0.8) == pytest.approx(
            left, rel=0.06
        )


def test_the_range_is_that_of_a_gamma_distribution() -> None:
    spread = Spread(certain_ms=100, mean_ms=1100, variance=500_000)
    draws = random.Random(3)
    waits = sorted(100 + draws.gammavariate(2, 500) for _ in range(40_000))
    assert spread.low_ms() == pytest.approx(waits[4_000], rel=0.03)
    assert spread.likely_ms() == pytest.approx(waits[20_000], rel=0.03)
    assert spread.high_ms() == pytest.approx(waits[36_000], rel=0.03)
    assert spread.amplified(2) == replace(spread, variance=2_000_000)
