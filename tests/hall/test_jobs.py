"""What happens by the clock, when, and by one process only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from hall.domain.events import EventName
from hall.domain.identities import CounterId, MatterCode
from hall.jobs.schedule import Scheduler
from hall.jobs.work import GRACE, JOBS
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.day import close_day
from hall.operations.issue import issue_ticket
from hall.operations.serve import finish, recall, start
from hall.store.store import Store
from tests.halls import EXAMPLES, KIOSK, MONDAY, WorkingHall, a_hall, clerk

ONE = CounterId("1")
A = (MatterCode("m-a"),)
JOB = {job.name: job for job in JOBS}
CLOSING = MONDAY.replace(hour=16)


@pytest.fixture
def scheduler(hall: WorkingHall) -> Iterator[Scheduler]:
    """The scheduler of this process; its clockwork stands still, the tests run its jobs."""
    found = Scheduler(hall.context)
    yield found
    found.stop()


def names(hall: WorkingHall) -> list[EventName]:
    return [event.name for event in hall.events(after=1)]


def test_the_day_opens_at_opening_time_and_once(hall: WorkingHall, scheduler: Scheduler) -> None:
    hall.clock.now = MONDAY.replace(hour=7, minute=59)
    scheduler.run(JOB["open_day"])
    assert names(hall) == []
    hall.clock.tick(minutes=1)
    scheduler.run(JOB["open_day"])
    hall.clock.tick(seconds=20)
    scheduler.run(JOB["open_day"])
    assert names(hall) == [EventName.DAY_OPENED]
    assert hall.events()[-1].actor == "system"


def test_a_day_closed_by_hand_stays_closed(hall: WorkingHall, scheduler: Scheduler) -> None:
    scheduler.run(JOB["open_day"])
    hall.do(close_day)
    hall.clock.tick(seconds=20)
    scheduler.run(JOB["open_day"])
    assert names(hall) == [EventName.DAY_OPENED, EventName.DAY_CLOSED]


def test_the_day_closes_after_closing_time_once_nobody_is_left(
    hall: WorkingHall, scheduler: Scheduler
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    for moment in (CLOSING - timedelta(seconds=1), CLOSING):
        hall.clock.now = moment
        scheduler.run(JOB["close_day"])
    hall.do(call_next, clerk(), counter=ONE)
    hall.clock.tick(seconds=20)
    scheduler.run(JOB["close_day"])
    assert EventName.DAY_CLOSED not in names(hall)
    hall.do(finish, clerk(), ticket=issued.ticket.id, outcomes={})
    hall.clock.tick(seconds=20)
    scheduler.run(JOB["close_day"])
    assert names(hall)[-2:] == [EventName.COUNTER_CLOSED, EventName.DAY_CLOSED]


def test_a_day_that_nobody_ends_is_closed_hours_later(
    hall: WorkingHall, scheduler: Scheduler
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(call_next, clerk(), counter=ONE)
    hall.do(start, clerk(), ticket=issued.ticket.id)
    hall.clock.now = CLOSING + GRACE - timedelta(seconds=1)
    scheduler.run(JOB["close_day"])
    assert EventName.DAY_CLOSED not in names(hall)
    hall.clock.tick(seconds=1)
    scheduler.run(JOB["close_day"])
    assert names(hall)[-4:] == [
        EventName.SERVICE_FINISHED,
        EventName.TICKET_CLOSED,
        EventName.COUNTER_CLOSED,
        EventName.DAY_CLOSED,
    ]


def test_who_was_called_three_times_in_vain_is_a_no_show(
    hall: WorkingHall, scheduler: Scheduler
) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    issued = hall.do(issue_ticket, KIOSK, matters=A)
    hall.do(call_next, clerk(), counter=ONE)
    for _ in range(2):
        hall.clock.tick(seconds=90)
        scheduler.run(JOB["no_shows"])
        hall.do(recall, clerk(), ticket=issued.ticket.id)
    hall.clock.tick(seconds=59)
    scheduler.run(JOB["no_shows"])
    assert names(hall)[-1] is EventName.TICKET_RECALLED
    hall.clock.tick(seconds=1)
    scheduler.run(JOB["no_shows"])
    last = hall.events()[-1]
    assert (last.name, last.details) == (EventName.TICKET_NOT_SHOWN, {"automatic": True})


def test_a_hall_may_call_by_itself_some_seconds_after_a_counter_is_free(
    hall: WorkingHall, scheduler: Scheduler
) -> None:
    pause = hall.ask(lambda view: view.layout.rule.automatic_pause)
    hall.do(open_counter, clerk(), counter=ONE)
    hall.do(issue_ticket, KIOSK, matters=A)
    hall.clock.now = hall.clock.now + pause - timedelta(milliseconds=1)
    scheduler.run(JOB["automatic_calls"])
    assert names(hall)[-1] is EventName.TICKET_ISSUED
    hall.clock.tick(seconds=1)
    scheduler.run(JOB["automatic_calls"])
    scheduler.run(JOB["automatic_calls"])
    assert names(hall)[-2:] == [EventName.TICKET_ISSUED, EventName.TICKET_CALLED]


def test_a_hall_that_fails_does_not_keep_a_job_from_the_others(
    hall: WorkingHall, scheduler: Scheduler
) -> None:
    broken = replace(JOB["open_day"], is_due=lambda view: view.hall == "twelve" or 1 // 0 == 0)
    other = (EXAMPLES / "twelve" / "pooled.toml").read_text("utf-8")
    a_hall(hall.context, hall.clock, other.replace('id = "twelve"', 'id = "a-dozen"'))
    with pytest.raises(ExceptionGroup):
        scheduler.run(broken)
    assert names(hall) == [EventName.DAY_OPENED]


def test_answers_are_forgotten_after_a_day(hall: WorkingHall, scheduler: Scheduler) -> None:
    assert hall.context.store.claim("job", "slot", now=hall.clock.now)
    hall.clock.tick(hours=24)
    scheduler.forget()
    assert not hall.context.store.claim("job", "slot", now=hall.clock.now)
    hall.clock.tick(seconds=1)
    scheduler.forget()
    assert hall.context.store.claim("job", "slot", now=hall.clock.now)


def test_of_two_processes_one_has_a_role_until_it_lets_go(store: Store) -> None:
    first, second, other = store.alone("role"), store.alone("role"), store.alone("another")
    assert [first.is_ours(), second.is_ours(), first.is_ours()] == [True, False, True]
    assert other.is_ours()
    first.let_go()
    assert [second.is_ours(), first.is_ours()] == [True, False]
    second.let_go()
    other.let_go()


def test_who_does_not_have_the_role_runs_nothing(hall: WorkingHall, scheduler: Scheduler) -> None:
    scheduler.run(JOB["open_day"])
    late = Scheduler(hall.context)
    hall.clock.tick(days=1)
    late.run(JOB["open_day"])
    assert names(hall) == [EventName.DAY_OPENED]
    late.stop()
