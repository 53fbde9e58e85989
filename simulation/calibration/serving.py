"""Reading how long each service took, and who worked, from the states of the counters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hall.domain import moments
from hall.domain.events import EventName
from hall.domain.identities import CounterId, MatterCode
from hall.domain.layout import Layout
from hall.domain.trace import ABSENT, Doing, Outcome, Stops
from hall.measures.figures import MINUTE_MS
from simulation.past import PastDay
from simulation.streams import Reals, Wholes

#: A group, class, matter or counter that the layout does not have.
UNKNOWN = -1
#: No service is shorter; it was a wrong key. In milliseconds.
SHORTEST_MS = 5_000

#: Who stood at a counter when: their row.
_Rows = Mapping[tuple[CounterId | None, int], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Services of one matter alone, a row each; times in minutes."""

    matter: Wholes
    counter: Wholes
    worker: Wholes
    took: Reals
    #: Who worked, by position: clerks where the record names them, else counters.
    workers: tuple[str, ...]
    #: Whether they are counted from the call, because clerks hardly ever said when they started.
    is_from_call: bool
    #: Services left out: of several matters at once; without a start of their own.
    several: int
    unstarted: int
    #: And those so short that somebody pressed a wrong key.
    short: int


class Serving:
    """Services in the making, a day at a time."""

    def __init__(self, layout: Layout) -> None:
        self._matter = {matter.code: at for at, matter in enumerate(layout.matters)}
        self._counter = {counter.id: at for at, counter in enumerate(layout.counters)}
        #: Matter, counter, worker, minutes: from the start, and of those without, from the call.
        self._started: list[tuple[float, ...]] = []
        self._unstarted: list[tuple[float, ...]] = []
        self._workers: dict[str, int] = {}
        self._several = 0
        self._short = 0
        self._approach: list[float] = []

    def take(self, day: PastDay) -> None:
        """Take a day into account; a service that was broken off by a hold says nothing."""
        stops, states = day.trace.stops, day.trace.states
        rows = _served(stops)
        begun: _Rows = {(stops.counter[row], stops.started[row]): row for row in rows}
        ended: _Rows = {
            (stops.counter[row], stops.finished[row]): row
            for row in rows
            if stops.started[row] == stops.finished[row]
        }
        done, shifts = _done(stops), _shifts(day)
        called: dict[CounterId, tuple[int, int]] = {}
        for counter, since, until, doing in zip(
            states.counter, states.since, states.until, states.doing, strict=True
        ):
            worker = _worker(shifts, counter, since)
            if doing is Doing.CALLING:
                called[counter] = since, until
                if (row := ended.get((counter, until))) is not None:
                    self._serve(self._unstarted, done[row], counter, worker, until - since)
            elif doing is Doing.SERVING and (row := begun.get((counter, since))) is not None:
                self._approached(stops, row, called.get(counter, (since, since)))
                if stops.finished[row] == until:
                    self._serve(self._started, done[row], counter, worker, until - since)

    def services(self) -> Services:
        """Return what was read: from the start on, or from the call where that is the habit."""
        is_from_call = len(self._unstarted) > len(self._started)
        chosen = self._unstarted if is_from_call else self._started
        rows = np.array(chosen, dtype=np.float64).reshape(-1, 4)
        whole = rows.astype(np.int64)
        return Services(
            matter=whole[:, 0],
            counter=whole[:, 1],
            worker=whole[:, 2],
            took=rows[:, 3],
            workers=tuple(self._workers),
            is_from_call=is_from_call,
            several=self._several,
            unstarted=len(self._unstarted),
            short=self._short,
        )

    def approach(self) -> Reals:
        """Return how long each took from the call to the start, in minutes."""
        is_told = len(self._unstarted) <= len(self._started)
        return np.array(self._approach if is_told else (), dtype=np.float64)

    def _approached(self, stops: Stops, row: int, call: tuple[int, int]) -> None:
        """Note an approach; who was served as they stood there had none."""
        since, until = call
        if until == stops.started[row] and since < until:
            self._approach.append((until - since) / MINUTE_MS)
        elif stops.called[row] > stops.issued[row]:
            self._approach.append(0.0)

    def _serve(
        self,
        into: list[tuple[float, ...]],
        matters: Sequence[MatterCode],
        counter: CounterId,
        worker: str,
        took_ms: int,
    ) -> None:
        """Note a service that nothing broke off."""
        if took_ms < SHORTEST_MS or len(matters) != 1:
            self._short += took_ms < SHORTEST_MS
            self._several += took_ms >= SHORTEST_MS and len(matters) > 1
            return
        matter = self._matter.get(matters[0], UNKNOWN)
        place = self._counter.get(counter, UNKNOWN)
        if UNKNOWN not in (matter, place):
            known = self._workers.setdefault(worker, len(self._workers))
            into.append((matter, place, known, took_ms / MINUTE_MS))


def _served(stops: Stops) -> list[int]:
    kept = (Outcome.SERVED, Outcome.QUEUED_AGAIN)
    return [
        row
        for row, outcome in enumerate(stops.outcome)
        if outcome in kept and stops.started[row] != ABSENT
    ]


def _done(stops: Stops) -> list[Sequence[MatterCode]]:
    """Return per stop the matters that were done there: those not left for the next one."""
    left: dict[str, tuple[MatterCode, ...]] = {}
    found: list[Sequence[MatterCode]] = [()] * len(stops)
    for row in reversed(range(len(stops))):
        after = left.get(stops.ticket[row], ())
        found[row] = [code for code in stops.matters[row] if code not in after]
        left[stops.ticket[row]] = stops.matters[row]
    return found


def _shifts(day: PastDay) -> dict[CounterId, list[tuple[int, str]]]:
    """Return per counter, from when which clerk was there."""
    found: dict[CounterId, list[tuple[int, str]]] = {}
    for event in day.events:
        if event.name is EventName.COUNTER_OPENED and event.counter and event.details.get("clerk"):
            since = moments.to_ms(event.at)
            found.setdefault(event.counter, []).append((since, str(event.details["clerk"])))
    return found


def _worker(
    shifts: Mapping[CounterId, Sequence[tuple[int, str]]], counter: CounterId, now: int
) -> str:
    """Return who works at a counter now: the clerk where the record says so, else the counter."""
    there = [clerk for since, clerk in shifts.get(counter, ()) if since <= now]
    return there[-1] if there else counter
