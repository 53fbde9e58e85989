"""Bookings beside walk-ins: who gets which slot, who comes when, and what the credit costs whom."""

import argparse
from collections import Counter as Tally
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from hall.domain.identities import ClassId, MatterCode
from hall.domain.moments import to_ms
from hall.domain.reading import BadFile, Source
from hall.domain.slots import slots_of
from hall.measures.figures import percentile
from simulation.commands.varying import add_variations, varied
from simulation.compare import compare, result
from simulation.model import simulate
from simulation.report import compare_text, run_text
from simulation.run import Runner
from simulation.scenario import Appointments, Scenario
from simulation.scenario_file import read_scenario, scenario_in
from simulation.scenario_form import scenario_form, scenario_of
from simulation.sizing.trial import people
from simulation.vary import with_layout
from simulation.vary_bookings import (
    with_credit,
    with_first_block,
    with_overbooking,
    with_public_share,
    with_rules,
    with_slot_minutes,
)
from simulation.verdict.load import busy_on_paper
from simulation.visits import Visits
from tests.simulation.halls import EXAMPLES, a_steady_scenario, layout_text

MINUTE = 60_000
DAY = date(2026, 3, 2)
#: The class of appointments, and of those who walk in.
BOOKED, WALKS = 1, 2
#: A quarter of an hour a slot; half of counter time for everybody, a fifth for staff besides.
RULES = "by_rules = true"


def a_hall(
    appointments: str = RULES,
    *,
    per_hour: str = "a = 20",
    share: float = 0.5,
    counters: int | Sequence[str] = 2,
    more: str = "",
    booking: str = "",
) -> Scenario:
    """Return a hall, 9 to 12 and 13 to 16 o'clock, whose matters take 15 minutes and are booked."""
    layout = layout_text(
        groups=("a", "b"), handling_minutes=15, counters=counters, at="layout_inline."
    ).replace("handling_minutes", "appointments = true\nhandling_minutes")
    text = f"""
format = 1
[run]
days = [ {DAY} ]
[demand]
per_hour = {{ {per_hour} }}
classes = {{ appointment = {share} }}
[service.default]
[appointments]
{appointments}
{more}
[layout_inline]
format = 1
{layout}
[layout_inline.booking]
{booking}
"""
    return scenario_in(Source("scenario", text), folder=Path())


def visits(scenario: Scenario, replication: int = 0) -> Visits:
    return Runner(scenario).visits(1, replication)


def slots(scenario: Scenario) -> list[int]:
    found = slots_of(scenario.layout, scenario.staffing, DAY)
    return [to_ms(slot.start) for slot in found]


def taken(scenario: Scenario, replication: int = 0) -> Tally[int]:
    """Return how many have each slot, if all who booked come, on the minute."""
    day = visits(scenario, replication)
    return Tally(due for due, c in zip(day.due, day.class_, strict=True) if c == BOOKED)


