"""Who changes lines under a new layout, and what stands in its way; nobody loses a place."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.counters import CounterNow, CounterState
from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.relining import Relining, relining
from hall.domain.tickets import Status, Ticket, TicketMatter
from tests.rules.builders import NINE, a_layout, a_line, a_ticket

ALL = 'id = "1"\ntakes = [ "*" ]'
BOTH = a_layout()
#: Tax is one group with social security now.
MERGED_GROUPS = """
[[matters]]
code = "tax-matter"
group = "social"
name = { zh = "税", en = "Tax" }
handling_minutes = 6
"""
MERGED = a_layout(groups=("social",), more=MERGED_GROUPS)
SOCIAL_ALONE = a_layout(groups=("social",))
TAX = TicketMatter(code=MatterCode("tax-matter"))
SOCIAL = TicketMatter(code=MatterCode("social-matter"))


def for_tax(**changes: Any) -> Ticket:
    return a_ticket(**{"line": a_line("tax"), "matters": (TAX,), **changes})


def at(counter: str, state: CounterState = CounterState.READY) -> CounterNow:
    return CounterNow(id=CounterId(counter), state=state, since=NINE)


def lines(found: Relining) -> list[str]:
    return [line.key for _, line in found.moves]


def test_a_ticket_follows_its_matter_into_the_new_group() -> None:
    found = relining(BOTH, MERGED, [for_tax()], [])
    assert (lines(found), found.obstacles) == (["social/walk_in/"], ())


def test_who_was_sent_to_another_group_stays_with_it() -> None:
    sent = for_tax(line=a_line("social"))
    assert relining(BOTH, a_layout(groups=("social", "tax")), [sent], []).moves == ()


def test_who_was_sent_to_a_group_that_is_gone_goes_where_the_matter_is() -> None:
    sent = a_ticket(line=a_line("tax"), matters=(SOCIAL,))
    assert lines(relining(BOTH, MERGED, [sent], [])) == ["social/walk_in/"]


@pytest.mark.parametrize("ticket", [for_tax(), a_ticket(line=a_line("tax"))])
def test_a_matter_or_group_that_is_gone_is_named_with_those_who_need_it(ticket: Ticket) -> None:
    found = relining(BOTH, SOCIAL_ALONE, [ticket, a_ticket()], [])
    [obstacle] = found.obstacles
    assert found.moves == ()
    assert "“Tax” is not in the new layout and A001 still needs it" in obstacle.en
    assert "“tax类”" in obstacle.zh


def test_a_matter_that_is_done_already_is_in_nobody_s_way() -> None:
    ticket = a_ticket(matters=(TicketMatter(code=TAX.code, outcome="done"), SOCIAL))
    assert relining(BOTH, SOCIAL_ALONE, [ticket], []).obstacles == ()


def test_a_ticket_bound_to_a_counter_that_is_gone_is_free() -> None:
    two = a_layout(counters=(ALL, 'id = "2"\ntakes = [ "tax" ]'))
    found = relining(two, BOTH, [for_tax(line=a_line("tax", counter="2"))], [])
    assert lines(found) == ["tax/walk_in/"]


def test_a_ticket_stays_bound_to_a_counter_that_still_takes_its_group() -> None:
    bound = for_tax(line=a_line("tax", counter="1"))
    assert relining(BOTH, a_layout(counters=(ALL, 'id = "2"\ntakes = [ "*" ]')), [bound], []) == (
        Relining()
    )


def test_counters_fixed_at_issue_are_free_when_the_rule_fixes_none_any_more() -> None:
    fixed = a_layout(rule='policy = "bound_at_issue"')
    assert lines(relining(fixed, BOTH, [for_tax(line=a_line("tax", counter="1"))], [])) == [
        "tax/walk_in/"
    ]


def test_a_class_that_is_gone_just_walks_in() -> None:
    plain = a_layout(classes="{ walk_in = {} }")
    found = relining(BOTH, plain, [a_ticket(line=a_line("social", "priority"))], [])
    assert lines(found) == ["social/walk_in/"]


@pytest.mark.parametrize("status", [Status.CALLED, Status.SERVING, Status.HELD])
def test_a_counter_that_goes_must_first_be_done_with_its_citizen(status: Status) -> None:
    two = a_layout(counters=(ALL, 'id = "2"\ntakes = [ "*" ]'))
    there = a_ticket(status=status, counter=CounterId("2"))
    [obstacle] = relining(two, BOTH, [there], [at("2")]).obstacles
    assert "Counter “2” is not in the new layout and A001 still needs it" in obstacle.en


def test_an_idle_counter_that_goes_is_closed() -> None:
    two = a_layout(counters=(ALL, 'id = "2"\ntakes = [ "*" ]', 'id = "3"\ntakes = [ "*" ]'))
    here = [at("1"), at("2", CounterState.PAUSED), at("3", CounterState.CLOSED)]
    assert [counter.id for counter in relining(two, BOTH, [], here).closes] == ["2"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["social", "tax"]), st.integers(0, 3)), min_size=1, max_size=12
    )
)
def test_whatever_moves_keeps_its_place_and_the_order_in_which_it_is_due(
    people: list[tuple[str, int]],
) -> None:
    tickets = [
        a_ticket(
            number=f"A{n:03d}",
            line=a_line(group),
            matters=(TicketMatter(code=MatterCode(f"{group}-matter")),),
            due_at=NINE + timedelta(minutes=minute),
            placed=n,
        )
        for n, (group, minute) in enumerate(people)
    ]
    found = relining(BOTH, MERGED, tickets, [])
    places = [(ticket.due_at, ticket.placed) for ticket, _ in found.moves]
    assert places == sorted(places)
    assert len(places) == sum(group == "tax" for group, _ in people)
    assert {line.group for _, line in found.moves} <= {GroupId("social")}


def test_a_layout_in_its_own_place_changes_nothing() -> None:
    same: Layout = a_layout()
    assert relining(BOTH, same, [for_tax(), a_ticket()], [at("1")]) == Relining()
