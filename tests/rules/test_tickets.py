"""The ticket state machine is one table; nothing else moves a ticket."""

from itertools import product

import pytest

from hall.domain.identities import MatterCode
from hall.domain.ticket_form import ticket_form, ticket_in
from hall.domain.tickets import AT_COUNTER, MOVES, OPEN, IllegalMove, Line, Status, TicketMatter
from tests.rules.builders import NINE, a_line, a_ticket

#: The table of the contract, written down a second time.
ALLOWED = {
    "waiting": {"called", "abandoned", "closed"},
    "called": {"serving", "waiting", "no_show", "abandoned"},
    "serving": {"done", "held", "waiting"},
    "held": {"called", "abandoned", "closed"},
    "no_show": {"waiting", "closed"},
    "done": set(),
    "abandoned": set(),
    "closed": set(),
}


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_ticket_moves_only_as_the_table_says(before: Status, after: Status) -> None:
    ticket = a_ticket(status=before)
    if after.value in ALLOWED[before.value]:
        assert ticket.moved(after).status is after
    else:
        with pytest.raises(IllegalMove, match=f"A001 is {before}; it cannot become {after}"):
            ticket.moved(after)


def test_who_is_not_open_can_never_become_anything() -> None:
    assert {status for status in Status if not MOVES[status]} == set(Status) - OPEN


def test_only_those_who_are_called_or_served_occupy_a_counter() -> None:
    assert {Status.CALLED, Status.SERVING} == AT_COUNTER


def test_a_ticket_that_moves_stays_as_it_was() -> None:
    ticket = a_ticket()
    ticket.moved(Status.CALLED, calls=1)
    assert (ticket.status, ticket.calls) == (Status.WAITING, 0)


def test_each_matter_has_its_own_outcome() -> None:
    birth, residence = MatterCode("birth"), MatterCode("residence")
    ticket = a_ticket(matters=(TicketMatter(code=birth), TicketMatter(code=residence)))
    decided = ticket.with_outcomes({residence: "accepted"})
    assert decided.open_matters == (birth,)
    assert decided.with_outcomes({birth: "refused"}).matters == (
        TicketMatter(code=birth, outcome="refused"),
        TicketMatter(code=residence, outcome="accepted"),
    )


@pytest.mark.parametrize("counter", [None, "1", "east/2"])
def test_a_line_is_read_back_from_its_key(counter: str | None) -> None:
    line = a_line("tax", "priority", counter)
    assert Line.of(line.key) == line


@pytest.mark.parametrize("status", list(Status))
def test_a_ticket_is_read_back_from_its_form(status: Status) -> None:
    full = a_ticket(
        status=status,
        line=a_line(counter="3"),
        matters=(TicketMatter(code=MatterCode("m"), outcome="accepted"),),
        stop=2,
        calls=3,
        counter="3",
        called_at=NINE,
        started_at=NINE,
        finished_at=NINE,
        appointment="AP1",
        announcement=7,
        announced_at=NINE,
    )
    assert ticket_in(ticket_form(full)) == full
    assert ticket_in(ticket_form(a_ticket(status=status))) == a_ticket(status=status)
