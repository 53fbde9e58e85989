"""A calibration as text for people."""

from typing import Any

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.reading import DAYS
from simulation.calibration.calibrate import Calibration
from simulation.calibration.figures import Evidence
from simulation.calibration.words import WORDS
from simulation.table import table

#: From here on a number has three digits before the point.
_WHOLE = 100
_TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "made": "visits: {visits}, days: {days}, {first} to {last}; 95 % intervals",
        "hall": "hall",
        "untold": "cannot be told",
        "of": "of {n}",
        "counter": "counter {id}",
        "days": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        "warnings": "To know",
    },
    "zh": {
        "made": "{days} 天（{first} 至 {last}）{visits} 次来访；区间为 95%",
        "hall": "全厅",
        "untold": "无法得知",
        "of": "共 {n}",
        "counter": "{id} 号窗口",
        "days": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        "warnings": "须知",
    },
}


def calibration_text(calibration: Calibration, *, language: str) -> str:
    """Return the main figures with their intervals, and what a planner must know."""
    texts, days = _TEXTS[language], calibration.days
    made = texts["made"].format(
        visits=calibration.visits, days=len(days), first=days[0], last=days[-1]
    )
    layout = calibration.scenario.layout
    rows = [_row(each, layout, language) for each in calibration.evidence if _is_main(each)]
    lines = [made, "", *table(rows)]
    if calibration.warnings:
        lines += ["", texts["warnings"]]
        lines += [f"- {warning.in_language(language)}" for warning in calibration.warnings]
    return "\n".join(lines)


def _is_main(evidence: Evidence) -> bool:
    """Whether a figure is for people to read in a row; single intervals of the day are not."""
    of = dict(evidence.of)
    if evidence.figure in ("mix", "class_share", "matters_share"):
        return evidence.value not in (0.0, 1.0, None)
    if evidence.figure in ("pace", "weekday_level"):
        return evidence.value != 1.0
    return "from" not in of


def _called(kind: str, id_: str, layout: Layout, language: str) -> str:
    """Return how one of those is called whom a figure is about."""
    texts = _TEXTS[language]
    if kind == "group" and (group := layout.group_of.get(GroupId(id_))):
        return group.name.in_language(language)
    if kind == "matter" and (matter := layout.matter_of.get(MatterCode(id_))):
        return matter.name.in_language(language)
    if kind == "weekday":
        return str(texts["days"][DAYS.index(id_)])
    return str(texts["counter"].format(id=id_)) if kind == "counter" else id_


def _row(evidence: Evidence, layout: Layout, language: str) -> list[str]:
    texts, word = _TEXTS[language], WORDS[evidence.figure]
    scale = 100 if word.is_share else 1
    whose = ", ".join(_called(*each, layout, language) for each in evidence.of) or texts["hall"]
    n = texts["of"].format(n=evidence.n)
    name = word.name.in_language(language)
    if evidence.value is None:
        return [whose, name, texts["untold"], "", n]
    interval = " – ".join(_number(end * scale) for end in evidence.interval or ())
    return [whose, name, _number(evidence.value * scale), interval, n]


def _number(value: float) -> str:
    """Return a number with three digits, or all those before the point."""
    return f"{value:.3g}" if abs(value) < _WHOLE else f"{value:.0f}"
