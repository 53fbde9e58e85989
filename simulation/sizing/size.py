"""How many counters are needed when, what one more would buy, and what busy days add."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from hall.measures.figures import Figures
from simulation.crew import Alone, Crew
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.sizing.frame import Frame, Wish, frame_of, promised_minutes
from simulation.sizing.load import Load, loads, start, stationary
from simulation.sizing.search import FRESH, Search
from simulation.sizing.shares import Shares
from simulation.sizing.staffed import Counts, staffed
from simulation.sizing.trial import people, trial_of
from simulation.summary import Figure, figure

#: How many days show what comes to the hall.
_LOAD_DAYS = 96
#: How many counters more or fewer, all day, the curve shows, and over how many days.
STEPS = (-2, -1, 0, 1, 2, 3)
_CURVE_DAYS = 48
_CURVE = ("within_target_share", "wait_minutes", "wait_p90_minutes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """What citizens of a part of the hall meet with so many counters more, all day."""

    more: int
    counter_hours: float
    figures: dict[str, Figure]


@dataclass(frozen=True, kw_only=True, slots=True)
class BusyDays:
    """What it takes that whole days are busier or calmer than the mean day."""

    cv: float
    #: Counter hours more than if every day were like the mean one.
    counter_hours: float
    #: The most counters more in one interval, and in which.
    most: int
    interval: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizing:
    """How many counters of each kind are needed in each interval, and how well they do."""

    frame: Frame
    counts: Counts
    shares: Shares
    loads: tuple[Load, ...]
    #: By part of the hall.
    curves: tuple[tuple[Point, ...], ...]
    busy_days: BusyDays | None
    seed: int

    @property
    def replications(self) -> int:
        """How many days the shares come from."""
        return len(self.shares.rows)

    @property
    def stationary_hours(self) -> float:
        """What a stationary formula would need, interval by interval."""
        return _stationary(self.frame, self.loads)

    @property
    def counter_hours(self) -> float:
        """Counters times hours, over the day."""
        return _hours(self.frame, self.counts)

    @property
    def scenario(self) -> Scenario:
        """The sized hall as a scenario of its one day."""
        return staffed(self.frame, self.counts)


def size(
    scenario: Scenario,
    wish: Wish,
    *,
    seed: int = 1,
    replications: int = 96,
    crew: Crew | None = None,
    progress: Callable[[int], None] = lambda _runs: None,
) -> Sizing:
    """Return the counters, without breaks, that a hall needs for its promises on its first day.

    Args:
        scenario: who comes, and the layout; its staffing does not matter.
        wish: what is promised.
        seed: another seed meets other people.
        replications: how many days a decision may need at most.
        crew: who does the runs.
        progress: is told how many runs were done since last time.

    Raises:
        BadFile: the scenario cannot be sized, see ``frame_of``.
    """
    frame, hands = frame_of(scenario, wish), Alone() if crew is None else crew
    mean_days = _without_factor(frame)
    found = _loads(mean_days, seed)
    work = [load.offered for load in found]
    search = partial(Search, work=work, seed=seed, replications=replications, crew=hands)
    calm, shares = search(mean_days).fewest(start(frame, found), progress)
    counts = calm
    if frame.scenario.demand.day_factor_cv > 0:
        counts, shares = search(frame).fewest(calm.copy(), progress)
    return Sizing(
        frame=frame,
        counts=counts,
        shares=shares,
        loads=found,
        curves=tuple(_curves(frame, counts, seed=seed, crew=hands)),
        busy_days=_busy_days(frame, calm, counts),
        seed=seed,
    )


def _loads(frame: Frame, seed: int) -> tuple[Load, ...]:
    """Return what comes to each part of the hall."""
    runner = Runner(frame.scenario)
    days = [people(runner, seed, number) for number in range(_LOAD_DAYS)]
    return tuple(loads(frame, runner, days))


def _without_factor(frame: Frame) -> Frame:
    """Return the same with days that vary by chance alone."""
    demand = replace(frame.scenario.demand, day_factor_cv=0.0)
    return replace(frame, scenario=replace(frame.scenario, demand=demand))


def _busy_days(frame: Frame, calm: Counts, counts: Counts) -> BusyDays | None:
    """Return what days cost that are busier or calmer than the mean one, if there are any."""
    cv = frame.scenario.demand.day_factor_cv
    if cv == 0:
        return None
    more = (counts - calm).sum(axis=0)
    at = int(np.argmax(more))
    hours = _hours(frame, counts) - _hours(frame, calm)
    return BusyDays(cv=cv, counter_hours=hours, most=int(more[at]), interval=at)


def _stationary(frame: Frame, found: Sequence[Load]) -> float:
    """Return the counter hours of the stationary formula, each part of the hall on its own."""
    total = 0.0
    for at, load in enumerate(found):
        aim = next(aim for aim in frame.aims if aim.part == at)
        counters = stationary(load, minutes=promised_minutes(aim), share=aim.target.share)
        total += float(counters @ np.array(frame.hours))
    return total


def _curves(frame: Frame, counts: Counts, *, seed: int, crew: Crew) -> Iterator[tuple[Point, ...]]:
    """Yield what one counter more or less, all day, means to each part of the hall."""
    trial = trial_of(frame)
    tasks = [(0, number) for number in range(FRESH, FRESH + _CURVE_DAYS)]
    seen: list[tuple[Counts, list[list[Figures]]]] = []
    for more in STEPS:
        varied = _varied(frame, counts, more)
        seen.append((varied, list(crew.run([staffed(frame, varied)], trial.figures, seed, tasks))))
    for at, part in enumerate(frame.parts):
        row = next(row for row, aim in enumerate(frame.aims) if aim.part == at)
        yield tuple(
            Point(
                more=more,
                counter_hours=float(varied[list(part.kinds)].sum(axis=0) @ np.array(frame.hours)),
                figures={name: figure(day[row][name] for day in days) for name in _CURVE},
            )
            for more, (varied, days) in zip(STEPS, seen, strict=True)
        )


def _varied(frame: Frame, counts: Counts, more: int) -> Counts:
    """Return so many counters more in every part and interval; at least one stays of a kind."""
    varied = counts.copy()
    for part in frame.parts:
        row = varied[part.flexible]
        varied[part.flexible] = np.maximum(row + more, np.minimum(row, 1))
    return varied


def _hours(frame: Frame, counts: Counts) -> float:
    return float(counts.sum(axis=0) @ np.array(frame.hours))
