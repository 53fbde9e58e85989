"""A curve as a table and sentences, for a terminal."""

from simulation.summary import Figure
from simulation.table import table
from simulation.trade.curve import Curve
from simulation.trade.names import ALL, NO_SLOT
from simulation.trade.says import says
from simulation.trade.words import COLUMNS, short, title

_HEAD = {
    "en": "layout {hash}, seed {seed}, {days} days, 95 % intervals; * is how it is",
    "zh": "窗口设置 {hash}，种子 {seed}，{days} 天，区间为 95%；* 为现状",
}


def curve_text(found: Curve, *, language: str) -> str:
    """Return a curve as text: what it says, and a row for each value."""
    hash_ = found.scenario.layout.hash[:12]
    head = _HEAD[language].format(hash=hash_, seed=found.asked.seed, days=found.asked.days)
    name = title(found.setting).in_language(language)
    columns = _columns(found)
    rows = [[name, *(COLUMNS[column].in_language(language) for column in columns)]]
    for point in found.points:
        mark = " *" if point.value == found.present else ""
        said = short(found.setting, point.value).in_language(language) + mark
        figures = (_said(point.figures[who][what], what) for who, what in columns)
        rows.append([said, *figures])
    sentences = [sentence.in_language(language) for sentence in says(found)]
    return "\n".join([found.scenario.name, head, "", *sentences, "", *table(rows)])


def _columns(found: Curve) -> list[tuple[str, str]]:
    """Return the columns; who found no slot has one only where anybody did not."""
    shown = any(point.figures[ALL][NO_SLOT].mean for point in found.points)
    return [column for column in COLUMNS if shown or column != (ALL, NO_SLOT)]


def _said(figure: Figure, name: str) -> str:
    """Return a figure with its interval's half width, shares in percent."""
    if figure.mean is None:
        return "–"
    factor = 100 if name.endswith("_share") else 1
    mean = f"{figure.mean * factor:.1f}"
    return mean if figure.half_width is None else f"{mean} ± {figure.half_width * factor:.1f}"
