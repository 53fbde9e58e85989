"""The verdict on a plan: go, go in steps, or don't; only where counters take more than before."""

from typing import Any

from simulation.scenario import Scenario
from simulation.studio import change as changing
from simulation.studio.change import Change
from simulation.verdict.form import verdict_form
from simulation.verdict.learning import Learning
from simulation.verdict.study import study
from simulation.verdict.trials import Progress, Trials

#: A verdict rests on at most so many days; it tries many paces on each.
MOST_DAYS = 40
#: What is kept of a verdict.
_KEPT = ("verdict", "advice", "numbers", "reasons", "break_even", "learning", "days")


def judge(
    base: Scenario, change: Change, *, seed: int, days: int, progress: Progress
) -> dict[str, Any] | None:
    """Return the verdict as JSON, or nothing where no counter takes more than before.

    The pace of the change is that of the first days; what is lost is learned as time goes by.
    """
    at_once = changing.after(base, changing.at_pace(change, 1.0), name="")
    if not changing.wider(base, at_once):
        return None
    trials = Trials(
        changing.before(base, change),
        at_once,
        seed=seed,
        days=min(days, MOST_DAYS),
        progress=progress,
    )
    first = change.pace if change.pace > 1 else Learning().first
    form = verdict_form(study(trials, Learning(first=first)))
    return {name: form[name] for name in _KEPT}
