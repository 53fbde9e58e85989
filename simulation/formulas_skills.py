"""What theory says of counters that take different groups."""

from collections.abc import Collection, Sequence
from itertools import permutations
from math import prod

from simulation.formulas import Overloaded


def mean_wait_by_skills(
    *, arrival_rates: Sequence[float], takes: Sequence[Collection[int]], mean_service: float
) -> float:
    """Return the mean wait of all when each counter takes some groups, chained or nested.

    Assumes Poisson arrivals, exponential service times that are the same everywhere, nobody
    leaves; a free counter calls who came first among those it takes, and who comes goes to the
    counter that has been idle longest.

    Args:
        arrival_rates: of each group.
        takes: per counter, the groups it takes, by position.
        mean_service: in the unit of time of the rates.

    Raises:
        Overloaded: some groups bring more work than the counters that take them can do.

    Source:
        I. Adan, G. Weiss: A skill based parallel service system under FCFS-ALIS, steady state,
        overloads, and abandonments. Stochastic Systems 4 (2014), theorem 2.1. Busy counters stand
        in the order in which those whom they serve came; between them wait those whom only the
        counters before can serve. Idle counters stand in the order in which they became idle.

    Example:
        >>> round(mean_wait_by_skills(arrival_rates=[1], takes=[[0], [0]], mean_service=1), 4)
        0.3333
    """
    everything = waiting = 0.0
    for busy in range(len(takes) + 1):
        for order in permutations(range(len(takes))):
            weight, in_line = _busy(arrival_rates, takes, mean_service, order[:busy])
            idle = prod(
                sum(arrival_rates[g] for g in {g for k in order[at:] for g in takes[k]})
                for at in range(busy, len(takes))
            )
            everything += weight / idle
            waiting += weight * in_line / idle
    return waiting / everything / sum(arrival_rates)


def _busy(
    rates: Sequence[float],
    takes: Sequence[Collection[int]],
    mean_service: float,
    counters: Sequence[int],
) -> tuple[float, float]:
    """Return the weight of these counters being busy, in this order, and how many wait then."""
    weight, in_line = 1.0, 0.0
    for count in range(1, len(counters) + 1):
        others = set(range(len(takes))) - set(counters[:count])
        elsewhere = {group for counter in others for group in takes[counter]}
        load = sum(rate for group, rate in enumerate(rates) if group not in elsewhere)
        load *= mean_service / count
        if load >= 1:
            raise Overloaded(f"{load:.2f} of what {count} counters can do")
        weight *= mean_service / count / (1 - load)
        in_line += load / (1 - load)
    return weight, in_line
