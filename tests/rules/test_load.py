"""What the estimate is told of the hall: who is really there, from when, until when."""

from datetime import timedelta
from typing import Any

import pytest

from hall.dispatch.load import CounterLoad, HallLoad, load
from hall.domain.counters import CounterNow, CounterState
from hall.domain.identities import CounterId
from hall.domain.moments import to_ms
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.domain.tickets import Status, Ticket
from tests.rules.builders import MINUTE_MS, NINE, a_layout, a_ticket

LAYOUT = a_layout(counters=[f'id = "{number}"\ntakes = [ "*" ]' for number in (1, 2)])
ROSTER = roster_in(
    Source(
        "roster.toml",
        """shifts = [ { days = "mon-fri", counters = [ "1" ], from = "08:00", until = "12:00" } ]
breaks = [ { counters = [ "2" ], from = "10:00", until = "10:30" } ]""",
    ),
    LAYOUT,
)
ONE, TWO = CounterId("1"), CounterId("2")
MINUTE = timedelta(minutes=1)


def the_load(
    *states: tuple[CounterId, CounterState],
    roster: Roster = ROSTER,
    serving: list[tuple[Ticket, int]] | None = None,
    minutes: float = 0,
) -> HallLoad:
    """Return the load some minutes after nine on a Monday."""
    now = NINE + minutes * MINUTE
    return load(
        LAYOUT,
        roster,
        now=now,
        day=NINE.date(),
        lines=[],
        counters={id_: CounterNow(id=id_, state=state, since=NINE) for id_, state in states},
        serving=serving or [],
    )


def spans(found: HallLoad) -> dict[str, list[tuple[str, str]]]:
    """Return the staffed time of each counter on the clock; overtime is written ``late``."""

    def clock(ms: int) -> str:
        minutes = (ms - to_ms(NINE)) / MINUTE_MS + 540
        return f"{minutes // 60:02.0f}:{minutes % 60:02.0f}" if minutes < 1440 else "late"

    return {c.counter: [(clock(a), clock(b)) for a, b in c.spans] for c in found.counters}


def test_an_open_counter_is_there_until_its_shift_ends_or_its_break_begins() -> None:
    both = (ONE, CounterState.READY), (TWO, CounterState.READY)
    assert spans(the_load(*both)) == {
        "1": [("09:00", "12:00")],
        "2": [("09:00", "10:00"), ("10:30", "late")],
    }


@pytest.mark.parametrize("state", [CounterState.PAUSED, CounterState.CLOSED])
def test_a_counter_that_is_not_open_counts_from_its_next_part_only(state: CounterState) -> None:
    found = spans(the_load((ONE, CounterState.READY), (TWO, state)))
    assert found == {"1": [("09:00", "12:00")], "2": [("10:30", "late")]}
    assert "1" not in spans(the_load((ONE, state), (TWO, CounterState.READY)))


def test_as_long_as_no_counter_is_open_the_roster_counts_from_in_five_minutes() -> None:
    assert spans(the_load()) == {
        "1": [("09:05", "12:00")],
        "2": [("09:05", "10:00"), ("10:30", "late")],
    }
    assert spans(the_load(minutes=240)) == {"2": [("13:05", "late")]}


def test_before_opening_all_that_the_roster_opens_will_be_there() -> None:
    assert spans(the_load(minutes=-90)) == {
        "1": [("08:00", "12:00")],
        "2": [("08:00", "10:00"), ("10:30", "late")],
    }


def test_a_counter_open_against_the_roster_is_there_all_the_same() -> None:
    open_ = (ONE, CounterState.READY), (TWO, CounterState.READY)
    assert spans(the_load(*open_, minutes=70))["2"] == [("10:10", "10:30"), ("10:30", "late")]
    assert spans(the_load(*open_, minutes=240))["1"] == [("13:00", "late")]
    assert spans(the_load(*open_, minutes=500)) == {
        "1": [("17:20", "late")],
        "2": [("17:20", "late")],
    }


def test_a_counter_whose_break_has_come_rests_once_its_citizen_is_served() -> None:
    open_ = (ONE, CounterState.READY), (TWO, CounterState.READY)
    before = [a_service(Status.SERVING, counter=TWO, started_at=NINE)]
    called_in_it = [a_service(Status.SERVING, counter=TWO, called_at=NINE + 65 * MINUTE)]
    rests = the_load(*open_, serving=before, minutes=70)
    works = the_load(*open_, serving=called_in_it, minutes=70)
    assert spans(rests)["2"] == [("10:30", "late")]
    assert spans(works)["2"] == [("10:10", "10:30"), ("10:30", "late")]


def a_service(status: Status, **changes: Any) -> tuple[Ticket, int]:
    facts = {"counter": ONE, "called_at": NINE, **changes}
    return a_ticket(status=status, **facts), 10 * MINUTE_MS


def free_in(found: HallLoad) -> list[float]:
    return [round((c.free_at_ms - found.now_ms) / MINUTE_MS, 1) for c in found.counters]


def test_a_counter_is_free_once_its_citizen_is_expected_to_be_gone() -> None:
    open_ = (ONE, CounterState.READY), (TWO, CounterState.READY)
    called = the_load(*open_, serving=[a_service(Status.CALLED)], minutes=1)
    assert 9 < free_in(called)[0] < 10
    assert free_in(called)[1] == 0
    served = [a_service(Status.SERVING, started_at=NINE)]
    waits = [free_in(the_load(*open_, serving=served, minutes=at))[0] for at in (0, 5, 10, 40)]
    assert waits[0] == 10
    assert waits == sorted(waits, reverse=True)
    assert waits[3] > 6, "who takes long is not about to be finished"


def test_the_load_says_what_time_of_the_day_it_is() -> None:
    found = the_load(minutes=3)
    assert (found.minute, found.now_ms) == (543, to_ms(NINE) + 3 * MINUTE_MS)
    assert all(isinstance(counter, CounterLoad) for counter in found.counters)
