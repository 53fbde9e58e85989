"""What a study starts from: the chosen days as numbers, and how well these describe them."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.layout_form import layout_of
from hall.domain.roster import roster_of
from simulation.scenario import Scenario
from simulation.scenario_form import scenario_form, scenario_of
from simulation.studio.comparing import Side
from simulation.studio.past_days import fit_of_days
from simulation.studio.typed import typed_scenario
from simulation.verdict.trials import Progress

#: So many simulated days say what the numbers lead to, as the hall is.
TRIAL_DAYS = 12
SEED = 1


def fit(document: Mapping[str, Any], lines: Iterator[str], progress: Progress) -> dict[str, Any]:
    """Return what a study starts from, as JSON.

    Args:
        document: ``source`` (``kind``: days, typed or example), ``layout``, ``roster``, ``days``.
        lines: the journal lines of the days, where they are the source.
        progress: is told how much is done, of how much.

    Raises:
        BadFile: the journal or the scenario cannot be used.
    """
    found = _SOURCES[document["source"]["kind"]](document, lines, progress)
    scenario: Scenario = found["scenario"]
    side = Side(scenario)
    for number in range(TRIAL_DAYS):
        side.live(SEED, number)
        progress(number + 1, TRIAL_DAYS)
    return {
        **found,
        "scenario": scenario_form(scenario),
        "times": side.course.times,
        "model": side.form(),
    }


def _of_days(
    document: Mapping[str, Any], lines: Iterator[str], progress: Progress
) -> dict[str, Any]:
    """Return what the journal of the chosen days says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines)
        return fit_of_days(
            file,
            days=frozenset(map(date.fromisoformat, document["days"])),
            layout=layout_of(document["layout"]),
            roster=roster_of(document["roster"]),
            progress=progress,
        )


def _typed(document: Mapping[str, Any], _: Iterator[str], __: Progress) -> dict[str, Any]:
    """Return what the layout says by itself, for so many people."""
    scenario = typed_scenario(
        layout_of(document["layout"]),
        roster_of(document["roster"]),
        visitors=int(document["source"]["visitors"]),
        days=[date.fromisoformat(day) for day in document["days"]],
    )
    return {"scenario": scenario, "remarks": [], "evidence": [], "validation": None}


def _example(document: Mapping[str, Any], _: Iterator[str], __: Progress) -> dict[str, Any]:
    """Return a scenario as it was given."""
    scenario = scenario_of(document["scenario"], file=document["source"]["file"])
    return {"scenario": scenario, "remarks": [], "evidence": [], "validation": None}


_SOURCES = {"days": _of_days, "typed": _typed, "example": _example}
