"""Days of the hall's own journal as a scenario, and how well it describes them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.layout import Layout
from hall.domain.roster import Roster
from simulation.past import Past, read_past


def fit_of_days(
    file: Path, *, days: Collection[date], layout: Layout, roster: Roster
) -> dict[str, Any]:
    """Return the scenario that the chosen days lead to, with what is doubtful about it.

    Raises:
        BadFile: the journal cannot be used.
    """
    past = _chosen(read_past(file, layout, roster), days)
    raise NotImplementedError(past)


def _chosen(past: Past, days: Collection[date]) -> Past:
    return replace(past, days=tuple(day for day in past.days if day.day in days))
