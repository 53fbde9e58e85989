"""One way to ask for a wait, whoever looks at the hall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hall.dispatch.expect import Filled, expect, hall_load
from hall.domain.counters import CounterNow, CounterState
from hall.domain.habits import Correction, Habits
from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Status, Ticket
from tests.rules.builders import CLASSES, MINUTE_MS, NINE, a_layout, a_line, a_ticket

ONE = CounterId("1")
PRIORITY = Line.of("social/priority/")


@dataclass(kw_only=True)
class Queue:
    """Some people in a line who need six minutes each; the first has waited for ten."""

    line: Line = field(default_factory=a_line)
    waiting: int = 4
    due_ms: int = to_ms(NINE) - 10 * MINUTE_MS

    @property
    def work_ms(self) -> int:
        return self.waiting * 6 * MINUTE_MS


@dataclass(kw_only=True)
class Look:
    """A hall at nine with one open counter, which called somebody a minute ago."""

    layout: Layout = field(default_factory=a_layout)
    habits: Habits = field(default_factory=Habits)
    queues: Sequence[Filled] = field(default_factory=lambda: [Queue()])
    roster: Roster = field(default_factory=Roster)
    now: datetime = NINE
    day: date | None = None

    def lines(self) -> Sequence[Filled]:
        return self.queues

    def counters_now(self) -> Mapping[CounterId, CounterNow]:
        return {ONE: CounterNow(id=ONE, state=CounterState.READY, since=NINE)}

    def all_at_counters(self) -> Sequence[tuple[Ticket, int]]:
        return [(a_ticket(status=Status.CALLED, counter=ONE, called_at=NINE), 6 * MINUTE_MS)]


def likely_minutes(look: Look) -> float:
    found = expect(look, a_line())
    assert found is not None
    return found.likely_ms / MINUTE_MS


def test_where_the_hall_calls_by_itself_the_pause_after_each_citizen_counts() -> None:
    rule = 'policy = "automatic"\nautomatic_seconds = 60'
    paused = likely_minutes(Look(layout=a_layout(rule=rule)))
    assert 4 < paused - likely_minutes(Look()) < 6


def test_those_who_usually_come_now_and_go_first_are_counted_on() -> None:
    layout = a_layout(classes=CLASSES)
    often = Look(layout=layout, habits=Habits(per_hour={PRIORITY: 6.0}))
    assert {line.line for line in hall_load(often).lines} == {a_line(), PRIORITY}
    assert likely_minutes(often) > likely_minutes(Look(layout=layout)) + 5


def test_what_past_announcements_taught_is_taken_into_account() -> None:
    longer = Look(habits=Habits(announced=Correction(scale=1.2, low=2.0, high=0.5)))
    before, after = expect(Look(), a_line()), expect(longer, a_line())
    assert before is not None
    assert after is not None
    assert after.uncorrected_ms == before.uncorrected_ms
    assert after.likely_ms == round(1.2 * before.likely_ms)
    assert after.likely_ms - after.low_ms > 2 * (before.likely_ms - before.low_ms)
    assert after.high_ms - after.likely_ms < before.high_ms - before.likely_ms


def test_the_simpler_sum_is_kept_beside_it() -> None:
    found = expect(Look(), a_line())
    assert found is not None
    assert (found.ahead, found.plain_ms) == (4, 24 * MINUTE_MS)
