"""The model beside reality: waits of the same stops, over all, by day, by hour and by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev

import numpy as np

from hall.domain.layout import Layout
from hall.domain.trace import ABSENT, Stops
from hall.measures.figures import MINUTE_MS
from hall.measures.stops import Waits
from simulation.streams import Reals


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One figure as it was, and as the model says: the mean of its replications."""

    real: float | None
    model: float | None
    #: The standard deviation between replications, 0 for a single one; and how many there are.
    spread: float = 0.0
    runs: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """How some stops waited, in minutes and shares, and in the model."""

    stops: int
    wait: Pair
    p90: Pair
    within: Pair
    #: Between the waits that were and those of the model, stop by stop; nothing if none varies.
    correlation: float | None

    @property
    def bias_minutes(self) -> float | None:
        """How much longer the mean wait of the model is."""
        if self.wait.real is None or self.wait.model is None:
            return None
        return self.wait.model - self.wait.real

    @property
    def bias_share(self) -> float | None:
        """How much longer the mean wait of the model is, as a share of the real one."""
        return self.bias_minutes / self.wait.real if self.bias_minutes and self.wait.real else None


class Beside:
    """Stops as they were, and as the model says them in each of its replications."""

    def __init__(self, real: Stops, model: Sequence[Stops], layout: Layout) -> None:
        self._real = Waits(real, layout, until_ms=None)
        self._model = [Waits(stops, layout, until_ms=None) for stops in model]

    def fit(self, rows: Sequence[int]) -> Fit:
        """Return how the model fits reality for some stops."""
        real = self._real.figures(rows)
        model = [waits.figures(rows) for waits in self._model]

        def pair(name: str) -> Pair:
            known = [found for figures in model if (found := figures[name]) is not None]
            return Pair(
                real=real[name],
                model=fmean(known) if known else None,
                spread=stdev(known) if len(known) > 1 else 0.0,
                runs=len(known),
            )

        return Fit(
            stops=len(rows),
            wait=pair("wait_minutes"),
            p90=pair("wait_p90_minutes"),
            within=pair("within_target_share"),
            correlation=self._correlation(rows),
        )

    def _correlation(self, rows: Sequence[int]) -> float | None:
        """Return Pearson's correlation of the waits of those who were called in both."""
        was, said = self._waits_ms
        both = [row for row in rows if not np.isnan(was[row]) and not np.isnan(said[row])]
        if len(both) < 2 or not was[both].std() or not said[both].std():  # noqa: PLR2004
            return None
        return float(np.corrcoef(was[both], said[both])[0, 1])

    @cached_property
    def _waits_ms(self) -> tuple[Reals, Reals]:
        """The wait of each stop as it was, and on the mean of the model; NaN without a call."""
        was, total = _known(self._real), np.zeros(len(self._real.wait))
        count = np.zeros(len(total))
        for waits in self._model:
            wait = _known(waits)
            total += np.nan_to_num(wait)
            count += ~np.isnan(wait)
        return was, np.where(count, total / np.maximum(count, 1), np.nan)


def _known(waits: Waits) -> Reals:
    wait = np.array(waits.wait, dtype=np.float64)
    return np.where(wait == ABSENT, np.nan, wait / MINUTE_MS)
