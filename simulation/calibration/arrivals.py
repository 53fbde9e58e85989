"""Who comes when: visits per hour by group, weekday and interval; thin cells lean on all days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import chi2

from hall.domain.hours import spans_of
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.reading import DAYS
from simulation.calibration.figures import Evidence, around, count_interval, told, untold
from simulation.scenario import Rates
from simulation.streams import Reals

WEEK = 7
#: How often a likelihood must be surpassed by chance before weekdays are believed to differ.
_SURE = 0.95
#: The fewest visits that a prior may be worth, and the most.
_PRIORS = np.geomspace(0.5, 5000, 40)
_ROUNDS = 30

Grid = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Intervals:
    """The intervals of open time of each weekday that was seen, by the clock."""

    #: Where they begin, in minutes of the day; those of all weekdays together, in order.
    minutes: tuple[int, ...]
    #: How long each is, in hours.
    hours: Reals
    #: Per weekday, which of them it has.
    of_weekday: dict[int, tuple[int, ...]]
    #: Per weekday, how many days were seen.
    days: Reals


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrivals:
    """Visits per hour, by group and interval: of all days, and of each weekday if they differ."""

    intervals: Intervals
    groups: tuple[GroupId, ...]
    #: Per group and interval, how many came, and the rate on the mean of all days.
    counts: Grid
    usual: Grid
    #: Per weekday, how busy it is beside all days; 1 where that cannot be told from chance.
    levels: Reals
    #: Per weekday, group and interval; nothing where no weekday differs clearly.
    weekly: Grid | None
    evidence: tuple[Evidence, ...]

    def rates(self, weekday: int) -> Rates:
        """Return the rates of a scenario for a day of the week."""
        grid = self.usual if self.weekly is None else self.weekly[weekday]
        return self._rates(grid, weekday)

    def usual_rates(self) -> Rates:
        """Return the rates of all days, over the hours of the weekday that was seen most."""
        days = self.intervals.days
        return self._rates(self.usual, max(self.intervals.of_weekday, key=days.__getitem__))

    def weekdays(self) -> tuple[tuple[int, Rates], ...]:
        """Return the rates of the weekdays that are not as usual."""
        usual = self.usual_rates()
        each = ((weekday, self.rates(weekday)) for weekday in sorted(self.intervals.of_weekday))
        return tuple((weekday, rates) for weekday, rates in each if rates != usual)

    def _rates(self, grid: Grid, weekday: int) -> Rates:
        mine = list(self.intervals.of_weekday[weekday])
        return tuple(
            (group, tuple(round(float(rate), 3) for rate in grid[at, mine]))
            for at, group in enumerate(self.groups)
        )


def intervals_of(layout: Layout, days: Sequence[date], *, interval_minutes: int) -> Intervals:
    """Return the intervals of the weekdays of some days."""
    pieces = {
        day.weekday(): dict(_pieces(layout, day, interval_minutes))
        for day in typical_days(layout, days)
    }
    minutes = sorted({minute for some in pieces.values() for minute in some})
    length = {minute: long for some in pieces.values() for minute, long in some.items()}
    return Intervals(
        minutes=tuple(minutes),
        hours=np.array([length[minute] / 60 for minute in minutes]),
        of_weekday={
            weekday: tuple(minutes.index(minute) for minute in some)
            for weekday, some in pieces.items()
        },
        days=np.array([sum(day.weekday() == w for day in days) for w in range(WEEK)], dtype=float),
    )


def typical_days(layout: Layout, days: Sequence[date]) -> tuple[date, ...]:
    """Return the last day of each weekday with the usual hours, as far as the hall is open then."""
    extra = {extra.date for extra in layout.hours.extra_open}
    last = {day.weekday(): day for day in sorted(days) if day not in extra}
    return tuple(sorted(day for day in last.values() if spans_of(layout.hours, day)))


def _pieces(layout: Layout, day: date, length: int) -> Iterator[tuple[int, int]]:
    for span in spans_of(layout.hours, day):
        for start in range(span.from_minute, span.until_minute, length):
            yield start, min(length, span.until_minute - start)


def arrivals(
    counts: Grid, intervals: Intervals, groups: Sequence[GroupId], *, cv: float, scale: float
) -> Arrivals:
    """Return the rates of walk-ins, and what they rest on.

    A weekday's level counts where the levels differ more than the day factor explains. A cell
    leans on the profile of all days as far as those of its group agree with it: its visits are
    Poisson around the profile times a gamma factor, the spread of which is estimated.

    Args:
        counts: walk-ins per weekday, group and interval.
        intervals: of each weekday.
        groups: by position.
        cv: of the day factor.
        scale: all visits over walk-ins.

    Source:
        C. N. Morris: Parametric empirical Bayes inference. Journal of the American Statistical
        Association 78 (1983).
    """
    hours, weekly = _open_hours(intervals), None
    realised, usual = _profile(counts, hours, intervals.days)
    levels, errors = _levels(counts, realised, intervals.days, cv)
    cells = _weekly(counts, realised[:, None, None] * usual * hours[:, None, :], levels)
    evidence = list(_usual_evidence(counts, usual * scale, intervals, groups))
    if cells is not None:
        factors, spread = cells
        weekly = levels[:, None, None] * usual[None] * factors * scale
        spread = np.sqrt(spread**2 + errors[:, None, None] ** 2)
        evidence += _weekly_evidence(counts, weekly, spread, intervals, groups)
    evidence += _level_evidence(counts, levels, errors, intervals)
    return Arrivals(
        intervals=intervals,
        groups=tuple(groups),
        counts=counts.sum(axis=0),
        usual=usual * scale,
        levels=levels,
        weekly=weekly,
        evidence=tuple(evidence),
    )


def _open_hours(intervals: Intervals) -> Grid:
    """Return per weekday and interval, how many hours the hall was open."""
    days = np.zeros((WEEK, len(intervals.minutes)))
    for weekday, some in intervals.of_weekday.items():
        days[weekday, list(some)] = intervals.days[weekday]
    return np.asarray(days * intervals.hours)


def _weekly(counts: Grid, expected: Grid, levels: Reals) -> tuple[Grid, Grid] | None:
    """Return each cell beside the profile, and its relative error; nothing where all are alike."""
    weights = [_prior(counts[:, at], expected[:, at]) for at in range(counts.shape[1])]
    if np.all(levels == 1) and not any(weights):
        return None
    return _factors(counts, expected, weights)


def _profile(counts: Grid, hours: Grid, days: Reals) -> tuple[Reals, Grid]:
    """Return how busy each weekday was beside the others, and the rates on the mean of all days."""
    levels = np.where(days > 0, 1.0, 0.0)
    usual = np.zeros(counts.shape[1:])
    for _ in range(_ROUNDS):
        usual = counts.sum(axis=0) / np.maximum((levels[:, None] * hours).sum(axis=0), 1e-12)
        expected = (hours @ usual.sum(axis=0)).clip(1e-12)
        levels = np.where(days > 0, counts.sum(axis=(1, 2)) / expected, 0.0)
        levels /= max(float(levels @ days / days.sum()), 1e-12)
    return levels, usual


def _levels(counts: Grid, realised: Reals, days: Reals, cv: float) -> tuple[Reals, Reals]:
    """Return the level of each weekday, leaning on 1, and its relative error.

    Source:
        R. DerSimonian, N. Laird: Meta-analysis in clinical trials. Controlled Clinical Trials 7
        (1986), for the variance between levels.
    """
    known = (days > 0) & (realised > 0)
    levels, errors = np.ones(WEEK), np.zeros(WEEK)
    if not known.any():
        return levels, errors
    noise = 1 / counts.sum(axis=(1, 2))[known] + cv**2 / days[known]
    errors[known] = np.sqrt(noise)
    freedom = int(known.sum()) - 1
    weight = 1 / noise
    centre = float(weight @ realised[known] / weight.sum())
    excess = float(weight @ (realised[known] - centre) ** 2)
    if freedom < 1 or excess <= chi2.ppf(_SURE, freedom):
        return levels, errors
    between = (excess - freedom) / float(weight.sum() - (weight @ weight) / weight.sum())
    levels[known] = 1 + (realised[known] - 1) * between / (between + noise)
    return levels, errors


def _prior(counts: Grid, expected: Grid) -> float | None:
    """Return how many visits the profile of all days is worth; nothing where it is everything."""
    known = expected > 0
    if known.sum(axis=0).max(initial=0) < 2:  # noqa: PLR2004 - one weekday is the profile
        return None
    count, mean = counts[known], expected[known]
    plain = float(np.sum(count * np.log(mean) - mean - gammaln(count + 1)))
    worths = [_worth(count, mean, prior) for prior in _PRIORS]
    best = int(np.argmax(worths))
    return float(_PRIORS[best]) if 2 * (worths[best] - plain) > chi2.ppf(0.9, 1) else None


def _worth(count: Reals, mean: Reals, prior: float) -> float:
    """Return the log-likelihood of negative binomial counts."""
    found = gammaln(count + prior) - gammaln(prior) - gammaln(count + 1)
    found += prior * np.log(prior / (prior + mean)) + count * np.log(mean / (prior + mean))
    return float(np.sum(found))


def _factors(counts: Grid, expected: Grid, weights: Sequence[float | None]) -> tuple[Grid, Grid]:
    """Return each cell beside the profile, and its relative error."""
    factors = np.ones_like(counts)
    profile = 1 / np.sqrt(np.maximum(counts.sum(axis=0), 1))
    spread = np.broadcast_to(profile, counts.shape).copy()
    for at, prior in enumerate(weights):
        if prior is not None:
            factors[:, at] = (prior + counts[:, at]) / (prior + expected[:, at])
            leaning = prior / (prior + expected[:, at])
            own = 1 / (prior + counts[:, at])
            spread[:, at] = np.sqrt(own + (leaning * profile[at]) ** 2)
    return factors, spread


def _usual_evidence(
    counts: Grid, usual: Grid, intervals: Intervals, groups: Sequence[GroupId]
) -> Iterator[Evidence]:
    """Yield the rates of all days; the interval is that of the rate that these days had."""
    total = counts.sum(axis=0)
    count = float(total.sum())
    mean = float((usual @ intervals.hours).sum() / intervals.hours.sum())
    yield _rate("visits_per_hour", mean, count)
    for at, group in enumerate(groups):
        mean = float(usual[at] @ intervals.hours / intervals.hours.sum())
        yield _rate("visits_per_hour", mean, float(total[at].sum()), group=group)
    for at, group in enumerate(groups):
        for place, minute in enumerate(intervals.minutes):
            of = {"group": group, "from": clock(minute)}
            yield _rate("visits_per_hour", float(usual[at, place]), float(total[at, place]), **of)


def _rate(figure: str, rate: float, count: float, **of: str) -> Evidence:
    """Return a rate with the interval of its count; where nobody came, nothing above is known."""
    if count <= 0:
        return untold(figure, 0, **of)
    low, high = count_interval(count)
    return told(figure, rate, (rate * low / count, rate * high / count), round(count), **of)


def _weekly_evidence(
    counts: Grid, weekly: Grid, spread: Grid, intervals: Intervals, groups: Sequence[GroupId]
) -> Iterator[Evidence]:
    """Yield the rates of each weekday; the interval counts which days there happened to be."""
    for weekday, some in sorted(intervals.of_weekday.items()):
        for at, group in enumerate(groups):
            for place in some:
                rate, n = float(weekly[weekday, at, place]), int(counts[weekday, at, place])
                of = {"group": group, "weekday": DAYS[weekday]}
                of["from"] = clock(intervals.minutes[place])
                interval = around(rate, float(spread[weekday, at, place]))
                yield told("visits_per_hour", rate, interval, n, **of)


def _level_evidence(
    counts: Grid, levels: Reals, errors: Reals, intervals: Intervals
) -> Iterator[Evidence]:
    for weekday in sorted(intervals.of_weekday):
        level, n = float(levels[weekday]), int(counts[weekday].sum())
        interval = around(level, float(errors[weekday]))
        yield told("weekday_level", level, interval, n, weekday=DAYS[weekday])


def clock(minute: int) -> str:
    """Return a minute of the day as a time of the clock."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
