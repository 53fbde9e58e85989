"""How simulated days go, by the clock: waits, the counters needed and open, who waited how long."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from hall.domain.hours import moment
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.trace import ABSENT, Doing, States, Trace
from hall.measures.figures import MINUTE_MS, percentile
from hall.measures.measure import Openings
from hall.measures.stops import Waits

#: Charts go by the half hour.
STEP_MINUTES = 30
_STEP_MS = STEP_MINUTES * MINUTE_MS
#: A half hour with fewer waits in all says nothing.
FEWEST = 5
#: Four of five citizens wait within the band.
BAND = (0.1, 0.5, 0.9)
#: Waits beyond this many minutes are shown as the last ones.
LONGEST_MINUTES = 180
_AT_WORK = frozenset({Doing.READY, Doing.CALLING, Doing.SERVING})


class Course:
    """Gathers the days of one scenario, a half hour at a time."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._days = 0
        self._waits: dict[int, list[float]] = defaultdict(list)
        self._came: dict[int, int] = defaultdict(int)
        self._work_ms: dict[int, int] = defaultdict(int)
        self._open_ms: dict[int, int] = defaultdict(int)
        self._first, self._last = 2**31, 0

    def add(self, trace: Trace, openings: Openings, day: date) -> None:
        """Take a day into account."""
        midnight = to_ms(moment(self._layout.zone, day, 0))
        self._days += 1
        for since, until in openings:
            self._first = min(self._first, (since - midnight) // _STEP_MS)
            self._last = max(self._last, -((midnight - until) // _STEP_MS))
        stops = trace.stops
        waits = Waits(stops, self._layout, until_ms=None).wait
        for row, (due, wait) in enumerate(zip(stops.due, waits, strict=True)):
            at = (due - midnight) // _STEP_MS
            self._came[at] += 1
            if wait != ABSENT:
                self._waits[at].append(wait / MINUTE_MS)
                self._work_ms[at] += max(0, stops.finished[row] - stops.called[row])
        for at, length in _open(trace.states, midnight):
            self._open_ms[at] += length

    @property
    def times(self) -> list[str]:
        """The half hours of the day, as a clock shows their beginnings."""
        return [
            f"{at * STEP_MINUTES // 60:02d}:{at * STEP_MINUTES % 60:02d}" for at in self._steps()
        ]

    def form(self) -> dict[str, Any]:
        """Return what the charts show of one scenario."""
        ordered = sorted(wait for waits in self._waits.values() for wait in waits)
        return {
            "wait": self._bands(),
            "came": [round(self._came[at] / self._days, 2) for at in self._steps()],
            "need": self._counters(self._work_ms),
            "open": self._counters(self._open_ms),
            "within": [
                round(bisect_right(ordered, minute) / max(1, len(ordered)), 4)
                for minute in range(LONGEST_MINUTES + 1)
            ],
        }

    def _bands(self) -> dict[str, list[float | None]]:
        """Return the wait below which a tenth, half and nine tenths of those stay who come then."""
        found: dict[str, list[float | None]] = {f"p{round(100 * part)}": [] for part in BAND}
        for at in self._steps():
            waits = sorted(self._waits[at])
            for part in BAND:
                known = percentile(waits, part) if len(waits) >= FEWEST else None
                found[f"p{round(100 * part)}"].append(None if known is None else round(known, 2))
        return found

    def _counters(self, lengths: dict[int, int]) -> list[float]:
        return [round(lengths[at] / _STEP_MS / self._days, 2) for at in self._steps()]

    def _steps(self) -> range:
        return range(self._first, self._last)


def _open(states: States, midnight: int) -> Iterator[tuple[int, int]]:
    """Yield how long each counter was at work in each half hour."""
    for since, until, doing in zip(states.since, states.until, states.doing, strict=True):
        if doing not in _AT_WORK or until == ABSENT:
            continue
        begun, ended = since - midnight, until - midnight
        for at in range(begun // _STEP_MS, -(-ended // _STEP_MS)):
            yield at, min(ended, (at + 1) * _STEP_MS) - max(begun, at * _STEP_MS)
