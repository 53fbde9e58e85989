"""The days after a rollout beside what was forecast for them: inside the range, or not."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.layout import Name
from hall.domain.reading import BadFile, Problem
from hall.measures.expectation import Comparison, Expected, compare, expected_in
from hall.measures.figures import Figures, percentile
from hall.measures.measure import Measures, measure
from simulation.past import Past, PastDay

#: 95 of 100 days lie between these.
_LOW, _HIGH = 0.025, 0.975
#: What is told of a figure: its name, its unit, and by how much it is told greater.
_TOLD = {
    "arrived": (Name(zh="来访", en="visits"), Name(zh=" 人", en=""), 1),
    "wait_minutes": (Name(zh="平均等候", en="mean wait"), Name(zh=" 分", en=" min"), 1),
    "wait_p90_minutes": (
        Name(zh="九成群众等候不超过", en="90 % wait at most"),
        Name(zh=" 分", en=" min"),
        1,
    ),
    "within_target_share": (
        Name(zh="等候达标", en="within target"),
        Name(zh="%", en=" %"),
        100,
    ),
    "abandoned_share": (Name(zh="弃号", en="left"), Name(zh="%", en=" %"), 100),
    "utilization": (Name(zh="窗口忙碌", en="counters busy"), Name(zh="%", en=" %"), 100),
    "overtime_minutes": (
        Name(zh="闭厅后收尾", en="after closing"),
        Name(zh=" 分", en=" min"),
        1,
    ),
    "waiting_max": (
        Name(zh="同时等候最多", en="most waiting at once"),
        Name(zh=" 人", en=""),
        1,
    ),
}
#: The figures that a forecast names.
FIGURES = tuple(_TOLD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Afterwards:
    """What was forecast for some days, what they came to, and that in words."""

    days: tuple[date, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def texts(self) -> tuple[Name, ...]:
        """A sentence for the days, and one for each figure."""
        return (_days(self.days), *map(said, self.comparisons))


def expected_of(days: Sequence[Measures]) -> dict[str, Expected]:
    """Return what simulated days say of one day: the mean, and where 95 of 100 days lie.

    Args:
        days: the figures of each simulated day; what none of them can say is left out.
    """
    found = {}
    for figure in FIGURES:
        values = sorted(value for day in days if (value := day["all"].get(figure)) is not None)
        low, high = percentile(values, _LOW), percentile(values, _HIGH)
        if low is not None and high is not None:
            found[figure] = Expected(mean=sum(values) / len(values), low=low, high=high)
    return found


def figures_of(day: PastDay) -> Figures:
    """Return the figures of a whole day that was."""
    return measure(day.trace, day.layout, days=[day.openings])["all"]


def expected_in_file(path: Path) -> dict[str, Expected]:
    """Return what a report expects: the ``expected`` of a JSON document.

    Raises:
        BadFile: there is no such document, or it expects nothing.
    """
    try:
        form = json.loads(path.read_bytes())
        found = expected_in(form["expected"])
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"should be JSON with the ranges of a report: {error}"
        raise BadFile(str(path), [Problem(at="expected", problem=problem)]) from error
    if not found:
        problem = "names no figure with mean, low and high"
        raise BadFile(str(path), [Problem(at="expected", problem=problem)])
    return found


def afterwards_form(found: Afterwards) -> dict[str, Any]:
    """Return what became of a forecast as JSON."""
    return {
        "days": [day.isoformat() for day in found.days],
        "figures": [{**asdict(one), "is_inside": one.is_inside} for one in found.comparisons],
        "texts": [{"zh": text.zh, "en": text.en} for text in found.texts],
    }


def afterwards(
    expected: Mapping[str, Expected], past: Past, *, layout: str | None = None
) -> Afterwards:
    """Return what was expected beside the days that went from opening to closing under a layout.

    Args:
        expected: of one day, by the names of the figures.
        past: the days since.
        layout: the hash of the layout that the forecast was for; any, if left out.
    """
    whole = [day for day in past.days if day.is_over and layout in (None, day.layout.hash)]
    return Afterwards(
        days=tuple(day.day for day in whole),
        comparisons=tuple(compare(expected, [figures_of(day) for day in whole])),
    )


def said(found: Comparison) -> Name:
    """Return in words whether a figure is where it was expected."""
    name, unit, times = _TOLD.get(
        found.figure, (Name(zh=found.figure, en=found.figure), Name(zh="", en=""), 1)
    )
    low, high = (f"{value * times:.1f}" for value in (found.low, found.high))
    if found.fact is None:
        return Name(
            zh=f"{name.zh}：预计 {low}–{high}{unit.zh}，尚无实际数据",
            en=f"{name.en}: {low}–{high}{unit.en} expected, nothing known yet",
        )
    fact = f"{found.fact * times:.1f}"
    where = _WHERE[(found.fact > found.high) - (found.fact < found.low)]
    return Name(
        zh=f"{name.zh}：预计 {low}–{high}{unit.zh}，实际 {fact}{unit.zh}，{where.zh}",
        en=f"{name.en}: {low}–{high}{unit.en} expected, {fact}{unit.en} in fact, {where.en}",
    )


_WHERE = {
    -1: Name(zh="低于预计", en="below what was expected"),
    0: Name(zh="在预计之内", en="as expected"),
    1: Name(zh="高于预计", en="above what was expected"),
}


def _days(days: Iterable[date]) -> Name:
    known = [day.isoformat() for day in days]
    if not known:
        return Name(zh="方案启用后还没有完整的一天", en="no whole day has passed since")
    if len(known) == 1:
        return Name(zh=f"{known[0]}，一整天", en=f"{known[0]}, one whole day")
    span = f"{known[0]} – {known[-1]}"
    return Name(zh=f"{span}，共 {len(known)} 个整天", en=f"{span}, {len(known)} whole days")
