"""What people were told about the wait, scored against what happened on simulated days."""

import math
from collections.abc import Iterable
from statistics import fmean

import pytest

from tests.rules.builders import CLASSES, MINUTE_MS, a_layout
from tests.rules.days import EIGHT_MS, HOUR_MS, Day, Demand, Told

GROUPS = ("social", "tax", "toll")
EVERYTHING = [f'id = "{number}"\ntakes = [ "*" ]' for number in range(1, 9)]
#: Half of eight counters rest from eleven, the other half from half past.
LUNCH = {
    counter: (start, start + HOUR_MS // 2)
    for counter in range(8)
    for start in [EIGHT_MS + 3 * HOUR_MS + counter % 2 * HOUR_MS // 2]
}


def covered(told: Iterable[Told]) -> float:
    """Return the share of waits that were within what was told."""
    return fmean(t.outlook.low_ms <= t.waited_ms <= t.outlook.high_ms for t in told)


def bias(told: Iterable[Told]) -> float:
    """Return by which share of the wait people were told too much, on average."""
    told = list(told)
    return fmean(t.outlook.likely_ms for t in told) / fmean(t.waited_ms for t in told) - 1


def test_in_a_pooled_hall_with_breaks_eight_of_ten_wait_as_they_were_told() -> None:
    layout = a_layout(groups=GROUPS, counters=EVERYTHING)
    demand = Demand(per_hour=dict.fromkeys(GROUPS, 26.0))
    told = [t for seed in range(4) for t in Day(layout, demand, seed=seed, breaks=LUNCH).run()]
    assert fmean(t.waited_ms for t in told) > 10 * MINUTE_MS
    assert covered(told) == pytest.approx(0.8, abs=0.06)
    assert bias(told) == pytest.approx(0, abs=0.06)


def test_those_with_less_credit_are_told_of_those_who_will_come_before_them() -> None:
    classes = CLASSES.replace("walk_in", "appointment = { credit_minutes = 12 }, walk_in")
    layout = a_layout(groups=GROUPS, counters=EVERYTHING, classes=classes)
    shares = {"priority": 0.1, "appointment": 0.3, "walk_in": 0.6}
    demand = Demand(per_hour=dict.fromkeys(GROUPS, 26.0), classes=shares)
    told = [t for seed in range(3) for t in Day(layout, demand, seed=seed).run()]
    for class_ in ("appointment", "walk_in"):
        theirs = [t for t in told if t.line.class_ == class_]
        assert covered(theirs) == pytest.approx(0.8, abs=0.08)
        assert bias(theirs) == pytest.approx(0, abs=0.1)


def test_where_some_take_one_group_and_some_take_all_the_range_still_holds() -> None:
    special = [f'id = "{at}"\ntakes = [ "{group}" ]' for at, group in enumerate(GROUPS, start=1)]
    general = [f'id = "{number}"\ntakes = [ "*" ]' for number in range(4, 8)]
    layout = a_layout(groups=GROUPS, counters=special + general)
    demand = Demand(per_hour={"social": 34.0, "tax": 20.0, "toll": 15.0})
    told = [t for seed in range(3) for t in Day(layout, demand, seed=seed).run()]
    assert covered(told) == pytest.approx(0.8, abs=0.1)
    for group in GROUPS:
        theirs = [t for t in told if t.line.group == group]
        assert bias(theirs) == pytest.approx(0, abs=0.15)


def test_it_is_much_better_than_people_ahead_over_counters() -> None:
    layout = a_layout(groups=GROUPS, counters=EVERYTHING)
    demand = Demand(per_hour=dict.fromkeys(GROUPS, 26.0))
    told = [t for seed in range(2) for t in Day(layout, demand, seed=seed, breaks=LUNCH).run()]
    work_ms = [t.outlook.ahead * 6 * MINUTE_MS for t in told]
    plain = fmean(
        (work / t.open_counters - t.waited_ms) ** 2 for work, t in zip(work_ms, told, strict=True)
    )
    ours = fmean((t.outlook.likely_ms - t.waited_ms) ** 2 for t in told)
    assert math.sqrt(ours) < 0.65 * math.sqrt(plain)
