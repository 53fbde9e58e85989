"""What the model does at a counter, at the door and by the clock; times in minutes."""

from collections.abc import Sequence
from datetime import date

import pytest

from hall.domain.identities import ClassId
from hall.domain.layout import Layout
from hall.domain.moments import from_ms
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.domain.trace import ABSENT, Doing, Outcome, Trace
from hall.measures.measure import measure
from simulation.calendar import day_calendar
from simulation.model import simulate
from simulation.plan import Plan, make_plan
from simulation.visits import FOR_EVER, Visits
from tests.simulation.halls import EQUAL, STRICT, TWICE, a_layout, a_steady_plan, some_visits

MINUTE = 60_000
DAY = date(1970, 1, 1)
OPENS, LUNCH, REOPENS, CLOSES = 540, 720, 780, 960


def minutes(values: Sequence[float]) -> list[int]:
    return [round(value * MINUTE) for value in values]


def visits(  # noqa: PLR0913
    arrival: Sequence[float],
    work: Sequence[float],
    *,
    due: Sequence[float] | None = None,
    class_: Sequence[int] | None = None,
    patience: Sequence[float] | None = None,
    group: Sequence[int] | None = None,
    in_vain: Sequence[float] | None = None,
    back: Sequence[float] | None = None,
) -> Visits:
    """Return visits, all times in minutes; each group has one matter."""
    return some_visits(
        minutes(arrival),
        minutes(work),
        due=minutes(due) if due else None,
        class_=class_,
        patience=minutes(patience) if patience else None,
        matter=group,
        in_vain=minutes(in_vain) if in_vain else None,
        back=minutes(back) if back else None,
    )


def a_plan(layout: Layout, roster: str = "", *, approach_ms: int = 0, in_vain_ms: int = 0) -> Plan:
    """Return the plan of a day from 9 to 12 and 13 to 16 o'clock."""
    known: Roster = roster_in(Source("roster", roster), layout)
    return make_plan(
        layout,
        day_calendar(layout, known, DAY),
        classes=[ClassId(rule.id) for rule in layout.rule.classes],
        approach_ms=approach_ms,
        in_vain_ms=in_vain_ms,
    )


def called(trace: Trace) -> list[float]:
    """Return when each stop was called, in minutes after midnight."""
    return [c / MINUTE if c != ABSENT else ABSENT for c in trace.stops.called]


def doing(trace: Trace, counter: str) -> list[tuple[float, float, Doing]]:
    states = trace.states
    rows = zip(states.counter, states.since, states.until, states.doing, strict=True)
    return [
        (since / MINUTE, until / MINUTE if until != ABSENT else ABSENT, what)
        for which, since, until, what in rows
        if which == counter
    ]


def test_one_line_is_served_in_the_order_of_arrival() -> None:
    trace = simulate(a_plan(a_layout()), visits([541, 542, 543], [10, 10, 10]))
    assert called(trace) == [541, 551, 561]
    assert trace.stops.finished == minutes([551, 561, 571])
    assert trace.stops.outcome == [Outcome.SERVED] * 3


def test_the_approach_keeps_the_counter_occupied_before_the_start() -> None:
    trace = simulate(a_plan(a_layout(), approach_ms=MINUTE), visits([541, 541], [10, 10]))
    assert called(trace) == [541, 552]
    assert trace.stops.started == minutes([542, 553])
    assert doing(trace, "1")[1:4] == [
        (541, 542, Doing.CALLING),
        (542, 552, Doing.SERVING),
        (552, 553, Doing.CALLING),
    ]


def test_a_slower_counter_takes_longer_for_the_group_it_is_slow_at() -> None:
    slow = ['takes = [ "*" ]\npace = { b = 1.5 }']
    layout = a_layout(counters=slow, groups=("a", "b"))
    trace = simulate(a_plan(layout), visits([541, 551], [10, 10], group=[0, 1]))
    assert trace.stops.finished == minutes([551, 566])


