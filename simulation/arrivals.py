"""When citizens come: a Poisson process over open time, and bookings spread over its slots."""

import numpy as np
from numpy.typing import NDArray

from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Openings
from simulation.scenario import Appointments
from simulation.streams import Key, Purpose, Reals, Wholes


def intervals(openings: Openings, length_ms: int) -> tuple[Wholes, Wholes]:
    """Return where intervals of open time begin and end; the last of an opening may be short."""
    pieces = [
        (start, min(start + length_ms, until))
        for since, until in openings
        for start in range(since, until, length_ms)
    ]
    both = np.array(pieces, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def walk_ins(stream: np.random.Generator, starts: Wholes, ends: Wholes, per_ms: Reals) -> Wholes:
    """Return the arrivals of a Poisson process with a rate for each interval, in milliseconds.

    A process of rate 1 is drawn and stretched, so that twice the rate brings the same citizens
    earlier, and more after them.

    Source:
        E. Çinlar: Introduction to stochastic processes (1975), section 4.7: a Poisson process with
        expected number Λ(t) is a process of rate 1 read at Λ.
    """
    expected = np.concatenate(([0.0], np.cumsum(per_ms * (ends - starts))))
    points = _unit_poisson(stream, float(expected[-1]))
    at = np.searchsorted(expected, points, side="right") - 1
    moments = starts[at] + (points - expected[at]) / per_ms[at]
    return np.minimum(moments.astype(np.int64), ends[at] - 1)


def bookings(
    key: Key, group: str, openings: Openings, rule: Appointments, expected: float
) -> tuple[Wholes, Wholes, NDArray[np.bool_]]:
    """Return the check-in and the due time of each booking of a day, and who comes at all.

    The bookings are spread evenly over the slots. Who comes before the hall opens is let in when
    it does; who would come after the last closing does not come. Both times of those who do not
    come are their slot.
    """
    stream = key.stream(Purpose.BOOKING, group)
    chance, offset = stream.random(2)
    count = int(expected + chance)
    slots = _slots(openings, rule.slot_minutes * MINUTE_MS)
    slot = slots[((np.arange(count) + offset) * len(slots) / max(count, 1)).astype(np.int64)]
    shows = stream.random(count) >= rule.no_show_share
    late = key.stream(Purpose.PUNCTUALITY, group).standard_normal(count)
    minutes = rule.unpunctuality_mean_minutes + rule.unpunctuality_sd_minutes * late
    check_in, is_in_time = _let_in(slot + np.rint(minutes * MINUTE_MS).astype(np.int64), openings)
    comes = shows & is_in_time
    return np.where(comes, check_in, slot), np.where(comes, np.maximum(slot, check_in), slot), comes


def _unit_poisson(stream: np.random.Generator, until: float) -> Reals:
    """Return the points of a Poisson process of rate 1 below ``until``."""
    size = int(until + 4 * until**0.5 + 16)
    points = np.cumsum(stream.standard_exponential(size))
    while points[-1] <= until:
        more = np.cumsum(np.append(points[-1], stream.standard_exponential(size)))
        points = np.append(points, more[1:])
    return points[: np.searchsorted(points, until)]


def _slots(openings: Openings, length_ms: int) -> Wholes:
    """Return where slots begin; only whole slots, and at least one an opening."""
    return np.array(
        [
            since + at * length_ms
            for since, until in openings
            for at in range(max(1, (until - since) // length_ms))
        ],
        dtype=np.int64,
    )


def _let_in(moments: Wholes, openings: Openings) -> tuple[Wholes, NDArray[np.bool_]]:
    """Return the moments moved to the next open one, and where there is one."""
    ends = np.array([until for _, until in openings])
    starts = np.array([since for since, _ in openings])
    at = np.searchsorted(ends, moments, side="right")
    is_in_time = at < len(ends)
    return np.maximum(moments, starts[np.minimum(at, len(ends) - 1)]), is_in_time
