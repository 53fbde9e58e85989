"""The verdict: go, go in steps, or don't, from what certainly changes and by how much."""

from dataclasses import dataclass
from enum import StrEnum

from simulation.compare import Comparison, compare, result
from simulation.verdict.break_even import BreakEven, Pace, break_even
from simulation.verdict.learning import Learning, Week, by_week
from simulation.verdict.load import busy_on_paper
from simulation.verdict.stage import Stage, stage
from simulation.verdict.trials import Trials

#: What a reform must not make worse in the end.
WAITS = ("wait_minutes", "wait_p90_minutes")
TARGET = "within_target_share"


class Verdict(StrEnum):
    """What to do."""

    #: As good from the first day on, also while people learn. 可以上线
    GO = "go"
    #: Better in the end, but not at once or not in everything. 分步推进
    STEPS = "steps"
    #: Not as good even when everybody has learned. 不建议
    NO = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """A verdict, and all that it is made of."""

    verdict: Verdict
    trials: Trials
    break_even: BreakEven
    learning: Learning
    weeks: tuple[Week, ...]
    today: Stage
    #: The planned hall at the first pace, and at the settled one.
    first: Stage
    settled: Stage
    #: Who gains and who loses at the settled pace.
    comparison: Comparison
    #: How busy the counters would be on paper: today, and in the planned hall at pace 1.
    paper_today: float
    paper: float

    @property
    def limit(self) -> Pace:
        """The smaller one of the two break-even paces, which binds."""
        mean, p90 = self.break_even.mean, self.break_even.p90
        if mean.value is None or p90.value is None:
            return p90 if mean.value is None else mean
        return min(mean, p90, key=lambda pace: pace.value or 0)


def judge(trials: Trials, learning: Learning) -> Findings:
    """Return the verdict on the planned hall.

    It is ``NO`` when at the settled pace the mean wait and its p90 are not certainly as good as
    today; ``GO`` when at the first pace these and the share within target are, and nothing else
    certainly becomes worse; else ``STEPS``. Less than ``stage.NOTICED`` worse is as good.
    """
    even = break_even(trials)
    weeks = by_week(trials, learning)
    settled_runs = trials.at(learning.settled)
    first = stage(trials, trials.at(learning.first), learning.first)
    settled = stage(trials, settled_runs, learning.settled)
    return Findings(
        verdict=_verdict(first, settled),
        trials=trials,
        break_even=even,
        learning=learning,
        weeks=weeks,
        today=stage(trials, trials.before),
        first=first,
        settled=settled,
        comparison=compare(
            result(trials.after_scenario, settled_runs),
            result(trials.before_scenario, trials.before),
        ),
        paper_today=busy_on_paper(trials.before_scenario),
        paper=busy_on_paper(trials.after_scenario),
    )


def _verdict(first: Stage, settled: Stage) -> Verdict:
    if not settled.is_as_good(*WAITS):
        return Verdict.NO
    is_safe = first.is_as_good(*WAITS, TARGET) and not first.harm
    return Verdict.GO if is_safe else Verdict.STEPS