def test_whoever_waited_longer_than_the_patience_has_left_at_the_call() -> None:
    trace = simulate(a_plan(a_layout()), visits([541, 542, 543], [10, 10, 10], patience=[5, 8, 9]))
    assert called(trace) == [541, ABSENT, 551]
    assert trace.stops.outcome == [Outcome.SERVED, Outcome.ABANDONED, Outcome.SERVED]
    assert trace.stops.finished[1] == 550 * MINUTE


def test_whoever_waited_exactly_the_patience_is_still_there() -> None:
    trace = simulate(a_plan(a_layout()), visits([541, 542], [10, 10], patience=[5, 9]))
    assert called(trace) == [541, 551]


def test_a_call_to_somebody_who_has_left_can_cost_time() -> None:
    plan = a_plan(a_layout(), in_vain_ms=2 * MINUTE)
    trace = simulate(plan, visits([541, 542, 543], [10, 10, 10], patience=[5, 8, 20]))
    assert called(trace) == [541, 551, 553]
    assert trace.stops.started == minutes([541, ABSENT / MINUTE, 553])
    assert trace.stops.outcome == [Outcome.SERVED, Outcome.ABANDONED, Outcome.SERVED]
    assert trace.stops.finished[1] == 553 * MINUTE
    assert (551, 553, Doing.CALLING) in doing(trace, "1")
    assert len(trace.missed) == 0


def test_whoever_is_not_there_when_called_costs_time_and_keeps_the_place_when_back() -> None:
    plan = a_plan(a_layout(), approach_ms=MINUTE)
    coming = visits(
        [541, 542, 543, 544],
        [10, 10, 10, 10],
        in_vain=[0, 3, 3, 0],
        back=[0, 5, 99_999, 0],
    )
    trace = simulate(plan, coming)
    stops, missed = trace.stops, trace.missed
    assert called(trace) == [541, 552, 555, 558]
    assert stops.started == minutes([542, 570, ABSENT / MINUTE, 559])
    assert stops.finished == minutes([552, 580, 558, 569])
    assert stops.outcome == [Outcome.SERVED, Outcome.SERVED, Outcome.NO_SHOW, Outcome.SERVED]
    assert missed.ticket == ["2", "3"]
    assert missed.ended == minutes([555, 558])
    assert missed.back == [560 * MINUTE, ABSENT]
    assert missed.again == [569 * MINUTE, ABSENT]
    assert doing(trace, "1").count((552, 555, Doing.CALLING)) == 1


def test_whoever_comes_back_is_before_those_who_came_later_and_stays() -> None:
    coming = visits(
        [541, 542, 543, 544],
        [1, 30, 10, 10],
        in_vain=[2, 0, 0, 0],
        back=[5, 0, 0, 0],
        patience=[3, 99, 99, 99],
    )
    trace = simulate(a_plan(a_layout()), coming)
    assert trace.missed.again == [573 * MINUTE]
    assert called(trace) == [541, 543, 574, 584]
    assert trace.stops.finished[0] == 574 * MINUTE


def test_nobody_comes_back_after_the_hall_has_closed() -> None:
    coming = visits([950], [5], in_vain=[2], back=[9])
    trace = simulate(a_plan(a_layout()), coming)
    assert trace.stops.outcome == [Outcome.NO_SHOW]
    assert trace.missed.back == [ABSENT]


def test_a_newcomer_goes_to_the_least_flexible_then_the_longest_idle_counter() -> None:
    layout = a_layout(
        counters=['takes = [ "*" ]', 'takes = [ "a" ]', 'takes = [ "a" ]'], groups=("a", "b")
    )
    trace = simulate(a_plan(layout), visits([541, 545, 560], [1, 10, 10]))
    assert trace.stops.counter == ["2", "3", "2"]


def test_strict_classes_go_first_and_accumulating_ones_catch_up() -> None:
    coming = visits([541, 542, 550], [20, 5, 5], class_=[2, 2, 0])
    assert called(simulate(a_plan(a_layout(classes=STRICT)), coming)) == [541, 566, 561]
    assert called(simulate(a_plan(a_layout(classes=TWICE)), coming)) == [541, 566, 561]
    later = visits([541, 542, 555], [20, 5, 5], class_=[2, 2, 0])
    assert called(simulate(a_plan(a_layout(classes=TWICE)), later)) == [541, 561, 566]


