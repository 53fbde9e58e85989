"""What the figures of a day mean, on days small enough to count by hand."""

from datetime import date

import pytest

from hall.domain.identities import ClassId, CounterId, GroupId, MatterCode, TicketId
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.trace import ABSENT, Doing, Outcome, States, Stops, Trace
from hall.measures.crowd import crowd
from hall.measures.figures import percentile
from hall.measures.measure import Measures, measure, openings_ms

MINUTE = 60_000
OPEN = [[(0, 480 * MINUTE)]]
LAYOUT = """
format = 1
groups = [ { id = "tax", prefix = "A", name = { zh = "税", en = "Tax" } },
           { id = "card", prefix = "B", name = { zh = "卡", en = "Card" } } ]
matters = [ { code = "t", group = "tax", name = { zh = "税", en = "Tax" }, handling_minutes = 5 },
            { code = "c", group = "card", name = { zh = "卡", en = "C" }, handling_minutes = 5 } ]
counters = [ { id = "1", takes = [ "*" ] }, { id = "2", takes = [ "tax" ] } ]
[hall]
id = "small"
name = { zh = "小", en = "Small" }
time_zone = "UTC"
opening = [ { days = "mon-sun", from = "00:00", until = "08:00" } ]
target = { walk_in_minutes = 15, appointment_minutes = 5, share = 0.9 }
seats = 1
"""


def the_layout() -> Layout:
    return layout_in(Source("small", LAYOUT))


def a_stop(  # noqa: PLR0913
    stops: Stops,
    *,
    ticket: str = "1",
    issued: float = 0,
    due: float | None = None,
    wait: float | None = 0,
    service: float = 10,
    stop: int = 1,
    group: str = "tax",
    class_: str = "walk_in",
    outcome: Outcome = Outcome.SERVED,
    left: float | None = None,
) -> None:
    """Add a stop; all times in minutes, ``wait=None`` for somebody never called."""
    due = issued if due is None else due
    stops.add(
        ticket=TicketId(ticket),
        stop=stop,
        issued=round(issued * MINUTE),
        due=round(due * MINUTE),
        class_=ClassId(class_),
        group=GroupId(group),
        matters=(),
    )
    stops.outcome[-1] = outcome
    if wait is not None:
        stops.called[-1] = stops.started[-1] = round((due + wait) * MINUTE)
        stops.finished[-1] = round((due + wait + service) * MINUTE)
    if left is not None:
        stops.finished[-1] = round(left * MINUTE)


def measured(stops: Stops, states: States | None = None, until: float | None = None) -> Measures:
    trace = Trace(stops=stops, states=states or States())
    until_ms = None if until is None else round(until * MINUTE)
    return measure(trace, the_layout(), days=OPEN, until_ms=until_ms)


def test_waits_are_means_and_percentiles_over_called_stops() -> None:
    stops = Stops()
    for ticket, wait in enumerate([0, 4, 8, 20]):
        a_stop(stops, ticket=str(ticket), wait=wait)
    a_stop(stops, ticket="left", wait=None, outcome=Outcome.ABANDONED, left=100)
    found = measured(stops)["all"]
    assert found["wait_minutes"] == 8
    assert found["wait_p50_minutes"] == 6
    assert found["wait_p90_minutes"] == pytest.approx(8 + 0.7 * 12)
    assert found["waited_share"] == 0.75
    assert found["arrived"] == 5
    assert found["served"] == 4
    assert found["abandoned_share"] == 0.2


def test_percentiles_lie_between_neighbours_and_are_unknown_of_nobody() -> None:
    assert percentile([10], 0.9) == 10
    assert percentile([0, 10], 0.25) == 2.5
    assert percentile([], 0.5) is None


def test_a_call_before_the_appointment_is_due_is_no_wait() -> None:
    stops = Stops()
    a_stop(stops, class_="appointment", issued=0, due=10, wait=-4)
    found = measured(stops)["classes"]["appointment"]
    assert found["wait_minutes"] == 0
    assert found["within_target_share"] == 1


