"""How long matters take, at which pace who works, and how long citizens take to the counter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from scipy.stats import chi2, norm

from hall.domain.canonical import digest
from hall.domain.identities import LayoutHash, MatterCode
from hall.domain.layout import Counter, Layout, Matter
from hall.domain.layout_form import canonical_form
from simulation.calibration.figures import (
    Evidence,
    Interval,
    around,
    mean_interval,
    told,
    untold,
    variance_interval,
)
from simulation.calibration.serving import Services
from simulation.scenario import Distribution, Service
from simulation.streams import Reals, Wholes

#: With so many services of a matter, they are drawn from as they were seen.
EMPIRICAL = 200
#: Fewer services of a matter say nothing about how long it takes.
ENOUGH = 5
#: So many values stand for all that were seen.
_VALUES = 200
#: The farthest that the lognormal may be from what was seen, as a share of services.
_FARTHEST = 0.05
#: H. W. Lilliefors (1967), table 1: 1 % point of the distance, times the root of the number.
_LILLIEFORS = 1.031
_SURE = 0.95
_ROUNDS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterTime:
    """How long one matter takes at a counter of pace 1."""

    code: MatterCode
    #: Every service seen, in minutes.
    seen: Reals
    mean_minutes: float
    mean_interval: Interval
    service: Service
    cv_interval: Interval
    #: Whether a lognormal distribution describes it.
    is_lognormal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What the services say."""

    #: By matter; those that cannot be told are not here.
    times: tuple[MatterTime, ...]
    #: Per counter by position, how much longer it takes than its layout says; 1 where no clear.
    factors: Reals
    evidence: tuple[Evidence, ...]


def work(services: Services, layout: Layout, *, usual: Service) -> Work:
    """Return how long matters take at a counter of pace 1, and the paces.

    The paces of the layout are taken for true, and what workers need beyond them is estimated from
    logarithms: matter and worker add up. Workers lean on the mean of all as far as they agree.

    Args:
        services: of one matter each.
        layout: with the paces that were meant.
        usual: what stands for the spread where too few were seen.
    """
    stated = np.array([[c.pace_for(m.group) for m in layout.matters] for c in layout.counters])
    took = services.took / stated[services.counter, services.matter]
    factors, errors, is_clear = _worker_factors(services, np.log(np.maximum(took, 1e-6)))
    took = took / factors[services.worker]
    times = [
        _time(matter.code, np.sort(took[services.matter == at]), usual)
        for at, matter in enumerate(layout.matters)
        if np.sum(services.matter == at) >= ENOUGH
    ]
    counters = np.ones(len(layout.counters))
    for at in range(len(counters)):
        mine = services.worker[services.counter == at]
        if is_clear and len(mine):
            counters[at] = float(np.mean(factors[mine]))
    evidence = [
        *_time_evidence(times, services, layout),
        *_pace_evidence(services, factors, errors),
    ]
    return Work(times=tuple(times), factors=counters, evidence=tuple(evidence))


def approach(seconds: Reals) -> Evidence:
    """Return how long it takes from the call to the start, on the mean."""
    if len(seconds) < ENOUGH:
        return untold("approach_seconds", len(seconds))
    return told("approach_seconds", float(seconds.mean()), mean_interval(seconds), len(seconds))


def with_times(
    layout: Layout, minutes: Mapping[MatterCode, float], factors: Reals | None = None
) -> Layout:
    """Return the layout with other handling times and paces.

    Args:
        layout: as it was.
        minutes: by matter; those not named stay as they are.
        factors: per counter, by what its paces are multiplied.
    """

    def timed(matter: Matter) -> Matter:
        found = minutes.get(matter.code)
        return matter if found is None else replace(matter, handling=timedelta(minutes=found))

    def paced(counter: Counter, factor: float) -> Counter:
        if factor == 1:
            return counter
        stated = dict(counter.pace)
        paces = ((g, round(stated.get(g, 1.0) * factor, 4)) for g in counter.ever_takes())
        return replace(counter, pace=tuple(sorted(paces)))

    by = [1.0] * len(layout.counters) if factors is None else factors.tolist()
    changed = replace(
        layout,
        matters=tuple(map(timed, layout.matters)),
        counters=tuple(map(paced, layout.counters, by)),
    )
    return replace(changed, hash=LayoutHash(digest(canonical_form(changed))))


