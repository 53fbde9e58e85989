"""The rest of a day, simulated forward from how the hall stands: who comes, how long, how many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from statistics import fmean
from typing import Any

import pytest

from hall.domain.identities import CounterId, GroupId
from hall.domain.layout_form import canonical_form
from hall.domain.tickets import Line
from hall.domain.trace import Stops
from simulation.forecast.coming import day_cv, day_factor, rates
from simulation.forecast.known import Busy, Expected, Joined, Known
from simulation.forecast.looking import look_ahead
from simulation.forecast.needed import needs, pools
from simulation.forecast.rest import Rest
from simulation.formulas import waiting_probability
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from tests.halls import EXAMPLES

#: In one process: what is found once serves all of them.
pytestmark = pytest.mark.xdist_group("forecast")

MINUTE_MS = 60_000
PART_MS = 30 * MINUTE_MS
DAY = date(2026, 3, 2)
#: Ten o'clock; the 12-counter hall closes at four.
TEN_MS = 1_772_445_600_000
CLOSES_MS = TEN_MS + 360 * MINUTE_MS
#: The minute of the day at which nobody has come yet.
OPENS = 480
A = Line.of("a/walk_in/")


@cache
def scenario(name: str = "pooled-1000") -> Scenario:
    return read_scenario(EXAMPLES / "twelve" / f"{name}.toml")


def known(*, name: str = "pooled-1000", **changes: Any) -> Known:
    """Return the hall at ten, with two free counters, nobody waiting and nothing known of days."""
    layout = scenario(name).layout
    form = {
        "now_ms": TEN_MS,
        "day": DAY.isoformat(),
        "layout": canonical_form(layout),
        "openings": [(TEN_MS - 120 * MINUTE_MS, CLOSES_MS)],
        "counters": {},
        "waiting": [],
        "cv": 0.8,
        "work_ms": {group.id: 5 * MINUTE_MS for group in layout.groups},
        "part_ms": PART_MS,
        "minute": 600,
        "past": [],
        "booked": None,
        "target_ms": 15 * MINUTE_MS,
        "target_share": 0.9,
    }
    free = {CounterId(number): there() for number in ("1", "2")}
    return replace(Known.of(form), **{"counters": free, **changes})


def there(**changes: Any) -> Busy:
    """Return a free counter that stays until everybody is served."""
    staffed = ((TEN_MS, CLOSES_MS + 24 * 60 * MINUTE_MS),)
    return Busy(**{"spans": staffed, "elapsed_ms": None, "expected_ms": 0, **changes})


def past(*totals: int, line: Line = A) -> list[Joined]:
    """Return days before, on each of which so many came evenly from eight to four."""
    return [
        Joined(
            day=(DAY - timedelta(days=number)).isoformat(),
            part=part,
            line=line,
            people=total // 16,
            work_ms=5.0 * MINUTE_MS,
        )
        for number, total in enumerate(totals, start=1)
        for part in range(16, 32)
    ]


def so_far(people: int) -> list[Joined]:
    """Return who came today until ten."""
    return [
        Joined(day=DAY.isoformat(), part=part, line=A, people=people // 4, work_ms=300_000.0)
        for part in range(16, 20)
    ]


def test_a_day_goes_on_as_past_days_went_as_much_busier_as_it_has_been() -> None:
    usual = past(*[160] * 10)
    quiet, busy = (known(past=[*usual, *so_far(people)]) for people in (40, 80))
    assert rates(quiet)[A][24] == pytest.approx(10, rel=0.01)
    assert 10 < rates(busy)[A][24] < 20
    assert rates(busy)[A][40] == 0


def test_the_same_weekday_tells_more_than_others() -> None:
    days = past(160, 160, 160, 160, 160, 160, 480)
    assert rates(known(past=days, minute=OPENS))[A][24] == pytest.approx((6 * 10 + 4 * 30) / 10)


def test_a_hall_without_a_past_goes_on_as_today() -> None:
    assert rates(known(past=so_far(40)))[A][24] == 10
    assert rates(known()) == {}


def test_how_far_a_busy_morning_counts_depends_on_how_much_days_vary() -> None:
    steady, wild = past(*[160] * 20), past(*[80, 240] * 10)
    factors = []
    for days in (steady, wild):
        now = known(past=[*days, *so_far(80)])
        usual = rates(known(past=days, minute=OPENS))
        factors.append(day_factor(now, usual, so_far(80)))
    assert day_cv(known(past=steady)) < day_cv(known(past=wild))
    assert 1 < factors[0] < factors[1] < 2


def test_a_counter_is_busy_for_what_is_left_of_a_service_that_has_lasted() -> None:
    def left_minutes(elapsed: float) -> float:
        busy = there(elapsed_ms=round(elapsed * MINUTE_MS), expected_ms=5 * MINUTE_MS)
        rest = Rest(known(counters={CounterId("1"): busy}, waiting=[(A, TEN_MS, 300_000)]))
        opens = [
            min(ring.at_ms for ring in rest.draw(1, at)[0].calendar.rings) for at in range(400)
        ]
        return (fmean(opens) - TEN_MS) / MINUTE_MS

    assert left_minutes(0) == pytest.approx(5, rel=0.1)
    assert 2 < left_minutes(5) < 6
    assert left_minutes(40) > 0.1


def test_who_waits_is_called_by_the_rule_before_who_comes() -> None:
    waiting = [(A, TEN_MS - 10 * MINUTE_MS, 5 * MINUTE_MS)] * 12
    found = look_ahead(known(waiting=waiting, past=so_far(8), cv=0.01), replications=60)
    first = found["groups"]["a"][0]
    # Twelve take half an hour at two counters, and who comes then does so at a quarter past.
    assert first["likely_ms"] == pytest.approx(17 * MINUTE_MS, abs=4 * MINUTE_MS)
    assert first["low_ms"] <= first["likely_ms"] <= first["high_ms"]
    assert first["from_ms"] == TEN_MS
    assert found["counters"][0]["waiting"] == 12


def test_where_nobody_takes_a_group_no_wait_is_foreseen() -> None:
    found = look_ahead(known(counters={}, past=so_far(40)), replications=20)
    assert found["groups"]["a"] == []
    assert found["counters"][0]["planned"] == 0


def test_groups_that_share_no_counter_are_reckoned_apart() -> None:
    assert [len(pool.counters) for pool in pools(known())] == [12]
    assert sorted(len(p.counters) for p in pools(known(name="silo-1000"))) == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("total", [160, 960])
def test_the_counters_needed_are_the_fewest_that_meet_the_target(total: int) -> None:
    now = known(past=past(*[total] * 10, line=A))
    now = replace(now, past=[*now.past, *so_far(total // 4)])
    rest, (pool,) = Rest(now), pools(now)
    (need,) = needs(rest, pool, [(TEN_MS, TEN_MS + PART_MS)])
    load = need.coming * 5 / 30

    def late(counters: int) -> float:
        waits = waiting_probability(offered_load=load, counters=counters)
        return float(waits * 2.718281828 ** (-(counters - load) * 15 / 5))

    assert late(need.needed) <= 0.1 + 1e-9
    assert need.needed - 1 <= load or late(need.needed - 1) > 0.1


def test_who_waits_too_long_needs_more_counters_now_and_not_later() -> None:
    spans = [(TEN_MS + at * PART_MS, TEN_MS + (at + 1) * PART_MS) for at in range(3)]

    def needed(waiting: int) -> list[int]:
        now = known(past=so_far(40), waiting=[(A, TEN_MS, 300_000)] * waiting)
        return [need.needed for need in needs(Rest(now), pools(now)[0], spans)]

    calm, full = needed(0), needed(40)
    assert full[0] > calm[0] + 4
    assert full[2] == calm[2]


def test_what_is_foreseen_on_simulated_days_comes_true() -> None:
    runner = Runner(scenario())
    days = [
        joined
        for number in range(1, 15)
        for joined in _joined(runner.trace(3, number).stops, DAY - timedelta(days=number))
    ]
    inside, off = [], []
    for replication in range(6):
        stops = runner.trace(4, replication).stops
        found = look_ahead(_at_ten(stops, days), replications=30)
        for row in range(len(stops)):
            for slot in found["groups"][stops.group[row]][:4]:
                if slot["from_ms"] <= stops.due[row] < slot["until_ms"]:
                    waited = stops.called[row] - stops.due[row]
                    inside.append(slot["low_ms"] <= waited <= slot["high_ms"])
                    off.append((slot["likely_ms"] - waited) / MINUTE_MS)
    assert 0.6 < fmean(inside) <= 1
    assert abs(fmean(off)) < 5


def _joined(stops: Stops, day: date, *, until_ms: int = CLOSES_MS) -> list[Joined]:
    came = Counter(
        (at // MINUTE_MS % 1440 // 30, group)
        for at, group in zip(stops.issued, stops.group, strict=True)
        if at <= until_ms
    )
    return [
        Joined(
            day=day.isoformat(),
            part=part,
            line=Line.of(f"{group}/walk_in/"),
            people=people,
            work_ms=_work_ms(group),
        )
        for (part, group), people in came.items()
    ]


def _at_ten(stops: Stops, days: Sequence[Joined]) -> Known:
    """Return the hall as it would be known at ten on a simulated day."""
    here = [row for row in range(len(stops)) if stops.called[row] <= TEN_MS < stops.finished[row]]
    layout, roster = scenario().layout, scenario().staffing
    counters = {}
    for counter in layout.counters:
        rest = [(b.from_minute, b.until_minute) for b in roster.breaks_of(counter.id)]
        start, until = (TEN_MS + (minute - 600) * MINUTE_MS for minute in rest[0])
        counters[counter.id] = there(spans=((TEN_MS, start), (until, CLOSES_MS + 10**8)))
    for row in here:
        id_ = stops.counter[row]
        assert id_ is not None
        elapsed_ms, expected_ms = TEN_MS - stops.called[row], round(_work_ms(stops.group[row]))
        counters[id_] = replace(counters[id_], elapsed_ms=elapsed_ms, expected_ms=expected_ms)
    waiting = [
        (Line.of(f"{stops.group[row]}/walk_in/"), stops.due[row], round(_work_ms(stops.group[row])))
        for row in range(len(stops))
        if stops.due[row] <= TEN_MS < stops.called[row]
    ]
    past_days = [*days, *_joined(stops, DAY, until_ms=TEN_MS)]
    return known(counters=counters, waiting=waiting, past=past_days)


def _work_ms(group: GroupId) -> float:
    """Return how long somebody of a group is at a counter, twenty seconds of the way included."""
    matter = next(m for m in scenario().layout.matters if m.group == group)
    return matter.handling.total_seconds() * 1000 + 20_000


def expected(*minutes: int, missed: float = 0.2, sd: float = 8) -> Expected:
    """Return bookings so many minutes after ten, whose citizens are five minutes early."""
    return Expected(
        open=[(GroupId("a"), TEN_MS + after * MINUTE_MS, 5 * MINUTE_MS) for after in minutes],
        missed_share=missed,
        mean_ms=-5 * MINUTE_MS,
        sd_ms=sd * MINUTE_MS,
    )


BOOKED = Line.of("a/appointment/")


def test_known_bookings_are_expected_and_not_what_past_days_say_of_them() -> None:
    days = [*past(160), *past(320, line=BOOKED)]
    without, with_ = Rest(known(past=days)), Rest(known(past=days, booked=expected(60, 70, 300)))
    assert without.coming()[BOOKED][25] > 5
    assert with_.coming()[A][22] == without.coming()[A][22]
    assert with_.coming()[BOOKED][[22, 30, 25]].tolist() == pytest.approx([1.6, 0.8, 0])


def test_who_has_not_come_by_now_is_the_likelier_not_to_come() -> None:
    found = [sum(Rest(known(booked=expected(after))).coming()[BOOKED]) for after in (40, 10, 0, -8)]
    assert found[0] == pytest.approx(0.8)
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.35
    certain = Rest(known(booked=expected(-8, missed=0.0))).coming()[BOOKED]
    assert sum(certain) == pytest.approx(1)


def test_booked_citizens_come_about_their_time_and_too_late_they_walk_in() -> None:
    hall = known(booked=expected(*[60] * 40, sd=20))
    layout = hall.layout
    classes = [rule.id for rule in layout.rule.classes]
    start, rows = TEN_MS + 60 * MINUTE_MS, 0
    for number in range(20):
        visits = Rest(hall).draw(1, number)[1]
        for arrival, due, class_ in zip(visits.arrival, visits.due, visits.class_, strict=True):
            rows += 1
            late = arrival > start + 10 * MINUTE_MS
            assert arrival >= start - 30 * MINUTE_MS
            assert classes[class_] == ("walk_in" if late else "appointment")
            assert due == (arrival if late else max(start, arrival))
    assert rows / 20 == pytest.approx(0.8 * 40, rel=0.05)


def test_walk_ins_are_told_of_those_who_booked_for_the_next_hour() -> None:
    days = past(*[160] * 10)
    quiet = look_ahead(known(past=days, booked=expected()), replications=30)
    full = look_ahead(known(past=days, booked=expected(*[30, 40, 50] * 4)), replications=30)

    def likely(found: dict[str, Any], at: int) -> int:
        return int(found["groups"]["a"][at]["likely_ms"])

    assert likely(full, 1) > likely(quiet, 1) + 4 * MINUTE_MS
    coming = [sum(part["coming"] for part in found["counters"]) for found in (quiet, full)]
    assert coming[1] - coming[0] == pytest.approx(0.8 * 12, abs=1)
