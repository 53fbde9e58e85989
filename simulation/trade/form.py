"""A curve as JSON: for programs, and for the pages of the studio."""

from typing import Any

from hall.domain.layout import Name
from simulation.summary import form
from simulation.trade.curve import Curve
from simulation.trade.names import WHO
from simulation.trade.says import keeps, says, targets
from simulation.trade.settings import STRICT
from simulation.trade.words import short, title, unit

#: What stands in JSON, and on the command line, for any due appointment first.
STRICT_WORD = "strict"


def curve_form(found: Curve) -> dict[str, Any]:
    """Return a curve as JSON; ``changes`` are against the present value, on the same people."""
    return {
        "format": 1,
        "name": found.scenario.name,
        "layout_hash": found.scenario.layout.hash,
        "over": found.setting.value,
        "title": _name(title(found.setting)),
        "unit": _name(unit(found.setting)),
        "present": value_form(found.present),
        "seed": found.asked.seed,
        "days": found.asked.days,
        "target": {"minutes": targets(found), "share": found.scenario.layout.target.share},
        "says": [_name(sentence) for sentence in says(found)],
        "points": [
            {
                "value": value_form(point.value),
                "label": _name(short(found.setting, point.value)),
                "layout_hash": point.scenario.layout.hash,
                "figures": form(point.figures),
                "changes": form(point.changes),
                "keeps": {who: keeps(found, point, who) for who in WHO},
            }
            for point in found.points
        ],
    }


def value_form(value: float) -> float | str:
    """Return a value as JSON."""
    return STRICT_WORD if value == STRICT else value


def value_of(form_: float | str) -> float:
    """Return the value that a form means.

    Raises:
        ValueError: it is neither a number nor ``strict``.
    """
    return STRICT if form_ == STRICT_WORD else float(form_)


def _name(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
