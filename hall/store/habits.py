"""What a hall has learned about itself, as it is kept."""

from typing import Any

from sqlalchemy import Connection, Row, select

from hall.domain.habits import Correction, Habits
from hall.domain.identities import HallId
from hall.domain.tickets import Line
from hall.store.forecast_tables import habits

#: What a correction is made of.
_PARTS = ("scale", "low", "high")


def habits_of(connection: Connection, hall: HallId) -> Habits:
    """Return what is learned of a hall; as long as that is nothing, what is usual elsewhere."""
    row = connection.execute(select(habits).where(habits.c.hall == hall)).first()
    if row is None:
        return Habits()
    return Habits(
        cv=row.cv,
        per_hour={Line.of(key): per_hour for key, per_hour in row.per_hour.items()},
        announced=_correction(row, "announced"),
        foreseen=_correction(row, "foreseen"),
    )


def habits_row(hall: HallId, known: Habits, *, sequence: int) -> dict[str, Any]:
    """Return what is learned as a row, with how much of the journal it was learned from."""
    return {
        "hall": hall,
        "sequence": sequence,
        "cv": known.cv,
        **_columns(known.announced, "announced"),
        **_columns(known.foreseen, "foreseen"),
        "per_hour": {line.key: per_hour for line, per_hour in known.per_hour.items()},
    }


def _correction(row: Row[Any], kind: str) -> Correction:
    return Correction(**{part: row._mapping[f"{kind}_{part}"] for part in _PARTS})


def _columns(known: Correction, kind: str) -> dict[str, float]:
    return {f"{kind}_{part}": getattr(known, part) for part in _PARTS}
