"""Break-even: how slow the planned hall may be before it is as bad as the hall of today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from simulation.summary import Figure
from simulation.verdict.trials import Trials

#: Paces to look at first, and then downwards and upwards until the answer lies between two.
FIRST = (1.0, 1.1, 1.2, 1.3)
DOWN = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
UP = (1.5, 1.75, 2.0, 2.5, 3.0)
#: The answer is read off a straight line between two paces that are at most so far apart.
NARROW = 0.05

WAITS = {"mean": "wait_minutes", "p90": "wait_p90_minutes"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """A pace and its 95 % interval; nothing where it lies beyond ``DOWN`` or ``UP``."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEven:
    """The paces at which the planned hall is as bad as today, by mean wait and by its p90."""

    mean: Pace
    p90: Pace


def break_even(trials: Trials) -> BreakEven:
    """Return at which pace the planned hall is as bad as the hall of today, 1.21 being 21 % slower.

    The paired difference of the two halls on the same days grows with the pace. The break-even is
    where it is 0; its interval holds the paces at which 0 lies in the 95 % interval of the
    difference, which is that interval turned round.

    Args:
        trials: both halls; the paces that are looked at stay known to it.

    Source:
        E. C. Fieller: Some problems in interval estimation, Journal of the Royal Statistical
        Society B 16 (1954): an interval for a root by inverting a test. Pairing: A. M. Law:
        Simulation modeling and analysis, 5th edition (2015), section 10.2.
    """
    known = list(FIRST)
    trials.prepare(known)
    for more, least in ((DOWN, 0), (UP, -1)):
        for pace in more:
            if all(_has_passed(line, end=least) for line in _lines(trials, known)):
                break
            known = sorted([*known, pace])
    while wide := _wide(trials, known):
        trials.prepare(wide)
        known = sorted([*known, *wide])
    roots = [root(known, line) for line in _lines(trials, known)]
    found = [Pace(value=roots[at], low=roots[at + 1], high=roots[at + 2]) for at in (0, 3)]
    return BreakEven(mean=found[0], p90=found[1])


def _lines(trials: Trials, paces: Sequence[float]) -> Iterator[list[float]]:
    """Yield, for mean and p90, the difference, its upper and its lower end, at each pace.

    The upper end passes 0 at the lower end of the interval of the pace.
    """
    for name in WAITS.values():
        figures = [trials.change(trials.at(pace), name) for pace in paces]
        yield [_known(figure.mean) for figure in figures]
        yield [_end(figure, figure.high) for figure in figures]
        yield [_end(figure, figure.low) for figure in figures]


def _end(figure: Figure, end: float | None) -> float:
    return _known(figure.mean if end is None else end)


def _known(value: float | None) -> float:
    return 0.0 if value is None else value


def _has_passed(line: Sequence[float], *, end: int) -> bool:
    """Whether 0 lies on the inner side of the first or the last pace."""
    return line[0] <= 0 if end == 0 else line[-1] > 0


def _wide(trials: Trials, paces: Sequence[float]) -> list[float]:
    """Return the middles of those gaps that hold an answer and are too wide."""
    cells = {at for line in _lines(trials, paces) if (at := _cell(line)) is not None}
    gaps = [(paces[at], paces[at + 1]) for at in sorted(cells)]
    return [round((low + high) / 2, 4) for low, high in gaps if high - low > NARROW + 1e-9]


def _cell(line: Sequence[float]) -> int | None:
    """Return between which two paces a line passes from 0 or below to above, for the first time."""
    for at, (before, after) in enumerate(pairwise(line)):
        if before <= 0 < after:
            return at
    return None


def root(at: Sequence[float], line: Sequence[float]) -> float | None:
    """Return where a line through some points first passes from 0 or below to above, if it does.

    Example:
        >>> root([1.0, 1.1, 1.2], [-3, -1, 3])
        1.125
    """
    cell = _cell(line)
    if cell is None:
        return None
    before, after = line[cell], line[cell + 1]
    return at[cell] + (at[cell + 1] - at[cell]) * -before / (after - before)
