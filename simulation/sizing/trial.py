"""Trying numbers of counters on the people of one day after another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hall.domain.layout import Layout
from hall.domain.trace import Stops, Trace
from hall.measures.figures import Figures
from hall.measures.stops import Waits
from simulation.engine import engine
from simulation.run import Runner, who_comes
from simulation.sizing.frame import Aim, Frame
from simulation.sizing.shares import Reals
from simulation.visits import Visits

#: The people of this process's latest search, who come whatever the counters: drawn once.
_drawn: dict[tuple[object, ...], Visits] = {}
_MOST_DRAWN = 2_000

_simulate = engine()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What is asked of each day; it can travel to another process."""

    periods: tuple[tuple[int, int], ...]
    aims: tuple[Aim, ...]

    def shares(self, runner: Runner, seed: int, replication: int) -> Reals:
        """Return which share of the stops due in each interval kept each promise.

        By promise and interval; not a number where nobody was due.
        """
        stops = trace(runner, seed, replication).stops
        at = self._interval_of(stops)
        found = np.full((len(self.aims), len(self.periods)), np.nan)
        for row, aim in enumerate(self.aims):
            within = np.array(_waits(stops, runner.scenario.layout, aim).within)
            counts = (within >= 0) & (at >= 0) & _meant(stops, aim, runner.scenario.layout)
            due = np.bincount(at[counts], minlength=len(self.periods))
            kept = np.bincount(at[counts], within[counts], minlength=len(self.periods))
            np.divide(kept, due, out=found[row], where=due > 0)
        return found

    def figures(self, runner: Runner, seed: int, replication: int) -> list[Figures]:
        """Return the figures of a whole day for each promise."""
        stops = trace(runner, seed, replication).stops
        found = []
        for aim in self.aims:
            meant = _meant(stops, aim, runner.scenario.layout)
            waits = _waits(stops, runner.scenario.layout, aim)
            found.append(waits.figures(np.flatnonzero(meant).tolist()))
        return found

    def _interval_of(self, stops: Stops) -> NDArray[np.int64]:
        """Return the interval in which each stop was due, or −1 outside open time."""
        due = np.array(stops.due)
        at = np.searchsorted([since for since, _ in self.periods], due, side="right") - 1
        ends = np.array([until for _, until in self.periods])
        return np.where((at >= 0) & (due < ends[np.maximum(at, 0)]), at, -1)


def trial_of(frame: Frame) -> Trial:
    """Return what is asked of each day of a frame."""
    return Trial(periods=frame.periods, aims=frame.aims)


def trace(runner: Runner, seed: int, replication: int) -> Trace:
    """Return what happens on the one day of a replication, its people drawn only once."""
    return _simulate(runner.days[0][1], people(runner, seed, replication))


def people(runner: Runner, seed: int, replication: int) -> Visits:
    """Return who comes on the one day of a replication: the same, whatever the counters.

    Only slots that the hall's rules give are as many as the counters have time for.
    """
    key = (seed, replication, runner.days[0][0], *who_comes(runner.scenario))
    found = _drawn.get(key)
    if found is None:
        if len(_drawn) >= _MOST_DRAWN:
            _drawn.clear()
        found = _drawn[key] = runner.visits(seed, replication)
    return found


def _waits(stops: Stops, layout: Layout, aim: Aim) -> Waits:
    return Waits(stops, replace(layout, target=aim.target), until_ms=None)


def _meant(stops: Stops, aim: Aim, layout: Layout) -> NDArray[np.bool_]:
    """Return which stops a promise was made to."""
    if aim.class_ is not None:
        return _among(stops.class_, {aim.class_}) & _among(stops.group, aim.groups)
    if len(aim.groups) == len(layout.groups):
        return np.ones(len(stops.due), dtype=np.bool_)
    return _among(stops.group, aim.groups)


def _among(column: Iterable[str], names: Iterable[str]) -> NDArray[np.bool_]:
    known = set(names)
    return np.array([name in known for name in column], dtype=np.bool_)
