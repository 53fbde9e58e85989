"""What whoever joins a line is told, wherever a hall is looked at: one way to ask."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from hall.dispatch.load import HallLoad, LineLoad, load
from hall.dispatch.outlook import Outlook, outlook
from hall.domain.counters import CounterNow
from hall.domain.habits import Habits
from hall.domain.hours import business_day
from hall.domain.identities import CounterId
from hall.domain.layout import Layout, Policy
from hall.domain.moments import length_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Ticket


class Filled(Protocol):
    """A line in which somebody waits."""

    @property
    def line(self) -> Line:
        """Which one."""

    @property
    def waiting(self) -> int:
        """How many wait in it."""

    @property
    def work_ms(self) -> int:
        """How long they will occupy a counter of pace 1 in all."""

    @property
    def due_ms(self) -> int:
        """When the first of them was due."""


class Present(Protocol):
    """A hall as it stands at one moment, as far as a wait depends on it."""

    now: datetime
    day: date | None

    @property
    def layout(self) -> Layout:
        """The active layout."""

    @property
    def roster(self) -> Roster:
        """The active roster."""

    @property
    def habits(self) -> Habits:
        """What is learned of the hall."""

    def lines(self) -> Sequence[Filled]:
        """Return every line in which somebody waits."""

    def counters_now(self) -> Mapping[CounterId, CounterNow]:
        """Return every counter that was ever opened."""

    def all_at_counters(self) -> Sequence[tuple[Ticket, int]]:
        """Return the tickets at counters, each with how long it is expected to occupy them."""


def hall_load(present: Present, lines: Sequence[Filled] | None = None) -> HallLoad:
    """Return the load of a hall, by all who wait or by those in some lines alone."""
    layout, habits = present.layout, present.habits
    filled = present.lines() if lines is None else lines
    pause_ms = _pause_ms(layout)
    loads = [
        LineLoad(
            line=each.line,
            waiting=each.waiting,
            work_ms=each.work_ms + each.waiting * pause_ms,
            first_due_ms=each.due_ms,
            per_hour=habits.per_hour.get(each.line, 0.0),
        )
        for each in filled
    ]
    return load(
        layout,
        present.roster,
        now=present.now,
        day=present.day or business_day(layout.hours, layout.zone, present.now),
        lines=[*loads, *_empty(present, {each.line for each in filled})],
        counters=present.counters_now(),
        serving=[(ticket, ms + pause_ms) for ticket, ms in present.all_at_counters()],
        habits=habits,
    )


def expect(present: Present, line: Line, *, due_ms: int | None = None) -> Outlook | None:
    """Return what awaits somebody who now joins ``line``; nothing if nobody will take it today."""
    return outlook(present.layout, hall_load(present), line=line, due_ms=due_ms)


def _pause_ms(layout: Layout) -> int:
    """Return for how long a counter that the hall calls for rests after each citizen."""
    is_automatic = layout.rule.policy is Policy.AUTOMATIC
    return length_ms(layout.rule.automatic_pause) if is_automatic else 0


def _empty(present: Present, filled: set[Line]) -> list[LineLoad]:
    """Return the lines in which nobody waits, but somebody may come who is called first."""
    return [
        LineLoad(line=line, waiting=0, work_ms=0, first_due_ms=0, per_hour=per_hour)
        for line, per_hour in present.habits.per_hour.items()
        if line not in filled
    ]