def clock(moment: int) -> str:
    hour, minute = divmod(moment // MINUTE % 1440, 60)
    return f"{hour}:{minute:02}"


def test_slots_are_those_of_the_live_hall_and_hold_what_its_rules_allow() -> None:
    """Two counters of which half is for everybody: one visit of a quarter of an hour a slot."""
    hall = a_hall(share=1.0)
    assert taken(hall) == dict.fromkeys(slots(hall), 1)
    assert taken(with_public_share(hall, 0.8)) == dict.fromkeys(slots(hall), 2)


def test_who_finds_no_slot_walks_in_when_they_would_have_come() -> None:
    hall = a_hall(share=1.0)
    day = visits(hall)
    assert day.bookings is not None
    assert day.bookings.asked == len(day) == 120
    assert (day.bookings.booked, day.bookings.no_slot) == (24, 96)
    walking = [row for row, class_ in enumerate(day.class_) if class_ == WALKS]
    assert len(walking) == day.bookings.no_slot
    assert all(day.arrival[row] == day.due[row] for row in walking)
    assert len({day.arrival[row] for row in walking}) == len(walking)


def test_whose_slot_is_full_gets_the_nearest_with_room() -> None:
    """Everybody would like to come between 10 and 11, when there are four slots."""
    only = [0, 0, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0]
    hall = a_hall(per_hour=f"a = {only}", share=1.0)
    every = [f"{hour}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 15, 30, 45)]
    assert sorted(map(clock, taken(hall))) == sorted(every)
    fewer = a_hall(per_hour=f"a = {[each / 2 for each in only]}", share=1.0)
    found = sorted(taken(fewer))
    assert clock(found[0]) in {"9:45", "9:30"}
    assert {later - sooner for sooner, later in pairwise(found)} == {15 * MINUTE}


def test_a_break_and_the_hour_before_a_shift_give_no_slot() -> None:
    roster = """[staffing]
shifts = [ { days = "mon-sun", counters = [ "1" ], from = "10:00", until = "16:00" } ]
breaks = [ { counters = [ "1" ], from = "14:00", until = "14:30" } ]"""
    hall = a_hall(share=1.0, counters=1, more=roster)
    without = {"9:00", "9:15", "9:30", "9:45", "14:00", "14:15"}
    assert {clock(slot) for slot in taken(hall)} == {clock(s) for s in slots(hall)} - without


def test_a_slot_is_as_long_as_the_layout_or_else_the_scenario_says() -> None:
    by_layout = a_hall(share=1.0, booking="slot_minutes = 30")
    assert len(taken(by_layout)) == 12
    own = with_slot_minutes(by_layout, 20)
    assert {clock(slot)[-2:] for slot in taken(own)} == {"00", "20", "40"}
    assert own.layout.hash == by_layout.layout.hash


def test_what_cannot_be_booked_comes_walking_in() -> None:
    hall = a_hall(per_hour="a = 8, b = 8", share=0.5)
    matters = tuple(
        replace(matter, appointments=matter.code == MatterCode("a-1"))
        for matter in hall.layout.matters
    )
    hall = with_layout(hall, replace(hall.layout, matters=matters))
    day = visits(hall)
    assert {matters for matters, c in zip(day.matters, day.class_, strict=True) if c == BOOKED} == {
        (0,)
    }
    assert day.bookings is not None
    assert (day.bookings.asked, day.bookings.booked, day.bookings.no_slot) == (48, 24, 0)


def test_staff_book_out_of_their_own_share_besides() -> None:
    hall = a_hall(f"{RULES}\nby_staff = 1.0", share=1.0, booking="staff_share = 0.5")
    assert taken(hall) == dict.fromkeys(slots(hall), 2)


def test_too_late_is_walking_in_and_too_early_is_waiting_at_the_door() -> None:
    """As at the live check-in: from 30 minutes before until 10 minutes after."""
    hall = a_hall(f"{RULES}\nunpunctuality_minutes = {{ mean = 0, sd = 25 }}", share=1.0)
    early, late = hall.layout.booking.early, hall.layout.booking.late
    assert (early, late) == (timedelta(minutes=30), timedelta(minutes=10))
    found = [visits(hall, n) for n in range(10)]
    starts = set(slots(hall))
    for day in found:
        for arrival, due, class_ in zip(day.arrival, day.due, day.class_, strict=True):
            if class_ == BOOKED:
                assert due in starts or arrival == due
                assert any(s - 30 * MINUTE <= arrival <= s + 10 * MINUTE for s in starts)
    waited = [
        due - arrival for day in found for arrival, due in zip(day.arrival, day.due, strict=True)
    ]
    assert max(waited) == 30 * MINUTE
    assert sum(wait == 30 * MINUTE for wait in waited) > 10
    counted = [day.bookings for day in found if day.bookings is not None]
    assert sum(one.late for one in counted) > 50
    for day, one in zip(found, counted, strict=True):
        assert day.class_.count(WALKS) == one.no_slot + one.late


@pytest.mark.parametrize("rules", ["slot_minutes = 15", RULES])
def test_the_first_slot_of_each_opening_is_booked_so_many_times_as_often(rules: str) -> None:
    hall = with_first_block(a_hall(rules, share=1.0), 3)
    found = taken(hall)
    first = [slot for slot in found if clock(slot) in {"9:00", "13:00"}]
    others = [many for slot, many in found.items() if slot not in first]
    assert len(first) == 2
    for slot in first:
        assert abs(found[slot] - 3 * sum(others) / len(others)) < 2


def test_overbooking_gives_as_many_more_as_never_come() -> None:
    never = "no_show_share = 0.5\nslot_minutes = 15"
    plain, rules = a_hall(never, share=1.0), a_hall(f"{RULES}\n{never}", share=1.0)

    def booked(scenario: Scenario) -> int:
        found = visits(scenario).bookings
        assert found is not None
        return found.booked

    assert booked(with_overbooking(plain)) == 2 * booked(plain)
    assert booked(with_overbooking(rules)) == 2 * booked(rules)
    assert busy_on_paper(with_overbooking(plain)) == pytest.approx(2 * busy_on_paper(plain))
    by_layout = a_hall(f"{RULES}\n{never}", share=1.0, booking="overbooking = true")
    assert booked(by_layout) == 2 * booked(with_overbooking(by_layout, on=False))


def test_another_credit_meets_the_same_people_and_another_roster_other_slots() -> None:
    hall = a_hall(share=1.0)
    assert visits(with_credit(hall, 30)) == visits(hall)
    roster = """[staffing]
breaks = [ { counters = [ "1", "2" ], from = "13:00", until = "14:00" } ]"""
    rested = a_hall(share=1.0, more=roster)
    fewer = visits(rested).bookings
    assert fewer is not None
    assert fewer.booked == 24 - 4
    assert people(Runner(hall), 1, 0) != people(Runner(rested), 1, 0) == visits(rested)


def test_the_new_keys_read_the_same_when_written_again() -> None:
    hall = a_hall(f"{RULES}\nfirst_block = 2\noverbooking = false\nby_staff = 0.25")
    assert hall.appointments == Appointments(
        slot_minutes=None,
        no_show_share=0,
        unpunctuality_mean_minutes=0,
        unpunctuality_sd_minutes=0,
        first_block=2,
        overbooking=False,
        by_rules=True,
        by_staff=0.25,
    )
    assert scenario_of(scenario_form(hall)).appointments == hall.appointments
    usual = a_hall("slot_minutes = 15")
    assert set(scenario_form(usual)["appointments"]) == {
        *("slot_minutes", "no_show_share", "unpunctuality_minutes")
    }


def steady() -> Scenario:
    return a_steady_scenario(counters=1, per_hour=5, horizon_minutes=100)


REFUSED: dict[str, Callable[[], Scenario]] = {
    "by_staff: is not known here": lambda: a_hall("slot_minutes = 15\nby_staff = 0.5"),
    "first_block: should be from 1": lambda: a_hall("first_block = 0"),
    "no matter of the layout can be booked": lambda: scenario_of(
        {**scenario_form(steady()), "appointments": {"by_rules": True}}
    ),
    "a steady run has no slots": lambda: scenario_of(
        {**scenario_form(steady()), "appointments": {"by_rules": True}}
    ),
    "'steady' has no slots": lambda: with_rules(steady()),
    "'appointments' is true of no matter": lambda: with_rules(
        read_scenario(EXAMPLES / "twelve" / "pooled-800.toml")
    ),
    "'public_share' leaves shares that exceed 1": lambda: with_public_share(a_hall(), 0.9),
}


@pytest.mark.parametrize("problem", REFUSED)
def test_what_rules_cannot_give_is_refused(problem: str) -> None:
    with pytest.raises(BadFile, match=problem):
        REFUSED[problem]()


def test_a_table_says_who_found_no_slot_and_how_idle_counters_are() -> None:
    one = a_hall(share=1.0)
    runner, other = Runner(one), Runner(with_credit(one, 0))
    results = [
        result(scenario, [runs.measures(1, n) for n in range(2)])
        for scenario, runs in ((one, runner), (with_credit(one, 0), other))
    ]
    found = results[0].summary["all"]
    assert found["no_slot"].mean == 96
    assert found["idle_share"].mean == pytest.approx(1 - (found["utilization"].mean or 0))
    assert "found no slot, walked in" in run_text(results[0], seed=1, language="en")
    assert "约不到号，改为现场取号" in run_text(results[0], seed=1, language="zh")
    compared = compare_text(results, [compare(results[1], results[0])], seed=1, language="en")
    assert compared.count("found no slot, walked in") == 3


def test_every_option_of_a_comparison_changes_what_it_names() -> None:
    parser = argparse.ArgumentParser()
    add_variations(parser)
    typed = "--credit 5 --slot 10 --first-block 2 --public 0.6 --overbook --by-rules"
    hall = a_hall("slot_minutes = 15")
    found = [varied(hall, each) for each in parser.parse_args(typed.split()).varied]
    credit, slot, first, public, overbooked, by_rules = found
    names = {rule.id: rule.credit for rule in credit.layout.rule.classes}
    assert names[ClassId("appointment")] == timedelta(minutes=5)
    told = [each.appointments for each in (slot, first, overbooked, by_rules)]
    assert told == [
        replace(known, **change)
        for known in [hall.appointments]
        if known is not None
        for change in (
            {"slot_minutes": 10},
            {"first_block": 2},
            {"overbooking": True},
            {"by_rules": True},
        )
    ]
    assert public.layout.booking.public_share == 0.6
    assert len({each.name for each in found}) == 6


BESIDE = EXAMPLES / "beside" / "busy.toml"


def p90(scenario: Scenario, *, days: int) -> dict[str, float]:
    """Return the wait in minutes that nine in ten of all days stay within, by class."""
    runner = Runner(scenario, simulate)
    waits: dict[str, list[int]] = {"walk_in": [], "appointment": []}
    for day in range(days):
        stops = runner.trace(1, day).stops
        for class_, due, called in zip(stops.class_, stops.due, stops.called, strict=True):
            waits[class_].append(max(0, called - due))
    return {class_: (percentile(sorted(some), 0.9) or 0) / MINUTE for class_, some in waits.items()}


def test_the_credit_is_what_keeps_both_waits_in_bounds() -> None:
    """The issue's hall on fewer days; at full size: benchmarks/bookings_beside.py."""
    hall = read_scenario(BESIDE)
    usual, none = p90(hall, days=100), p90(with_credit(hall, 0), days=100)
    assert usual["walk_in"] < 40
    assert usual["appointment"] < 25
    assert none["appointment"] > usual["appointment"] + 2
    assert none["walk_in"] < usual["walk_in"] - 4
    much = p90(with_credit(hall, 600), days=100)
    assert much["walk_in"] > 60
    assert much["appointment"] < 15
