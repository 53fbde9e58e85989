"""Days that were beside days of the model: all together, by day, by hour and by group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hall.domain.layout import Layout, Name
from hall.domain.moments import from_ms
from hall.domain.trace import Stops
from simulation.past import PastDay
from simulation.validation.fit import Beside, Fit

K = TypeVar("K", str, tuple[str, str, str])


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """The stops of one day, hour or group, and how the model fits them."""

    id: str
    name: Name
    fit: Fit


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The stops of one group that were due in one hour of one day."""

    day: str
    hour: str
    group: str
    fit: Fit


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """How the model fits some days."""

    #: Nothing if there were no stops.
    all: Fit | None
    days: tuple[Part, ...]
    hours: tuple[Part, ...]
    groups: tuple[Part, ...]
    places: tuple[Place, ...]


def compared(days: Sequence[PastDay], model: Sequence[Sequence[Stops]], layout: Layout) -> Compared:
    """Return how the stops of some days compare with those of the model.

    Args:
        days: as they were.
        model: per day, its stops in each replication, row by row those of the day.
        layout: its targets are meant, and its names of groups.
    """
    real = _joined([day.trace.stops for day in days])
    said = [_joined(replication) for replication in zip(*model, strict=True)]
    beside = Beside(real, said, layout)
    rows = range(len(real))
    dates = [day.day.isoformat() for day in days for _ in range(len(day.trace.stops))]
    zones = [day.layout.zone for day in days for _ in range(len(day.trace.stops))]
    hours = [
        f"{from_ms(due).astimezone(zone).hour:02d}:00"
        for due, zone in zip(real.due, zones, strict=True)
    ]
    names = {group.id: group.name for group in layout.groups}

    def parts(keys: Iterable[str], named: dict[str, Name]) -> tuple[Part, ...]:
        return tuple(
            Part(id=key, name=named.get(key, Name(zh=key, en=key)), fit=beside.fit(some))
            for key, some in _rows_by(keys).items()
        )

    return Compared(
        all=beside.fit(rows) if rows else None,
        days=parts(dates, {}),
        hours=parts(hours, {}),
        groups=parts(real.group, {str(group): name for group, name in names.items()}),
        places=tuple(
            Place(day=day, hour=hour, group=group, fit=beside.fit(some))
            for (day, hour, group), some in _rows_by(
                zip(dates, hours, map(str, real.group), strict=True)
            ).items()
        ),
    )


def _joined(days: Iterable[Stops]) -> Stops:
    """Return the stops of several days in one table."""
    found = Stops()
    for stops in days:
        for name in Stops.__slots__:
            getattr(found, name).extend(getattr(stops, name))
    return found


def _rows_by(keys: Iterable[K]) -> dict[K, list[int]]:
    """Return the rows by their key, in the order of the keys."""
    found: dict[K, list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, []).append(row)
    return dict(sorted(found.items()))
