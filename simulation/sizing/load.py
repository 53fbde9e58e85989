"""Where to start: the work that is in the hall when nobody waits, and what theory adds to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, exp

import numpy as np
from numpy.typing import NDArray

from simulation.formulas import counters_by_square_root, waiting_probability
from simulation.plan import PACE, Plan
from simulation.run import Runner
from simulation.sizing.frame import Frame, Kind, Part, is_extra, promised_minutes
from simulation.sizing.staffed import Counts
from simulation.visits import Visits

Reals = NDArray[np.float64]

#: An offered load counts as nothing below this.
_NOTHING = 1e-9
#: The square-root rule knows shares of those who wait below this.
_CERTAIN = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What comes to one part of the hall, by interval."""

    #: Counters that would be busy if nobody ever waited, in erlangs, with the lag of service.
    offered: Reals
    #: Stops an hour.
    per_hour: Reals
    #: How long a counter is taken by one, in minutes: approach, service and pause.
    minutes: float


def loads(frame: Frame, runner: Runner, days: Iterable[Visits]) -> list[Load]:
    """Return the load of each part of the hall, from the people of some days.

    Everybody is served at once by a counter of their own, so that the work lags behind the
    arrivals by as long as it takes; bookings, several matters and paces are in it.

    Source:
        O. B. Jennings, A. Mandelbaum, W. A. Massey, W. Whitt: Server staffing to meet time-varying
        demand. Management Science 42 (1996), 1383-1394: the modified offered load.
    """
    plan = runner.days[0][1]
    paces = _paces(frame, plan)
    busy = np.zeros((len(frame.parts), len(frame.periods)))
    came = np.zeros_like(busy)
    work_ms, count, known = np.zeros(len(frame.parts)), np.zeros(len(frame.parts)), 0
    starts = np.array([since for since, _ in frame.periods])
    ends = np.array([until for _, until in frame.periods])
    for visits in days:
        known += 1
        for part, begins, took in _stops(visits, paces, plan):
            rows = np.array(part)
            begun, length = np.array(begins), np.array(took)
            np.add.at(work_ms, rows, length)
            np.add.at(count, rows, 1)
            for at, (since, until) in enumerate(zip(starts, ends, strict=True)):
                inside = np.minimum(begun + length, until) - np.maximum(begun, since)
                np.add.at(busy[:, at], rows, np.maximum(inside, 0))
                np.add.at(came[:, at], rows, (begun >= since) & (begun < until))
    hours = np.array(frame.hours)
    return [
        Load(
            offered=busy[at] / (ends - starts) / known,
            per_hour=came[at] / hours / known,
            minutes=float(work_ms[at] / max(count[at], 1)) / 60_000,
        )
        for at in range(len(frame.parts))
    ]


def _stops(
    visits: Visits, paces: Sequence[tuple[int, int]], plan: Plan
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """Yield the stops of all visits as columns: part, beginning, length."""
    extra = plan.approach_ms + plan.pause_ms
    parts: list[int] = []
    begins: list[int] = []
    took: list[int] = []
    for due, matters, work in zip(visits.due, visits.matters, visits.work, strict=True):
        now, here = due, -1
        for matter, effort in zip(matters, work, strict=True):
            part, pace = paces[matter]
            length = effort * pace // PACE
            if part == here:
                took[-1] += length
            else:
                parts.append(part)
                begins.append(now)
                took.append(length + extra)
            here = part
            now = begins[-1] + took[-1]
    yield parts, begins, took


def _paces(frame: Frame, plan: Plan) -> list[tuple[int, int]]:
    """Return, per matter, the part of the hall that does it and its mean pace there."""
    found = []
    for at, matter in enumerate(frame.scenario.layout.matters):
        part = next((n for n, p in enumerate(frame.parts) if matter.group in p.groups), 0)
        able = [
            plan.pace[place][at]
            for place, counter in enumerate(frame.scenario.layout.counters)
            if matter.group in counter.takes
        ]
        found.append((part, sum(able) // len(able) if able else PACE))
    return found


def start(frame: Frame, found: Sequence[Load]) -> Counts:
    """Return numbers of counters to begin with, by kind and interval: theory's advice."""
    counts = np.zeros((len(frame.kinds), len(frame.periods)), dtype=np.int64)
    for at, kind in enumerate(frame.kinds):
        counts[at] = len(kind.counters) if is_extra(frame.kinds, kind) else 0
    for part, load in zip(frame.parts, found, strict=True):
        aim = next(aim for aim in frame.aims if aim.groups >= part.groups and not aim.class_)
        minutes, share = promised_minutes(aim), aim.target.share
        needed = [
            _by_square_root(offered, minutes / max(load.minutes, _NOTHING), 1 - share)
            for offered in load.offered
        ]
        for at, number in enumerate(needed):
            for place, many in _spread(frame.kinds, part, number):
                counts[place, at] = many
    return counts


def stationary(load: Load, *, minutes: float, share: float) -> Counts:
    """Return the counters by interval if each stood alone and for ever (Erlang C), to compare.

    The wait of all is beyond ``minutes`` with probability C × exp(−(counters − load) × minutes ÷
    service time), in each interval with its own arrivals, as if they had always come like that.

    Source:
        L. Kleinrock: Queueing systems, volume I (1975), section 3.5; by half hours: L. V. Green,
        P. J. Kolesar, W. Whitt: Coping with time-varying demand when setting staffing requirements
        for a service system. Production and Operations Management 16 (2007), 13-39.
    """
    found = []
    for rate in load.per_hour:
        offered = rate / 60 * load.minutes
        counters = int(offered) + 1
        while (
            waiting_probability(offered_load=offered, counters=counters)
            * exp(-(counters - offered) * minutes / max(load.minutes, _NOTHING))
            > 1 - share
        ):
            counters += 1
        found.append(counters)
    return np.array(found)


def _by_square_root(offered: float, patience: float, late_share: float) -> int:
    """Return the fewest counters of which the square-root rule says that few wait too long.

    Those who wait at all may be more than those who wait too long: the longer the time, as a
    multiple of the service time (``patience``), the more.
    """
    if offered < _NOTHING:
        return 1
    counters = ceil(offered)
    while True:
        waiting = min(_CERTAIN, late_share * exp(min(50.0, (counters - offered) * patience)))
        if counters_by_square_root(offered_load=offered, waiting_share=waiting) <= counters:
            return max(1, counters)
        counters += 1


def _spread(kinds: Sequence[Kind], part: Part, number: int) -> Iterator[tuple[int, int]]:
    """Yield how many of each kind of a part, in the proportion in which the layout has them."""
    there = {at: len(kinds[at].counters) for at in part.kinds}
    given = {at: number * many // sum(there.values()) for at, many in there.items()}
    given[part.flexible] += number - sum(given.values())
    for group in part.groups:
        able = [at for at in part.kinds if group in kinds[at].groups and not kinds[at].classes]
        if able and not any(given[at] for at in able):
            given[max(able, key=lambda at: there[at])] = 1
    yield from given.items()
