"""A layout is scheduled, approved, comes into force once and is taken back; no place is lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from hall.context import Context
from hall.domain.actors import Actor, Role
from hall.domain.counters import CounterState
from hall.domain.events import EventName
from hall.domain.identities import CounterId, GroupId, MatterCode, PersonId, RolloutId
from hall.domain.reading import BadFile
from hall.domain.rollouts import NotScheduled, Rollout, Stage, UnknownRollout
from hall.domain.tickets import Ticket
from hall.jobs.schedule import Scheduler
from hall.jobs.work import JOBS
from hall.operations.call import call_next
from hall.operations.counters import help_out, open_counter
from hall.operations.issue import issue_ticket
from hall.operations.rollout import (
    ApprovalMissing,
    LayoutDoesNotFit,
    LayoutIsInForce,
    NothingBefore,
    OtherHall,
    SamePerson,
    activate_scheduled,
    approve_layout,
    roll_back,
    schedule_layout,
    withdraw_layout,
)
from hall.operations.serve import NothingToUndo, finish, undo
from hall.queries import rollouts as queries
from hall.store.rollouts import rollouts
from hall.store.verify import flaws
from tests.hall.halls_of_two import special
from tests.halls import KIOSK, MANAGER, MONDAY, FakeClock, WorkingHall, a_hall, clerk

ONE, THREE = CounterId("1"), CounterId("3")
DEPUTY = Actor(role=Role.MANAGER, person=PersonId("manager-2"))
TUESDAY = MONDAY.replace(hour=0) + timedelta(days=1)
JOB = {job.name: job for job in JOBS}
#: Every counter takes everything, and there is one group.
COMPREHENSIVE = (
    special()
    .replace('takes = [ "tax" ]', 'takes = [ "*" ]')
    .replace('takes = [ "social" ]', 'takes = [ "*" ]')
)
ONE_GROUP = COMPREHENSIVE.replace('group = "social"', 'group = "tax"').replace(
    '[[groups]]\nid = "social"\nprefix = "F"\nname = { zh = "社保", en = "Social security" }\n',
    "",
)
WITHOUT_CARD = (
    special()
    .replace('[[matters]]\ncode = "card"', '[[matters]]\ncode = "pension"')
    .replace('"invoice", "card"', '"invoice", "pension"')
)
WITHOUT_THREE = special().replace('[[counters]]\nid = "3"\ntakes = [ "*" ]\n', "")


@pytest.fixture
def small(context: Context, clock: FakeClock) -> Iterator[WorkingHall]:
    """A hall with special counters; whatever a test does to it, its journal tells it all."""
    hall = a_hall(context, clock, special())
    yield hall
    assert hall.ask(flaws) == []


@pytest.fixture
def careful(context: Context, clock: FakeClock) -> WorkingHall:
    """The same, wanting a second person's approval."""
    return a_hall(context, clock, wants_approval(special()))


def wants_approval(text: str) -> str:
    return text.replace('general_group = "tax"', 'general_group = "tax"\napproval = true')


def schedule(hall: WorkingHall, text: str, **changes: object) -> Rollout:
    facts = {"file": "new.toml", "text": text, "at": TUESDAY, **changes}
    return hall.do(partial(schedule_layout, **facts))  # type: ignore[arg-type]


def stages(hall: WorkingHall) -> list[Stage]:
    return [rollout.stage for rollout in hall.ask(rollouts)]


def counters_of(hall: WorkingHall) -> dict[str, tuple[GroupId, ...]]:
    layout = hall.ask(lambda view: view.layout)
    return {counter.id: counter.takes for counter in layout.counters}


def take(hall: WorkingHall, matter: str) -> Ticket:
    return hall.do(issue_ticket, KIOSK, matters=(MatterCode(matter),)).ticket


def line_of(hall: WorkingHall, ticket: Ticket) -> str:
    return hall.ask(lambda view: view.ticket(ticket.id)).line.key


@pytest.fixture
def scheduler(context: Context) -> Iterator[Scheduler]:
    found = Scheduler(context)
    yield found
    found.stop()


def test_a_layout_comes_into_force_when_its_time_has_come_and_once(
    small: WorkingHall, scheduler: Scheduler
) -> None:
    made = schedule(small, COMPREHENSIVE, note="合并窗口")
    scheduler.run(JOB["layouts"])
    assert (made.stage, made.by, made.note) == (Stage.SCHEDULED, "manager-1", "合并窗口")
    assert counters_of(small)["1"] == ("tax",)
    small.clock.now = TUESDAY
    for _ in range(3):
        scheduler.run(JOB["layouts"])
        small.clock.tick(seconds=20)
    assert counters_of(small)["1"] == ("tax", "social")
    activated = [e for e in small.events() if e.name is EventName.LAYOUT_ACTIVATED]
    assert [event.details.get("rollout") for event in activated] == [None, made.id]
    assert activated[-1].actor == "system"
    assert stages(small) == [Stage.IN_FORCE]


