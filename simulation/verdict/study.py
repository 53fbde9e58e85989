"""A study of a reform: the verdict, and on demand how to get there."""

from dataclasses import dataclass

from hall.domain.layout import Policy
from simulation.verdict.judge import Findings, judge
from simulation.verdict.learning import Learning
from simulation.verdict.options import Hybrid, hybrids, policies
from simulation.verdict.stage import Stage
from simulation.verdict.training import Training, training
from simulation.verdict.trials import Trials

#: How many steps of training are planned.
STEPS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How to get there: training, counters kept special, ways to call."""

    training: Training
    hybrids: tuple[Hybrid, ...]
    policies: dict[Policy, Stage]


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """What was found about a reform."""

    findings: Findings
    plan: Plan | None


def study(trials: Trials, learning: Learning, *, steps: int | None = None) -> Study:
    """Return what the trials say about the planned hall.

    Args:
        trials: the hall of today and the planned one.
        learning: how slow generalists are, and for how long.
        steps: with a plan of so many steps of training, counters kept special and other policies;
            without a number, the verdict alone, which takes a fraction of the time.
    """
    findings = judge(trials, learning)
    if steps is None:
        return Study(findings=findings, plan=None)
    return Study(
        findings=findings,
        plan=Plan(
            training=training(trials, steps=steps, pace=learning.settled),
            hybrids=hybrids(trials, learning),
            policies=policies(trials, learning.settled),
        ),
    )
