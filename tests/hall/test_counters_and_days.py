"""Counters, business days, layouts, proposals and commands that are sent twice."""

from functools import partial

import pytest

from hall.context import Answered, Context, Key, KeyUsedDifferently, Once
from hall.domain.counters import CounterState
from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.domain.reading import BadFile
from hall.domain.tickets import Status
from hall.operations.call import call_next
from hall.operations.counters import add_counter, close_counter, open_counter, pause_counter
from hall.operations.day import DayIsOpen, close_day, open_day
from hall.operations.guards import CounterIsBusy
from hall.operations.issue import issue_ticket
from hall.operations.proposals import accept_proposal
from hall.operations.serve import start
from hall.queries.board import board
from hall.queries.counters import counters
from hall.queries.proposals import proposals
from tests.hall.halls_of_two import special
from tests.halls import GUIDE, KIOSK, MANAGER, FakeClock, WorkingHall, a_hall, clerk

ONE, TWO, THREE = CounterId("1"), CounterId("2"), CounterId("3")
CARD = MatterCode("card")


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall with special counters, none open yet."""
    return a_hall(context, clock, special())


def test_a_counter_that_was_left_open_is_taken_over_on_record(small: WorkingHall) -> None:
    small.do(open_counter, clerk("li"), counter=ONE)
    taken = small.do(open_counter, clerk("wang"), counter=ONE)
    assert (taken.clerk, taken.state) == ("wang", CounterState.READY)
    assert small.events()[-1].details == {"clerk": "wang", "taken_over_from": "li"}


def test_opening_the_own_counter_again_changes_nothing(small: WorkingHall) -> None:
    small.do(open_counter, clerk("li"), counter=ONE)
    before = small.events()[-1].sequence
    small.do(open_counter, clerk("li"), counter=ONE)
    assert small.events()[-1].sequence == before


def test_a_pause_says_why(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=ONE)
    small.do(pause_counter, clerk(), counter=ONE, reason="training")
    row = small.ask(counters)[0]
    assert (row["state"], row["reason"]) == ("paused", "training")


def test_a_counter_with_a_citizen_does_not_close(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=TWO)
    small.do(issue_ticket, KIOSK, matters=(CARD,))
    small.do(call_next, clerk(), counter=TWO)
    with pytest.raises(CounterIsBusy):
        small.do(close_counter, clerk(), counter=TWO)


def test_the_day_closes_what_is_left_over_and_every_counter(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=TWO)
    waiting = small.do(issue_ticket, KIOSK, matters=(CARD,)).ticket
    small.do(close_day, MANAGER)
    closed = small.context.ask(small.id, lambda view: view.ticket(waiting.id))
    assert closed.status is Status.CLOSED
    assert {row["state"] for row in small.ask(counters)} == {"closed"}
    assert small.ask(board)["waiting"] == 0


def test_the_day_does_not_close_while_somebody_is_served(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=TWO)
    small.do(issue_ticket, KIOSK, matters=(CARD,))
    call = small.do(call_next, clerk(), counter=TWO)
    assert call is not None
    small.do(start, clerk(), ticket=call.ticket.id)
    with pytest.raises(CounterIsBusy):
        small.do(close_day, MANAGER)


def test_a_day_forgotten_open_ends_before_the_next_begins(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=TWO)
    small.do(issue_ticket, KIOSK, matters=(CARD,))
    called = small.do(call_next, clerk(), counter=TWO)
    assert called is not None
    small.clock.tick(days=1)
    small.do(issue_ticket, KIOSK)
    ended = small.context.ask(small.id, lambda view: view.ticket(called.ticket.id))
    assert ended.status is Status.CLOSED
    assert {row["state"] for row in small.ask(counters)} == {"closed"}


def test_a_day_opens_once(small: WorkingHall) -> None:
    small.do(open_day, MANAGER)
    with pytest.raises(DayIsOpen):
        small.do(open_day, MANAGER)


def test_a_temporary_counter_works_at_once_and_is_gone_tomorrow(small: WorkingHall) -> None:
    small.do(add_counter, MANAGER, counter=CounterId("9"), number=9, takes=(GroupId("social"),))
    small.do(open_counter, clerk(), counter=CounterId("9"))
    small.do(issue_ticket, KIOSK, matters=(CARD,))
    assert small.do(call_next, clerk(), counter=CounterId("9")) is not None
    small.clock.tick(days=1)
    small.do(issue_ticket, KIOSK)
    assert [row["id"] for row in small.ask(counters)] == ["1", "2", "3"]


def test_a_temporary_counter_with_a_number_that_is_taken_is_refused(small: WorkingHall) -> None:
    with pytest.raises(BadFile, match="1"):
        small.do(add_counter, MANAGER, counter=CounterId("x"), number=1, takes=(GroupId("tax"),))


def test_a_surge_proposes_what_helps_and_one_click_does_it(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=ONE)
    assert small.ask(proposals) == []
    for _ in range(12):
        small.do(issue_ticket, GUIDE, matters=(CARD,))
    found = {row["action"]: row for row in small.ask(proposals)}
    assert found["open"]["id"] == "open:2"
    assert found["help"]["id"] == "help:1:social"
    assert found["open"]["warnings"][0]["warning"] == "waiting_per_counter"
    small.do(accept_proposal, MANAGER, proposal="help:1:social")
    assert small.do(call_next, clerk(), counter=ONE) is not None
    small.do(accept_proposal, MANAGER, proposal="open:2")
    assert [row["asked"] for row in small.ask(counters)] == [False, True, False]


def _key(fingerprint: str = "body") -> Once:
    key = Key(caller="kiosk-1", key="abc", fingerprint=fingerprint)
    return Once(key=key, render=lambda issued: issued and issued.ticket.number)


def test_a_command_sent_twice_is_carried_out_once(small: WorkingHall) -> None:
    do = partial(issue_ticket)
    small.context.perform(small.id, do, by=KIOSK, once=_key())
    with pytest.raises(Answered) as repeated:
        small.context.perform(small.id, do, by=KIOSK, once=_key())
    assert repeated.value.answer == "A001"
    assert small.ask(board)["waiting"] == 1


def test_a_key_used_for_another_command_is_refused(small: WorkingHall) -> None:
    small.context.perform(small.id, issue_ticket, by=KIOSK, once=_key())
    with pytest.raises(KeyUsedDifferently):
        small.context.perform(small.id, issue_ticket, by=KIOSK, once=_key("other"))


def test_nobody_waits_is_remembered_without_a_journal_number(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=ONE)
    before = small.events()[-1].sequence
    nothing = Once(key=_key().key, render=lambda _: {"status": 204})
    do = partial(call_next, counter=ONE)
    assert small.context.perform(small.id, do, by=clerk(), once=nothing) is None
    small.do(issue_ticket, KIOSK)
    with pytest.raises(Answered):
        small.context.perform(small.id, do, by=clerk(), once=nothing)
    assert [event.sequence for event in small.events()] == list(range(1, before + 2))
