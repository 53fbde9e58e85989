"""What a journal says happened, as a table."""

from typing import Any

import pytest

from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.folding import fold
from hall.domain.identities import CounterId, HallId, LayoutHash, TicketId
from hall.domain.trace import ABSENT, Doing, Outcome, Trace

E = EventName


def the_trace(*steps: tuple[int, EventName, str, dict[str, Any]]) -> Trace:
    """Fold steps: second, name, who ("A" a ticket, "A@1" at a counter, "@1" a counter), details."""
    events = []
    for sequence, (second, name, who, details) in enumerate(steps, start=1):
        ticket, _, counter = who.partition("@")
        events.append(
            Event(
                hall=HallId("small"),
                sequence=sequence,
                at=moments.from_ms(second * 1000),
                name=name,
                layout=LayoutHash("x"),
                ticket=TicketId(ticket) if ticket else None,
                number=ticket or None,
                counter=CounterId(counter) if counter else None,
                details=details,
            )
        )
    return fold(events)


def in_line(second: int, group: str = "tax") -> dict[str, Any]:
    due = moments.written(moments.from_ms(second * 1000))
    return {"line": f"{group}/walk_in/", "due_at": due}


def issued(second: int, *matters: str) -> tuple[int, EventName, str, dict[str, Any]]:
    details = {"class": "walk_in", "matters": list(matters), **in_line(second)}
    return second, E.TICKET_ISSUED, "A", details


def states_of(trace: Trace) -> list[tuple[str, int, int, Doing]]:
    states = trace.states
    return [
        (counter, since // 1000, until // 1000 if until != ABSENT else ABSENT, doing)
        for counter, since, until, doing in zip(
            states.counter, states.since, states.until, states.doing, strict=True
        )
    ]


def test_a_visit_of_one_stop_is_one_row() -> None:
    trace = the_trace(
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (30, E.SERVICE_STARTED, "A@1", {}),
        (50, E.SERVICE_FINISHED, "A@1", {"outcomes": {"t": "done"}}),
    )
    stops = trace.stops
    assert (stops.issued, stops.due, stops.called) == ([10_000], [10_000], [20_000])
    assert (stops.started, stops.finished) == ([30_000], [50_000])
    assert (stops.outcome, stops.counter, stops.matters) == ([Outcome.SERVED], ["1"], [("t",)])


def test_the_first_call_of_a_stop_counts_through_return_hold_and_transfer() -> None:
    trace = the_trace(
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (25, E.TICKET_RETURNED, "A@1", in_line(10)),
        (40, E.TICKET_CALLED, "A@2", {}),
        (50, E.SERVICE_STARTED, "A@2", {}),
        (55, E.TICKET_HELD, "A@2", {}),
        (60, E.TICKET_RECALLED, "A@2", {}),
        (62, E.SERVICE_STARTED, "A@2", {}),
        (65, E.TICKET_TRANSFERRED, "A@2", in_line(10, "card")),
        (70, E.TICKET_CALLED, "A@3", {}),
        (80, E.SERVICE_FINISHED, "A@3", {"outcomes": {"t": "done"}}),
    )
    stops = trace.stops
    assert len(stops) == 1
    assert (stops.called, stops.started, stops.finished) == ([20_000], [50_000], [80_000])
    assert (stops.counter, stops.group) == (["3"], ["tax"])


def test_queued_again_ends_the_stop_and_begins_the_next() -> None:
    trace = the_trace(
        issued(10, "t", "c"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (20, E.SERVICE_STARTED, "A@1", {}),
        (40, E.TICKET_QUEUED_AGAIN, "A@1", {"outcomes": {"t": "done"}, **in_line(40, "card")}),
        (45, E.TICKET_CALLED, "A@2", {}),
    )
    stops = trace.stops
    assert stops.stop == [1, 2]
    assert stops.issued == [10_000, 10_000]
    assert stops.due == [10_000, 40_000]
    assert stops.called == [20_000, 45_000]
    assert stops.outcome == [Outcome.QUEUED_AGAIN, Outcome.OPEN]
    assert stops.group == ["tax", "card"]
    assert stops.matters == [("t", "c"), ("c",)]


def test_who_comes_back_after_a_missed_call_goes_on_with_the_stop() -> None:
    trace = the_trace(
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (30, E.TICKET_NOT_SHOWN, "A@1", {}),
        (90, E.TICKET_CAME_BACK, "A@1", in_line(10)),
    )
    assert trace.stops.outcome == [Outcome.OPEN]
    assert trace.stops.finished == [ABSENT]
    assert trace.stops.called == [20_000]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [(E.TICKET_ABANDONED, Outcome.ABANDONED), (E.TICKET_CLOSED, Outcome.CLOSED)],
)
def test_who_leaves_is_never_called(name: EventName, outcome: Outcome) -> None:
    stops = the_trace(issued(10, "t"), (70, name, "A", {})).stops
    assert (stops.called, stops.finished, stops.outcome) == ([ABSENT], [70_000], [outcome])


def test_a_step_that_was_undone_did_not_happen() -> None:
    trace = the_trace(
        (0, E.COUNTER_OPENED, "@1", {}),
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (24, E.STEP_UNDONE, "A", {"undone": 3}),
        (40, E.TICKET_CALLED, "A@1", {}),
    )
    assert trace.stops.called == [40_000]
    assert states_of(trace) == [("1", 0, 40, Doing.READY), ("1", 40, ABSENT, Doing.CALLING)]


def test_a_finish_that_was_undone_lets_the_service_go_on() -> None:
    trace = the_trace(
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (20, E.SERVICE_STARTED, "A@1", {}),
        (30, E.SERVICE_FINISHED, "A@1", {"outcomes": {"t": "done"}}),
        (33, E.STEP_UNDONE, "A", {"undone": 4}),
        (50, E.SERVICE_FINISHED, "A@1", {"outcomes": {"t": "done"}}),
    )
    assert trace.stops.finished == [50_000]
    assert ("1", 20, 50, Doing.SERVING) in states_of(trace)


def test_a_counter_has_a_row_for_each_state_and_none_is_empty() -> None:
    trace = the_trace(
        (0, E.COUNTER_OPENED, "@1", {"clerk": "c"}),
        issued(10, "t"),
        (20, E.TICKET_CALLED, "A@1", {}),
        (30, E.SERVICE_STARTED, "A@1", {}),
        (40, E.COUNTER_PAUSED, "@1", {"reason": "break"}),
        (50, E.SERVICE_FINISHED, "A@1", {"outcomes": {"t": "done"}}),
        (70, E.COUNTER_READY, "@1", {}),
        (70, E.COUNTER_CLOSED, "@1", {}),
    )
    assert states_of(trace) == [
        ("1", 0, 20, Doing.READY),
        ("1", 20, 30, Doing.CALLING),
        ("1", 30, 50, Doing.SERVING),
        ("1", 50, 70, Doing.PAUSED),
        ("1", 70, ABSENT, Doing.CLOSED),
    ]


def test_a_ticket_from_before_the_first_event_is_left_out() -> None:
    trace = the_trace((20, E.TICKET_CALLED, "A@1", {}), (30, E.SERVICE_STARTED, "A@1", {}))
    assert len(trace.stops) == 0
    assert len(trace.states) == 0
