"""``calibrate``: a scenario from the days that were."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from hall.domain.layout_file import read_layout
from simulation.calibration.calibrate import Options, calibrate
from simulation.calibration.form import calibration_form
from simulation.calibration.from_snapshots import calibrate_snapshots
from simulation.calibration.report import calibration_text
from simulation.calibration.snapshots import read_queues, read_snapshots
from simulation.calibration.sources import read_any
from simulation.commands.common import Commands, add_answer, day, roster_beside, whole, write
from simulation.scenario_form import scenario_text


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("calibrate", help="make a scenario of the days that were")
    parser.add_argument(
        "journal", type=Path, metavar="JOURNAL", help="or tickets of another system (.csv)"
    )
    parser.add_argument("--layout", type=Path, metavar="FILE", help="where the journal has none")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="where the journal has none")
    parser.add_argument("--queues", type=Path, metavar="FILE", help="of snapshots: their groups")
    parser.add_argument("--office", default="", help="of snapshots: whose")
    parser.add_argument("--from", dest="since", type=day, metavar="DAY")
    parser.add_argument("--until", type=day, metavar="DAY", help="the last one")
    parser.add_argument("--interval-minutes", type=whole, default=30, metavar="N")
    parser.add_argument("--name", default="", help="of the scenario")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the scenario")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw the fit as SVG")
    add_answer(parser)
    parser.set_defaults(command=_calibrate)


def _calibrate(given: argparse.Namespace) -> str:
    layout = read_layout(given.layout) if given.layout else None
    options = Options(
        since=given.since,
        until=given.until,
        interval_minutes=given.interval_minutes,
        name=given.name or given.journal.stem,
    )
    if given.queues is not None and layout is not None:
        queues = read_queues(given.queues, layout)
        seen = read_snapshots(given.journal, given.office, queues)
        found = calibrate_snapshots(seen, queues, layout, options)
    else:
        roster = roster_beside(given.roster, layout)
        past, unseen = read_any(given.journal, layout, roster)
        found = calibrate(past, replace(options, unseen=unseen))
    if given.out is not None:
        write(given.out, scenario_text(found.scenario))
    form = calibration_form(found)
    if given.plots is not None:
        # Loading matplotlib takes longer than calibrating a month.
        from simulation.calibration.plots import write_plots  # noqa: PLC0415

        write_plots(given.plots, form["charts"], language=given.language)
    if given.json:
        return json.dumps(form, ensure_ascii=False)
    return calibration_text(found, language=given.language)
