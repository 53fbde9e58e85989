"""Where a study can start: days of the hall, its typed-in minutes, a shipped example."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from hall.domain.hours import spans_of
from hall.domain.layout import Layout, Name
from hall.domain.layout_form import canonical_form
from hall.domain.roster import Roster
from simulation.scenario_file import read_scenario
from simulation.scenario_form import scenario_form

EXAMPLES = Path(__file__).parents[2] / "examples"
#: So many working days are chosen by themselves.
CHOSEN_DAYS = 20
#: Below so many days, numbers rest on little.
FEWEST_DAYS = 5
USUAL_VISITORS = 400
#: A typed-in start runs on the first week that is open like that.
WEEK = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A shipped scenario that a study can start from."""

    file: str
    name: Name


SHIPPED = (
    Example(
        file="twelve/silo-1000.toml",
        name=Name(zh="12 个专业窗口，每天 1000 人", en="12 special counters, 1,000 people"),
    ),
    Example(
        file="yunxi/day.toml",
        name=Name(zh="云溪市政务服务中心", en="the hall of Yunxi"),
    ),
    Example(
        file="xinglongtai/before.toml",
        name=Name(zh="兴隆台区综合窗口改革之前", en="Xinglongtai before its reform"),
    ),
    Example(
        file="beside/busy.toml",
        name=Name(zh="预约之外每小时 5 位现场群众", en="5 walk-ins an hour beside bookings"),
    ),
)


def days_source(days: list[date], layout: Layout, roster: Roster) -> dict[str, Any]:
    """Return the document of a fit to some days."""
    return {
        "source": {"kind": "days"},
        "days": [day.isoformat() for day in sorted(days)],
        "layout": canonical_form(layout),
        "roster": roster.form,
    }


def typed_source(visitors: int, layout: Layout, roster: Roster, today: date) -> dict[str, Any]:
    """Return the document of a start from the layout's typed-in minutes."""
    return {
        "source": {"kind": "typed", "visitors": visitors},
        "days": [day.isoformat() for day in open_days(layout, today)],
        "layout": canonical_form(layout),
        "roster": roster.form,
    }


def example_source(file: str) -> dict[str, Any]:
    """Return the document of a start from a shipped scenario."""
    name = next(example.name for example in SHIPPED if example.file == file)
    scenario = read_scenario(EXAMPLES / file)
    return {
        "source": {"kind": "example", "file": file, "name": {"zh": name.zh, "en": name.en}},
        "scenario": scenario_form(scenario),
    }


def open_days(layout: Layout, today: date, *, most: int = WEEK) -> list[date]:
    """Return the next days that have the hours of the first open one, at most so many.

    Args:
        layout: the hall's.
        today: the day before the first that may be returned.
        most: how many days; so many weeks are looked through.
    """
    return list(islice(_alike(layout, today, weeks=most), most))


def _alike(layout: Layout, today: date, *, weeks: int) -> Iterator[date]:
    hours = None
    for ahead in range(1, weeks * 7):
        day = today + timedelta(days=ahead)
        spans = spans_of(layout.hours, day)
        if spans and (hours is None or spans == hours):
            hours = spans
            yield day
