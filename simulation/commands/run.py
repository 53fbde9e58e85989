"""``run``: one scenario."""

import argparse
import json
from datetime import date
from pathlib import Path

from hall.domain.events import event_form
from simulation.commands.common import Commands, add_options, replicated, write
from simulation.compare import result
from simulation.journal import journal
from simulation.report import run_form, run_text
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario

#: The day of a steady run, in its journal.
NO_DAY = date(1970, 1, 1)


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="run one scenario")
    parser.add_argument("scenario", type=Path, metavar="SCENARIO")
    parser.add_argument(
        "--events", type=Path, metavar="FILE", help="write the first day as journal lines"
    )
    add_options(parser)
    parser.set_defaults(command=_run)


def _run(given: argparse.Namespace) -> str:
    scenario = read_scenario(given.scenario)
    if given.events is not None:
        _write_events(given.events, scenario, given.seed)
    found = result(scenario, replicated(given, [scenario])[0])
    if given.json:
        return json.dumps(run_form(found, seed=given.seed), ensure_ascii=False)
    return run_text(found, seed=given.seed, language=given.language)


def _write_events(path: Path, scenario: Scenario, seed: int) -> None:
    """Write the first day of the first replication as journal lines."""
    runner, staffing = Runner(scenario), scenario.staffing
    day = runner.days[0][0] or NO_DAY
    roster = staffing if staffing.shifts or staffing.breaks else None
    events = journal(scenario.layout, runner.trace(seed, 0), day=day, roster=roster)
    lines = [json.dumps(event_form(event), ensure_ascii=False) + "\n" for event in events]
    write(path, "".join(lines))
