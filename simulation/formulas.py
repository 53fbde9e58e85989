"""Queueing formulas, each with its source: for checking the model, not for staffing a hall."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erf, exp, pi, sqrt

#: States of less probability than this are left out of sums.
_NEGLIGIBLE = 1e-15


class Overloaded(Exception):
    """More work arrives than the counters can do; the queue would grow for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Impatient:
    """What citizens who may leave meet: shares of all who come, and a mean wait of all."""

    waiting_share: float
    abandoned_share: float
    mean_wait: float


def blocking_probability(*, offered_load: float, counters: int) -> float:
    """Return the probability that all counters are busy when nobody may wait (Erlang B).

    Assumes Poisson arrivals; any service times.

    Args:
        offered_load: arrival rate times mean service time, in erlangs.
        counters: how many identical counters are open.

    Source:
        L. Kleinrock: Queueing systems, volume I (1975), section 3.7; the recursion over the
        counters is in R. B. Cooper: Introduction to queueing theory, 2nd edition (1981),
        chapter 3.

    Example:
        >>> round(blocking_probability(offered_load=2, counters=2), 3)
        0.4
    """
    blocked = 1.0
    for open_ in range(1, counters + 1):
        blocked = offered_load * blocked / (open_ + offered_load * blocked)
    return blocked


def waiting_probability(*, offered_load: float, counters: int) -> float:
    """Return the probability that an arriving citizen must wait (Erlang C).

    Assumes Poisson arrivals, exponential service times, one queue in order of arrival, nobody
    leaves. Real halls break all four; use it to check the simulation, not to staff a hall.

    Args:
        offered_load: arrival rate times mean service time, in erlangs; below ``counters``.
        counters: how many identical counters are open, at least 1.

    Returns:
        A share between 0 and 1.

    Raises:
        Overloaded: ``offered_load`` is not below ``counters``; the queue would grow for ever.

    Source:
        L. Kleinrock: Queueing systems, volume I (1975), section 3.5.

    Example:
        >>> round(waiting_probability(offered_load=1.6, counters=2), 3)
        0.711
    """
    if offered_load >= counters:
        raise Overloaded(f"{offered_load:g} erlangs for {counters} counters")
    blocked = blocking_probability(offered_load=offered_load, counters=counters)
    return counters * blocked / (counters - offered_load * (1 - blocked))


def mean_wait(*, arrival_rate: float, mean_service: float, counters: int) -> float:
    """Return the mean wait of all citizens with identical counters and one queue (M/M/c).

    Args:
        arrival_rate: citizens per unit of time.
        mean_service: mean service time, in the same unit; exponential.
        counters: how many identical counters are open.

    Returns:
        A time in that unit.

    Raises:
        Overloaded: more work arrives than can be done.

    Source:
        L. Kleinrock: Queueing systems, volume I (1975), section 3.5, with Little's law.

    Example:
        >>> round(mean_wait(arrival_rate=0.8, mean_service=1, counters=1), 3)
        4.0
    """
    load = arrival_rate * mean_service
    waiting = waiting_probability(offered_load=load, counters=counters)
    return waiting * mean_service / (counters - load)


def mean_wait_general(*, arrival_rate: float, mean_service: float, cv: float) -> float:
    """Return the mean wait at one counter with any service times (Pollaczek, Khinchine; M/G/1).

    Args:
        arrival_rate: citizens per unit of time, Poisson.
        mean_service: mean service time, in the same unit.
        cv: coefficient of variation of the service time.

    Returns:
        A time in that unit.

    Raises:
        Overloaded: more work arrives than can be done.

    Source:
        L. Kleinrock: Queueing systems, volume I (1975), section 5.5, with Little's law.

    Example:
        >>> round(mean_wait_general(arrival_rate=0.8, mean_service=1, cv=0), 3)
        2.0
    """
    load = arrival_rate * mean_service
    if load >= 1:
        raise Overloaded(f"{load:g} erlangs for 1 counter")
    return load * mean_service * (1 + cv**2) / (2 * (1 - load))


def mean_waits_strict(
    *, arrival_rates: Sequence[float], mean_service: float, counters: int
) -> list[float]:
    """Return the mean wait of each class when earlier ones go strictly first (Cobham).

    Nobody who is being served is interrupted; within a class, order of arrival.

    Args:
        arrival_rates: citizens per unit of time by class, the first class served first.
        mean_service: mean service time of all classes, exponential.
        counters: how many identical counters are open.

    Raises:
        Overloaded: more work arrives than can be done.

    Source:
        A. Cobham: Priority assignment in waiting line problems. Journal of the Operations
        Research Society of America 2 (1954), 70-76, equation 6.

    Example:
        >>> waits = mean_waits_strict(arrival_rates=[0.4, 0.4], mean_service=1, counters=1)
        >>> [round(wait, 3) for wait in waits]
        [1.333, 6.667]
    """
    loads = [rate * mean_service for rate in arrival_rates]
    waiting = waiting_probability(offered_load=sum(loads), counters=counters)
    through, waits = 1.0, []
    for load in loads:
        after = through - load / counters
        waits.append(waiting * mean_service / counters / (through * after))
        through = after
    return waits


