"""Who will still come today, learned from past days and from how busy this one is."""

import math
from collections.abc import Iterable
from datetime import date
from statistics import fmean, variance

import numpy as np

from hall.domain.tickets import Line
from simulation.forecast.known import Joined, Known
from simulation.streams import Reals

#: A day of the same weekday counts as much as so many others.
_SAME_WEEKDAY = 4.0
#: Whole days vary so much beyond chance in other halls, which count as much as so many own days.
_DAY_CV, _OTHERS_DAYS = 0.13, 5.0


def rates(known: Known) -> dict[Line, Reals]:
    """Return how many will join each line in each part of today, expected as of now.

    Past days are averaged, those of the same weekday first; today is as much busier as it has been
    so far, by the posterior mean of a gamma distributed day factor. A hall without a past goes on
    as its day has gone so far.

    Returns:
        Per line, one number per part of the day, from midnight on, over a day and a half.
    """
    past = [some for some in known.past if some.day != known.day]
    so_far = [some for some in known.past if some.day == known.day]
    if not past:
        return _as_so_far(known, so_far)
    weight = {day: _weight(day, known.day) for day in {some.day for some in past}}
    total = sum(weight.values())
    found: dict[Line, Reals] = {}
    for some in past:
        found.setdefault(some.line, _no_one(known))[some.part] += (
            some.people * weight[some.day] / total
        )
    factor = day_factor(known, found, so_far)
    return {line: per_part * factor for line, per_part in found.items()}


def day_factor(known: Known, usual: dict[Line, Reals], so_far: Iterable[Joined]) -> float:
    """Return how much busier today is than usual, as far as one can tell by now.

    The prior is gamma with mean 1, and who comes is Poisson, so the posterior mean is
    (1/cv² + came) ÷ (1/cv² + expected): near 1 in the morning, near the plain ratio at night.
    """
    now = known.minute * 60_000 / known.part_ms
    share = np.clip(now - np.arange(len(_no_one(known))), 0, 1)
    expected = float(sum((per_part * share).sum() for per_part in usual.values()))
    came = sum(some.people for some in so_far)
    prior = 1 / day_cv(known) ** 2
    return (prior + came) / (prior + expected)


def shape(known: Known) -> float:
    """Return the shape of the gamma distribution that the rest of today's day factor has by now."""
    came = sum(some.people for some in known.past if some.day == known.day)
    return 1 / day_cv(known) ** 2 + came


def day_cv(known: Known) -> float:
    """Return how much whole days of a hall vary beyond chance, over their mean.

    What is left of the variance of past days' totals once the chance of each day (Poisson) is taken
    out, averaged with what is usual, so that a few days do not decide it.
    """
    totals: dict[str, int] = {}
    for some in known.past:
        if some.day != known.day:
            totals[some.day] = totals.get(some.day, 0) + some.people
    if len(totals) < 2:  # noqa: PLR2004 - one day does not vary
        return _DAY_CV
    mean = fmean(totals.values())
    beyond = max(0.0, variance(totals.values()) - mean) / mean**2
    days = len(totals) - 1
    return math.sqrt((days * beyond + _OTHERS_DAYS * _DAY_CV**2) / (days + _OTHERS_DAYS))


def mean_work_ms(known: Known) -> dict[Line, float]:
    """Return how long those who join each line occupy a counter on average, by past days."""
    people: dict[Line, int] = {}
    work: dict[Line, float] = {}
    for some in known.past:
        people[some.line] = people.get(some.line, 0) + some.people
        work[some.line] = work.get(some.line, 0.0) + some.people * some.work_ms
    return {line: work[line] / people[line] for line in people}


def _as_so_far(known: Known, so_far: Iterable[Joined]) -> dict[Line, Reals]:
    """Return today's rate until now for the rest of the day."""
    joined = list(so_far)
    parts = max(1, len({some.part for some in joined}))
    found: dict[Line, Reals] = {}
    for some in joined:
        found.setdefault(some.line, _no_one(known))[:] += some.people / parts
    return found


def _no_one(known: Known) -> Reals:
    return np.zeros(round(36 * 3_600_000 / known.part_ms))


def _weight(day: str, today: str) -> float:
    same = date.fromisoformat(day).weekday() == date.fromisoformat(today).weekday()
    return _SAME_WEEKDAY if same else 1.0
