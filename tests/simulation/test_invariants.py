"""What holds in every hall on every day, whoever comes."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.evolution import HallState
from hall.domain.folding import fold
from hall.domain.hours import minute_of_day
from hall.domain.identities import ClassId, CounterId
from hall.domain.layout import Layout
from hall.domain.moments import from_ms
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.domain.tickets import OPEN
from hall.domain.trace import ABSENT, Doing, Outcome, Trace
from simulation.calendar import day_calendar
from simulation.journal import journal
from simulation.model import simulate
from simulation.plan import BINDING, Plan, make_plan
from simulation.visits import FOR_EVER, Visits
from tests.simulation.halls import EQUAL, STRICT, TWICE, a_layout, a_steady_plan, some_visits

MINUTE = 60_000
DAY = date(1970, 1, 1)
GROUPS = ("a", "b", "c")
OPENS, CLOSES = 540, 960
DEFAULT = "{ priority = { credit_minutes = 30 }, appointment = {}, walk_in = {}, returned = {} }"
TAKES = ('[ "*" ]', '[ "a" ]', '[ "b", "c" ]', '[ "a", "b" ]')
EXTRAS = (
    "",
    'backup = [ { group = "a", after_minutes = 7 } ]',
    'during = [ { from = "10:00", until = "11:00", takes = [ "c" ] } ]',
    "pace = { a = 1.3 }\nbonus_minutes = { b = 5 }",
    'classes = [ "priority" ]',
)
MORNING = 'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:00", until = "10:20" } ]'
LATER = 'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:40", until = "14:00" } ]'
BREAK = 'breaks = [ { counters = [ "1" ], from = "09:30", until = "10:10" } ]'
ROSTERS = ("", MORNING, BREAK, f"{LATER}\n{BREAK}")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a hall of two to four counters, the last of them comprehensive, and its day."""
    kinds = st.tuples(st.sampled_from(TAKES), st.sampled_from(EXTRAS))
    special = draw(st.lists(kinds, min_size=1, max_size=3))
    counters = [f"takes = {takes}\n{extra}" for takes, extra in special]
    layout = a_layout(
        counters=[*counters, 'takes = [ "*" ]'],
        groups=GROUPS,
        classes=draw(st.sampled_from((EQUAL, STRICT, TWICE, DEFAULT))),
        policy=draw(st.sampled_from(("clerk", "automatic", "shortest_queue", "bound_at_issue"))),
    )
    roster = roster_in(Source("roster", draw(st.sampled_from(ROSTERS))), layout)
    return make_plan(
        layout,
        day_calendar(layout, roster, DAY),
        classes=[ClassId(rule.id) for rule in layout.rule.classes],
        approach_ms=draw(st.sampled_from((0, 20_000))),
        in_vain_ms=draw(st.sampled_from((0, MINUTE))),
    )


@st.composite
def visits(draw: st.DrawFn) -> Visits:
    """Draw up to 25 visits at whole minutes, so that many things happen at one moment."""
    count = draw(st.integers(1, 25))

    def times(least: int, most: int) -> list[int]:
        drawn = draw(st.lists(st.integers(least, most), min_size=count, max_size=count))
        return [minute * MINUTE for minute in drawn]

    arrival = sorted(times(OPENS, CLOSES - 1))
    matters = [tuple(draw(st.permutations(range(3)))[: draw(st.integers(1, 3))]) for _ in arrival]
    early = times(0, 20)
    class_ = draw(st.lists(st.sampled_from((0, 1, 2)), min_size=count, max_size=count))
    return Visits(
        arrival=arrival,
        due=[a + e * (c == 1) for a, e, c in zip(arrival, early, class_, strict=True)],
        class_=class_,
        patience=[p or FOR_EVER for p in times(0, 60)],
        matters=matters,
        work=[tuple(draw(st.integers(1, 40)) * MINUTE for _ in each) for each in matters],
        in_vain=times(0, 2),
        back=[b or FOR_EVER for b in times(0, 30)],
    )


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
