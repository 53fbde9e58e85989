"""The nearest halls come first; those nobody knows the way to, by their first free time."""

from datetime import UTC, datetime, timedelta

import pytest

from hall.domain.nearby import Elsewhere, Location, away_km, distance_km, nearest

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
BEIJING = Location(latitude=39.9042, longitude=116.4074)
TIANJIN = Location(latitude=39.1256, longitude=117.1909)
SHANGHAI = Location(latitude=31.2304, longitude=121.4737)


def free(hours: int, at: Location | None = None) -> Elsewhere:
    """Return a hall with a free time in some hours."""
    return Elsewhere(location=at, first_free=MIDNIGHT + timedelta(hours=hours))


def test_the_nearest_comes_first_however_late_it_is_free() -> None:
    near, far = free(9, TIANJIN), free(1, SHANGHAI)
    assert nearest(BEIJING, [far, near]) == [near, far]


def test_what_says_where_it_is_comes_before_what_does_not() -> None:
    hidden, far = free(1), free(9, SHANGHAI)
    assert nearest(BEIJING, [hidden, far]) == [far, hidden]


def test_without_a_place_of_ones_own_the_first_free_time_decides() -> None:
    early, late = free(1, SHANGHAI), free(2, TIANJIN)
    assert nearest(None, [late, early]) == [early, late]
    assert away_km(None, early) is None


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (BEIJING, BEIJING, 0),
        (BEIJING, SHANGHAI, 1067),
        (Location(latitude=0, longitude=0), Location(latitude=0, longitude=180), 20015),
        (Location(latitude=0, longitude=179), Location(latitude=0, longitude=-179), 222),
    ],
)
def test_distances_are_great_circles(one: Location, other: Location, km: int) -> None:
    assert round(distance_km(one, other)) == km
    assert distance_km(other, one) == distance_km(one, other)
