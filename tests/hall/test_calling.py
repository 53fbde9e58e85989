"""Calling, recalling, and everything that may happen to a ticket at a counter."""

import pytest

from hall.context import Context
from hall.domain.identities import ClassId, CounterId, GroupId, MatterCode
from hall.domain.tickets import IllegalMove, Status, Ticket
from hall.operations.call import (
    ReasonMissing,
    call_automatically,
    call_next,
    call_one,
    serve_citizen,
)
from hall.operations.counters import open_counter, pause_counter
from hall.operations.day import close_day
from hall.operations.guards import CounterIsBusy, CounterIsNotReady, NotYourCounter
from hall.operations.issue import UnknownMatter, issue_ticket
from hall.operations.outcomes import UnknownOutcome
from hall.operations.serve import (
    NobodyBehind,
    NothingToUndo,
    abandon,
    change_matters,
    come_back,
    expire_calls,
    finish,
    hold,
    no_show,
    postpone,
    recall,
    resume,
    return_to_queue,
    start,
    transfer,
    undo,
)
from hall.queries.queue import next_for
from hall.queries.stops import stops
from hall.queries.tickets import ticket_json
from hall.store.verify import flaws
from tests.hall.halls_of_two import special
from tests.halls import CITIZEN, GUIDE, KIOSK, MANAGER, FakeClock, WorkingHall, a_hall, clerk

