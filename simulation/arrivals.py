"""When citizens come: a Poisson process over open time, and those who booked at their slots."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Openings
from simulation.scenario import USUAL_SLOT, Appointments
from simulation.streams import Key, Purpose, Reals, Wholes


@dataclass(frozen=True, kw_only=True, slots=True)
class Intensity:
    """How often citizens come in each interval of open time."""

    starts: Wholes
    ends: Wholes
    per_ms: Reals

    @property
    def expected(self) -> Reals:
        """How many are expected by the start of each interval, and by the end of the last."""
        return np.concatenate(([0.0], np.cumsum(self.per_ms * (self.ends - self.starts))))

    def stretched(self, points: Reals) -> Wholes:
        """Return when so many are expected to have come, in milliseconds."""
        expected = self.expected
        at = np.searchsorted(expected, points, side="right") - 1
        moments = self.starts[at] + (points - expected[at]) / self.per_ms[at]
        return np.minimum(moments.astype(np.int64), self.ends[at] - 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What became of the appointments of a day, a row each."""

    #: When they check in, and from when they count as waiting; of those who never come the slot.
    check_in: Wholes
    due: Wholes
    comes: NDArray[np.bool_]


def intervals(openings: Openings, length_ms: int) -> tuple[Wholes, Wholes]:
    """Return where intervals of open time begin and end; the last of an opening may be short."""
    pieces = [
        (start, min(start + length_ms, until))
        for since, until in openings
        for start in range(since, until, length_ms)
    ]
    both = np.array(pieces, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def walk_ins(stream: np.random.Generator, rates: Intensity) -> Wholes:
    """Return the arrivals of a Poisson process with a rate for each interval, in milliseconds.

    A process of rate 1 is drawn and stretched, so that twice the rate brings the same citizens
    earlier, and more after them.

    Source:
        E. Çinlar: Introduction to stochastic processes (1975), section 4.7: a Poisson process with
        expected number Λ(t) is a process of rate 1 read at Λ.
    """
    return rates.stretched(_unit_poisson(stream, float(rates.expected[-1])))


def spread(
    stream: np.random.Generator, openings: Openings, rule: Appointments, expected: float
) -> Wholes:
    """Return the slots of a day's bookings, spread evenly over open time.

    Where a first block is larger, so many more begin with an opening.

    Source:
        N. T. J. Bailey: A study of queues and appointment systems in hospital out-patient
        departments. Journal of the Royal Statistical Society B 14 (1952). J. D. Welch, N. T. J.
        Bailey: Appointment systems in hospital outpatient departments. The Lancet 259 (1952).
    """
    chance, offset = stream.random(2)
    count = int(expected + chance)
    slots = _slots(openings, rule)
    at: Wholes = ((np.arange(count) + offset) * len(slots) / max(count, 1)).astype(np.int64)
    return slots[at]


def arrive(  # noqa: PLR0913
    key: Key,
    group: str,
    openings: Openings,
    rule: Appointments,
    *,
    slot: Wholes,
    uniform: Reals,
    early_ms: int | None = None,
) -> Came:
    """Return when those come who booked, and who comes at all.

    Who comes before the hall opens is let in when it does; who would come after the last closing
    does not come.

    Args:
        key: the day.
        group: what they booked for.
        openings: when the hall is open.
        rule: how they behave.
        slot: when each is expected.
        uniform: a number each, by which they come or not.
        early_ms: how long before the slot they can check in; as they please without.
    """
    late = key.stream(Purpose.PUNCTUALITY, group).standard_normal(len(slot))
    minutes = rule.unpunctuality_mean_minutes + rule.unpunctuality_sd_minutes * late
    after = np.rint(minutes * MINUTE_MS).astype(np.int64)
    if early_ms is not None:
        after = np.maximum(after, -early_ms)
    check_in, is_in_time = _let_in(slot + after, openings)
    comes = (uniform >= rule.no_show_share) & is_in_time
    return Came(
        check_in=np.where(comes, check_in, slot),
        due=np.where(comes, np.maximum(slot, check_in), slot),
        comes=comes,
    )


def _unit_poisson(stream: np.random.Generator, until: float) -> Reals:
    """Return the points of a Poisson process of rate 1 below ``until``."""
    size = int(until + 4 * until**0.5 + 16)
    points = np.cumsum(stream.standard_exponential(size))
    while points[-1] <= until:
        more = np.cumsum(np.append(points[-1], stream.standard_exponential(size)))
        points = np.append(points, more[1:])
    return points[: np.searchsorted(points, until)]


def _slots(openings: Openings, rule: Appointments) -> Wholes:
    """Return where slots begin; only whole slots, at least one an opening, the first repeatedly."""
    length_ms = (rule.slot_minutes or USUAL_SLOT) * MINUTE_MS
    return np.array(
        [
            since + at * length_ms
            for since, until in openings
            for at in [0] * (rule.first_block - 1) + [*range(max(1, (until - since) // length_ms))]
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