def test_a_break_begins_when_the_citizen_is_finished_and_ends_on_time() -> None:
    roster = 'breaks = [ { counters = [ "1" ], from = "10:00", until = "10:30" } ]'
    trace = simulate(a_plan(a_layout(), roster), visits([595, 596], [10, 5]))
    assert called(trace) == [595, 630]
    assert (605, 630, Doing.PAUSED) in doing(trace, "1")


def test_a_break_that_passed_while_serving_is_not_taken() -> None:
    roster = 'breaks = [ { counters = [ "1" ], from = "10:00", until = "10:10" } ]'
    trace = simulate(a_plan(a_layout(), roster), visits([595, 596], [20, 5]))
    assert called(trace) == [595, 615]
    assert Doing.PAUSED not in trace.states.doing


def test_those_who_wait_are_served_after_closing_and_then_the_counter_closes() -> None:
    plan = a_plan(a_layout())
    trace = simulate(plan, visits([950, 951, 952], [10, 10, 10]))
    assert called(trace) == [950, 960, 970]
    assert doing(trace, "1")[-1] == (980, ABSENT, Doing.CLOSED)
    found = measure(trace, plan.layout, days=[plan.calendar.openings])
    assert found["all"]["overtime_minutes"] == 20


def test_over_lunch_the_waiting_are_served_and_the_counter_opens_again() -> None:
    trace = simulate(a_plan(a_layout()), visits([715, 716, 790], [10, 10, 10]))
    assert called(trace) == [715, 725, 790]
    assert (735, REOPENS, Doing.CLOSED) in doing(trace, "1")


def test_a_counter_whose_shift_is_over_leaves_the_others_to_the_rest() -> None:
    roster = (
        'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:00", until = "10:00" } ]'
    )
    trace = simulate(a_plan(a_layout(counters=2), roster), visits([590] * 4, [20] * 4))
    assert called(trace) == [590, 590, 610, 630]
    assert trace.stops.counter == ["1", "2", "2", "2"]


def test_who_can_be_served_by_nobody_is_left_over() -> None:
    roster = (
        'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:00", until = "10:00" } ]'
    )
    trace = simulate(a_plan(a_layout(), roster), visits([590, 591], [20, 20]))
    assert trace.stops.outcome == [Outcome.SERVED, Outcome.CLOSED]
    assert trace.stops.finished[1] == CLOSES * MINUTE


def test_a_backup_helps_out_once_the_head_has_waited_so_long() -> None:
    helper = 'takes = [ "b" ]\nbackup = [ { group = "a", after_minutes = 7 } ]'
    layout = a_layout(counters=['takes = [ "a" ]', helper], groups=("a", "b"))
    trace = simulate(a_plan(layout), visits([541, 542, 544], [60, 10, 10]))
    assert called(trace) == [541, 549, 559]
    assert trace.stops.counter == ["1", "2", "2"]


def test_a_counter_takes_something_else_for_a_part_of_the_day() -> None:
    during = 'takes = [ "b" ]\nduring = [ { from = "10:00", until = "10:30", takes = [ "a" ] } ]'
    layout = a_layout(counters=['takes = [ "a" ]', during], groups=("a", "b"))
    coming = visits([590, 591, 601, 635], [120, 5, 5, 5], group=[0, 0, 1, 1])
    assert called(simulate(a_plan(layout), coming)) == [590, 600, 630, 635]


def test_an_appointment_may_be_called_early_but_waits_only_from_its_slot() -> None:
    plan = a_plan(a_layout(classes=EQUAL.replace("early = false", "early = true")))
    trace = simulate(plan, visits([550], [10], due=[560], class_=[1]))
    assert called(trace) == [550]
    assert measure(trace, plan.layout, days=[])["all"]["wait_minutes"] == 0


def test_whoever_may_not_be_called_early_is_called_at_the_due_moment() -> None:
    trace = simulate(a_plan(a_layout()), visits([550], [10], due=[560], class_=[1]))
    assert called(trace) == [560]


