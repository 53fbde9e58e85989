"""The likelihood of calls under a patience, no-shows and returns, and its best parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, gammaln, logit

from simulation.calibration.calls import Calls, Seen
from simulation.calibration.figures import Interval, Z
from simulation.streams import Reals

#: What stands for "does not happen", by parameter: nobody leaves, nobody misses a call.
_NOTHING = {
    "mean": 1e9,
    "shape": 1.0,
    "away": 0.0,
    "returns": 0.0,
    "return_mean": 1.0,
    "silent": 0.0,
}
#: Where the search looks: logarithms of lengths and shapes, logits of shares.
_BOUNDS = {"mean": (-4.0, 13.0), "shape": (-3.0, 4.0), "return_mean": (-4.0, 9.0)}
_SHARE_BOUNDS = (-12.0, 12.0)
#: Parameters that are shares; the others are lengths or shapes.
_SHARES = ("away", "returns", "silent")
#: Waits are counted in tenths of a minute.
_GRAIN = 10
_TINY = 1e-300
_STEP = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A parameter with its interval; the error is that of its logarithm, of a share its logit."""

    value: float
    interval: Interval
    error: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """The best parameters of a model, their covariance, and minus its log-likelihood."""

    names: tuple[str, ...]
    at: Reals
    covariance: Reals
    worth: float

    @property
    def parameters(self) -> dict[str, float]:
        """Every parameter by its name, also those that do not happen."""
        return _parameters(self.names, self.at)

    def estimate(self, name: str) -> Estimate | None:
        """Return a parameter, if the model has it and the data can tell it."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        variance, centre = float(self.covariance[place, place]), float(self.at[place])
        if not 0 <= variance < np.inf:
            return None
        reach = Z * variance**0.5
        low, high = _natural(name, centre - reach), _natural(name, centre + reach)
        return Estimate(value=_natural(name, centre), interval=(low, high), error=variance**0.5)


class Likelihood:
    """Minus the log-likelihood of some calls; equal waits are counted, not repeated.

    With F the distribution of the patience, S = 1 - F, f its density, ``away`` the share of those
    still there who miss the call, and ``silent`` the share of leavings that show as nothing but a
    missed call, a call after wait w is worth: there (1 - away) S(w); missed away S(w) (1 - the
    chance to have come back by then) + silent F(w); found gone F(w); told at t f(t).
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._came, self._gone, self._rest = (
            _counted(calls.of(kind).wait) for kind in (Seen.CAME, Seen.GONE, Seen.NOT_CALLED)
        )
        self._left = np.maximum(calls.of(Seen.LEFT).wait, _STEP)
        self._missed, self._back = calls.of(Seen.MISSED), calls.of(Seen.CAME_BACK)
        gone, left = calls.count(Seen.GONE), calls.count(Seen.LEFT)
        self._known = gone + left
        #: Of those known to have left, the share of whom it is known when.
        self._told = left / self._known if self._known else 0.0

    def fit(self, names: tuple[str, ...]) -> Fit:
        """Return the best values of the parameters named; the others stand for nothing."""

        def worth(at: Reals) -> float:
            return self(_parameters(names, at))

        if not names:
            none = np.zeros(0)
            return Fit(names=names, at=none, covariance=np.zeros((0, 0)), worth=worth(none))
        fits = [minimize(worth, start, method="BFGS") for start in self._starts(names)]
        best = min(fits, key=lambda fit: float(fit.fun))
        inside = [at for at, name in enumerate(names) if _is_inside(name, float(best.x[at]))]

        def worth_inside(part: Reals) -> float:
            whole = best.x.copy()
            whole[inside] = part
            return worth(whole)

        covariance = np.full((len(names), len(names)), np.inf)
        covariance[np.ix_(inside, inside)] = covariance_at(worth_inside, best.x[inside])
        return Fit(names=names, at=best.x, covariance=covariance, worth=float(best.fun))

    def _starts(self, names: Sequence[str]) -> list[Reals]:
        """Return where to begin the search: patience not much and much above the waits."""
        typical = float(np.mean(self._calls.wait)) + 1
        usual = {"shape": 1.2, "away": 0.05, "returns": 0.4, "return_mean": 10.0, "silent": 0.5}
        factors = (2.0, 10.0) if "mean" in names else (1.0,)
        return [
            np.array([_scaled(name, {**usual, "mean": typical * factor}[name]) for name in names])
            for factor in factors
        ]

    def __call__(self, values: Mapping[str, float]) -> float:
        """Return minus the log-likelihood of some parameters."""
        shape, silent = values["shape"], values["silent"]
        scale = values["mean"] / np.exp(gammaln(1 + 1 / shape))
        (came, came_n), (gone, gone_n), (rest, rest_n) = self._came, self._gone, self._rest
        density = (shape - 1) * np.log(self._left / scale) - (self._left / scale) ** shape
        told = self._told * (1 - silent)
        found = np.sum(came_n * (np.log1p(-values["away"]) - (came / scale) ** shape))
        found += np.sum(gone_n * np.log(-np.expm1(-((gone / scale) ** shape)) + _TINY))
        found += np.sum(density) + len(density) * np.log(shape / scale)
        found += np.sum(rest_n * np.log1p(told * np.expm1(-((rest / scale) ** shape))))
        found += self._known * np.log(1 - silent + _TINY)
        return -float(found + self._unanswered(values, scale))

    def _unanswered(self, values: Mapping[str, float], scale: float) -> float:
        """Return the log-likelihood of the calls that nobody answered."""
        away, returns, mean = values["away"], values["returns"], values["return_mean"]
        missed, back, shape = self._missed, self._back, values["shape"]
        silent = values["silent"] if self._known else 1.0
        hazard = (missed.wait / scale) ** shape
        not_yet = 1 + returns * np.expm1(-missed.open_after / mean)
        found = np.sum(
            np.log(away * np.exp(-hazard) * not_yet - silent * np.expm1(-hazard) + _TINY)
        )
        if len(back.wait):
            found += len(back.wait) * np.log(away * returns / mean + _TINY)
            found -= np.sum((back.wait / scale) ** shape + back.back / mean)
        return float(found)


