"""Which share of the stops due in an interval kept a promise, over replications."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.summary import Figure, figure

Reals = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """Shares within target: by replication, promise and interval."""

    rows: Reals

    @property
    def mean(self) -> Reals:
        """The means over replications; 1 where nobody ever was due."""
        known = np.isfinite(self.rows)
        count = known.sum(axis=0)
        total = np.where(known, self.rows, 0).sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), 1.0)

    @property
    def error(self) -> Reals:
        """The standard errors of the means."""
        known = np.isfinite(self.rows)
        count = known.sum(axis=0)
        off = np.where(known, self.rows - self.mean, 0)
        return np.asarray(
            np.sqrt((off**2).sum(axis=0) / np.maximum(count - 1, 1) / np.maximum(count, 1))
        )

    def figure(self, aim: int, interval: int) -> Figure:
        """Return the share of one promise in one interval, with its confidence interval."""
        values = self.rows[:, aim, interval]
        return figure(float(value) for value in values if np.isfinite(value))