def test_patience_is_counted_from_being_due() -> None:
    coming = visits([541, 545], [30, 5], due=[541, 560], class_=[2, 1], patience=[99, 15])
    assert called(simulate(a_plan(a_layout()), coming)) == [541, 571]


def several(*work: tuple[float, ...], arrival: Sequence[float]) -> Visits:
    """Return visits, each with one matter of every group in turn."""
    return Visits(
        arrival=minutes(arrival),
        due=minutes(arrival),
        class_=[2] * len(arrival),
        patience=[FOR_EVER] * len(arrival),
        matters=[tuple(range(len(each))) for each in work],
        work=[tuple(minutes(each)) for each in work],
    )


def test_a_comprehensive_counter_does_all_matters_in_one_stop() -> None:
    layout = a_layout(groups=("a", "b"))
    trace = simulate(a_plan(layout), several((10, 5), arrival=[541]))
    assert len(trace.stops) == 1
    assert trace.stops.finished == minutes([556])


def test_special_counters_send_the_citizen_on_to_the_next_stop() -> None:
    layout = a_layout(counters=['takes = [ "a" ]', 'takes = [ "b" ]'], groups=("a", "b"))
    trace = simulate(a_plan(layout), several((10, 5), (20, 5), arrival=[541, 542]))
    stops = trace.stops
    assert stops.stop == [1, 1, 2, 2]
    assert stops.ticket == ["1", "2", "1", "2"]
    assert called(trace) == [541, 551, 551, 571]
    assert stops.due[2:] == minutes([551, 571])
    assert stops.matters == [("a-1", "b-1"), ("a-1", "b-1"), ("b-1",), ("b-1",)]
    assert stops.outcome[:2] == [Outcome.QUEUED_AGAIN] * 2


def test_after_closing_a_counter_stays_for_those_who_still_come_from_another() -> None:
    layout = a_layout(counters=['takes = [ "a" ]', 'takes = [ "b" ]'], groups=("a", "b"))
    trace = simulate(a_plan(layout), several((30, 5), arrival=[955]))
    assert called(trace) == [955, 985]
    assert doing(trace, "2")[-1] == (990, ABSENT, Doing.CLOSED)


def test_a_free_counter_is_given_the_next_one_by_itself_after_the_pause() -> None:
    trace = simulate(a_plan(a_layout(policy="automatic")), visits([541, 542, 560], [10, 5, 5]))
    pause = 10 / 60
    assert called(trace) == pytest.approx([541, 551 + pause, 560])


def test_the_shortest_queue_is_that_of_the_moment() -> None:
    plan = a_plan(a_layout(counters=2, policy="shortest_queue"))
    trace = simulate(plan, visits([541, 542, 543, 544], [60, 5, 5, 5]))
    assert trace.stops.counter == ["1", "2", "1", "2"]
    assert called(trace) == [541, 542, 601, 547]


def test_bound_tickets_go_round_whatever_the_queues() -> None:
    plan = a_plan(a_layout(counters=2, policy="bound_at_issue"))
    trace = simulate(plan, visits([541, 550, 560, 570], [2, 60, 2, 2]))
    assert trace.stops.counter == ["1", "2", "1", "2"]
    assert called(trace) == [541, 550, 560, 610]


def test_a_counter_serves_those_bound_to_it_before_it_leaves() -> None:
    roster = (
        'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:00", until = "10:00" } ]'
    )
    plan = a_plan(a_layout(counters=2, policy="bound_at_issue"), roster)
    trace = simulate(plan, visits([590, 591, 592, 611], [30, 5, 5, 5]))
    assert trace.stops.counter == ["1", "2", "1", "2"]
    assert called(trace) == [590, 591, 620, 611]
    assert doing(trace, "1")[-1] == (625, ABSENT, Doing.CLOSED)


def test_a_steady_run_knows_no_hours() -> None:
    trace = simulate(a_steady_plan(a_layout()), visits([0, 1, 5_000], [10, 10, 10]))
    assert called(trace) == [0, 10, 5_000]
    assert from_ms(trace.stops.called[2]).date() > DAY
