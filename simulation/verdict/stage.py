"""One hall as the verdict sees it: today's, or the planned one at a pace."""

from collections.abc import Sequence
from dataclasses import dataclass

from hall.measures.measure import Measures
from simulation.summary import Figure
from simulation.verdict.trials import Trials

#: A change for the worse counts when it is certain and at least so large, in minutes or as a
#: share: whoever waits half a minute longer does not notice.
NOTICED = {
    "wait_minutes": 0.5,
    "wait_p90_minutes": 1.0,
    "within_target_share": 0.01,
    "wait_p95_minutes": 2.0,
    "over_seats_share": 0.01,
    "overtime_minutes": 15.0,
}
#: Figures of which more is better.
MORE_IS_BETTER = frozenset({"within_target_share"})
#: Which share of the days are the worst ones.
WORST = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One hall on the days of the trials, against the hall of today on the same days."""

    pace: float | None
    #: Those of ``NOTICED``, and how much more they are than today.
    figures: dict[str, Figure]
    changes: dict[str, Figure]
    #: What certainly becomes worse, so that it is noticed.
    harm: tuple[str, ...]
    #: The mean wait on the worst tenth of the days.
    worst_days_wait_minutes: float
    #: The share of the days on which the mean wait is longer than today.
    worse_days_share: float

    def is_as_good(self, *names: str) -> bool:
        """Whether some figures are certainly as good as today, or less worse than is noticed."""
        return all(_worst_case(name, self.changes[name]) <= NOTICED[name] for name in names)


def stage(trials: Trials, runs: Sequence[Measures], pace: float | None = None) -> Stage:
    """Return a hall that was run on the days of the trials."""
    changes = {name: trials.change(runs, name) for name in NOTICED}
    waits, today = [_wait(run) for run in runs], [_wait(run) for run in trials.before]
    return Stage(
        pace=pace,
        figures={name: trials.level(runs, name) for name in NOTICED},
        changes=changes,
        harm=tuple(name for name in NOTICED if _is_harm(name, changes[name])),
        worst_days_wait_minutes=worst(waits),
        worse_days_share=sum(a > b for a, b in zip(waits, today, strict=True)) / len(runs),
    )


def worst(values: Sequence[float]) -> float:
    """Return the mean of the largest tenth of some values, of one at least.

    Example:
        >>> worst([1, 2, 3, 4, 5, 6, 7, 8, 9, 20])
        20.0
    """
    many = max(1, round(len(values) * WORST))
    return sum(sorted(values)[-many:]) / many


def _worst_case(name: str, change: Figure) -> float:
    """Return how much worse a figure may be, at the bad end of its interval."""
    if name in MORE_IS_BETTER:
        end = change.mean if change.low is None else change.low
        return -(end or 0.0)
    end = change.mean if change.high is None else change.high
    return end or 0.0


def _is_harm(name: str, change: Figure) -> bool:
    mean, low, high = change.mean or 0.0, change.low, change.high
    if low is None or high is None:
        return False
    if name in MORE_IS_BETTER:
        return high < 0 and -mean >= NOTICED[name]
    return low > 0 and mean >= NOTICED[name]


def _wait(run: Measures) -> float:
    return run["all"]["wait_minutes"] or 0.0