ONE, TWO, THREE = CounterId("1"), CounterId("2"), CounterId("3")
INVOICE, CARD = MatterCode("invoice"), MatterCode("card")


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall with three open counters, each with a clerk named like it."""
    found = a_hall(context, clock, special())
    for counter in (ONE, TWO, THREE):
        found.do(open_counter, clerk(counter), counter=counter)
    return found


def _waiting(small: WorkingHall, *matters: MatterCode, class_: str = "walk_in") -> Ticket:
    return small.do(issue_ticket, GUIDE, matters=matters, class_=ClassId(class_)).ticket


def _called(small: WorkingHall, *matters: MatterCode, at: CounterId = THREE) -> Ticket:
    _waiting(small, *matters)
    call = small.do(call_next, clerk(at), counter=at)
    assert call is not None
    return call.ticket


def test_next_is_the_one_who_has_waited_longest_of_what_the_counter_takes(
    small: WorkingHall,
) -> None:
    first = _waiting(small, CARD)
    small.clock.tick(minutes=1)
    second = _waiting(small, INVOICE)
    calls = [small.do(call_next, clerk(c), counter=c) for c in (ONE, THREE)]
    assert [call and call.ticket.id for call in calls] == [second.id, first.id]


def test_priority_goes_before_with_its_credit_and_says_so(small: WorkingHall) -> None:
    _waiting(small, CARD)
    small.clock.tick(minutes=12)
    old = _waiting(small, CARD, class_="priority")
    call = small.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == old.id
    assert (call.reason.credit_ms, call.reason.waited_ms) == (30 * 60_000, 0)


def test_the_clerk_is_told_beforehand_who_is_next_and_why(small: WorkingHall) -> None:
    ticket = _waiting(small, CARD)
    small.clock.tick(minutes=7)
    told = small.ask(next_for, counter=TWO)
    assert told is not None
    assert (told["number"], told["reason"]["waited_ms"]) == (ticket.number, 7 * 60_000)
    assert small.ask(next_for, counter=ONE) is None


def test_a_call_records_its_score_and_the_heads_it_passed(small: WorkingHall) -> None:
    _waiting(small, CARD)
    passed = _waiting(small, INVOICE)
    small.do(call_next, clerk(THREE), counter=THREE)
    details = small.events()[-1].details
    assert details["score"]["class_"] == "walk_in"
    assert [head["number"] for head in details["heads"]] == [passed.number]
    assert details["override"] is None


def test_nobody_waits_is_no_event(small: WorkingHall) -> None:
    before = small.events()[-1].sequence
    assert small.do(call_next, clerk(ONE), counter=ONE) is None
    assert small.events()[-1].sequence == before


def test_a_busy_counter_calls_nobody_else(small: WorkingHall) -> None:
    _called(small, INVOICE, at=ONE)
    _waiting(small, INVOICE)
    with pytest.raises(CounterIsBusy):
        small.do(call_next, clerk(ONE), counter=ONE)


def test_finish_and_next_is_one_step(small: WorkingHall) -> None:
    first = _called(small, INVOICE, at=ONE)
    _waiting(small, INVOICE)
    call = small.do(call_next, clerk(ONE), counter=ONE, finish_with={INVOICE: "accepted"})
    names = [event.name for event in small.events()][-3:]
    assert call is not None
    assert names == ["ServiceStarted", "ServiceFinished", "TicketCalled"]
    assert small.context.ask(small.id, lambda v: v.ticket(first.id)).status is Status.DONE


def test_finish_and_next_finishes_even_when_nobody_waits(small: WorkingHall) -> None:
    first = _called(small, INVOICE, at=ONE)
    assert small.do(call_next, clerk(ONE), counter=ONE, finish_with={}) is None
    assert small.context.ask(small.id, lambda v: v.ticket(first.id)).status is Status.DONE


def test_a_paused_counter_calls_nobody_but_serves_to_the_end(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(pause_counter, clerk(ONE), counter=ONE, reason="lunch")
    done = small.do(finish, clerk(ONE), ticket=ticket.id, outcomes={})
    assert done.status is Status.DONE
    with pytest.raises(CounterIsNotReady):
        small.do(call_next, clerk(ONE), counter=ONE)


def test_a_clerk_calls_only_at_the_own_counter(small: WorkingHall) -> None:
    _waiting(small, INVOICE)
    with pytest.raises(NotYourCounter):
        small.do(call_next, clerk(TWO), counter=ONE)


def test_out_of_order_needs_a_reason_and_stands_on_record(small: WorkingHall) -> None:
    _waiting(small, INVOICE)
    second = _waiting(small, INVOICE)
    with pytest.raises(ReasonMissing):
        small.do(call_one, clerk(ONE), counter=ONE, ticket=second.number, reason=" ")
    call = small.do(call_one, clerk(ONE), counter=ONE, ticket="a002", reason="is ill")
    assert call.ticket.id == second.id
    assert small.events()[-1].details["override"] == {"reason": "is ill"}


def test_who_is_called_cannot_be_called_elsewhere(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    with pytest.raises(IllegalMove):
        small.do(call_one, clerk(THREE), counter=THREE, ticket=ticket.number, reason="mine")


def test_a_citizen_without_a_ticket_is_served_at_once_and_on_record(small: WorkingHall) -> None:
    ticket = small.do(serve_citizen, clerk(TWO), counter=TWO, matters=(CARD,))
    names = [event.name for event in small.events()][-3:]
    assert ticket.status is Status.SERVING
    assert names == ["TicketIssued", "TicketCalled", "ServiceStarted"]


def test_a_recall_keeps_the_status_and_counts(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE)
    again = small.do(recall, clerk(THREE), ticket=ticket.id)
    assert (again.status, again.calls) == (Status.CALLED, 2)
    assert again.announcement == small.events()[-1].sequence


def test_several_matters_are_done_in_one_go_at_a_comprehensive_counter(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, CARD, at=THREE)
    small.do(start, clerk(THREE), ticket=ticket.id)
    done = small.do(finish, clerk(THREE), ticket=ticket.id, outcomes={CARD: "incomplete"})
    assert done.status is Status.DONE
    assert {m.code: m.outcome for m in done.matters} == {INVOICE: "done", CARD: "incomplete"}


def test_the_next_stop_is_queued_by_itself_where_counters_are_special(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, CARD, at=ONE)
    small.clock.tick(minutes=5)
    after = small.do(finish, clerk(ONE), ticket=ticket.id, outcomes={})
    assert (after.status, after.number, after.stop) == (Status.WAITING, "A001", 2)
    assert (after.line.group, after.due_at) == ("social", small.clock.now)
    call = small.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == ticket.id


def test_a_matter_added_at_the_counter_makes_the_next_stop(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    added = small.do(change_matters, clerk(ONE), ticket=ticket.id, add=(CARD, INVOICE))
    assert added.open_matters == (INVOICE, CARD)
    assert small.events()[-1].details == {"added": [CARD], "removed": []}
    after = small.do(finish, clerk(ONE), ticket=ticket.id, outcomes={})
    assert (after.status, after.line.group, after.stop) == (Status.WAITING, "social", 2)
    assert small.ask(flaws) == []


def test_a_matter_is_taken_out_and_that_can_be_undone(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, CARD, at=ONE)
    out = small.do(change_matters, clerk(ONE), ticket=ticket.id, remove=(CARD,))
    assert out.open_matters == (INVOICE,)
    assert small.do(undo, clerk(ONE), ticket=ticket.id).open_matters == (INVOICE, CARD)
    small.do(change_matters, clerk(ONE), ticket=ticket.id, remove=(CARD,))
    assert small.do(finish, clerk(ONE), ticket=ticket.id, outcomes={}).status is Status.DONE
    assert small.ask(flaws) == []


def test_only_what_is_there_changes_and_only_at_the_own_counter(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    with pytest.raises(UnknownMatter):
        small.do(change_matters, clerk(ONE), ticket=ticket.id, remove=(CARD,))
    with pytest.raises(UnknownMatter):
        small.do(change_matters, clerk(ONE), ticket=ticket.id, add=(MatterCode("nothing"),))
    with pytest.raises(NotYourCounter):
        small.do(change_matters, clerk(TWO), ticket=ticket.id, add=(CARD,))
    small.do(return_to_queue, clerk(ONE), ticket=ticket.id)
    with pytest.raises(IllegalMove):
        small.do(change_matters, clerk(ONE), ticket=ticket.id, add=(CARD,))


def test_an_outcome_nobody_knows_is_refused(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE)
    with pytest.raises(UnknownOutcome):
        small.do(finish, clerk(THREE), ticket=ticket.id, outcomes={INVOICE: "maybe"})


def test_a_held_citizen_comes_back_to_the_same_clerk(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(start, clerk(ONE), ticket=ticket.id)
    small.do(hold, clerk(ONE), ticket=ticket.id, reason="copies")
    with pytest.raises(NotYourCounter):
        small.do(resume, clerk(TWO), ticket=ticket.id)
    assert small.do(resume, clerk(ONE), ticket=ticket.id).status is Status.CALLED


def test_a_transfer_keeps_number_and_place(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.clock.tick(minutes=3)
    moved = small.do(transfer, clerk(ONE), ticket=ticket.id, group=GroupId("social"))
    assert (moved.number, moved.due_at) == (ticket.number, ticket.due_at)
    call = small.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == ticket.id


def test_a_transfer_to_a_counter_is_called_only_there(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(transfer, clerk(ONE), ticket=ticket.id, counter=TWO)
    assert small.do(call_next, clerk(THREE), counter=THREE) is None
    call = small.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == ticket.id


def test_who_is_sent_away_for_minutes_is_not_called_before(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(return_to_queue, clerk(ONE), ticket=ticket.id, minutes=10)
    small.clock.tick(minutes=9)
    assert small.do(call_next, clerk(ONE), counter=ONE) is None
    small.clock.tick(minutes=1)
    assert small.do(call_next, clerk(ONE), counter=ONE) is not None


def test_a_no_show_who_comes_has_the_place_earned_before(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(no_show, clerk(ONE), ticket=ticket.id)
    small.clock.tick(minutes=2)
    _waiting(small, INVOICE)
    back = small.do(come_back, GUIDE, ticket=ticket.id)
    call = small.do(call_next, clerk(ONE), counter=ONE)
    assert call is not None
    assert (back.due_at, call.ticket.id) == (ticket.due_at, ticket.id)


def test_only_who_was_called_three_times_becomes_a_no_show_by_itself(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.clock.tick(minutes=30)
    assert small.do(expire_calls, MANAGER) == []
    for _ in range(2):
        small.do(recall, clerk(ONE), ticket=ticket.id)
    small.clock.tick(seconds=119)
    assert small.do(expire_calls, MANAGER) == []
    small.clock.tick(seconds=1)
    assert [t.status for t in small.do(expire_calls, MANAGER)] == [Status.NO_SHOW]


def test_a_citizen_leaves_the_line_for_good(small: WorkingHall) -> None:
    ticket = _waiting(small, INVOICE)
    small.do(abandon, CITIZEN, ticket=ticket.id)
    assert small.do(call_next, clerk(ONE), counter=ONE) is None
    with pytest.raises(IllegalMove):
        small.do(abandon, CITIZEN, ticket=ticket.id)


def test_later_lets_five_pass_and_no_more(small: WorkingHall) -> None:
    first = _waiting(small, INVOICE)
    others = []
    for _ in range(6):
        small.clock.tick(seconds=30)
        others.append(_waiting(small, INVOICE).number)
    small.do(postpone, CITIZEN, ticket=first.id)
    called = []
    for _ in range(7):
        call = small.do(call_next, clerk(ONE), counter=ONE, finish_with={})
        assert call is not None
        called.append(call.ticket.number)
    assert called == [*others[:5], first.number, others[5]]


def test_later_needs_somebody_behind(small: WorkingHall) -> None:
    ticket = _waiting(small, INVOICE)
    with pytest.raises(NobodyBehind):
        small.do(postpone, CITIZEN, ticket=ticket.id)


def test_a_step_is_undone_within_ten_seconds_by_who_took_it(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(no_show, clerk(ONE), ticket=ticket.id)
    with pytest.raises(NothingToUndo):
        small.do(undo, clerk(THREE), ticket=ticket.id)
    small.clock.tick(seconds=10)
    assert small.do(undo, clerk(ONE), ticket=ticket.id) == ticket
    with pytest.raises(NothingToUndo):
        small.do(undo, clerk(ONE), ticket=ticket.id)


def test_after_ten_seconds_nothing_is_undone(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(no_show, clerk(ONE), ticket=ticket.id)
    small.clock.tick(seconds=11)
    with pytest.raises(NothingToUndo):
        small.do(undo, clerk(ONE), ticket=ticket.id)


def test_nothing_is_undone_once_the_day_is_closed(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(finish, clerk(ONE), ticket=ticket.id, outcomes={})
    small.do(close_day, MANAGER)
    with pytest.raises(NothingToUndo):
        small.do(undo, clerk(ONE), ticket=ticket.id)


def test_an_undone_finish_needs_the_counter_to_be_free(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    _waiting(small, INVOICE)
    small.do(call_next, clerk(ONE), counter=ONE, finish_with={})
    with pytest.raises(CounterIsBusy):
        small.do(undo, clerk(ONE), ticket=ticket.id)


def test_an_undone_call_is_next_again_at_its_old_place(small: WorkingHall) -> None:
    ticket = _called(small, INVOICE, at=ONE)
    small.do(undo, clerk(ONE), ticket=ticket.id)
    _waiting(small, INVOICE)
    call = small.do(call_next, clerk(ONE), counter=ONE)
    assert call is not None
    assert call.ticket.id == ticket.id


def test_a_ready_counter_is_given_the_next_after_its_pause(
    context: Context, clock: FakeClock
) -> None:
    small = a_hall(context, clock, special("automatic"))
    small.do(open_counter, clerk(ONE), counter=ONE)
    small.do(issue_ticket, KIOSK)
    small.clock.tick(seconds=9)
    assert small.do(call_automatically, MANAGER) == []
    small.clock.tick(seconds=1)
    assert [call.ticket.counter for call in small.do(call_automatically, MANAGER)] == [ONE]


def test_the_phone_shows_the_stops_where_no_counter_takes_all(
    context: Context, clock: FakeClock
) -> None:
    hall = a_hall(context, clock, special().replace('takes = [ "*" ]', 'takes = [ "tax" ]'))
    hall.do(open_counter, clerk(ONE), counter=ONE)
    ticket = hall.do(issue_ticket, GUIDE, matters=(INVOICE, CARD)).ticket
    hall.do(call_next, clerk(ONE), counter=ONE)
    after = hall.do(finish, clerk(ONE), ticket=ticket.id, outcomes={})
    told = hall.ask(stops, ticket_json(after))
    assert [(s["counters"], s["done"], s["next"]) for s in told] == [
        ([1, 3], True, False),
        ([2], False, True),
    ]


def test_one_counter_for_everything_needs_no_list_of_stops(small: WorkingHall) -> None:
    ticket = small.do(issue_ticket, GUIDE, matters=(INVOICE, CARD)).ticket
    assert small.ask(stops, ticket_json(ticket)) == []
