"""How long citizens wait before they leave, and who is not there when called.

A call shows only whether somebody is still there: it says that the patience was longer, or that
it was shorter, than the wait (current-status data). Only of who says so it is known when they
left. To take the call for the moment of the leaving would make everybody too patient.
"""

from dataclasses import dataclass
from math import exp, gamma

import numpy as np
from scipy.stats import chi2

from simulation.calibration.calls import Calls, Seen
from simulation.calibration.likelihood import Estimate, Fit, Likelihood

#: Fewer leavings say nothing about patience.
ENOUGH = 10
#: A standard error of the logarithm of the mean above this says nothing: a factor of 2 either way.
LOOSEST = 0.35
#: A model with more in it must be better than chance explains this often.
_SURE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """What the calls say; nothing where they cannot tell."""

    mean_minutes: Estimate | None
    shape: Estimate | None
    #: Of those who have not left, the share that is not there when called.
    away: Estimate | None
    #: Of those, the share that comes back, and how long after the missed call.
    returns: Estimate | None
    return_minutes: Estimate | None
    #: How many left, as far as is known or estimated.
    left: float
    #: Of those who left, the share that shows as nothing but a missed call.
    silent_share: float
    #: The share still there after the longest waits, by the curve; below that it is a guess.
    least_seen: float


def manners(calls: Calls) -> Manners:
    """Return patience and no-shows by maximum likelihood, with intervals of Wald.

    The patience is a Weibull distribution. Whoever has not left misses the call with some
    probability, whatever the wait; whoever has left may show as nothing but a missed call. So
    missed calls are told apart by how they grow with the wait; only where they clearly do, some of
    them are taken for leavings.

    Source:
        J. Sun: The statistical analysis of interval-censored failure time data (2006), section
        1.3.1, for the likelihood of current-status data.
    """
    best = _best(calls)
    known, missed = calls.count(Seen.GONE, Seen.LEFT), calls.count(Seen.MISSED)
    silent = best.parameters["silent"] if known else float("mean" in best.names)
    left = known / (1 - silent) if silent < 1 else float(missed)
    mean, shape = best.estimate("mean"), best.estimate("shape")
    if left < ENOUGH or mean is None or shape is None or mean.error > LOOSEST:
        mean = shape = None
    return Manners(
        mean_minutes=mean,
        shape=shape,
        away=best.estimate("away"),
        returns=best.estimate("returns"),
        return_minutes=best.estimate("return_mean"),
        left=left,
        silent_share=silent,
        least_seen=_still_there(best, calls),
    )


def still_there(mean_minutes: float, shape: float, wait_minutes: float) -> float:
    """Return the share of a Weibull patience that is longer than a wait."""
    scale = mean_minutes / gamma(1 + 1 / shape)
    return exp(-((wait_minutes / scale) ** shape))


def _best(calls: Calls) -> Fit:
    """Return the best model: with leavings among the missed calls only if that is clearly so."""
    likelihood, known = Likelihood(calls), calls.count(Seen.GONE, Seen.LEFT)
    plain = likelihood.fit(_names(calls, leaves=known > 0, silent=False))
    if calls.count(Seen.MISSED) < ENOUGH:
        return plain
    mixed = likelihood.fit(_names(calls, leaves=True, silent=known > 0))
    more = len(mixed.names) - len(plain.names)
    is_better = 2 * (plain.worth - mixed.worth) > chi2.ppf(_SURE, more)
    return mixed if is_better else plain


def _names(calls: Calls, *, leaves: bool, silent: bool) -> tuple[str, ...]:
    """Return the parameters that these calls may tell."""
    names = ["mean", "shape"] if leaves else []
    if calls.count(Seen.MISSED, Seen.CAME_BACK):
        names.append("away")
    if calls.count(Seen.CAME_BACK):
        names += ["returns", "return_mean"]
    return (*names, "silent") if silent else tuple(names)


def _still_there(best: Fit, calls: Calls) -> float:
    longest = float(np.quantile(calls.wait, 0.99)) if len(calls.wait) else 0.0
    return still_there(best.parameters["mean"], best.parameters["shape"], longest)
