"""What a hall has learned about itself, as it is kept."""

from typing import Any

from sqlalchemy import Connection, select

from hall.domain.habits import Correction, Habits
from hall.domain.identities import HallId
from hall.domain.tickets import Line
from hall.store.forecast_tables import habits


def habits_of(connection: Connection, hall: HallId) -> Habits:
    """Return what is learned of a hall; as long as that is nothing, what is usual elsewhere."""
    row = connection.execute(select(habits).where(habits.c.hall == hall)).first()
    if row is None:
        return Habits()
    return Habits(
        cv=row.cv,
        per_hour={Line.of(key): per_hour for key, per_hour in row.per_hour.items()},
        announced=Correction(low=row.announced_low, high=row.announced_high),
        foreseen=Correction(low=row.foreseen_low, high=row.foreseen_high),
    )


def habits_row(hall: HallId, known: Habits, *, sequence: int) -> dict[str, Any]:
    """Return what is learned as a row, with how much of the journal it was learned from."""
    return {
        "hall": hall,
        "sequence": sequence,
        "cv": known.cv,
        "announced_low": known.announced.low,
        "announced_high": known.announced.high,
        "foreseen_low": known.foreseen.low,
        "foreseen_high": known.foreseen.high,
        "per_hour": {line.key: per_hour for line, per_hour in known.per_hour.items()},
    }
