"""How loaded a hall is now: what the waiting estimate needs, from its state and its roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hall.domain.counters import CounterNow, CounterState
from hall.domain.hours import minute_of_day, moment
from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class LineLoad:
    """What waits in a line, and how fast it grows.

    Of the asked line give only those who stand before the one who asks: for a new ticket all.
    """

    line: Line
    #: How many wait in it.
    waiting: int
    #: How long they will occupy a counter of pace 1 in all, from the call to the finish.
    work_ms: int
    #: When the first of them was due.
    first_due_ms: int
    #: How many more will come in an hour; 0 when that is not known.
    per_hour: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterLoad:
    """A counter that is open now or will be today."""

    counter: CounterId
    #: When it will be free, as far as can be expected: now, if it is.
    free_at_ms: int
    #: From when until when it is staffed, from now on, breaks left out.
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HallLoad:
    """Everything that decides how long people will wait; one is good for every line."""

    now_ms: int
    #: ``now`` in wall-clock minutes after the midnight of the business day.
    minute: int
    #: The lines in which somebody waits; empty ones may be left out.
    lines: tuple[LineLoad, ...]
    #: The counters really open, and those that the roster opens later today.
    counters: tuple[CounterLoad, ...]
    #: Standard deviation of a service time over its mean.
    cv: float = 0.8


def load(  # noqa: PLR0913 - the hall's state has this many parts
    layout: Layout,
    roster: Roster,
    *,
    now: datetime,
    day: date,
    lines: Sequence[LineLoad],
    counters: Mapping[CounterId, CounterNow],
    serving: Sequence[tuple[Ticket, int]],
) -> HallLoad:
    """Return the load of a hall at ``now``.

    A counter counts from now on if it is really open, or from its next shift if the roster has
    one that has not begun; one that should be open and is not does not count.

    Args:
        layout: the active layout.
        roster: the active roster.
        now: the moment that is asked about.
        day: its business day.
        lines: the lines in which somebody waits.
        counters: every counter that was ever opened.
        serving: the tickets at counters, each with its expected handling time in milliseconds.
    """
    now_ms = to_ms(now)
    free = {t.counter: _free_at(t, handling, now_ms) for t, handling in serving}
    found = []
    for counter in layout.counters:
        state = counters.get(counter.id)
        is_open = state is not None and state.state is CounterState.READY
        spans = _spans(layout, roster, counter.id, day, now_ms, is_open=is_open)
        if spans:
            free_at_ms = free.get(counter.id, now_ms)
            found.append(CounterLoad(counter=counter.id, free_at_ms=free_at_ms, spans=spans))
    return HallLoad(
        now_ms=now_ms,
        minute=minute_of_day(layout.zone, day, now),
        lines=tuple(lines),
        counters=tuple(found),
    )


def _free_at(ticket: Ticket, handling_ms: int, now_ms: int) -> int:
    """Return when a counter is expected to be free; who takes long is expected to take longer."""
    if ticket.started_at is None:
        return now_ms + handling_ms
    passed = now_ms - to_ms(ticket.started_at)
    return now_ms + max(handling_ms - passed, handling_ms // 3)


def _spans(
    layout: Layout, roster: Roster, counter: CounterId, day: date, now_ms: int, *, is_open: bool
) -> tuple[tuple[int, int], ...]:
    """Return when a counter will be staffed from now on, in milliseconds, breaks left out."""

    def ms(minute: int) -> int:
        return to_ms(moment(layout.zone, day, minute))

    staffed = roster.staffed(counter, day, layout.hours)
    shifts = [(ms(s.from_minute), ms(s.until_minute)) for s in staffed]
    coming = [(start, until) for start, until in shifts if start > now_ms]
    if is_open:
        until = max([u for s, u in shifts if s <= now_ms < u], default=now_ms + 3_600_000)
        coming.insert(0, (now_ms, until))
    for rest in roster.breaks_of(counter):
        coming = _without(coming, ms(rest.from_minute), ms(rest.until_minute))
    return tuple(coming)


def _without(spans: list[tuple[int, int]], start: int, until: int) -> list[tuple[int, int]]:
    """Return the spans with one part of time taken out."""
    parts = [
        part
        for s, u in spans
        for part in ((s, min(u, start)), (max(s, until), u))
        if part[0] < part[1]
    ]
    return list(dict.fromkeys(parts))
