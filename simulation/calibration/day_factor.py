"""How much whole days vary beyond chance, the days of the week apart."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln

from simulation.calibration.figures import Interval
from simulation.streams import Reals, Wholes

#: Fewer days, those apart that set the level of each weekday, say nothing.
ENOUGH = 4
#: Where the search looks.
_LEAST, _MOST = 1e-4, 3.0
#: Half of the 95 % point of chi-square with one degree of freedom.
_DROP = 1.9207


@dataclass(frozen=True, kw_only=True, slots=True)
class DayFactor:
    """The coefficient of variation of the day factor, with its interval, and of how many days."""

    cv: float
    interval: Interval
    n: int


def day_factor(totals: Wholes, weekdays: Wholes) -> DayFactor | None:
    """Return how the totals of days vary beyond Poisson; nothing of too few days.

    Each weekday has a level of its own, which is not part of the variation. The totals are Poisson
    with a gamma factor of mean 1, so negative binomial; the likelihood is adjusted for the levels,
    which are estimated too, and the interval is where it is not much lower.

    Source:
        D. R. Cox, N. Reid: Parameter orthogonality and approximate conditional inference. Journal
        of the Royal Statistical Society B 49 (1987), for the adjusted profile likelihood.
    """
    known = np.array([np.sum(weekdays == day) for day in weekdays])
    means = np.array([np.mean(totals[weekdays == day]) for day in weekdays])
    kept = (known > 1) & (means > 0)
    days = int(kept.sum())
    if days - len(set(weekdays[kept].tolist())) < ENOUGH:
        return None
    counts, means, known = totals[kept].astype(np.float64), means[kept], known[kept]

    def worth(cv: float) -> float:
        return -_adjusted(cv, counts, means, 1 / known)

    found = minimize_scalar(worth, bounds=(_LEAST, _MOST), method="bounded")
    best, least = float(found.x), float(found.fun)
    if worth(_LEAST) <= least:
        best, least = 0.0, worth(_LEAST)

    def beyond(cv: float) -> float:
        return worth(cv) - least - _DROP

    low = 0.0 if beyond(_LEAST) <= 0 else float(brentq(beyond, _LEAST, best))
    high = float(brentq(beyond, max(best, _LEAST), _MOST)) if beyond(_MOST) > 0 else _MOST
    return DayFactor(cv=best, interval=(low, high), n=days)


def _adjusted(cv: float, totals: Reals, means: Reals, share: Reals) -> float:
    """Return the log-likelihood of a variation; ``share`` is 1 over the days of the weekday."""
    shape = 1 / cv**2
    rises = gammaln(totals + shape) - gammaln(shape) - shape * np.log1p(means / shape)
    rises -= totals * np.log(shape + means)
    return float(np.sum(rises) + np.sum(share * np.log1p(means / shape)) / 2)
