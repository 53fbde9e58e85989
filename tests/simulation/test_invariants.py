"""What holds in every hall on every day, whoever comes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.evolution import HallState
from hall.domain.folding import fold
from hall.domain.hours import minute_of_day
from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.moments import from_ms
from hall.domain.roster import Roster
from hall.domain.tickets import OPEN
from hall.domain.trace import ABSENT, Doing, Outcome, Trace
from simulation.journal import journal
from simulation.model import simulate
from simulation.plan import BINDING, Plan
from simulation.visits import Visits
from tests.simulation.days import DAY, GROUPS, plans, visits
from tests.simulation.halls import a_layout, a_steady_plan, some_visits


def minute_at(layout: Layout, moment: int) -> int:
    return minute_of_day(layout.zone, DAY, from_ms(moment))


def assert_everybody_was_dealt_with(trace: Trace, coming: Visits) -> None:
    stops = trace.stops
    last = dict(zip(stops.ticket, stops.outcome, strict=True))
    assert len(last) == len(coming)
    assert Outcome.OPEN not in last.values()
    assert Outcome.QUEUED_AGAIN not in last.values()
    for row in range(len(stops)):
        if stops.started[row] != ABSENT:
            assert stops.issued[row] <= stops.called[row] <= stops.started[row]
            assert stops.started[row] < stops.finished[row]


def assert_counters_do_one_thing_at_a_time(trace: Trace) -> None:
    states = trace.states
    for row in range(1, len(states)):
        if states.counter[row] == states.counter[row - 1]:
            assert states.since[row] == states.until[row - 1]
            assert states.until[row] == ABSENT or states.until[row] > states.since[row]
    served = sum(
        f - s for f, s in zip(trace.stops.finished, trace.stops.started, strict=True) if s != ABSENT
    )
    busy = sum(
        until - since
        for since, until, doing in zip(states.since, states.until, states.doing, strict=True)
        if doing is Doing.SERVING
    )
    assert served == busy


def calls(trace: Trace) -> list[tuple[int, int, str]]:
    """Return each call: of which row, when, at which counter; a call that was missed is one."""
    stops, missed = trace.stops, trace.missed
    row_of = {key: row for row, key in enumerate(zip(stops.ticket, stops.stop, strict=True))}
    last = dict(enumerate(stops.called))
    found = []
    for ticket, stop, counter, called, again in zip(
        missed.ticket, missed.stop, missed.counter, missed.called, missed.again, strict=True
    ):
        row = row_of[ticket, stop]
        found.append((row, called, str(counter)))
        last[row] = again
    return found + [(row, at, stops.counter[row] or "") for row, at in last.items() if at != ABSENT]


def assert_counters_take_what_they_take(trace: Trace, layout: Layout) -> None:
    stops = trace.stops
    for row, now, where in calls(trace):
        counter, group = layout.counter_of[CounterId(where)], stops.group[row]
        if group in counter.takes_at(minute_at(layout, now)):
            continue
        helps = {each.group: each.after.total_seconds() * 1000 for each in counter.backup}
        is_bound = layout.rule.policy in BINDING and stops.stop[row] == 1
        assert is_bound or now - stops.due[row] >= helps[group]


def assert_nobody_is_overtaken_in_line(trace: Trace, layout: Layout) -> None:
    """Whoever stood before somebody in the same line was called first, or had left."""
    stops = trace.stops
    bound = layout.rule.policy in BINDING
    lines: dict[tuple[object, ...], list[int]] = {}
    for row in sorted(range(len(stops)), key=lambda row: (stops.due[row], row)):
        if stops.called[row] != ABSENT:
            at = stops.counter[row] if bound and stops.stop[row] == 1 else None
            line = (stops.group[row], stops.class_[row], stops.stop[row] > 1, at)
            lines.setdefault(line, []).append(row)
    for rows in lines.values():
        for place, row in enumerate(rows):
            for before in rows[:place]:
                was_there = min(stops.issued[before], stops.due[before]) < stops.called[row]
                assert stops.called[before] <= stops.called[row] or not was_there


@settings(deadline=None, max_examples=60)
@given(plans(), visits())
def test_every_day_is_whole_and_in_order(plan: Plan, coming: Visits) -> None:
    trace = simulate(plan, coming)
    assert_everybody_was_dealt_with(trace, coming)
    assert_counters_do_one_thing_at_a_time(trace)
    assert_counters_take_what_they_take(trace, plan.layout)


@settings(deadline=None, max_examples=50)
@given(plans(), visits())
def test_the_journal_of_a_simulated_day_folds_into_its_trace(plan: Plan, coming: Visits) -> None:
    trace = simulate(plan, coming)
    events = journal(plan.layout, trace, day=DAY, roster=Roster())
    assert fold(events) == trace
    state = HallState()
    previous = NOTHING_BEFORE
    for sequence, event in enumerate(events, start=1):
        state.apply(event)
        assert (event.sequence, event.previous) == (sequence, previous)
        assert event.chained(previous).hash == event.hash
        previous = event.hash
    assert not {ticket.status for ticket in state.tickets.values()} & OPEN
    assert state.day is None


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), min_size=1, max_size=40),
    st.integers(1, 4),
)
def test_one_more_counter_lets_nobody_start_later(
    people: list[tuple[int, int]], counters: int
) -> None:
    people.sort()
    coming = some_visits([arrival for arrival, _ in people], [work for _, work in people])
    fewer, more = (
        simulate(a_steady_plan(a_layout(counters=count)), coming).stops.started
        for count in (counters, counters + 1)
    )
    assert all(later <= before for later, before in zip(more, fewer, strict=True))


@settings(deadline=None, max_examples=50)
@given(visits())
def test_no_counter_is_idle_while_somebody_waits_whom_it_takes(coming: Visits) -> None:
    layout = a_layout(counters=['takes = [ "a" ]', 'takes = [ "b", "c" ]'], groups=GROUPS)
    trace = simulate(a_steady_plan(layout), coming)
    stops, states = trace.stops, trace.states
    ready = [
        (CounterId(counter), since, until)
        for counter, since, until, doing in zip(
            states.counter, states.since, states.until, states.doing, strict=True
        )
        if doing is Doing.READY
    ]
    for row in range(len(stops)):
        until = stops.called[row] if stops.called[row] != ABSENT else stops.finished[row]
        for counter, idle_from, idle_until in ready:
            if stops.group[row] in layout.counter_of[counter].takes:
                assert until <= idle_from or idle_until <= stops.due[row]


@settings(deadline=None, max_examples=50)
@given(plans(), visits())
def test_within_a_line_nobody_is_overtaken(plan: Plan, coming: Visits) -> None:
    assert_nobody_is_overtaken_in_line(simulate(plan, coming), plan.layout)
