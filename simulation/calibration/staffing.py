"""Who staffed the counters when: as the roster says where days kept to it, else as they were."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from hall.domain import moments
from hall.domain.hours import minute_of_day
from hall.domain.identities import CounterId
from hall.domain.layout import Layout, Span
from hall.domain.roster import Break, Roster, Shift
from hall.domain.trace import ABSENT, Doing
from hall.measures.figures import MINUTE_MS
from simulation.calibration.figures import TAIL, Evidence, told, untold
from simulation.past import PastDay
from simulation.streams import Reals, Wholes

#: Counters are looked at so often, in minutes.
STEP = 5
#: What happens on at least this share of days is the rule.
_USUALLY = 0.5
#: A roster is kept to when no more than this share of counter time is otherwise.
_CLOSE = 0.05
#: Shorter shifts and breaks, in minutes, are chance.
_SHORTEST = 10
_DAY = 2 * 24 * 60 // STEP

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Staffing:
    """The roster of a scenario, and what it rests on."""

    roster: Roster
    evidence: tuple[Evidence, ...]
    #: Whether that is the roster that the record holds.
    is_as_planned: bool
    #: The share of counter time in which days were otherwise than this.
    off_share: float
    #: Counters that were hardly ever staffed.
    unused: tuple[CounterId, ...]
    #: Per step of the day, how many counters were staffed and not pausing, on the mean of days.
    open_counters: Reals


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """Per day, counter and step of the day: whether the hall was open, staffed, pausing."""

    is_open: Flags
    staffed: Flags
    paused: Flags


def staffing(days: Sequence[PastDay], layout: Layout) -> Staffing:
    """Return who staffed the counters.

    The roster of the record stands where days kept to it. Otherwise a counter's shift is when it
    was staffed on at least half of the days of a weekday, its break when it paused on at least half
    of the days on which it was staffed. A pause that begins late because of a citizen at the
    counter makes such a break short.
    """
    seen = _seen(days, layout)
    planned = days[-1].roster
    off = _off(seen, _planned(days, layout, planned))
    is_as_planned = off <= _CLOSE
    roster = planned if is_as_planned else _as_it_was(days, layout, seen)
    if not is_as_planned:
        off = _off(seen, _planned(days, layout, roster))
    there = seen.staffed & ~seen.paused
    return Staffing(
        roster=roster,
        evidence=tuple(_evidence(seen, layout)),
        is_as_planned=is_as_planned,
        off_share=off,
        unused=tuple(
            counter.id
            for at, counter in enumerate(layout.counters)
            if not np.any(seen.staffed[:, at])
        ),
        open_counters=np.asarray(there.sum(axis=1).mean(axis=0), dtype=np.float64),
    )


def planned_counters(layout: Layout, days: Sequence[date], roster: Roster) -> Reals:
    """Return how many counters a roster has staffed and not resting, per step, mean of days."""
    planned = [_planned_on(layout, day, roster) for day in days]
    return np.asarray(np.mean(planned, axis=0).sum(axis=0), dtype=np.float64)


def _seen(days: Sequence[PastDay], layout: Layout) -> _Seen:
    place = {counter.id: at for at, counter in enumerate(layout.counters)}
    shape = (len(days), len(place), _DAY)
    is_open, staffed, paused = (np.zeros(shape, dtype=bool) for _ in range(3))
    for at, day in enumerate(days):
        midnight = _midnight(layout, day)
        for since, until in day.openings:
            is_open[at, :, _steps(since - midnight, until - midnight)] = True
        states = day.trace.states
        for counter, since, until, doing in zip(
            states.counter, states.since, states.until, states.doing, strict=True
        ):
            if doing is Doing.CLOSED or counter not in place or until == ABSENT:
                continue
            steps = _steps(since - midnight, until - midnight)
            staffed[at, place[counter], steps] = True
            if doing is Doing.PAUSED:
                paused[at, place[counter], steps] = True
    return _Seen(is_open=is_open, staffed=staffed & is_open, paused=paused & is_open)


def _midnight(layout: Layout, day: PastDay) -> int:
    """Return the moment that lies as far before the first opening as the clock says."""
    first = day.openings[0][0]
    return first - minute_of_day(layout.zone, day.day, moments.from_ms(first)) * MINUTE_MS


def _steps(since_ms: int, until_ms: int) -> slice:
    """Return the steps whose middle lies between two moments of a day."""
    step, half = STEP * MINUTE_MS, STEP * MINUTE_MS // 2
    return slice(max((since_ms + half - 1) // step, 0), max((until_ms + half - 1) // step, 0))


def _planned(days: Sequence[PastDay], layout: Layout, roster: Roster) -> Flags:
    return np.array([_planned_on(layout, day.day, roster) for day in days])


def _planned_on(layout: Layout, day: date, roster: Roster) -> Flags:
    """Return per counter and step where a roster has it staffed and not resting."""
    found = np.zeros((len(layout.counters), _DAY), dtype=bool)
    for place, counter in enumerate(layout.counters):
        for span in roster.staffed(counter.id, day, layout.hours):
            found[place, _of(span)] = True
        for span in roster.breaks_of(counter.id):
            found[place, _of(span)] = False
    return found


def _of(span: Span) -> slice:
    return _steps(span.from_minute * MINUTE_MS, span.until_minute * MINUTE_MS)


def _off(seen: _Seen, planned: Flags) -> float:
    """Return the share of counter time that was otherwise than planned."""
    there = seen.staffed & ~seen.paused
    wrong = (there != planned) & seen.is_open
    return float(wrong.sum() / max(int((there | planned).sum()), 1))


def _as_it_was(days: Sequence[PastDay], layout: Layout, seen: _Seen) -> Roster:
    """Return shifts and breaks as they usually were."""
    weekdays = np.array([day.day.weekday() for day in days])
    shifts: dict[tuple[CounterId, int, int], set[int]] = {}
    breaks: list[Break] = []
    for at, counter in enumerate(layout.counters):
        for weekday in sorted(set(weekdays.tolist())):
            mine = weekdays == weekday
            usual = seen.staffed[mine, at].mean(axis=0) >= _USUALLY
            for since, until in _runs(usual):
                shifts.setdefault((counter.id, since, until), set()).add(weekday)
        known = seen.staffed[:, at].sum(axis=0)
        resting = seen.paused[:, at].sum(axis=0) / np.maximum(known, 1)
        spans = _runs((resting >= _USUALLY) & (known > 0))
        breaks += [_break(counter.id, since, until) for since, until in spans]
    together: dict[tuple[frozenset[int], int, int], list[CounterId]] = {}
    for (counter_id, since, until), some in shifts.items():
        together.setdefault((frozenset(some), since, until), []).append(counter_id)
    return Roster(shifts=tuple(_shifts(together)), breaks=tuple(breaks))


def _shifts(
    together: dict[tuple[frozenset[int], int, int], list[CounterId]],
) -> Iterable[Shift]:
    return (
        Shift(
            days=days,
            counters=tuple(counters),
            span=Span(from_minute=since, until_minute=until),
        )
        for (days, since, until), counters in together.items()
    )


def _break(counter: CounterId, since: int, until: int) -> Break:
    return Break(counters=(counter,), span=Span(from_minute=since, until_minute=until))


def _runs(usual: Flags) -> list[tuple[int, int]]:
    """Return where something is so, in minutes of the day; what is very short is left out."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], usual.astype(np.int8), [0]))))
    pairs = (edges.reshape(-1, 2) * STEP).tolist()
    return [(since, until) for since, until in pairs if until - since >= _SHORTEST]


def _evidence(seen: _Seen, layout: Layout) -> Iterator[Evidence]:
    """Yield how much of open time each counter was staffed, and how much of that it paused."""
    for at, counter in enumerate(layout.counters):
        known, there, paused = (
            steps[:, at].sum(axis=1) for steps in (seen.is_open, seen.staffed, seen.paused)
        )
        yield _share("staffed_share", there, known, counter.id)
        yield _share("paused_share", paused, there, counter.id)


def _share(figure: str, part: Wholes, whole: Wholes, counter: CounterId) -> Evidence:
    """Return a share of time as the mean of days, with its interval over days."""
    shares = part[whole > 0] / whole[whole > 0]
    if len(shares) < 2:  # noqa: PLR2004 - one day has no interval
        return untold(figure, len(shares), counter=counter)
    mean = float(shares.mean())
    reach = float(t.ppf(1 - TAIL, len(shares) - 1) * shares.std(ddof=1) / len(shares) ** 0.5)
    interval = (max(mean - reach, 0.0), min(mean + reach, 1.0))
    return told(figure, mean, interval, len(shares), counter=counter)
