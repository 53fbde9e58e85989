"""``break-even``: how slow generalists may be, and whether the reform is worth it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from hall.domain.reading import BadFile, Problem
from simulation.commands.common import Commands, add_options, progress_bar, wanted, whole
from simulation.crew import Crew, crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.verdict.form import verdict_form
from simulation.verdict.learning import Learning
from simulation.verdict.study import study
from simulation.verdict.text import study_text
from simulation.verdict.trials import Trials

#: The longest a pace may be, in handling times.
MOST = 10


def declare(commands: Commands) -> None:
    """Add the command."""
    default = Learning()
    parser = commands.add_parser("break-even", help="judge a reform: go, in steps, or don't")
    parser.add_argument("after", type=Path, metavar="SCENARIO", help="the planned hall")
    parser.add_argument("--against", type=Path, required=True, metavar="SCENARIO", help="today's")
    for name, value, what in (
        ("first", default.first, "pace of generalists in the hour of the rollout"),
        ("settled", default.settled, "pace in the end"),
        ("half-weeks", default.half_weeks, "weeks until half of the difference has gone"),
    ):
        parser.add_argument(f"--{name}", type=pace, default=value, metavar="X", help=what)
    parser.add_argument(
        "--plan",
        type=whole,
        metavar="STEPS",
        help="so many steps of training, counters kept special, ways to call",
    )
    add_options(parser, replications=60)
    parser.set_defaults(command=_break_even)


@wanted(f"a number above 0, at most {MOST}")
def pace(text: str) -> float:
    """Read a pace, or a length of time: above 0."""
    found = float(text)
    if not 0 < found <= MOST:
        raise ValueError(text)
    return found


def _break_even(given: argparse.Namespace) -> str:
    before, after = read_scenario(given.against), read_scenario(given.after)
    learning = Learning(first=given.first, settled=given.settled, half_weeks=given.half_weeks)
    with progress_bar("run") as progress, crew(given.workers, dask=given.dask) as hands:
        people = {"seed": given.seed, "days": _days(given, [before, after], hands)}
        trials = Trials(before, after, **people, crew=hands, progress=progress)
        found = study(trials, learning, steps=given.plan)
    if given.json:
        return json.dumps(verdict_form(found), ensure_ascii=False)
    return study_text(found, language=given.language)


def _days(given: argparse.Namespace, halls: Sequence[Scenario], hands: Crew) -> int:
    """Return how many days are wanted, or enough for the mean wait of both halls."""
    if given.precision is None:
        if given.replications == 1:
            problem = "of one day nothing is certain; give two or more"
            raise BadFile(str(given.after), [Problem(at="replications", problem=problem)])
        return int(given.replications)
    extent = Extent(precision=given.precision)
    return len(replicate(halls, seed=given.seed, extent=extent, crew=hands)[0])
