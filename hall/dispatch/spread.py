"""How uncertain services and waits are: what is left of one, how far apart many may end."""

import math
from dataclasses import dataclass, replace

#: A tenth of all normal values lies so many standard deviations below the mean, a tenth above.
_TENTH = 1.2816


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A wait of at least ``certain_ms``; what comes on top of that is gamma distributed."""

    certain_ms: float
    mean_ms: float
    variance: float

    def low_ms(self) -> int:
        """Return what nine of ten wait longer than."""
        return self._quantile(-_TENTH)

    def likely_ms(self) -> int:
        """Return what half of them wait longer than."""
        return self._quantile(0)

    def high_ms(self) -> int:
        """Return what one of ten waits longer than."""
        return self._quantile(_TENTH)

    def amplified(self, factor: float) -> "Spread":
        """Return the same wait with every deviation from its mean multiplied."""
        return replace(self, variance=self.variance * factor**2)

    def _quantile(self, deviations: float) -> int:
        """Return a quantile of the gamma distribution (Wilson and Hilferty's cube root, 1931)."""
        open_ms = self.mean_ms - self.certain_ms
        if open_ms <= 0:
            return round(self.certain_ms)
        ninth = self.variance / open_ms**2 / 9
        root = 1 - ninth + deviations * math.sqrt(ninth)
        return round(self.certain_ms + open_ms * max(root, 0) ** 3)


def left_ms(*, elapsed_ms: int, expected_ms: int, cv: float) -> int:
    """Return how long a service that has taken ``elapsed_ms`` will still take, on average.

    The mean residual life of a gamma distribution falls from the mean to the mean × cv²; in
    between it is close to an exponential decay. So nobody is ever "about to be finished" only
    because they have been there long.
    """
    floor = min(cv * cv, 1.0)
    return round(expected_ms * (floor + (1 - floor) * math.exp(-elapsed_ms / expected_ms)))


def middle_share(cv: float) -> float:
    """Return what is left on average of a service that is looked at at random, over the mean."""
    return (1 + cv * cv) / 2


def shared_work_variance(*, jobs: float, coming: float, cv: float, counters: int) -> float:
    """Return the variance of when some counters get through ``jobs``.

    Its unit is the square of a mean service time over the number of counters. Where each counter
    serves less than one of them, whoever happens to be finished first decides, and the spread is
    that of chance (a Poisson process); where each serves many, that of a sum of service times.

    Args:
        jobs: how many people ahead, one after the other at whichever counter is free.
        coming: of them, those expected but not here yet.
        cv: standard deviation of a service time over its mean.
        counters: how many counters share the jobs.
    """
    served = cv * cv + (1 - cv * cv) / (1 + 2 * jobs / counters)
    return middle_share(cv) ** 2 + served * jobs + coming
