"""How far a wait may be from its mean: a gamma distribution, cut at what is certain."""

import math
from dataclasses import dataclass

#: Eight of ten lie between a tenth and nine tenths.
_TENTH = 1.2816


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A wait that is at least ``certain_ms``, has a mean, and a variance."""

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

    def _quantile(self, deviations: float) -> int:
        """Return a quantile of the gamma distribution (Wilson and Hilferty's cube root, 1931)."""
        open_ms = self.mean_ms - self.certain_ms
        if open_ms <= 0:
            return round(self.certain_ms)
        ninth = self.variance / open_ms**2 / 9
        root = 1 - ninth + deviations * math.sqrt(ninth)
        return round(self.certain_ms + open_ms * max(root, 0) ** 3)


def shared_work_variance(*, jobs: float, coming: float, cv: float, per_counter: float) -> float:
    """Return the variance of when some counters get through ``jobs``.

    Its unit is the square of a mean service time over the number of counters.

    Args:
        jobs: how many people ahead, one after the other at whichever counter is free.
        coming: of them, those expected but not here yet.
        cv: standard deviation of a service time over its mean.
        per_counter: how many of them each counter serves; below one, whoever happens to be
            finished first decides, and the spread is that of chance.
    """
    served = cv * cv + (1 - cv * cv) / (1 + 2 * per_counter)
    first = (0.92 * (1 + cv * cv) / 2) ** 2
    return first + served * jobs + coming
