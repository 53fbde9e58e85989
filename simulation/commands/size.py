"""``size``: how many counters a hall needs, half hour by half hour."""

import argparse
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from hall.domain.reading import BadFile, Problem
from simulation.commands.common import (
    Commands,
    add_options,
    day,
    progress_bar,
    share,
    wanted,
    whole,
    write,
)
from simulation.crew import crew
from simulation.replicate import MOST
from simulation.scenario import Scenario, Steady
from simulation.scenario_file import read_scenario
from simulation.scenario_form import scenario_text
from simulation.sizing.form import sizing_form, sizing_text
from simulation.sizing.frame import Wish
from simulation.sizing.size import size

#: By the central limit theorem: half the width of a 95 % interval of a share of 0.9 a day is
#: about this over the square root of the days, where half hours see a few dozen citizens.
_SPREAD = 0.3


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("size", help="how many counters are needed when")
    parser.add_argument("scenario", type=Path, metavar="SCENARIO")
    parser.add_argument("--target-minutes", type=_minutes, metavar="N", help="to be called within")
    parser.add_argument("--appointment-minutes", type=_minutes, metavar="N", help="if booked")
    parser.add_argument("--share", type=share, help="of those who are due in each interval")
    parser.add_argument(
        "--target",
        type=_named,
        action="append",
        default=[],
        metavar="NAME=MINUTES[:SHARE]",
        help="a promise of its own to a group or class; may be given several times",
    )
    parser.add_argument("--interval-minutes", type=whole, default=30, metavar="N")
    parser.add_argument("--day", type=day, help="instead of the scenario's first")
    parser.add_argument(
        "--no-new-counters", action="store_true", help="only the counters that are there"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the sized hall as a scenario"
    )
    add_options(parser, replications=96)
    parser.set_defaults(command=_size)


def _size(given: argparse.Namespace) -> str:
    scenario = _on(read_scenario(given.scenario), given.day)
    wish = Wish(
        minutes=given.target_minutes,
        appointment_minutes=given.appointment_minutes,
        share=given.share,
        named=tuple(given.target),
        interval_minutes=given.interval_minutes,
        keeps_counters=given.no_new_counters,
    )
    replications = given.replications
    if given.precision is not None:
        replications = min(MOST, max(24, round((_SPREAD / given.precision) ** 2)))
    done = 0
    with progress_bar("run") as told, crew(given.workers, dask=given.dask) as hands:

        def progress(runs: int) -> None:
            nonlocal done
            done += runs
            told(done, 0)

        found = size(
            scenario,
            wish,
            seed=given.seed,
            replications=replications,
            crew=hands,
            progress=progress,
        )
    if given.out is not None:
        write(given.out, scenario_text(found.scenario))
    if given.json:
        return json.dumps(sizing_form(found), ensure_ascii=False)
    return sizing_text(found, language=given.language)


def _on(scenario: Scenario, day: date | None) -> Scenario:
    """Return the scenario with one of its days first."""
    if day is None or isinstance(scenario.run, Steady):
        return scenario
    if day not in scenario.run:
        problem = f"{day} is not among the days of the scenario"
        raise BadFile(scenario.file, [Problem(at="run.days", problem=problem)])
    return replace(scenario, run=(day,))


@wanted("minutes, above 0 and less than a day")
def _minutes(text: str) -> float:
    """Read a number of minutes, above 0."""
    found = float(text)
    if not 0 < found < 1440:  # noqa: PLR2004  # a day
        raise ValueError(text)
    return found


@wanted("like tax=10 or tax=10:0.95")
def _named(text: str) -> tuple[str, float, float | None]:
    """Read a promise to a group or class: ``tax=10`` or ``tax=10:0.95``."""
    name, _, promise = text.partition("=")
    minutes, _, part = promise.partition(":")
    try:
        return name, _minutes(minutes), share(part) if part else None
    except ValueError as error:
        problem = f"should be like tax=10 or tax=10:0.95, not {text!r}"
        raise argparse.ArgumentTypeError(problem) from error
