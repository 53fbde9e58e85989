"""``roster``: who works when, so that the counters that are needed are staffed."""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path

import tomli_w

from hall.domain.reading import BadFile, Problem
from simulation.commands.common import Commands, above_zero, add_answer, write
from simulation.roster.calendars import calendars, one_calendar
from simulation.roster.form import roster_form, roster_text
from simulation.roster.rota import SECONDS, Rota, fed_back, rota
from simulation.roster.staff_file import read_staff
from simulation.roster.workbook import workbook
from simulation.scenario import Scenario, Steady
from simulation.scenario_file import read_scenario
from simulation.scenario_form import roster_form as counters_form
from simulation.scenario_form import scenario_of, scenario_text


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("roster", help="who works when, to a sizing")
    parser.add_argument("sizing", type=Path, metavar="SIZING_OR_SCENARIO")
    parser.add_argument("staff", type=Path, metavar="STAFF")
    parser.add_argument(
        "--also", type=Path, action="append", default=[], help="the need of other days"
    )
    parser.add_argument("--seconds", type=above_zero, default=SECONDS, help="for the solver")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the scenario with this roster")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="the counters' roster")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="for a spreadsheet")
    parser.add_argument("--ics", type=Path, metavar="FILE", help="one calendar of all")
    parser.add_argument("--ics-each", type=Path, metavar="FOLDER", help="one for each clerk")
    add_answer(parser)
    parser.set_defaults(command=_roster)


def _roster(given: argparse.Namespace) -> str:
    scenarios = [read_sizing(path) for path in (given.sizing, *given.also)]
    run = scenarios[0].run
    first = date(1970, 1, 1) if isinstance(run, Steady) else run[0]
    staff = read_staff(given.staff, scenarios[0].layout, first=first)
    found = rota(scenarios, staff, seconds=given.seconds)
    _write(given, found)
    if given.json:
        return json.dumps(roster_form(found), ensure_ascii=False)
    return roster_text(found, language=given.language)


def read_sizing(path: Path) -> Scenario:
    """Return the sized scenario in what ``size`` printed as JSON, or wrote as a scenario.

    Raises:
        BadFile: it is neither.
    """
    if path.suffix != ".json":
        return read_scenario(path)
    try:
        form = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(str(path), [Problem(at="file", problem=str(error))]) from error
    if not isinstance(form, dict) or not isinstance(form.get("scenario"), dict):
        problem = "is missing; this should be what `size --json` printed"
        raise BadFile(str(path), [Problem(at="scenario", problem=problem)])
    return scenario_of(form["scenario"], file=str(path), folder=path.parent)


def _write(given: argparse.Namespace, found: Rota) -> None:
    """Write every file that was asked for."""
    if given.out is not None:
        write(given.out, scenario_text(fed_back(found)))
    if given.roster is not None:
        write(given.roster, tomli_w.dumps(counters_form(found.roster)))
    if given.xlsx is not None:
        write(given.xlsx, workbook(found, language=given.language))
    now = datetime.now(UTC)
    if given.ics is not None:
        write(given.ics, one_calendar(found, now=now, language=given.language))
    if given.ics_each is not None:
        for clerk, content in calendars(found, now=now, language=given.language).items():
            write(given.ics_each / f"{clerk}.ics", content)
