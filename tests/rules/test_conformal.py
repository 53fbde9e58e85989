"""Ranges that were too narrow or too wide become as wide as they had to be."""

import random
from statistics import fmean

import pytest

from hall.dispatch.conformal import LEAST, Told, corrected, correction
from hall.domain.habits import UNCORRECTED, Correction

MINUTE_MS = 60_000


def ranges(count: int, *, spread: float, said: float = 4.0, shift: float = 0.0) -> list[Told]:
    """Return ranges of 20 minutes ± ``said`` whose waits have a standard deviation."""
    chance = random.Random(7)
    return [
        Told(
            low_ms=round((20 - said) * MINUTE_MS),
            likely_ms=20 * MINUTE_MS,
            high_ms=round((20 + said) * MINUTE_MS),
            waited_ms=round((20 + shift + chance.gauss(0, spread)) * MINUTE_MS),
        )
        for _ in range(count)
    ]


def test_with_too_few_scores_nothing_is_corrected() -> None:
    assert correction(ranges(LEAST - 1, spread=9)) == UNCORRECTED
    assert correction(ranges(LEAST, spread=9)) != UNCORRECTED


@pytest.mark.parametrize(("spread", "factor"), [(6.0, 1.92), (3.12, 1.0), (2.0, 0.64)])
def test_either_side_becomes_what_nine_of_ten_needed(spread: float, factor: float) -> None:
    found = correction(ranges(5000, spread=spread))
    assert (found.low, found.high) == pytest.approx((factor, factor), rel=0.06)


def test_the_next_ones_are_held_eight_times_out_of_ten_and_without_bias() -> None:
    told = ranges(4000, spread=7, shift=2)
    known = correction(told[:2000])
    said = [
        (corrected((t.low_ms, t.likely_ms, t.high_ms), known), t.waited_ms) for t in told[2000:]
    ]
    assert fmean(low <= waited <= high for (low, _, high), waited in said) == pytest.approx(
        0.8, abs=0.03
    )
    assert fmean(waited > likely for (_, likely, _), waited in said) == pytest.approx(0.5, abs=0.04)


def test_nobody_is_told_less_than_what_is_certain() -> None:
    known = Correction(scale=0.7, low=4.0)
    ten_ms = 10 * MINUTE_MS
    found = corrected((ten_ms, 1.2 * ten_ms, 1.5 * ten_ms), known, certain_ms=ten_ms)
    assert found == (ten_ms, ten_ms, round(1.05 * ten_ms))


def test_a_side_without_any_reach_says_nothing() -> None:
    sharp = [t._replace(low_ms=t.likely_ms) for t in ranges(300, spread=6)]
    found = correction(sharp)
    assert found.low == 1.0
    assert found.high > 1.5


@pytest.mark.parametrize(("spread", "factor"), [(0.0, 0.5), (60.0, 4.0)])
def test_no_side_is_corrected_beyond_measure(spread: float, factor: float) -> None:
    found = correction(ranges(300, spread=spread))
    assert (found.low, found.high) == (factor, factor)