def test_the_first_ticket_of_the_day_does_not_wait_for_the_clock_s_job(
    small: WorkingHall,
) -> None:
    schedule(small, ONE_GROUP)
    small.clock.now = TUESDAY.replace(hour=9)
    ticket = take(small, "card")
    assert (ticket.number, ticket.line.key) == ("A001", "tax/walk_in/")
    names = [event.name for event in small.events(after=2)]
    assert names == [
        EventName.LAYOUT_ACTIVATED,
        EventName.DAY_OPENED,
        EventName.TICKET_ISSUED,
    ]


def test_a_server_that_was_off_puts_everything_in_force_in_its_order(
    small: WorkingHall, scheduler: Scheduler
) -> None:
    schedule(small, COMPREHENSIVE, at=TUESDAY + timedelta(days=1))
    schedule(small, ONE_GROUP)
    small.clock.now = TUESDAY + timedelta(days=3)
    scheduler.run(JOB["layouts"])
    assert "social" in small.ask(lambda view: view.layout).group_of
    assert stages(small) == [Stage.REPLACED, Stage.IN_FORCE]


def test_a_layout_at_once_relines_those_who_wait_and_keeps_their_places(
    small: WorkingHall,
) -> None:
    card = take(small, "card")
    small.clock.tick(minutes=1)
    invoice = take(small, "invoice")
    schedule(small, ONE_GROUP, at=None)
    after = small.ask(lambda view: view.ticket(card.id))
    assert (after.line.key, after.due_at, after.placed) == (
        "tax/walk_in/",
        card.due_at,
        card.placed,
    )
    assert [event.name for event in small.events()][-2:] == [
        EventName.LAYOUT_ACTIVATED,
        EventName.TICKET_RELINED,
    ]
    small.do(open_counter, clerk(), counter=ONE)
    called = [small.do(call_next, clerk(), counter=ONE, finish_with={}) for _ in range(2)]
    assert [call.ticket.id for call in called if call] == [card.id, invoice.id]


def test_what_somebody_needs_and_the_layout_has_not_is_named_before_anything_changes(
    small: WorkingHall,
) -> None:
    ticket = take(small, "card")
    before = small.events()
    with pytest.raises(LayoutDoesNotFit) as refused:
        schedule(small, WITHOUT_CARD, at=None)
    [obstacle] = refused.value.obstacles
    assert (ticket.number in obstacle.zh, "社保卡" in obstacle.zh) == (True, True)
    assert small.events() == before
    assert stages(small) == []


def test_a_layout_that_is_due_waits_until_nobody_is_in_its_way(
    small: WorkingHall, scheduler: Scheduler
) -> None:
    made = schedule(small, WITHOUT_THREE, at=MONDAY + timedelta(minutes=5))
    small.do(open_counter, clerk(), counter=THREE)
    take(small, "card")
    called = small.do(call_next, clerk(), counter=THREE)
    assert called
    small.clock.tick(minutes=6)
    scheduler.run(JOB["layouts"])
    assert stages(small) == [Stage.SCHEDULED]
    told = small.ask(queries.rollout, id_=made.id)
    assert "Counter “3”" in told["now"]["obstacles"][0]["en"]
    small.do(finish, clerk(), ticket=called.ticket.id, outcomes={})
    small.clock.tick(seconds=20)
    scheduler.run(JOB["layouts"])
    assert stages(small) == [Stage.IN_FORCE]
    now = small.ask(lambda view: view.counters_now())[THREE]
    assert now.state is CounterState.CLOSED


def test_a_counter_added_for_today_goes_with_the_layout_it_was_added_to(
    small: WorkingHall,
) -> None:
    small.do(help_out, counter=ONE, groups=(GroupId("social"),))
    schedule(small, WITHOUT_THREE, at=None)
    assert counters_of(small) == {"1": ("tax",), "2": ("social",)}
    [now] = small.ask(rollouts)
    assert now.replaced == small.ask(queries.layouts)["before"]["hash"]


