"""What people are told about the wait on simulated days, against what others would say.

The 12-counter hall, all counters comprehensive, 1,000 visitors a day, lunch breaks in two shifts.
Everybody who has to wait is told the live hall's outlook, from what the live hall would know then.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

from benchmarks.measuring import bound
from hall.dispatch.conformal import Told, correction
from hall.dispatch.expect import Filled, expect
from hall.dispatch.outlook import Outlook
from hall.domain.counters import CounterNow, CounterState
from hall.domain.habits import Correction, Habits
from hall.domain.identities import CounterId, MatterCode
from hall.domain.layout import Layout
from hall.domain.moments import from_ms, length_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Status, Ticket
from hall.domain.trace import Doing, Trace
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario

SCENARIO = Path("examples/twelve/pooled-1000.toml")
#: Seeds of days that the correction is learned from, and of fresh ones.
LEARNED, FRESH = 11, 12
#: Nobody waits behind more people than this.
_MOST = 400
_STATES = {Doing.CLOSED: CounterState.CLOSED, Doing.PAUSED: CounterState.PAUSED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody was told who had to wait, and what came of it."""

    outlook: Outlook
    waited_ms: int

    @property
    def is_held(self) -> bool:
        """Whether the wait was in the range, before it was rounded."""
        return self.outlook.low_ms <= self.waited_ms <= self.outlook.high_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class _Filled:
    line: Line
    waiting: int
    work_ms: int
    due_ms: int


@dataclass(kw_only=True)
class _Moment:
    """The hall as the live one would know it when somebody comes."""

    layout: Layout
    roster: Roster
    habits: Habits
    day: date | None
    #: How long a citizen occupies a counter on average, by the first matter: as if learned.
    expected_ms: dict[MatterCode, int]
    trace: Trace
    row: int

    def __post_init__(self) -> None:
        self.at_ms = self.trace.stops.issued[self.row]
        self.now = from_ms(self.at_ms)
        self.before = range(max(0, self.row - _MOST), self.row)

    def lines(self) -> Sequence[Filled]:
        stops = self.trace.stops
        lines: dict[Line, list[int]] = {}
        for row in self.before:
            if stops.called[row] > self.at_ms:
                line = Line(group=stops.group[row], class_=stops.class_[row])
                lines.setdefault(line, []).append(row)
        return [
            _Filled(
                line=line,
                waiting=len(rows),
                work_ms=sum(self.expected_ms[stops.matters[row][0]] for row in rows),
                due_ms=stops.due[rows[0]],
            )
            for line, rows in lines.items()
        ]

    def counters_now(self) -> dict[CounterId, CounterNow]:
        states = self.trace.states
        rows = zip(states.counter, states.since, states.until, states.doing, strict=True)
        return {
            id_: CounterNow(
                id=id_, state=_STATES.get(doing, CounterState.READY), since=from_ms(since)
            )
            for id_, since, until, doing in rows
            if since <= self.at_ms and (self.at_ms < until or until < 0)
        }

    def all_at_counters(self) -> list[tuple[Ticket, int]]:
        stops = self.trace.stops
        return [
            (self._served(row), self.expected_ms[stops.matters[row][0]])
            for row in self.before
            if stops.called[row] <= self.at_ms < stops.finished[row]
        ]

    def _served(self, row: int) -> Ticket:
        stops = self.trace.stops
        return Ticket(
            id=stops.ticket[row],
            day=self.now.date(),
            number=stops.ticket[row],
            status=Status.SERVING,
            class_=stops.class_[row],
            line=Line(group=stops.group[row], class_=stops.class_[row]),
            matters=(),
            issued_at=from_ms(stops.issued[row]),
            due_at=from_ms(stops.due[row]),
            placed=row,
            counter=stops.counter[row],
            called_at=from_ms(stops.called[row]),
        )


def asked(scenario: Scenario, *, seed: int, days: int, known: Correction) -> Iterator[Asked]:
    """Yield what everybody who had to wait was told on simulated days."""
    runner, layout = Runner(scenario), scenario.layout
    approach_ms = round(scenario.approach_seconds * 1000)
    expected_ms = {m.code: length_ms(m.handling) + approach_ms for m in layout.matters}
    for replication in range(days):
        trace = runner.trace(seed, replication)
        stops = trace.stops
        for row in range(len(stops)):
            waited_ms = stops.called[row] - stops.due[row]
            if waited_ms <= 0:
                continue
            moment = _Moment(
                layout=layout,
                roster=scenario.staffing,
                habits=Habits(announced=known),
                day=runner.days[0][0],
                expected_ms=expected_ms,
                trace=trace,
                row=row,
            )
            line = Line(group=stops.group[row], class_=stops.class_[row])
            outlook = expect(moment, line)
            assert outlook is not None
            yield Asked(outlook=outlook, waited_ms=waited_ms)


def learned(scenario: Scenario, *, days: int) -> Correction:
    """Return the correction that days before the fresh ones teach."""
    past = asked(scenario, seed=LEARNED, days=days, known=Correction())
    return correction([Told(*one.outlook.uncorrected_ms, one.waited_ms) for one in past])


def minutes_off(errors_ms: Sequence[float]) -> float:
    """Return the root of the mean squared error in minutes."""
    return math.sqrt(fmean(error * error for error in errors_ms)) / 60_000


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    scenario = read_scenario(SCENARIO)
    known = learned(scenario, days=20)
    told = list(asked(scenario, seed=FRESH, days=100, known=known))
    plain = minutes_off([one.outlook.plain_ms - one.waited_ms for one in told])
    ours = minutes_off([one.outlook.likely_ms - one.waited_ms for one in told])
    bias = fmean(one.outlook.likely_ms - one.waited_ms for one in told) / 60_000
    mean = fmean(one.waited_ms for one in told) / 60_000
    raw = fmean(
        one.outlook.uncorrected_ms[0] <= one.waited_ms <= one.outlook.uncorrected_ms[-1]
        for one in told
    )
    print(f"{len(told)} people who waited {mean:.1f} min on average, on 100 days")
    print(f"error: people ahead × mean ÷ counters {plain:.2f} min, ours {ours:.2f} min")
    print(f"bias {bias:+.2f} min; in the range {raw:.3f} uncorrected, correction {known}")
    held = fmean(one.is_held for one in told)
    return (
        bound("error ÷ that of people ahead × mean ÷ counters", ours / plain, most=0.65)
        + bound("share of waits in the range", held, least=0.76)
        + bound("share of waits in the range", held, most=0.84)
    )


if __name__ == "__main__":
    raise SystemExit(main())