def _worker_factors(services: Services, logs: Reals) -> tuple[Reals, Reals, bool]:
    """Return how much longer each worker takes than all, the error, whether that is clear.

    Matters of two workers who share none are not compared: there, the matter explains it.
    """
    count = len(services.workers)
    effect = np.zeros(count)
    spread = _matter_means(services.matter, (logs - logs.mean() if len(logs) else logs) ** 2)
    between, seen = 0.0, np.bincount(services.worker, minlength=count)
    weight, rest = np.zeros(len(logs)), logs
    for _ in range(_ROUNDS):
        rest = logs - _matter_means(services.matter, logs - effect[services.worker])
        inner = rest - effect[services.worker]
        spread = np.maximum(_matter_means(services.matter, inner**2), 1e-9)
        weight = 1 / spread
        total = np.bincount(services.worker, weight, count).astype(np.float64)
        raw = np.bincount(services.worker, weight * rest, count) / np.maximum(total, 1e-12)
        between = _between(raw, total)
        effect = raw * between / (between + 1 / np.maximum(total, 1e-12))
        effect -= np.average(effect, weights=np.maximum(seen, 1e-12)) if count else 0.0
    total = np.bincount(services.worker, weight, count).astype(np.float64)
    if between <= 0:
        return np.ones(count), 1 / np.sqrt(np.maximum(total, 1e-12)), False
    return np.exp(effect), 1 / np.sqrt(total + 1 / between), True


def _between(raw: Reals, weight: Reals) -> float:
    """Return the variance between workers; 0 where they do not differ clearly."""
    known = weight > 0
    raw, weight = raw[known], weight[known]
    freedom = len(raw) - 1
    if freedom < 1:
        return 0.0
    centre = float(weight @ raw / weight.sum())
    excess = float(weight @ (raw - centre) ** 2)
    if excess <= chi2.ppf(_SURE, freedom):
        return 0.0
    return (excess - freedom) / float(weight.sum() - (weight @ weight) / weight.sum())


def _matter_means(matter: Wholes, values: Reals) -> Reals:
    """Return per service the mean of a value over the services of the same matter."""
    if not len(values):
        return values
    sums, counts = np.bincount(matter, values), np.bincount(matter)
    return np.asarray((sums / np.maximum(counts, 1))[matter])


def _time(code: MatterCode, seen: Reals, usual: Service) -> MatterTime:
    logs = np.log(np.maximum(seen, 1e-6))
    variance = float(logs.var(ddof=1))
    cv, interval = _cv(variance), variance_interval(variance, len(logs) - 1)
    fits = _distance(logs) <= max(_LILLIEFORS / len(logs) ** 0.5, _FARTHEST)
    service = replace(usual, distribution=Distribution.LOGNORMAL, cv=round(cv, 4))
    mean = float(seen.mean())
    if len(seen) >= EMPIRICAL:
        service = replace(
            service, distribution=Distribution.EMPIRICAL, values_minutes=_values(seen)
        )
    return MatterTime(
        code=code,
        seen=seen,
        mean_minutes=mean,
        mean_interval=mean_interval(seen),
        service=service,
        cv_interval=(_cv(interval[0]), _cv(interval[1])),
        is_lognormal=fits,
    )


def _cv(variance: float) -> float:
    """Return the coefficient of variation of a lognormal with this variance of the logarithm."""
    return float(np.sqrt(np.expm1(variance)))


def _distance(logs: Reals) -> float:
    """Return how far the lognormal is from what was seen, at most (Kolmogorov)."""
    ordered = np.sort(logs)
    fitted = norm.cdf(ordered, ordered.mean(), max(float(ordered.std(ddof=1)), 1e-9))
    places = np.arange(len(ordered) + 1) / len(ordered)
    return float(max(np.max(places[1:] - fitted), np.max(fitted - places[:-1])))


def _values(ordered: Reals) -> tuple[float, ...]:
    """Return the means of equal parts of what was seen, from the shortest to the longest."""
    edges = np.linspace(0, len(ordered), _VALUES + 1)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    up_to = np.interp(edges, np.arange(len(sums)), sums)
    return tuple(np.round(np.diff(up_to) / np.diff(edges), 3).tolist())


def _time_evidence(
    times: list[MatterTime], services: Services, layout: Layout
) -> Iterator[Evidence]:
    known = {time.code: time for time in times}
    for at, matter in enumerate(layout.matters):
        n = int(np.sum(services.matter == at))
        time = known.get(matter.code)
        if time is None:
            yield untold("service_minutes", n, matter=matter.code)
            continue
        of = {"matter": matter.code}
        yield told("service_minutes", time.mean_minutes, time.mean_interval, n, **of)
        yield told("service_cv", time.service.cv, time.cv_interval, n, **of)


def _pace_evidence(services: Services, factors: Reals, errors: Reals) -> Iterator[Evidence]:
    for at, worker in enumerate(services.workers):
        n = int(np.sum(services.worker == at))
        factor, error = float(factors[at]), float(errors[at])
        yield told("pace", factor, around(factor, error), n, worker=worker)