def test_a_step_at_a_counter_that_is_gone_cannot_be_undone(small: WorkingHall) -> None:
    small.do(open_counter, clerk(), counter=THREE)
    ticket = take(small, "card")
    small.do(call_next, clerk(), counter=THREE)
    small.do(finish, clerk(), ticket=ticket.id, outcomes={})
    schedule(small, WITHOUT_THREE, at=None)
    with pytest.raises(NothingToUndo):
        small.do(undo, clerk(), ticket=ticket.id)


def test_two_processes_put_a_layout_in_force_once(small: WorkingHall, scheduler: Scheduler) -> None:
    schedule(small, COMPREHENSIVE)
    small.clock.now = TUESDAY
    scheduler.run(JOB["layouts"])
    scheduler.stop()
    other = Scheduler(small.context)  # as after a restart: it knows nothing but the database
    small.clock.tick(seconds=20)
    other.run(JOB["layouts"])
    other.stop()
    assert sum(event.details.get("rollout") is not None for event in small.events()) == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("format = 2", BadFile),
        (special().replace('id = "small"', 'id = "other"'), OtherHall),
        (special(), LayoutIsInForce),
    ],
)
def test_what_is_no_new_layout_of_this_hall_is_refused(
    small: WorkingHall, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        schedule(small, text, at=None)
    assert stages(small) == []


def test_a_layout_that_cannot_be_read_any_more_is_told_and_left_out(
    small: WorkingHall, scheduler: Scheduler
) -> None:
    made = schedule(small, COMPREHENSIVE)
    with small.context.store.writing() as connection:
        connection.exec_driver_sql(
            f"UPDATE layout SET source = 'format = 1' WHERE hash = '{made.layout}'"  # noqa: S608
        )
    small.clock.now = TUESDAY
    for _ in range(2):
        small.clock.tick(seconds=20)
        scheduler.run(JOB["layouts"])
    told = small.ask(queries.rollout, id_=made.id)
    assert (told["stage"], told["changes"]) == ("refused", None)
    assert "hall" in told["problem"]
    assert small.events()[-1].name is EventName.LAYOUT_REFUSED
    assert counters_of(small)["1"] == ("tax",)


def test_a_withdrawn_layout_never_comes(small: WorkingHall, scheduler: Scheduler) -> None:
    made = schedule(small, COMPREHENSIVE)
    small.do(withdraw_layout, rollout=made.id)
    small.clock.now = TUESDAY
    scheduler.run(JOB["layouts"])
    assert (stages(small), counters_of(small)["1"]) == ([Stage.WITHDRAWN], ("tax",))


@pytest.mark.parametrize("step", [withdraw_layout, activate_scheduled, approve_layout])
def test_what_is_over_can_neither_be_withdrawn_nor_activated(
    small: WorkingHall, step: Callable[..., Rollout]
) -> None:
    made = schedule(small, COMPREHENSIVE, at=None)
    with pytest.raises(NotScheduled):
        small.do(partial(step, rollout=made.id))
    with pytest.raises(UnknownRollout):
        small.do(partial(step, rollout=RolloutId("999")))


def test_a_scheduled_layout_is_put_in_force_before_its_time(small: WorkingHall) -> None:
    made = schedule(small, COMPREHENSIVE)
    done = small.do(activate_scheduled, rollout=made.id)
    assert (done.stage, done.since, counters_of(small)["1"]) == (
        Stage.IN_FORCE,
        MONDAY,
        ("tax", "social"),
    )


def test_one_click_goes_back_to_the_layout_before_with_everybody_in_line(
    small: WorkingHall,
) -> None:
    schedule(small, ONE_GROUP, at=None)
    waiting = take(small, "card")
    back = small.do(roll_back)
    assert (back.is_back, counters_of(small)["2"]) == (True, ("social",))
    assert line_of(small, waiting) == "social/walk_in/"
    assert stages(small) == [Stage.IN_FORCE, Stage.REPLACED]


def test_back_can_wait_for_tomorrow(small: WorkingHall, scheduler: Scheduler) -> None:
    schedule(small, COMPREHENSIVE, at=None)
    small.do(roll_back, at=TUESDAY)
    assert counters_of(small)["1"] == ("tax", "social")
    small.clock.now = TUESDAY
    scheduler.run(JOB["layouts"])
    assert counters_of(small)["1"] == ("tax",)


def test_there_is_no_way_back_from_the_first_layout(small: WorkingHall) -> None:
    assert small.ask(queries.back) is None
    with pytest.raises(NothingBefore):
        small.do(roll_back)


def test_a_second_person_has_to_agree_where_the_hall_wants_it(
    careful: WorkingHall, scheduler: Scheduler
) -> None:
    made = schedule(careful, wants_approval(COMPREHENSIVE))
    with pytest.raises(ApprovalMissing):
        careful.do(activate_scheduled, rollout=made.id)
    with pytest.raises(SamePerson):
        careful.do(approve_layout, rollout=made.id)
    careful.clock.now = TUESDAY
    scheduler.run(JOB["layouts"])
    assert counters_of(careful)["1"] == ("tax",)
    done = careful.do(approve_layout, DEPUTY, rollout=made.id)
    assert (done.stage, done.approved_by) == (Stage.IN_FORCE, "manager-2")
    assert careful.ask(flaws) == []


def test_a_layout_that_wants_no_approval_needs_it_still_to_come(careful: WorkingHall) -> None:
    made = schedule(careful, special(), at=None)
    assert (made.stage, careful.ask(lambda view: view.layout.approval)) == (
        Stage.SCHEDULED,
        True,
    )
    careful.do(approve_layout, DEPUTY, rollout=made.id)
    assert not careful.ask(lambda view: view.layout.approval)


def test_a_manager_is_told_what_to_look_at(careful: WorkingHall, scheduler: Scheduler) -> None:
    made = schedule(careful, WITHOUT_THREE)
    assert [one["why"] for one in careful.ask(queries.urgent)] == ["approval"]
    careful.do(approve_layout, DEPUTY, rollout=made.id)
    assert careful.ask(queries.urgent) == []
    careful.clock.now = TUESDAY.replace(hour=9)
    scheduler.run(JOB["layouts"])
    other = schedule(
        careful, wants_approval(WITHOUT_CARD), at=careful.clock.now + timedelta(minutes=1)
    )
    take(careful, "card")
    careful.clock.tick(minutes=3)
    scheduler.run(JOB["layouts"])
    assert careful.ask(queries.urgent) == [
        {"id": other.id, "at": "2026-03-03T09:01:00.000Z", "why": "blocked"}
    ]


def test_going_back_waits_for_nobody(careful: WorkingHall) -> None:
    made = schedule(careful, wants_approval(COMPREHENSIVE))
    careful.do(approve_layout, DEPUTY, rollout=made.id)
    careful.do(activate_scheduled, rollout=made.id)
    assert careful.do(roll_back, MANAGER).stage is Stage.IN_FORCE


def test_what_changes_is_said_counter_by_counter(small: WorkingHall) -> None:
    made = schedule(small, WITHOUT_THREE.replace("calls = 3", "calls = 2"))
    told = small.ask(queries.rollout, id_=made.id)
    assert [change["counter"] for change in told["changes"]["counters"]] == ["3"]
    assert told["changes"]["counters"][0]["says"] == [
        {"zh": "取消窗口 3", "en": "Counter 3 is removed"}
    ]
    assert [said["en"] for said in told["changes"]["others"]] == [
        "Call rule: calls: “3” becomes “2”"
    ]
    assert told["now"] == {
        "waiting": 0,
        "relined": [],
        "closes": [],
        "obstacles": [],
        "appointments": 0,
    }


def test_the_day_after_says_whether_it_was_as_expected(
    small: WorkingHall, scheduler: Scheduler
) -> None:
    expected = {
        "arrived": {"mean": 1.0, "low": 0.0, "high": 2.0},
        "wait_minutes": {"mean": 1.0, "low": 0.0, "high": 2.0},
    }
    report = {"reference": "study-7", "expected": expected}
    made = schedule(small, COMPREHENSIVE, report=report)
    small.clock.now = TUESDAY
    scheduler.run(JOB["layouts"])
    for day in (1, 2):
        small.clock.now = MONDAY + timedelta(days=day)
        take(small, "invoice")
        small.do(open_counter, clerk(), counter=ONE)
        small.clock.tick(minutes=9)
        small.do(call_next, clerk(), counter=ONE)
    told = small.ask(queries.outcome, id_=made.id)
    assert told["days"] == ["2026-03-03"]
    assert [(f["figure"], f["fact"], f["is_inside"]) for f in told["figures"]] == [
        ("arrived", 1, True),
        ("wait_minutes", 9.0, False),
    ]


def test_a_day_that_changed_in_the_middle_is_compared_with_nothing(small: WorkingHall) -> None:
    made = schedule(small, COMPREHENSIVE, at=None)
    small.clock.tick(days=2)
    assert small.ask(queries.outcome, id_=made.id)["days"] == ["2026-03-03"]
