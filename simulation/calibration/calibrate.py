"""From the days that were to a scenario, every number with its evidence."""

from dataclasses import dataclass
from datetime import date

from hall.domain.identities import LayoutHash
from hall.domain.layout import Name
from hall.domain.reading import BadFile, Problem
from simulation.calibration.charts import Chart, charts
from simulation.calibration.columns import Reading
from simulation.calibration.composing import scenario_from
from simulation.calibration.estimates import estimate
from simulation.calibration.figures import Evidence
from simulation.calibration.remarks import MOST_FLAWS, left_out, remarks
from simulation.calibration.serving import UNKNOWN
from simulation.past import Past, PastDay
from simulation.scenario import Scenario


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What to calibrate from, and how finely."""

    since: date | None = None
    until: date | None = None
    interval_minutes: int = 30
    name: str = ""
    #: What the record cannot show, because of where it comes from.
    unseen: tuple[Name, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A scenario, what each of its numbers rests on, and what a planner must know of them."""

    scenario: Scenario
    evidence: tuple[Evidence, ...]
    warnings: tuple[Name, ...]
    #: What it was made from.
    days: tuple[date, ...]
    visits: int
    layout_hash: LayoutHash
    #: What can be drawn of it, as plain JSON.
    charts: tuple[Chart, ...]


def calibrate(past: Past, options: Options | None = None) -> Calibration:
    """Return the scenario of a past.

    Only days count that are over and had visitors. The layout is that under which the last one
    opened, with handling times and paces as they were; the run's days are the last of each weekday.

    Args:
        past: the days, from a journal or from another system's tickets.
        options: which days, and how fine the intervals of arrivals are.

    Raises:
        BadFile: no day can be used, or the layout is of another hall.
    """
    chosen = options or Options()
    days, others = _usable(past, chosen)
    layout = days[-1].layout
    reading = Reading(
        layout, interval_minutes=chosen.interval_minutes, appointments=past.appointments
    )
    for day in days:
        reading.take(day)
    seen = reading.columns()
    if not (seen.visits.group != UNKNOWN).any():
        problem = Problem(at="layout", problem="has none of the groups that visitors came for")
        raise BadFile(past.source, [problem])
    found = estimate(seen, layout, days, interval_minutes=chosen.interval_minutes)
    flaws = [flaw.text for flaw in past.flaws[:MOST_FLAWS]]
    return Calibration(
        scenario=scenario_from(
            found, name=chosen.name or past.source, interval_minutes=chosen.interval_minutes
        ),
        evidence=found.evidence(),
        warnings=(*chosen.unseen, *flaws, *left_out(others), *remarks(found)),
        days=found.seen.days,
        visits=len(found.seen.visits.day),
        layout_hash=layout.hash,
        charts=tuple(charts(found)),
    )


def _usable(past: Past, options: Options) -> tuple[list[PastDay], int]:
    """Return the days to calibrate from, and how many are left out because they are not whole."""
    wanted = [
        day
        for day in past.days
        if (options.since is None or day.day >= options.since)
        and (options.until is None or day.day <= options.until)
    ]
    days = [day for day in wanted if day.is_over and day.openings and len(day.trace.stops)]
    if not days:
        problem = Problem(at="file", problem="has no whole day with visitors to calibrate from")
        raise BadFile(past.source, [problem])
    return days, len(wanted) - len(days)
