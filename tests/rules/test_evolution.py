"""What each event does to a ticket and a counter, and what it must not touch."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.counters import CounterNow, CounterState
from hall.domain.events import Event, EventName
from hall.domain.evolution import HallState, NeverIssued, evolve, evolve_counter
from hall.domain.identities import CounterId, MatterCode, TicketId
from hall.domain.ticket_form import ticket_form
from hall.domain.tickets import OPEN, IllegalMove, Status, Ticket, TicketMatter
from tests.rules.builders import NINE, a_line, a_place, a_ticket, an_event

LATER = NINE + timedelta(minutes=9)
TAX = a_line("tax", "priority")
MATTERS = (TicketMatter(code=MatterCode("birth")), TicketMatter(code=MatterCode("tax")))

#: Per event: from which statuses it may happen, its details, and all that it changes.
STEPS: dict[EventName, tuple[AbstractSet[Status], dict[str, Any], dict[str, Any]]] = {
    EventName.TICKET_CALLED: (
        {Status.WAITING, Status.HELD},
        {},
        {
            "status": Status.CALLED,
            "counter": "3",
            "called_at": LATER,
            "calls": 1,
            "announcement": 5,
            "announced_at": LATER,
        },
    ),
    EventName.SERVICE_STARTED: (
        {Status.CALLED},
        {},
        {"status": Status.SERVING, "started_at": LATER},
    ),
    EventName.SERVICE_FINISHED: (
        {Status.SERVING},
        {"outcomes": {"birth": "accepted"}},
        {
            "status": Status.DONE,
            "finished_at": LATER,
            "matters": (replace(MATTERS[0], outcome="accepted"), MATTERS[1]),
        },
    ),
    EventName.TICKET_HELD: ({Status.SERVING}, {"reason": "copy"}, {"status": Status.HELD}),
    EventName.TICKET_RETURNED: (
        {Status.CALLED, Status.SERVING, Status.NO_SHOW},
        a_place(TAX, minutes=2),
        {
            "status": Status.WAITING,
            "line": TAX,
            "due_at": NINE + timedelta(minutes=2),
            "placed": 5,
            "counter": None,
            "calls": 0,
        },
    ),
    EventName.TICKET_QUEUED_AGAIN: (
        {Status.CALLED, Status.SERVING, Status.NO_SHOW},
        {"outcomes": {"birth": "accepted"}, **a_place(TAX, minutes=9)},
        {
            "status": Status.WAITING,
            "line": TAX,
            "due_at": LATER,
            "placed": 5,
            "counter": None,
            "calls": 0,
            "stop": 2,
            "matters": (replace(MATTERS[0], outcome="accepted"), MATTERS[1]),
        },
    ),
    EventName.TICKET_POSTPONED: (
        {Status.WAITING},
        a_place(minutes=3),
        {"due_at": NINE + timedelta(minutes=3), "placed": 5},
    ),
    EventName.TICKET_RELINED: (OPEN, {"line": TAX.key}, {"line": TAX}),
    EventName.TICKET_MATTERS_CHANGED: (
        {Status.CALLED, Status.SERVING},
        {"added": ["card"], "removed": ["birth"]},
        {"matters": (MATTERS[1], TicketMatter(code=MatterCode("card")))},
    ),
    EventName.TICKET_NOT_SHOWN: ({Status.CALLED}, {}, {"status": Status.NO_SHOW}),
    EventName.TICKET_ABANDONED: (
        {Status.WAITING, Status.CALLED, Status.HELD},
        {},
        {"status": Status.ABANDONED, "finished_at": LATER},
    ),
    EventName.TICKET_CLOSED: (
        {Status.WAITING, Status.HELD, Status.NO_SHOW},
        {"reason": "closing time"},
        {"status": Status.CLOSED, "finished_at": LATER},
    ),
}
STEPS[EventName.TICKET_TRANSFERRED] = STEPS[EventName.TICKET_RETURNED]
STEPS[EventName.TICKET_CAME_BACK] = STEPS[EventName.TICKET_RETURNED]


def a_step(name: EventName, **changes: Any) -> Event:
    details = STEPS[name][1] if name in STEPS else {}
    facts = {"ticket": TicketId("t"), "counter": CounterId("3"), "details": details, **changes}
    return an_event(name, sequence=5, minutes=9, **facts)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_changes_what_it_is_about_and_nothing_else(name: EventName) -> None:
    starts, _, changed = STEPS[name]
    for status in starts:
        ticket = a_ticket(status=status, matters=MATTERS, counter=CounterId("9"), calls=2)
        assert evolve(ticket, a_step(name)) == replace(ticket, **changed)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_from_any_other_status_is_refused(name: EventName) -> None:
    for status in set(Status) - STEPS[name][0]:
        with pytest.raises(IllegalMove):
            evolve(a_ticket(status=status), a_step(name))


def test_every_event_about_a_ticket_is_known() -> None:
    about = {name for name in EventName if name.startswith(("Ticket", "Service", "Step"))}
    others = {EventName.TICKET_ISSUED, EventName.TICKET_RECALLED, EventName.STEP_UNDONE}
    assert about == set(STEPS) | others


def test_an_issued_ticket_stands_where_its_event_says() -> None:
    details = {
        "day": "2026-03-02",
        "class": "priority",
        "matters": ["birth", "tax"],
        **a_place(TAX, minutes=4),
    }
    event = a_step(EventName.TICKET_ISSUED, number="F007", details=details, appointment="AP1")
    assert evolve(None, event) == Ticket(
        id=TicketId("t"),
        day=date(2026, 3, 2),
        number="F007",
        status=Status.WAITING,
        class_=TAX.class_,
        line=TAX,
        matters=MATTERS,
        issued_at=LATER,
        due_at=NINE + timedelta(minutes=4),
        placed=5,
        appointment="AP1",
    )


def test_nothing_happens_to_a_ticket_that_was_never_issued() -> None:
    with pytest.raises(NeverIssued):
        evolve(None, a_step(EventName.TICKET_CALLED))
    with pytest.raises(NeverIssued):
        evolve(None, a_step(EventName.TICKET_ISSUED))


def test_a_ticket_is_issued_once() -> None:
    with pytest.raises(IllegalMove):
        evolve(a_ticket(), a_step(EventName.TICKET_ISSUED, number="A001"))


def test_a_recall_is_one_more_announcement_of_one_call() -> None:
    called = evolve(a_ticket(), a_step(EventName.TICKET_CALLED))
    recall = an_event(
        EventName.TICKET_RECALLED, sequence=6, minutes=10, ticket=called.id, counter=called.counter
    )
    recalled = evolve(called, recall)
    assert (recalled.status, recalled.calls, recalled.announcement) == (Status.CALLED, 2, 6)
    assert recalled.called_at == called.called_at


def test_who_comes_back_from_hold_is_called_again() -> None:
    held = a_ticket(status=Status.HELD, counter=CounterId("2"), calls=2)
    resumed = evolve(held, a_step(EventName.TICKET_RECALLED))
    assert (resumed.status, resumed.counter, resumed.calls) == (Status.CALLED, "3", 1)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.CALLED, Status.HELD}))
def test_nobody_is_recalled_who_was_not_called(status: Status) -> None:
    with pytest.raises(IllegalMove):
        evolve(a_ticket(status=status), a_step(EventName.TICKET_RECALLED))


@pytest.mark.parametrize("name", [*STEPS, EventName.TICKET_RECALLED])
def test_an_undo_restores_everything(name: EventName) -> None:
    status = min(STEPS[name][0]) if name in STEPS else Status.CALLED
    before = a_ticket(status=status, matters=MATTERS, stop=2, calls=1)
    after = evolve(before, a_step(name))
    details = {"undone": 5, "restored": ticket_form(before)}
    undo = an_event(EventName.STEP_UNDONE, sequence=6, ticket=before.id, details=details)
    assert after != before
    assert evolve(after, undo) == before


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*STEPS, EventName.TICKET_RECALLED]), max_size=12))
def test_whatever_happens_a_ticket_stays_on_the_table(names: list[EventName]) -> None:
    ticket = a_ticket(matters=MATTERS)
    for name in names:
        try:
            moved = evolve(ticket, a_step(name))
        except IllegalMove:
            continue
        assert (moved.id, moved.number, moved.day) == (ticket.id, ticket.number, ticket.day)
        assert moved.status is not Status.CALLED or moved.counter is not None
        ticket = moved


def a_counter_step(name: EventName, *, minutes: float = 0, **details: Any) -> Event:
    return an_event(name, minutes=minutes, counter=CounterId("3"), details=details)


def test_a_counter_opens_pauses_resumes_and_closes() -> None:
    states = []
    counter: CounterNow | None = None
    for at, (name, details) in enumerate(
        [
            (EventName.COUNTER_OPENED, {"clerk": "li"}),
            (EventName.COUNTER_PAUSED, {"reason": "lunch"}),
            (EventName.COUNTER_READY, {}),
            (EventName.COUNTER_CLOSED, {}),
        ]
    ):
        counter = evolve_counter(counter, a_counter_step(name, minutes=at, **details))
        assert counter is not None
        assert counter.since == NINE + timedelta(minutes=at)
        states.append((counter.state, counter.clerk, counter.reason))
    assert states == [
        (CounterState.READY, "li", None),
        (CounterState.PAUSED, "li", "lunch"),
        (CounterState.READY, "li", None),
        (CounterState.CLOSED, None, None),
    ]


def test_a_counter_is_taken_over_by_opening_it_again() -> None:
    first = evolve_counter(None, a_counter_step(EventName.COUNTER_OPENED, clerk="li"))
    second = evolve_counter(first, a_counter_step(EventName.COUNTER_OPENED, clerk="wang"))
    assert second is not None
    assert (second.state, second.clerk) == (CounterState.READY, "wang")


def test_a_counter_that_is_asked_to_open_stays_closed_until_it_does() -> None:
    asked = evolve_counter(None, a_counter_step(EventName.COUNTER_ASKED))
    assert asked is not None
    assert (asked.state, asked.asked_at) == (CounterState.CLOSED, NINE)
    opened = evolve_counter(asked, a_counter_step(EventName.COUNTER_OPENED, clerk="li"))
    assert opened is not None
    assert opened.asked_at is None


def test_a_counter_stays_as_it_is_while_it_serves() -> None:
    counter = evolve_counter(None, a_counter_step(EventName.COUNTER_OPENED, clerk="li"))
    assert evolve_counter(counter, a_step(EventName.TICKET_CALLED)) is counter


def test_a_hall_is_what_its_journal_says() -> None:
    issued = {"day": "2026-03-02", "class": "walk_in", "matters": [], **a_place()}
    ticket: dict[str, Any] = {"ticket": TicketId("t"), "number": "A001"}
    three: dict[str, Any] = {"counter": CounterId("3")}
    story = [
        an_event(EventName.LAYOUT_ACTIVATED),
        an_event(EventName.ROSTER_LOADED, details={"roster": "abc"}),
        an_event(EventName.DAY_OPENED, details={"day": "2026-03-02"}),
        an_event(EventName.COUNTER_OPENED, **three, details={"clerk": "li"}),
        an_event(EventName.TICKET_ISSUED, **ticket, details=issued),
        an_event(EventName.TICKET_CALLED, **ticket, **three),
    ]
    state, hash_ = HallState(), HallState().hash
    for sequence, event in enumerate(story, start=1):
        chained = replace(event, sequence=sequence).chained(hash_)
        state.apply(chained)
        hash_ = chained.hash
    assert (state.sequence, state.hash) == (6, hash_)
    assert (state.layout, state.roster, state.day) == ("f" * 64, "abc", date(2026, 3, 2))
    assert state.tickets[TicketId("t")].counter == "3"
    assert state.counters[CounterId("3")].clerk == "li"
    state.apply(an_event(EventName.DAY_CLOSED, sequence=7, details={"day": "2026-03-02"}))
    assert (state.sequence, state.day) == (7, None)