@pytest.mark.parametrize(
    ("class_", "wait", "share"), [("walk_in", 15, 1), ("walk_in", 15.001, 0), ("appointment", 6, 0)]
)
def test_the_target_is_that_of_the_class_and_includes_its_last_moment(
    class_: str, wait: float, share: float
) -> None:
    stops = Stops()
    a_stop(stops, class_=class_, wait=wait)
    assert measured(stops)["all"]["within_target_share"] == share


@pytest.mark.parametrize(("left", "share"), [(14, 1), (15, 0.5), (30, 0.5)])
def test_who_left_before_the_target_passed_is_left_out(left: float, share: float) -> None:
    stops = Stops()
    a_stop(stops, ticket="served", wait=3)
    a_stop(stops, ticket="left", wait=None, outcome=Outcome.ABANDONED, left=left)
    assert measured(stops)["all"]["within_target_share"] == share


def test_who_was_still_waiting_at_closing_was_not_within_target() -> None:
    stops = Stops()
    a_stop(stops, ticket="served", wait=3)
    a_stop(stops, ticket="left over", wait=None, outcome=Outcome.CLOSED, left=60)
    assert measured(stops)["all"]["within_target_share"] == 0.5


@pytest.mark.parametrize(("now", "share"), [(10, 1), (15, 0.5)])
def test_during_the_day_who_may_still_be_in_time_is_not_judged(now: float, share: float) -> None:
    stops = Stops()
    a_stop(stops, ticket="served", wait=3)
    a_stop(stops, ticket="waiting", wait=None, outcome=Outcome.OPEN)
    assert measured(stops, until=now)["all"]["within_target_share"] == share


def test_a_visit_of_two_stops_counts_once_and_lasts_from_issue_to_last_finish() -> None:
    stops = Stops()
    a_stop(stops, outcome=Outcome.QUEUED_AGAIN, wait=5, service=5)
    a_stop(stops, stop=2, group="card", issued=0, due=10, wait=2, service=8)
    a_stop(stops, ticket="other", wait=0, service=10)
    found = measured(stops)
    assert found["all"]["arrived"] == 2
    assert found["all"]["served"] == 2
    assert found["all"]["stops_per_visit"] == 1.5
    assert found["all"]["time_in_hall_minutes"] == 15
    assert found["groups"]["card"]["arrived"] == 1
    assert found["groups"]["tax"]["served"] == 2
    assert found["groups"]["card"]["wait_minutes"] == 2


def test_no_shows_are_told_apart_from_those_who_left() -> None:
    stops = Stops()
    a_stop(stops, ticket="gone", wait=2, outcome=Outcome.NO_SHOW)
    a_stop(stops, ticket="left", wait=None, outcome=Outcome.ABANDONED, left=20)
    found = measured(stops)["all"]
    assert (found["no_show_share"], found["abandoned_share"]) == (0.5, 0.5)


def test_waiting_counts_from_the_issue_and_ends_with_the_call() -> None:
    stops = Stops()
    a_stop(stops, ticket="early", issued=0, due=20, wait=10)
    a_stop(stops, ticket="second", issued=10, wait=10)
    a_stop(stops, ticket="third", issued=20, wait=5)
    found = measured(stops)["all"]
    assert found["waiting_max"] == 2
    assert found["over_seats_share"] == pytest.approx(15 / 480)


def test_only_open_time_counts_for_the_seats() -> None:
    stops = Stops()
    a_stop(stops, ticket="a", issued=470, wait=30)
    a_stop(stops, ticket="b", issued=470, wait=30)
    assert measured(stops)["all"]["over_seats_share"] == pytest.approx(10 / 480)


def test_a_crowd_that_never_ends_is_counted_up_to_now() -> None:
    stops = Stops()
    for ticket in "abc":
        a_stop(stops, ticket=ticket, issued=15, wait=None, outcome=Outcome.OPEN)
    found = crowd(stops, range(3), seats=2, days=[[(0, 100 * MINUTE)]], until_ms=30 * MINUTE)
    assert found == {"waiting_max": 3, "over_seats_share": 0.5}


def test_open_time_counts_as_far_as_the_day_has_come() -> None:
    stops = Stops()
    a_stop(stops, ticket="a", issued=0, wait=12)
    a_stop(stops, ticket="b", issued=0, wait=12)
    assert measured(stops, until=48)["all"]["over_seats_share"] == 0.25


