"""Simulated days as their waits and idle times, and what many of them say together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hall.domain.trace import ABSENT, Outcome
from hall.measures.counters import work
from hall.measures.figures import MINUTE_MS, Figures, mean, minutes, percentile, share
from hall.measures.measure import Openings
from hall.measures.stops import Waits
from simulation.run import Runner
from simulation.scenario import Steady
from simulation.trade.names import ALL, IDLE, NO_SLOT, P90, WHO, WITHIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Waited:
    """How those of one class waited on a day."""

    stops: int
    #: In milliseconds, of those who were called.
    waits: tuple[int, ...]
    #: How many of those whose wait can be judged were called within their target.
    within: int
    judged: int
    abandoned: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One simulated day: who waited how long, and how long counters worked and had nobody."""

    waited: Mapping[str, Waited]
    busy_ms: int
    ready_ms: int
    overtime_minutes: float | None
    #: How many wanted to book and found no slot.
    no_slot: int


def day_of(runner: Runner, seed: int, number: int) -> Day:
    """Return the nth day of a scenario; its days take turns. A steady run is one day."""
    replication, at = divmod(number, len(runner.days))
    trace = runner.trace(seed, replication, at)
    run, layout = runner.scenario.run, runner.scenario.layout
    since, until = 0, None
    openings: list[Openings] = [runner.days[at][1].calendar.openings]
    if isinstance(run, Steady):
        since, until = (
            round(run.warm_up_minutes * MINUTE_MS),
            round(run.horizon_minutes * MINUTE_MS),
        )
        openings = []
    stops, waits = trace.stops, Waits(trace.stops, layout, until_ms=until)
    rows: dict[str, list[int]] = {who: [] for who in WHO}
    for row, (class_, due) in enumerate(zip(stops.class_, stops.due, strict=True)):
        if class_ in rows and due >= since and (until is None or due < until):
            rows[class_].append(row)
    bookings = runner.visits(seed, replication, at).bookings
    done = work(trace.states, openings, since_ms=since, until_ms=until)
    return Day(
        waited={who: _waited(waits, some) for who, some in rows.items()},
        busy_ms=sum(done.busy_ms.values()),
        ready_ms=sum(done.ready_ms.values()),
        overtime_minutes=done.of_all()["overtime_minutes"],
        no_slot=0 if bookings is None else bookings.no_slot,
    )


def together(days: Sequence[Day]) -> dict[str, Figures]:
    """Return what some days say together: of ``WHO`` and of ``ALL``, by name."""
    busy, ready = sum(day.busy_ms for day in days), sum(day.ready_ms for day in days)
    after = [day.overtime_minutes for day in days if day.overtime_minutes is not None]
    said: dict[str, Figures] = {
        who: _said([day.waited[who] for day in days], len(days)) for who in WHO
    }
    said[ALL] = {
        IDLE: share(ready, busy + ready),
        "overtime_minutes": mean(after),
        NO_SLOT: sum(day.no_slot for day in days) / len(days),
    }
    return said


def _waited(waits: Waits, rows: Sequence[int]) -> Waited:
    judged = [within for row in rows if (within := waits.within[row]) >= 0]
    outcome = waits.stops.outcome
    return Waited(
        stops=len(rows),
        waits=tuple(wait for row in rows if (wait := waits.wait[row]) != ABSENT),
        within=sum(judged),
        judged=len(judged),
        abandoned=sum(outcome[row] is Outcome.ABANDONED for row in rows),
    )


def _said(waited: Sequence[Waited], days: int) -> Figures:
    waits = sorted(_waits(waited))
    stops = sum(day.stops for day in waited)
    return {
        "arrived": stops / days,
        "wait_minutes": minutes(mean(waits)),
        P90: minutes(percentile(waits, 0.9)),
        WITHIN: share(sum(day.within for day in waited), sum(day.judged for day in waited)),
        "abandoned_share": share(sum(day.abandoned for day in waited), stops),
    }


def _waits(waited: Sequence[Waited]) -> Iterator[int]:
    for day in waited:
        yield from day.waits
