"""Days of the hall's own journal as a scenario, and how well it describes them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.layout import Layout, Name
from hall.domain.roster import Roster
from simulation.calibration.calibrate import calibrate
from simulation.past import read_past
from simulation.validation.fit import Fit, Pair
from simulation.validation.trust import is_off
from simulation.validation.validate import Options, Validation, validate
from simulation.verdict.trials import Progress

#: How often each day is run again to see whether the numbers describe it.
AGAIN = 5
#: So many remarks are shown; the rest would not be read.
MOST_REMARKS = 30


def fit_of_days(
    file: Path,
    *,
    days: Collection[date],
    layout: Layout,
    roster: Roster,
    progress: Progress,
) -> dict[str, Any]:
    """Return the scenario that the chosen days lead to, with what is doubtful about it.

    Raises:
        BadFile: the journal cannot be used, or tells of none of the days.
    """
    whole = read_past(file, layout, roster)
    past = replace(whole, days=tuple(day for day in whole.days if day.day in days))
    found = calibrate(past)
    validation = validate(
        past, found.scenario, options=Options(replications=AGAIN), progress=progress
    )
    return {
        "scenario": found.scenario,
        "remarks": [_both(remark) for remark in found.warnings[:MOST_REMARKS]],
        "evidence": [evidence.form() for evidence in found.evidence],
        "validation": _form(validation),
    }


def _form(found: Validation) -> dict[str, Any] | None:
    """Return how the model compares with the days that were, as JSON."""
    fit = found.compared.all
    if fit is None:
        return None
    return {
        "trust": _trust(found, fit),
        "stops": fit.stops,
        "wait": _pair(fit.wait),
        "p90": _pair(fit.p90),
        "within": _pair(fit.within),
        "days": [
            {"id": part.id, "wait": _pair(part.fit.wait), "p90": _pair(part.fit.p90)}
            for part in found.compared.days
        ],
        "groups": [
            {"name": _both(part.name), "wait": _pair(part.fit.wait)}
            for part in found.compared.groups
        ],
        "reasons": [_both(reason) for reason in found.reasons],
        "left_out": len(found.left_out),
    }


def _trust(found: Validation, fit: Fit) -> str:
    """Return whether the model may be trusted: ``good``, ``careful``, or ``poor``."""
    if found.is_trusted:
        return "good"
    return "poor" if is_off(fit, found.limits) else "careful"


def _pair(pair: Pair) -> list[float | None]:
    return [None if value is None else round(value, 4) for value in (pair.real, pair.model)]


def _both(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
