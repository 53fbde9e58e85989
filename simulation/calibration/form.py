"""A calibration as plain JSON, for programs and for the studio."""

from typing import Any

from simulation.calibration.calibrate import Calibration
from simulation.scenario_form import scenario_form

FORMAT = 1


def calibration_form(calibration: Calibration) -> dict[str, Any]:
    """Return scenario, evidence and warnings, what they were made from, and what can be drawn.

    ``evidence`` is a list of ``{figure, …, value, ci95, n}``, where ``…`` says whose figure it is
    (``group``, ``weekday``, ``from``, ``matter``, ``class``, ``worker``, ``counter``); a value of
    null cannot be told. Texts are ``{zh, en}``. What ``charts`` hold is said where they are made.
    """
    return {
        "format": FORMAT,
        "scenario": scenario_form(calibration.scenario),
        "evidence": [evidence.form() for evidence in calibration.evidence],
        "warnings": [{"zh": text.zh, "en": text.en} for text in calibration.warnings],
        "source": {
            "days": [day.isoformat() for day in calibration.days],
            "visits": calibration.visits,
            "layout_hash": calibration.layout_hash,
        },
        "charts": list(calibration.charts),
    }
