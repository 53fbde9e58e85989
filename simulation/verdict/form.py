"""A study as JSON: for programs, and for the charts of the studio."""

from typing import Any

from hall.domain.layout import Name
from simulation.compare import Change
from simulation.report import name_of
from simulation.scenario import Scenario
from simulation.summary import form
from simulation.verdict.break_even import Pace
from simulation.verdict.judge import Findings
from simulation.verdict.learning import Week
from simulation.verdict.options import Hybrid
from simulation.verdict.reasons import reasons
from simulation.verdict.stage import Stage
from simulation.verdict.study import Plan, Study
from simulation.verdict.training import Training
from simulation.verdict.wording import advice, called, numbers

Form = dict[str, Any]


def verdict_form(study: Study) -> Form:
    """Return a study as JSON: figures, texts in both languages, and series for charts.

    ``learning.weeks`` and ``plan.training.steps`` are series, a point each; every change is the
    planned hall minus today's, paired, with its 95 % interval.
    """
    found = study.findings
    even, trials = found.break_even, found.trials
    return {
        "before": _scenario(trials.before_scenario),
        "after": _scenario(trials.after_scenario),
        "seed": trials.seed,
        "days": len(trials.before),
        "break_even": {"mean": _pace(even.mean), "p90": _pace(even.p90)},
        "verdict": found.verdict.value,
        "advice": _name(advice(found)),
        "numbers": [
            {
                "id": number.id,
                "value": number.value,
                "ci95": [number.low, number.high],
                "text": _name(number.text),
            }
            for number in numbers(found)
        ],
        "reasons": [_name(reason) for reason in reasons(found)],
        "busy_on_paper": {"before": found.paper_today, "after": found.paper},
        "learning": _learning(found),
        "stages": {
            "today": _stage(found.today),
            "first": _stage(found.first),
            "settled": _stage(found.settled),
        },
        "who": _who(found),
        "labels": {name: _name(called(name)) for name in found.today.figures},
        "plan": None if study.plan is None else _plan(study.plan),
    }


def _scenario(scenario: Scenario) -> Form:
    return {"name": scenario.name, "layout_hash": scenario.layout.hash}


def _name(name: Name) -> Form:
    return {"zh": name.zh, "en": name.en}


def _pace(pace: Pace) -> Form:
    return {"value": pace.value, "ci95": [pace.low, pace.high]}


def _stage(stage: Stage) -> Form:
    return {
        "pace": stage.pace,
        "figures": form(stage.figures),
        "changes": form(stage.changes),
        "harm": list(stage.harm),
        "worst_days_wait_minutes": stage.worst_days_wait_minutes,
        "worse_days_share": stage.worse_days_share,
    }


def _learning(found: Findings) -> Form:
    learning = found.learning
    return {
        "first": learning.first,
        "settled": learning.settled,
        "half_weeks": learning.half_weeks,
        "weeks": [_week(week) for week in found.weeks],
    }


def _week(week: Week) -> Form:
    figures, changes = form(week.figures), form(week.changes)
    return {"week": week.week, "pace": week.pace, "figures": figures, "changes": changes}


def _who(found: Findings) -> Form:
    layout = found.trials.after_scenario.layout

    def listed(changes: tuple[Change, ...]) -> list[Form]:
        return [
            {
                "kind": change.kind.value,
                "id": change.id,
                "name": {tag: name_of(change, layout, tag) for tag in ("zh", "en")},
                "wait_minutes": form(change.wait),
            }
            for change in changes
        ]

    return {"gain": listed(found.comparison.gainers), "lose": listed(found.comparison.losers)}


def _plan(plan: Plan) -> Form:
    return {
        "training": _training(plan.training),
        "hybrids": [_hybrid(hybrid) for hybrid in plan.hybrids],
        "policies": {policy.value: _stage(stage) for policy, stage in plan.policies.items()},
    }


def _training(training: Training) -> Form:
    return {
        "wait_minutes": training.wait_minutes,
        "best_wait_minutes": training.best_wait_minutes,
        "steps": [
            {
                "counter": step.counter,
                "group": step.group,
                "wait_minutes": step.wait_minutes,
                "gain_share": step.gain_share,
            }
            for step in training.steps
        ],
    }


def _hybrid(hybrid: Hybrid) -> Form:
    return {
        "special": [{"counter": counter, "group": group} for counter, group in hybrid.special],
        "first": _stage(hybrid.first),
        "settled": _stage(hybrid.settled),
    }
