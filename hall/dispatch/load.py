"""How loaded a hall is now: what the waiting estimate needs, from its state and its roster."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from hall.dispatch.spread import left_ms
from hall.domain.counters import CounterNow, CounterState
from hall.domain.habits import CV, UNCORRECTED, Correction, Habits
from hall.domain.hours import minute_of_day, moment, spans_of, without
from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.domain.tickets import Line, Ticket

#: From when until when, in milliseconds.
Period = tuple[int, int]
#: Whoever is there when the hall closes stays until everybody is served.
_OVERTIME_MS = 24 * 3_600_000
#: In a hall in which no counter is open yet, somebody will come within this time.
_OPENS_WITHIN_MS = 5 * 60_000


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
    #: From when until when it is staffed, from now on, breaks left out; the last one may go on
    #: after closing, for as long as anybody waits.
    spans: tuple[Period, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
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
    cv: float = CV
    #: What past announcements taught about the range.
    correction: Correction = UNCORRECTED


def load(  # noqa: PLR0913 - the hall's state has this many parts
    layout: Layout,
    roster: Roster,
    *,
    now: datetime,
    day: date,
    lines: Sequence[LineLoad],
    counters: Mapping[CounterId, CounterNow],
    serving: Sequence[tuple[Ticket, int]],
    habits: Habits = Habits(),  # noqa: B008 - a value that never changes
) -> HallLoad:
    """Return the load of a hall at ``now``.

    A counter counts from now on if it is really open, or from its next shift if the roster has
    one that has not begun; one that should be open and is not does not count. While none is open
    the hall's day has not begun: then those count that should be, from a few minutes on.

    Args:
        layout: the active layout.
        roster: the active roster.
        now: the moment that is asked about.
        day: its business day.
        lines: the lines in which somebody waits.
        counters: every counter that was ever opened.
        serving: the tickets at counters, each with how long it is expected to occupy them, in
            milliseconds.
        habits: what is learned of this hall.
    """
    return HallLoad(
        now_ms=to_ms(now),
        minute=minute_of_day(layout.zone, day, now),
        lines=tuple(lines),
        counters=tuple(
            _counters(_staffed(layout, roster, day), to_ms(now), counters, serving, habits.cv)
        ),
        cv=habits.cv,
        correction=habits.announced,
    )


def _counters(
    staffed: Mapping[CounterId, tuple[Period, ...]],
    now_ms: int,
    counters: Mapping[CounterId, CounterNow],
    serving: Sequence[tuple[Ticket, int]],
    cv: float,
) -> Iterator[CounterLoad]:
    """Yield the counters that are there now or will be today, each with when it will be free."""
    since = {t.counter: to_ms(t.here_since) if t.here_since else now_ms for t, _ in serving}
    free = {
        t.counter: now_ms
        + left_ms(elapsed_ms=now_ms - since[t.counter], expected_ms=max(1, ms), cv=cv)
        for t, ms in serving
    }
    open_ = {now.id for now in counters.values() if now.state is CounterState.READY}
    begins_ms = now_ms if open_ else now_ms + _OPENS_WITHIN_MS
    for counter, parts in staffed.items():
        is_open = counter in open_ if open_ else any(s <= now_ms < u for s, u in parts)
        stays = is_open and not _leaves(parts, now_ms, since.get(counter, now_ms))
        coming = _from_now(parts, now_ms, is_open=stays)
        if spans := tuple((max(s, begins_ms), u) for s, u in coming if u > begins_ms):
            yield CounterLoad(counter=counter, free_at_ms=free.get(counter, now_ms), spans=spans)


@lru_cache(maxsize=256)
def _staffed(layout: Layout, roster: Roster, day: date) -> dict[CounterId, tuple[Period, ...]]:
    """Return when each counter is staffed on a day, in milliseconds, breaks left out."""

    def ms(minute: int) -> int:
        return to_ms(moment(layout.zone, day, minute))

    closing = max((span.until_minute for span in spans_of(layout.hours, day)), default=0)
    found = {}
    for counter in layout.counters:
        spans = roster.staffed(counter.id, day, layout.hours)
        found[counter.id] = tuple(
            (ms(s.from_minute), ms(s.until_minute) + (s.until_minute == closing) * _OVERTIME_MS)
            for s in without(spans, roster.breaks_of(counter.id))
        )
    return found


def _leaves(staffed: Sequence[Period], now_ms: int, since_ms: int) -> bool:
    """Whether a break, or the end of the shift, has come while a counter's citizen is there.

    Whoever called somebody when it had come already works against the roster.
    """
    is_staffed = any(start <= now_ms < until for start, until in staffed)
    return not is_staffed and any(start <= since_ms < until for start, until in staffed)


def _from_now(staffed: Sequence[Period], now_ms: int, *, is_open: bool) -> tuple[Period, ...]:
    """Return when a counter will be staffed from now on.

    One that is really open is staffed until its next break or the end of its shift; one that is
    open against the roster until it would open by it, or for as long as anybody waits.
    """
    coming = [part for part in staffed if part[0] > now_ms]
    if not is_open:
        return tuple(coming)
    ends = [until for start, until in staffed if start <= now_ms < until]
    until = [*ends, *(start for start, _ in coming), now_ms + _OVERTIME_MS][0]
    return ((now_ms, until), *coming)
