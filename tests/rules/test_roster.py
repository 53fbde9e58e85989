"""Who staffs which counter when, and when they rest."""

from datetime import date

import pytest

from hall.domain.identities import CounterId
from hall.domain.reading import BadFile, Source
from hall.domain.roster import Roster, roster_in
from tests.rules.builders import a_layout

MONDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 7)
OPENING = """[ { days = "mon-sat", from = "08:30", until = "11:30" },
               { days = "mon-fri", from = "13:30", until = "17:00" } ]"""
COUNTERS = [f'id = "{number}"\ntakes = [ "*" ]' for number in (1, 2, 3)]
LAYOUT = a_layout(opening=OPENING, counters=COUNTERS)
ONE, TWO, THREE = (counter.id for counter in LAYOUT.counters)


def a_roster(text: str) -> Roster:
    return roster_in(Source("roster.toml", text), LAYOUT)


def staffed(roster: Roster, counter: CounterId, day: date) -> list[tuple[int, int]]:
    return [(s.from_minute, s.until_minute) for s in roster.staffed(counter, day, LAYOUT.hours)]


SHIFTS = a_roster(
    """shifts = [ { days = "mon-fri", counters = [ "1" ], from = "08:00", until = "12:00" },
                  { days = "mon-fri", counters = [ "1", "2" ], from = "14:00", until = "18:00" },
                  { days = "mon-fri", counters = [ "2" ], from = "15:00", until = "16:00" } ]"""
)


def test_a_counter_is_staffed_in_its_shifts_as_far_as_the_hall_is_open() -> None:
    assert staffed(SHIFTS, ONE, MONDAY) == [(510, 690), (840, 1020)]
    assert staffed(SHIFTS, TWO, MONDAY) == [(840, 1020)]


def test_a_counter_without_any_shift_is_staffed_in_opening_hours() -> None:
    assert staffed(SHIFTS, THREE, MONDAY) == [(510, 690), (810, 1020)]
    assert staffed(Roster(), ONE, SATURDAY) == [(510, 690)]


def test_a_counter_with_shifts_on_other_days_is_not_staffed() -> None:
    assert staffed(SHIFTS, ONE, SATURDAY) == []
    assert staffed(SHIFTS, THREE, SATURDAY) == [(510, 690)]


def test_breaks_are_in_order_and_those_that_overlap_are_one() -> None:
    roster = a_roster(
        """breaks = [ { counters = [ "1", "2" ], from = "15:00", until = "15:20" },
                      { counters = [ "1" ], from = "10:00", until = "10:20" },
                      { counters = [ "1" ], from = "10:10", until = "10:30" } ]"""
    )
    breaks = [(rest.from_minute, rest.until_minute) for rest in roster.breaks_of(ONE)]
    assert breaks == [(600, 630), (900, 920)]
    assert roster.breaks_of(THREE) == ()


def test_a_break_after_midnight_belongs_to_the_night_that_began_before() -> None:
    night = a_layout(opening='[ { days = "mon-sun", from = "20:00", until = "04:00" } ]')
    text = 'breaks = [ { counters = [ "1" ], from = "01:00", until = "01:30" } ]'
    (rest,) = roster_in(Source("roster.toml", text), night).breaks_of(ONE)
    assert (rest.from_minute, rest.until_minute) == (25 * 60, 25 * 60 + 30)


def test_everything_wrong_with_a_roster_is_said_at_once() -> None:
    text = """shifts = [ { days = "mon-fri", counters = [ "9" ], from = "08:00", until = "12:00" },
 { days = "someday", counters = [ "1" ], from = "08:00", until = "12:00" } ]
brakes = []"""
    with pytest.raises(BadFile) as bad:
        a_roster(text)
    assert bad.value.lines() == [
        "roster.toml:1: shifts[0].counters[0]: no counter has the id '9'",
        "roster.toml:2: shifts[1].days: should be days like mon-fri or mon,wed, not 'someday'",
        "roster.toml:3: brakes: is not known here; did you mean 'breaks'?",
    ]


def test_the_hash_is_of_what_is_meant() -> None:
    shift = '{{ days = "{}", counters = [ {} ], from = "08:00", until = "{}" }}'
    one, two = shift.format("mon-wed", '"1", "2"', "12:00"), shift.format("thu", '"3"', "12:00")
    same = shift.format("mon,tue,wed", '"2", "1"', "12:00")
    other = shift.format("mon-wed", '"1", "2"', "12:01")
    first = a_roster(f"shifts = [ {one}, {two} ]").hash
    assert a_roster(f"shifts = [ {two}, {same} ]").hash == first
    assert a_roster(f"shifts = [ {other}, {two} ]").hash != first
