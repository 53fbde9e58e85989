"""Work finds its level over the free time of the counters that can do it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.dispatch.free_time import FreeTime, Part, Taker, Work

LONG = 10_000.0


def some_work(work_ms: float, *counters: int, allowed: tuple[Part, ...] | None = None) -> Work:
    return Work(tuple(Taker(counter, 1.0, allowed) for counter in counters), work_ms)


def levels(parts: list[list[Part]], *work: Work, asked: tuple[int, ...]) -> list[float]:
    """Return from when each of the asked counters has time, once the work was shared."""
    free = FreeTime(parts, work)
    return [round(free.level(some_work(0, counter)), 1) for counter in asked]


def test_work_is_spread_evenly_over_the_counters_that_take_it() -> None:
    assert levels([[(0.0, LONG)], [(40.0, LONG)]], some_work(100, 0, 1), asked=(0, 1)) == [70, 70]


def test_no_work_is_done_where_nobody_takes_it() -> None:
    idle = [(0.0, LONG)]
    assert levels([idle, idle], some_work(100, 1), asked=(0, 1)) == [0, 100]


def test_who_can_do_everything_helps_where_most_is_to_do() -> None:
    idle = [(0.0, LONG)]
    work = some_work(60, 0, 2), some_work(60, 1, 2)
    assert levels([idle] * 3, *work, asked=(0, 1, 2)) == pytest.approx([40, 40, 40], abs=2)
    work = some_work(30, 0, 2), some_work(120, 1, 2)
    assert levels([idle] * 3, *work, asked=(0, 1, 2)) == pytest.approx([30, 60, 60], abs=2)
    work = some_work(90, 0, 2), some_work(80, 1)
    assert levels([idle] * 3, *work, asked=(0, 1, 2)) == [45, 80, 45]


def test_a_pause_is_jumped_over() -> None:
    assert levels([[(0.0, 50.0), (100.0, LONG)]], some_work(80, 0), asked=(0,)) == [130]


def test_work_done_at_some_times_only_leaves_the_rest_to_others() -> None:
    work = some_work(30, 0, allowed=((50, 100),)), some_work(60, 0)
    assert levels([[(0.0, LONG)]], *work, asked=(0,)) == [90]
    late = some_work(60, 0, allowed=((0, 10), (50, 200)))
    assert FreeTime([[(0, LONG)]], []).level(late) == 100


def test_a_slower_counter_does_less() -> None:
    work = Work((Taker(0, 1.0, None), Taker(1, 0.5, None)), 150)
    assert FreeTime([[(0, LONG)], [(0, LONG)]], []).level(work) == 100


def test_more_work_than_time_leaves_none() -> None:
    free = FreeTime([[(0, 50)], [(0, LONG)]], [some_work(80, 0)])
    assert math.isinf(free.level(some_work(1, 0)))
    assert free.level(some_work(10, 0, 1)) == 10


def test_counters_at_work_until_the_end_are_those_that_share_it() -> None:
    idle = [(0.0, LONG)]
    free = FreeTime([idle, idle, [(500, LONG)]], [some_work(100, 0), some_work(30, 1)])
    assert free.working([0, 1, 2], since=90, until=100) == [100]
    assert free.working([0, 1, 2], since=20, until=100) == [100, 30]


PARTS = st.lists(st.integers(1, 100), min_size=2, max_size=4).map(
    lambda steps: [
        (float(sum(steps[:at])), float(sum(steps[: at + 1]))) for at in range(1, len(steps), 2)
    ]
)


@given(st.lists(PARTS, min_size=1, max_size=4), st.floats(1, 400))
def test_until_the_level_there_is_just_the_time_for_the_work(
    parts: list[list[Part]], work_ms: float
) -> None:
    level = FreeTime(parts, []).level(some_work(work_ms, *range(len(parts))))
    before = sum(min(b, level) - a for of_one in parts for a, b in of_one if a < level)
    if math.isinf(level):
        assert before < work_ms
    else:
        assert before == pytest.approx(work_ms)


@given(
    st.lists(PARTS, min_size=3, max_size=3),
    st.lists(
        st.builds(
            lambda ms, takers, allowed: some_work(ms, *takers, allowed=allowed),
            st.floats(1, 60),
            st.sets(st.integers(0, 2), min_size=1).map(sorted),
            st.sampled_from([None, ((20.0, 80.0),), ((0.0, 30.0), (60.0, 90.0))]),
        ),
        max_size=4,
    ),
)
def test_no_time_is_used_twice_and_none_is_lost(parts: list[list[Part]], work: list[Work]) -> None:
    free = FreeTime([*parts, [(0, LONG)]], [*work, some_work(1, 3)])
    whole = sum(b - a for of_one in parts for a, b in of_one)
    used = sum(free.working([0, 1, 2], since=-math.inf, until=math.inf))
    still = _still_free(free)
    assert used + still == pytest.approx(whole, abs=0.01)
    assert used <= sum(one.work_ms for one in work) + 0.01


def _still_free(free: FreeTime) -> float:
    """Return how much more work would fit on the first three counters, by trying."""
    low, high = 0.0, 1000.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if math.isinf(free.level(some_work(middle, 0, 1, 2))) else (middle, high)
        )
    return low
