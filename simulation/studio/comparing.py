"""The comparison behind a result page: two plans, the same people, as many days as asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Measures, measure
from simulation.afterwards import expected_of
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_form import scenario_form, scenario_of
from simulation.studio import change as changing
from simulation.studio.course import Course
from simulation.studio.judging import judge
from simulation.studio.playback import day_form
from simulation.summary import Figure, Summary, difference, summarize
from simulation.verdict.trials import Progress

#: At least so many days: an interval needs a few.
FEWEST_DAYS = 5
MOST_DAYS = 1000
#: Figures that a rollout's report expects of one day.
EXPECTED = ("wait_minutes", "wait_p90_minutes", "within_target_share")
#: Figures of the whole hall that the result page shows.
OF_ALL = (
    *("arrived", "served", "wait_minutes", "wait_p50_minutes", "wait_p90_minutes"),
    *("wait_p95_minutes", "within_target_share", "abandoned_share", "no_show_share"),
    *("time_in_hall_minutes", "waiting_max", "over_seats_share", "utilization"),
    "overtime_minutes",
)
OF_SOME = ("arrived", "wait_minutes", "wait_p90_minutes", "within_target_share")


class Side:
    """One of the two plans, day by day."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.runner = Runner(scenario)
        self.course = Course(scenario.layout)
        self.days: list[Measures] = []
        self.played: dict[str, Any] | None = None

    def live(self, seed: int, number: int) -> None:
        """Simulate one more day; the nth day of both plans meets the same people."""
        replication, at = divmod(number, len(self.runner.days))
        day, plan = self.runner.days[at]
        assert day is not None  # noqa: S101
        openings, layout = plan.calendar.openings, self.scenario.layout
        trace = self.runner.trace(seed, replication, at)
        self.days.append(measure(trace, layout, days=[openings]))
        self.course.add(trace, openings, day)
        if self.played is None:
            self.played = day_form(layout, trace, openings, day)

    def form(self) -> dict[str, Any]:
        """Return what is shown of the plan, as JSON."""
        layout = self.scenario.layout
        return {
            "layout_hash": layout.hash,
            "figures": _summary(summarize(self.days), layout),
            "course": self.course.form(),
            "day": self.played,
            "counters": [
                {
                    "id": counter.id,
                    "number": counter.number,
                    "takes": list(counter.takes),
                    "comprehensive": len(counter.takes) == len(layout.groups),
                }
                for counter in layout.counters
            ],
        }


def compare(document: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Return what a comparison found, as JSON.

    Args:
        document: ``base`` (the form of a scenario), ``change``, ``name``, ``seed`` and ``days``.
        progress: is told how many days are done, of how many.

    Raises:
        BadFile: the change cannot be.
    """
    base = scenario_of(document["base"], file=document["name"])
    change, seed = changing.change_of(document["change"]), int(document["seed"])
    days = min(MOST_DAYS, max(FEWEST_DAYS, int(document["days"])))
    sides = {
        "before": Side(changing.before(base, change)),
        "after": Side(changing.after(base, change, name=document["name"])),
    }
    for number in range(days):
        for side in sides.values():
            side.live(seed, number)
        progress(number + 1, days)

    def weighing(done: int, known: int) -> None:
        progress(days + done, days + known)

    verdict = judge(base, change, seed=seed, days=days, progress=weighing)
    return {
        "verdict": verdict,
        "seed": seed,
        "days": days,
        "times": sides["before"].course.times,
        "target": _target(base.layout),
        "seats": base.layout.seats,
        "sides": {name: side.form() for name, side in sides.items()},
        "difference": _summary(difference(sides["after"].days, sides["before"].days), base.layout),
        "expected": _expected(sides["after"].days),
        "scenario": scenario_form(sides["after"].scenario),
        "scenario_before": scenario_form(sides["before"].scenario),
    }


def _summary(summary: Summary, layout: Layout) -> dict[str, Any]:
    """Return figures as JSON: ``[mean, low, high]`` each."""
    names = [rule.id for rule in layout.rule.classes]
    return {
        "all": {name: _said(summary["all"][name]) for name in OF_ALL},
        "groups": {
            group.id: {name: _said(summary["groups"][group.id][name]) for name in OF_SOME}
            for group in layout.groups
        },
        "classes": {
            name: {figure: _said(summary["classes"][name][figure]) for figure in OF_SOME}
            for name in names
            if name in summary["classes"]
        },
        "counters": {
            counter: _said(figures["utilization"])
            for counter, figures in summary["counters"].items()
        },
    }


def _expected(days: Sequence[Measures]) -> dict[str, Any]:
    """Return what a rollout's report expects of a single day."""
    found = expected_of(days)
    return {name: asdict(found[name]) for name in EXPECTED if name in found}


def _target(layout: Layout) -> dict[str, float]:
    return {
        "minutes": length_ms(layout.target.walk_in) / MINUTE_MS,
        "share": layout.target.share,
    }


def _said(figure: Figure) -> list[float | None]:
    return [_short(figure.mean), _short(figure.low), _short(figure.high)]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
