"""Taking a number."""

from datetime import timedelta

import pytest

from hall.context import Context
from hall.domain.identities import BundleId, ClassId, CounterId, MatterCode
from hall.domain.tickets import Status
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.day import HallIsClosed, close_day
from hall.operations.issue import (
    ClassNotAllowed,
    DailyLimitReached,
    MatterMissing,
    NoMoreTicketsToday,
    UnknownMatter,
    issue_ticket,
)
from hall.queries.tickets import ticket_with_secret
from tests.hall.halls_of_two import special
from tests.halls import CITIZEN, GUIDE, KIOSK, MANAGER, FakeClock, WorkingHall, a_hall, clerk

CARD = (MatterCode("card"),)


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall with special counters."""
    return a_hall(context, clock, special())


def test_numbers_of_a_group_follow_one_another_from_001_each_day(small: WorkingHall) -> None:
    first = [small.do(issue_ticket, KIOSK).ticket.number for _ in range(3)]
    other = small.do(issue_ticket, KIOSK, matters=CARD).ticket.number
    small.clock.tick(days=1)
    tomorrow = small.do(issue_ticket, KIOSK).ticket.number
    assert (first, other, tomorrow) == (["A001", "A002", "A003"], "F001", "A001")


def test_the_slip_finds_its_ticket_again(small: WorkingHall) -> None:
    issued = small.do(issue_ticket, KIOSK, matters=CARD)
    assert small.ask(ticket_with_secret, secret=issued.secret)["number"] == "F001"


def test_the_journal_never_holds_the_secret_of_a_slip(small: WorkingHall) -> None:
    issued = small.do(issue_ticket, KIOSK)
    assert issued.secret not in str(small.events())


def test_a_bundle_brings_all_its_matters_in_one_visit(small: WorkingHall) -> None:
    ticket = small.do(issue_ticket, KIOSK, bundle=BundleId("start")).ticket
    assert ticket.open_matters == ("invoice", "card")


@pytest.mark.parametrize("actor", [KIOSK, CITIZEN])
def test_nobody_gives_themselves_priority(small: WorkingHall, actor: object) -> None:
    with pytest.raises(ClassNotAllowed):
        small.do(issue_ticket, actor, class_=ClassId("priority"))  # type: ignore[arg-type]
    assert small.do(issue_ticket, GUIDE, class_=ClassId("priority")).ticket.class_ == "priority"


def test_nobody_can_be_issued_the_class_of_those_who_come_back(small: WorkingHall) -> None:
    with pytest.raises(ClassNotAllowed):
        small.do(issue_ticket, GUIDE, class_=ClassId("returned"))


def test_a_used_up_matter_is_refused_and_costs_no_number(small: WorkingHall) -> None:
    twice = (MatterCode("return"),)
    for _ in range(2):
        small.do(issue_ticket, KIOSK, matters=twice)
    before = small.events()[-1].sequence
    with pytest.raises(DailyLimitReached):
        small.do(issue_ticket, KIOSK, matters=twice)
    assert small.do(issue_ticket, KIOSK).ticket.number == "A003"
    assert small.events()[-1].sequence == before + 1


def test_a_matter_that_is_not_there_is_refused(small: WorkingHall) -> None:
    with pytest.raises(UnknownMatter):
        small.do(issue_ticket, KIOSK, matters=(MatterCode("passport"),))


def test_a_hall_without_a_general_group_asks_for_a_matter(hall: WorkingHall) -> None:
    with pytest.raises(MatterMissing):
        hall.do(issue_ticket, KIOSK)


def test_the_first_ticket_opens_the_day_without_any_job(small: WorkingHall) -> None:
    small.do(issue_ticket, KIOSK)
    assert [event.name for event in small.events()][-2:] == ["DayOpened", "TicketIssued"]


def test_no_ticket_before_opening_and_it_says_when(small: WorkingHall) -> None:
    small.clock.tick(hours=-2)
    with pytest.raises(HallIsClosed) as refused:
        small.do(issue_ticket, KIOSK)
    assert refused.value.opens_at == small.clock.now + timedelta(hours=1)


def test_no_ticket_after_closing_time_nor_after_the_day_was_closed(small: WorkingHall) -> None:
    small.do(issue_ticket, KIOSK)
    small.do(close_day, MANAGER)
    with pytest.raises(HallIsClosed):
        small.do(issue_ticket, KIOSK)
    small.clock.tick(days=1, hours=7)
    with pytest.raises(HallIsClosed):
        small.do(issue_ticket, KIOSK)


def test_who_would_not_be_called_before_closing_gets_no_number(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=CounterId("2"))
    small.clock.tick(hours=6, minutes=45)
    for _ in range(6):
        small.do(issue_ticket, GUIDE, matters=CARD)
    with pytest.raises(NoMoreTicketsToday):
        small.do(issue_ticket, KIOSK, matters=CARD)
    assert small.do(issue_ticket, GUIDE, matters=CARD).ticket.status is Status.WAITING


def test_every_announced_estimate_stands_in_the_journal(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=CounterId("2"))
    for _ in range(3):
        small.do(issue_ticket, KIOSK, matters=CARD)
    issued = small.do(issue_ticket, KIOSK, matters=CARD)
    assert issued.ahead == 3
    assert issued.estimate is not None
    assert 18 <= issued.estimate["likely"] <= 36
    assert small.events()[-1].details["estimate"] == issued.estimate
    assert small.events()[-1].details["ahead"] == 3


def test_before_any_counter_opens_those_of_the_roster_are_counted_on(small: WorkingHall) -> None:
    for _ in range(3):
        small.do(issue_ticket, KIOSK, matters=CARD)
    issued = small.do(issue_ticket, KIOSK, matters=CARD)
    small.do(open_counter, clerk(), counter=CounterId("2"))
    alone = small.do(issue_ticket, KIOSK, matters=CARD)
    assert issued.estimate is not None
    assert alone.estimate is not None
    assert issued.estimate["likely"] < alone.estimate["likely"]


def test_with_nobody_who_takes_it_no_wait_is_made_up(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=CounterId("1"))
    assert small.do(issue_ticket, KIOSK, matters=CARD).estimate is None


def test_bound_at_issue_lets_counters_take_turns(context: Context, clock: FakeClock) -> None:
    small = a_hall(context, clock, special("bound_at_issue"))
    for counter in ("1", "3"):
        small.do(open_counter, clerk(counter), counter=CounterId(counter))
    bound = [small.do(issue_ticket, KIOSK).ticket.line.counter for _ in range(4)]
    assert bound == ["1", "3", "1", "3"]


def test_shortest_queue_counts_who_is_being_served(context: Context, clock: FakeClock) -> None:
    small = a_hall(context, clock, special("shortest_queue"))
    for counter in ("1", "3"):
        small.do(open_counter, clerk(counter), counter=CounterId(counter))
    small.do(issue_ticket, KIOSK)
    small.do(call_next, clerk("1"), counter=CounterId("1"))
    assert small.do(issue_ticket, KIOSK).ticket.line.counter == "3"
