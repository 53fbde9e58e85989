"""Slots: what counters offer, and whether everything booked can be shared out over them."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.domain.sharing import Offer, added, carried, carried_besides, fits
from hall.domain.slots import Part, parts_of, slots_of

MINUTE = 60_000
A, B, C = GroupId("a"), GroupId("b"), GroupId("c")
MONDAY = date(2026, 3, 2)


def a_layout(
    zone: str = "Asia/Shanghai", opening: str = 'from = "09:00", until = "11:10"'
) -> Layout:
    return layout_in(
        Source(
            "layout",
            f"""
format = 1
[booking]
slot_minutes = 30
[hall]
id = "small"
name = {{ zh = "小厅", en = "Small" }}
time_zone = "{zone}"
opening = [ {{ days = "mon-sun", {opening} }} ]
[[groups]]
id = "a"
prefix = "A"
name = {{ zh = "甲", en = "A" }}
[[groups]]
id = "b"
prefix = "F"
name = {{ zh = "乙", en = "B" }}
[[matters]]
code = "short"
group = "a"
name = {{ zh = "短", en = "Short" }}
handling_minutes = 10
[[matters]]
code = "long"
group = "b"
name = {{ zh = "长", en = "Long" }}
handling_minutes = 45
[[counters]]
id = "1"
takes = [ "a" ]
during = [ {{ from = "10:00", until = "10:30", takes = [ "b" ] }} ]
[[counters]]
id = "2"
takes = [ "*" ]
[[counters]]
id = "3"
takes = [ "*" ]
classes = [ "priority" ]
""",
        )
    )


def offers(layout: Layout, roster: Roster, day: date = MONDAY) -> dict[int, dict[str, int]]:
    return {
        slot.span.from_minute: {"".join(sorted(groups)): ms // MINUTE for groups, ms in slot.offer}
        for slot in slots_of(layout, roster, day)
    }


def test_a_slot_offers_the_time_of_the_counters_that_take_appointments_then() -> None:
    assert offers(a_layout(), Roster()) == {
        540: {"a": 30, "ab": 30},
        570: {"a": 30, "ab": 30},
        600: {"b": 30, "ab": 30},
        630: {"a": 30, "ab": 30},
    }


def test_shifts_and_breaks_take_time_out_of_the_slots() -> None:
    layout = a_layout()
    roster = roster_in(
        Source(
            "roster",
            """
shifts = [ { days = "mon-fri", counters = [ "1" ], from = "09:40", until = "12:00" } ]
breaks = [ { counters = [ "2" ], from = "09:20", until = "09:45" } ]
""",
        ),
        layout,
    )
    found = offers(layout, roster)
    assert found[540] == {"ab": 20}
    assert found[570] == {"a": 20, "ab": 15}


@pytest.mark.parametrize(
    ("day", "missing"), [(date(2026, 3, 29), {120, 150}), (date(2026, 3, 28), set())]
)
def test_a_slot_that_a_clock_change_swallows_is_not_there(day: date, missing: set[int]) -> None:
    layout = a_layout("Europe/Berlin", 'from = "01:00", until = "04:00"')
    starts = {slot.span.from_minute for slot in slots_of(layout, Roster(), day)}
    assert {60, 90, 120, 150, 180, 210} - starts == missing


def test_a_slot_at_midnight_belongs_to_the_day_that_began_before() -> None:
    layout = a_layout(opening='from = "23:00", until = "01:00"')
    starts = [slot.span.from_minute for slot in slots_of(layout, Roster(), MONDAY)]
    assert starts == [23 * 60, 23 * 60 + 30, 24 * 60, 24 * 60 + 30]


def test_a_long_visit_goes_on_into_the_next_slots() -> None:
    matters = [MatterCode("short"), MatterCode("long")]
    assert parts_of(a_layout(), matters, 540) == (
        Part(minute=540, group=A, ms=10 * MINUTE),
        Part(minute=540, group=B, ms=20 * MINUTE),
        Part(minute=570, group=B, ms=25 * MINUTE),
    )


def test_those_who_can_go_elsewhere_make_room() -> None:
    """A chain: a moves to the counters of b, whose people move on to those of c."""
    offer = ((frozenset({A, B}), 30), (frozenset({B, C}), 30), (frozenset({A}), 10))
    assert fits(offer, {A: 40, B: 0, C: 30}, share=1)
    assert fits(offer, {A: 30, B: 20, C: 20}, share=1)
    assert not fits(offer, {A: 41, B: 0, C: 20}, share=1)
    assert not fits(offer, {A: 30, B: 21, C: 20}, share=1)
    assert not fits(offer, {A: 30, B: 20, C: 20}, share=0.9)
    assert not fits(offer, {GroupId("d"): 1}, share=1)


NAMES = [GroupId(name) for name in "abcdef"]


OFFERS = st.lists(
    st.tuples(st.frozensets(st.sampled_from(NAMES), min_size=1), st.integers(0, 40)),
    unique_by=lambda offer: offer[0],
    max_size=7,
).map(tuple)
NEEDS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 40))


@given(OFFERS, NEEDS)
def test_it_fits_if_and_only_if_a_flow_carries_all_that_is_needed(
    offer: Offer, need: dict[GroupId, int]
) -> None:
    size = 2 + len(NAMES) + len(offer)
    graph = np.zeros((size, size), dtype=np.int32)
    for at, group in enumerate(NAMES):
        graph[0, 2 + at] = need.get(group, 0)
        for where, (groups, ms) in enumerate(offer):
            graph[2 + at, 2 + len(NAMES) + where] = 1000 * (group in groups)
            graph[2 + len(NAMES) + where, 1] = ms
    flow = maximum_flow(csr_array(graph), 0, 1).flow_value
    assert carried(offer, need, share=1) == flow
    assert fits(offer, need, share=1) == (flow == sum(need.values()))


@given(OFFERS, NEEDS, NEEDS, st.sampled_from([0.5, 0.7, 1.0, 1.3]))
def test_what_is_carried_besides_is_what_both_carry_more_than_one(
    offer: Offer, taken: dict[GroupId, int], need: dict[GroupId, int], share: float
) -> None:
    both = carried(offer, added(taken, need), share=share)
    more = both - carried(offer, taken, share=share)
    assert carried_besides(offer, taken, need, share=share) == more