def _counted(waits: Reals) -> tuple[Reals, Reals]:
    """Return the different waits, in tenths of a minute, and how often each is there."""
    found, counts = np.unique(np.rint(waits * _GRAIN), return_counts=True)
    return found / _GRAIN, counts.astype(np.float64)


def covariance_at(worth: Callable[[Reals], float], at: Reals) -> Reals:
    """Return the inverse of the curvature at the best place; infinite where there is none.

    Args:
        worth: minus the log-likelihood.
        at: where it is least.
    """
    count = len(at)
    steps = np.eye(count) * _STEP
    curvature = np.empty((count, count))
    for i in range(count):
        for j in range(i + 1):
            a, b = steps[i], steps[j]
            rise = worth(at + a + b) - worth(at + a - b) - worth(at - a + b) + worth(at - a - b)
            curvature[i, j] = curvature[j, i] = rise / (4 * _STEP**2)
    if not count or np.min(np.linalg.eigvalsh(curvature)) <= 0:
        return np.full((count, count), np.inf)
    return np.asarray(np.linalg.inv(curvature))


def _parameters(names: Sequence[str], at: Reals) -> dict[str, float]:
    found = {name: _natural(name, float(value)) for name, value in zip(names, at, strict=True)}
    return {**_NOTHING, **found}


def _is_inside(name: str, scaled: float) -> bool:
    """Whether the best value is one that the data tell, not where the search ends."""
    low, high = _BOUNDS.get(name, _SHARE_BOUNDS)
    return low + 1 < scaled < high - 1


def _natural(name: str, scaled: float) -> float:
    """Return a parameter from what the search varies, as far as it looks."""
    low, high = _BOUNDS.get(name, _SHARE_BOUNDS)
    kept = min(max(scaled, low), high)
    return float(expit(kept)) if name in _SHARES else float(np.exp(kept))


def _scaled(name: str, value: float) -> float:
    return float(logit(value)) if name in _SHARES else float(np.log(value))
