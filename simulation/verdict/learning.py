"""The learning curve: how slow generalists are in the weeks after a rollout, and its price."""

from dataclasses import dataclass

from simulation.summary import Figure
from simulation.verdict.trials import Trials

#: Weeks since the rollout for which waits are forecast.
WEEKS = (0, 1, 2, 4, 8, 13, 26, 52)
#: What is said of each week.
FIGURES = ("wait_minutes", "wait_p90_minutes", "within_target_share")


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """The pace of generalists by weeks since the rollout: a hyperbola towards ``settled``.

    The defaults are assumptions to be replaced by the hall's own journal: generalists were reported
    0 to 33 % slower at first, of which 20 % is a cautious middle; that a month takes half of it
    away, and that nothing remains, is assumed. What people still lack after some time shrinks as
    a hyperbola in the learning of skills.

    Source:
        J. E. Mazur, R. Hastie: Learning as accumulation: a reexamination of the learning curve,
        Psychological Bulletin 85 (1978), equation of the hyperbolic curve.

    Example:
        >>> [round(Learning().pace(week), 2) for week in (0, 4, 12)]
        [1.2, 1.1, 1.05]
    """

    #: The pace in the hour of the rollout.
    first: float = 1.2
    #: The pace in the end.
    settled: float = 1.0
    #: After how many weeks half of the difference has gone.
    half_weeks: float = 4.0

    def pace(self, week: float) -> float:
        """Return the pace some weeks after the rollout."""
        rest = self.half_weeks / (self.half_weeks + week)
        return self.settled + (self.first - self.settled) * rest

    def weeks_until(self, pace: float) -> float | None:
        """Return after how many weeks a pace is reached, 0 if from the beginning; or never."""
        if pace >= self.first:
            return 0.0
        if pace <= self.settled:
            return None
        return self.half_weeks * (self.first - pace) / (pace - self.settled)


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What a week after the rollout is like."""

    week: int
    pace: float
    #: Figures of the planned hall, and how much more they are than today.
    figures: dict[str, Figure]
    changes: dict[str, Figure]


def by_week(trials: Trials, learning: Learning) -> tuple[Week, ...]:
    """Return what each of ``WEEKS`` is like, at the pace that was learned until then."""
    paces = [learning.pace(week) for week in WEEKS]
    trials.prepare(paces)
    return tuple(
        Week(
            week=week,
            pace=pace,
            figures={name: trials.level(trials.at(pace), name) for name in FIGURES},
            changes={name: trials.change(trials.at(pace), name) for name in FIGURES},
        )
        for week, pace in zip(WEEKS, paces, strict=True)
    )
