"""How long matters take: unit efforts and whole milliseconds from uniform random numbers."""

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv, ndtri

from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.measures.figures import MINUTE_MS
from simulation.scenario import Distribution, Scenario, Service
from simulation.streams import Reals, Wholes

#: No service is shorter, in milliseconds.
SHORTEST_MS = 1

_KINDS = list(Distribution)


class Efforts:
    """The service times of a scenario's matters at a counter of pace 1, by inverse transform.

    The same uniform number gives the same rank in any distribution, so that a citizen who takes
    long takes long in every scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        layout, services = scenario.layout, dict(scenario.services)
        mine = [services[matter.code] for matter in layout.matters]
        self._kind = np.array([_KINDS.index(_kind(service)) for service in mine])
        self._cv = np.array([service.cv for service in mine])
        self._mean_ms = _means_ms(layout)
        self._seen = [np.sort(service.values_minutes) * MINUTE_MS for service in mine]

    def work_ms(self, matter: Wholes, uniform: Reals) -> Wholes:
        """Return how long each matter takes, in whole milliseconds, at least one.

        Args:
            matter: positions of matters in the layout.
            uniform: one number from 0 to below 1 for each.
        """
        time = np.empty(len(matter))
        for kind in np.unique(self._kind[matter]):
            rows = self._kind[matter] == kind
            time[rows] = self._time(_KINDS[kind], matter[rows], uniform[rows])
        return np.maximum(np.rint(time), SHORTEST_MS).astype(np.int64)

    def _time(self, kind: Distribution, matter: Wholes, uniform: Reals) -> Reals:
        if kind is Distribution.EMPIRICAL:
            pairs = zip(matter, uniform, strict=True)
            return np.array([self._seen[m][int(u * len(self._seen[m]))] for m, u in pairs])
        return self._mean_ms[matter] * unit_effort(kind, self._cv[matter], uniform)


def unit_effort(kind: Distribution, cv: Reals, uniform: Reals) -> Reals:
    """Return draws with mean 1 and coefficient of variation ``cv`` (1 if exponential)."""
    if kind is Distribution.LOGNORMAL:
        variance = np.log1p(cv**2)
        return np.asarray(np.exp(np.sqrt(variance) * ndtri(uniform) - variance / 2))
    if kind is Distribution.EXPONENTIAL:
        return -np.log1p(-uniform)
    if kind is Distribution.GAMMA:
        shape = 1 / cv**2
        return np.asarray(gammaincinv(shape, uniform) / shape)
    return np.ones(len(uniform))


def _kind(service: Service) -> Distribution:
    """Return the distribution; one that does not vary is always the same."""
    if service.cv == 0 and service.distribution is Distribution.GAMMA:
        return Distribution.DETERMINISTIC
    return service.distribution


def _means_ms(layout: Layout) -> Reals:
    times: Sequence[int] = [length_ms(matter.handling) for matter in layout.matters]
    return np.array(times, dtype=np.float64)
