"""How far halls are from one another, and which of them to go to instead."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

#: The mean radius of the Earth (IUGG), in kilometres.
EARTH_KM = 6371.0088


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """Where a hall is, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def words(self) -> str:
        """The same as people write it: latitude, then longitude."""
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


def distance_km(one: Location, other: Location) -> float:
    """Return the great-circle distance of two places, in kilometres.

    Source:
        R. W. Sinnott: Virtues of the haversine. Sky and Telescope 68 (1984).

    Example:
        >>> beijing = Location(latitude=39.9042, longitude=116.4074)
        >>> shanghai = Location(latitude=31.2304, longitude=121.4737)
        >>> round(distance_km(beijing, shanghai))
        1067
    """
    north, to_north = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = (
        math.sin((to_north - north) / 2) ** 2
        + math.cos(north) * math.cos(to_north) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """Another hall with a free time."""

    location: Location | None
    first_free: datetime


E = TypeVar("E", bound=Elsewhere)


def away_km(here: Location | None, other: Elsewhere) -> float | None:
    """Return how far another hall is; nothing where one of the two does not say where it is."""
    return distance_km(here, other.location) if here and other.location else None


def nearest(here: Location | None, others: Iterable[E]) -> list[E]:
    """Return other halls, the nearest first; those nobody knows the way to by their first time."""

    def order(other: E) -> tuple[bool, float, datetime]:
        away = away_km(here, other)
        return away is None, away or 0.0, other.first_free

    return sorted(others, key=order)