def mean_waits_accumulating(
    *, arrival_rates: Sequence[float], weights: Sequence[float], mean_service: float, cv: float
) -> list[float]:
    """Return the mean wait of each class at one counter when priority grows with waiting.

    Whoever has the largest product of weight and time waited is next; nobody is interrupted.

    Args:
        arrival_rates: citizens per unit of time by class, Poisson.
        weights: priority per unit of waiting by class, above 0.
        mean_service: mean service time of all classes.
        cv: its coefficient of variation.

    Raises:
        Overloaded: more work arrives than can be done.

    Source:
        L. Kleinrock: Queueing systems, volume II (1976), section 3.7.

    Example:
        >>> waits = mean_waits_accumulating(
        ...     arrival_rates=[0.4, 0.4], weights=[2, 1], mean_service=1, cv=1)
        >>> [round(wait, 3) for wait in waits]
        [3.0, 5.0]
    """
    loads = [rate * mean_service for rate in arrival_rates]
    everybody = mean_wait_general(arrival_rate=sum(arrival_rates), mean_service=mean_service, cv=cv)
    waits = [0.0] * len(loads)
    for mine in sorted(range(len(loads)), key=lambda at: weights[at]):
        own = weights[mine]
        others = list(zip(loads, waits, weights, strict=True))
        slower = sum(
            load * wait * (1 - weight / own) for load, wait, weight in others if weight < own
        )
        faster = sum(load * (1 - own / weight) for load, _, weight in others if weight > own)
        waits[mine] = (everybody - slower) / (1 - faster)
    return waits


def impatient(
    *, arrival_rate: float, mean_service: float, counters: int, mean_patience: float
) -> Impatient:
    """Return what happens when those who wait leave after an exponential patience (Erlang A).

    Assumes Poisson arrivals, exponential service times, one queue in order of arrival.

    Args:
        arrival_rate: citizens per unit of time.
        mean_service: mean service time, in the same unit.
        counters: how many identical counters are open.
        mean_patience: mean time until somebody who waits leaves, in the same unit.

    Source:
        A. Mandelbaum, S. Zeltyn: Service engineering in action: the Palm/Erlang-A queue, with
        applications to call centers. In: Advances in services innovations (Springer, 2007);
        here the steady state of the birth-death process is summed directly.

    Example:
        >>> found = impatient(arrival_rate=2, mean_service=1, counters=1, mean_patience=1)
        >>> round(found.abandoned_share, 3)
        0.568
    """
    weight, total, waiting, queue, number = 1.0, 0.0, 0.0, 0.0, 0
    while number <= counters or weight > _NEGLIGIBLE * total:
        total += weight
        if number >= counters:
            waiting += weight
            queue += (number - counters) * weight
        number += 1
        leaving = max(0, number - counters) / mean_patience
        weight *= arrival_rate / (min(number, counters) / mean_service + leaving)
    wait = queue / total / arrival_rate
    return Impatient(
        waiting_share=waiting / total, abandoned_share=wait / mean_patience, mean_wait=wait
    )


def counters_by_square_root(*, offered_load: float, waiting_share: float) -> int:
    """Return how many counters keep the share of those who wait at most this (square root).

    The offered load, and a safety that grows with its square root; good for many counters.

    Args:
        offered_load: arrival rate times mean service time, in erlangs.
        waiting_share: between 0 and 1, exclusive.

    Source:
        S. Halfin, W. Whitt: Heavy-traffic limits for queues with many exponential servers.
        Operations Research 29 (1981), 567-588, proposition 1.

    Example:
        >>> counters_by_square_root(offered_load=100, waiting_share=0.5)
        106
    """
    low, high = 0.0, 40.0
    for _ in range(100):
        middle = (low + high) / 2
        if _halfin_whitt(middle) > waiting_share:
            low = middle
        else:
            high = middle
    return ceil(offered_load + high * sqrt(offered_load))


def _halfin_whitt(safety: float) -> float:
    """Return the share that waits with this many square roots of the load as safety."""
    density = exp(-(safety**2) / 2) / sqrt(2 * pi)
    below = (1 + erf(safety / sqrt(2))) / 2
    return density / (density + safety * below)