def some_states(*rows: tuple[str, float, float, Doing]) -> States:
    states = States()
    for counter, since, until, doing in rows:
        end = ABSENT if until == ABSENT else round(until * MINUTE)
        states.add(CounterId(counter), round(since * MINUTE), end, doing)
    return states


def test_utilization_is_approach_and_service_over_open_and_not_paused() -> None:
    states = some_states(
        ("1", 0, 10, Doing.READY),
        ("1", 10, 12, Doing.CALLING),
        ("1", 12, 40, Doing.SERVING),
        ("1", 40, 60, Doing.PAUSED),
        ("1", 60, 80, Doing.READY),
        ("1", 80, ABSENT, Doing.CLOSED),
        ("2", 0, 60, Doing.READY),
        ("2", 60, ABSENT, Doing.CLOSED),
    )
    found = measured(Stops(), states)
    assert found["counters"]["1"]["utilization"] == 0.5
    assert found["counters"]["2"]["utilization"] == 0
    assert found["all"]["utilization"] == 0.25


def test_overtime_is_from_closing_to_the_last_citizen_served() -> None:
    states = some_states(
        ("1", 470, 500, Doing.SERVING),
        ("1", 500, 505, Doing.SERVING),
        ("2", 300, 480, Doing.SERVING),
    )
    found = measured(Stops(), states)
    assert found["all"]["overtime_minutes"] == 25
    assert found["counters"]["1"]["overtime_minutes"] == 25
    assert found["counters"]["2"]["overtime_minutes"] == 0


def test_overtime_after_each_closing_adds_up_and_is_averaged_over_days() -> None:
    trace = Trace(
        states=some_states(("1", 170, 190, Doing.SERVING), ("1", 490, 510, Doing.SERVING))
    )
    day = [(0, 180 * MINUTE), (300 * MINUTE, 500 * MINUTE)]
    closed: list[tuple[int, int]] = []
    found = measure(trace, the_layout(), days=[day, closed, [(9000 * MINUTE, 9100 * MINUTE)]])
    assert found["all"]["overtime_minutes"] == 10


def test_a_warm_up_is_left_out_of_every_figure() -> None:
    stops = Stops()
    a_stop(stops, ticket="before", issued=5, wait=50)
    a_stop(stops, ticket="after", issued=15, wait=1)
    states = some_states(("1", 0, 15, Doing.SERVING), ("1", 15, 30, Doing.READY))
    trace = Trace(stops=stops, states=states)
    found = measure(trace, the_layout(), days=[], since_ms=10 * MINUTE, until_ms=100 * MINUTE)
    assert found["all"]["arrived"] == 1
    assert found["all"]["wait_minutes"] == 1
    assert found["all"]["utilization"] == 0.25
    assert found["all"]["overtime_minutes"] is None


def test_of_an_empty_day_nothing_is_said() -> None:
    found = measured(Stops())
    assert found["all"]["arrived"] == 0
    assert found["all"]["wait_minutes"] is None
    assert found["all"]["within_target_share"] is None
    assert found["groups"]["tax"]["wait_p90_minutes"] is None
    assert found["counters"]["1"]["utilization"] is None


def test_opening_periods_are_told_day_by_day() -> None:
    assert openings_ms(the_layout(), [date(1970, 1, 1), date(1970, 1, 2)]) == [
        [(0, 480 * MINUTE)],
        [(1440 * MINUTE, 1920 * MINUTE)],
    ]


def test_matters_are_told_apart_where_that_is_asked_for() -> None:
    stops = Stops()
    a_stop(stops, ticket="1", wait=4)
    a_stop(stops, ticket="2", wait=10)
    a_stop(stops, ticket="3", group="card", wait=1)
    stops.matters[:] = [(MatterCode("t"),), (MatterCode("c"), MatterCode("t")), ()]
    found = measure(Trace(stops=stops), the_layout(), days=OPEN, by_matter=True)
    waits = {code: figures["wait_minutes"] for code, figures in found["matters"].items()}
    assert waits == {"t": 4, "c": 10}
    assert "matters" not in measure(Trace(stops=stops), the_layout(), days=OPEN)
