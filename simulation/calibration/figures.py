"""Figures with their evidence: an estimate, its 95 % interval, how many it rests on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta, chi2, gamma, norm, t

from simulation.streams import Reals

#: Intervals leave out this much on either side.
TAIL = 0.025
#: How many standard errors that is, for many observations.
Z = float(norm.ppf(1 - TAIL))

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What the record says about one figure; no value where it cannot tell."""

    figure: str
    #: Whose figure it is: ("group", "tax"), ("weekday", "mon") and so on.
    of: tuple[tuple[str, str], ...] = ()
    value: float | None
    interval: Interval | None = None
    #: How many observations it rests on.
    n: int

    def form(self) -> dict[str, Any]:
        """Return the evidence as plain JSON."""
        interval = None if self.interval is None else list(self.interval)
        known = {"value": self.value, "ci95": interval, "n": self.n}
        return {"figure": self.figure, **dict(self.of), **known}


def told(figure: str, value: float, interval: Interval, n: int, **of: str) -> Evidence:
    """Return a figure with its interval."""
    return Evidence(figure=figure, of=tuple(of.items()), value=value, interval=interval, n=n)


def untold(figure: str, n: int, **of: str) -> Evidence:
    """Return a figure that the record cannot tell."""
    return Evidence(figure=figure, of=tuple(of.items()), value=None, n=n)


def count_interval(count: float) -> Interval:
    """Return the interval of the expectation of a Poisson count.

    Source:
        F. Garwood: Fiducial limits for the Poisson distribution. Biometrika 28 (1936).
    """
    low = float(gamma.ppf(TAIL, count)) if count > 0 else 0.0
    return low, float(gamma.ppf(1 - TAIL, count + 1))


def share_interval(part: int, whole: int) -> Interval:
    """Return the interval of a share, from ``part`` of ``whole`` (Jeffreys).

    Source:
        L. D. Brown, T. T. Cai, A. DasGupta: Interval estimation for a binomial proportion.
        Statistical Science 16 (2001), section 4.1.
    """
    low = float(beta.ppf(TAIL, part + 0.5, whole - part + 0.5)) if part else 0.0
    high = float(beta.ppf(1 - TAIL, part + 0.5, whole - part + 0.5)) if part < whole else 1.0
    return low, high


def share(figure: str, part: int, whole: int, **of: str) -> Evidence:
    """Return a share with its interval; nothing of nobody."""
    if not whole:
        return untold(figure, 0, **of)
    return told(figure, part / whole, share_interval(part, whole), whole, **of)


def mean_interval(values: Reals) -> Interval:
    """Return the interval of the mean of positive values, two at least.

    It is symmetric for the logarithm of the mean, which suits values that are skewed to the right
    better than one symmetric for the mean.
    """
    mean = float(values.mean())
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    if mean <= 0 or error == 0:
        return mean, mean
    reach = float(np.exp(t.ppf(1 - TAIL, len(values) - 1) * error / mean))
    return mean / reach, mean * reach


def around(value: float, relative_error: float) -> Interval:
    """Return the interval of a positive value whose logarithm has an error, about normal."""
    reach = float(np.exp(Z * relative_error))
    return value / reach, value * reach


def variance_interval(variance: float, freedom: int) -> Interval:
    """Return the interval of the variance of normal values, estimated with so much freedom."""
    scaled = variance * freedom
    low, high = (float(scaled / chi2.ppf(tail, freedom)) for tail in (1 - TAIL, TAIL))
    return low, high
