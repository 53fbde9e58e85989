"""The simulation's commands: ``python -m simulation run`` and ``compare``."""

import argparse
import json
import locale
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hall.domain.events import event_form
from hall.domain.reading import BadFile, Problem
from hall.measures.measure import Measures
from simulation.compare import compare, result
from simulation.journal import journal
from simulation.rehearsal import Stage, rehearse
from simulation.report import compare_form, compare_text, run_form, run_text
from simulation.run import Extent, Runner, replicate
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario

#: The day of a steady run, in its journal.
NO_DAY = date(1970, 1, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, or 2 for bad input, told on standard error."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is _compare and len(given.scenario) < 2:  # noqa: PLR2004
        parser.error("compare needs at least two scenarios")
    try:
        scenarios = [read_scenario(path) for path in given.scenario]
        print(given.command(given, scenarios))
    except BadFile as bad:
        print(bad, file=sys.stderr)
        return 2
    return 0


def _run(given: argparse.Namespace, scenarios: Sequence[Scenario]) -> str:
    """Run one scenario."""
    if given.events is not None:
        _write_events(given.events, scenarios[0], given.seed)
    found = result(scenarios[0], _replicated(given, scenarios)[0])
    if given.json:
        return json.dumps(run_form(found, seed=given.seed), ensure_ascii=False)
    return run_text(found, seed=given.seed, language=given.language)


def _compare(given: argparse.Namespace, scenarios: Sequence[Scenario]) -> str:
    """Compare scenarios with the first of them."""
    runs = _replicated(given, scenarios)
    results = [result(*pair) for pair in zip(scenarios, runs, strict=True)]
    found = [compare(one, results[0]) for one in results[1:]]
    if given.json:
        return json.dumps(compare_form(results, found, seed=given.seed), ensure_ascii=False)
    return compare_text(results, found, seed=given.seed, language=given.language)


def _rehearse(given: argparse.Namespace, scenarios: Sequence[Scenario]) -> str:
    """Let the citizens and clerks of a scenario drive a server."""

    def is_over() -> bool:
        return given.parent is not None and os.getppid() != given.parent

    stage = Stage(
        scenario=scenarios[0],
        server=given.server,
        token=given.token_file.read_text(encoding="ascii").strip(),
        speed=given.speed,
        is_over=is_over,
    )
    return f"{rehearse(stage, seed=given.seed)} citizens came"


def _replicated(given: argparse.Namespace, scenarios: Sequence[Scenario]) -> list[list[Measures]]:
    """Return every replication, with a progress bar on standard error."""
    extent = Extent(replications=given.replications, precision=given.precision)
    with tqdm(unit="run") as bar:

        def progress(done: int, known: int) -> None:
            bar.total = known
            bar.update(done - bar.n)

        return replicate(
            scenarios, seed=given.seed, extent=extent, workers=given.workers, progress=progress
        )


def _write_events(path: Path, scenario: Scenario, seed: int) -> None:
    """Write the first day of the first replication as journal lines."""
    runner, staffing = Runner(scenario), scenario.staffing
    day = runner.days[0][0] or NO_DAY
    roster = staffing.hash if staffing.shifts or staffing.breaks else None
    events = journal(scenario.layout, runner.trace(seed, 0), day=day, roster=roster)
    lines = [json.dumps(event_form(event), ensure_ascii=False) + "\n" for event in events]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulation", description="The hall that might be, under the same rules."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run one scenario")
    run.add_argument("scenario", nargs=1, type=Path, metavar="SCENARIO")
    run.add_argument(
        "--events", type=Path, metavar="FILE", help="write the first day as journal lines"
    )
    run.set_defaults(command=_run)
    several = commands.add_parser("compare", help="compare scenarios with the first one")
    several.add_argument("scenario", nargs="+", type=Path, metavar="SCENARIO")
    several.set_defaults(command=_compare)
    for command in (run, several):
        _add_options(command)
    _add_rehearse(commands)
    return parser


def _add_rehearse(commands: Any) -> None:
    live = commands.add_parser("rehearse", help="let a scenario's people drive a real server")
    live.add_argument("scenario", nargs=1, type=Path, metavar="SCENARIO")
    live.add_argument("--server", required=True, metavar="URL")
    live.add_argument("--token-file", required=True, type=Path, help="of a device that is a clerk")
    live.add_argument("--speed", type=float, default=60.0, help="how much faster than life")
    live.add_argument("--seed", type=int, default=1, help="another seed, other people")
    live.add_argument("--parent", type=int, metavar="PID", help="end when this parent process does")
    live.set_defaults(command=_rehearse)


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seed", type=int, default=1, help="another seed, other people")
    extent = command.add_mutually_exclusive_group()
    extent.add_argument("--replications", type=_whole, default=20, metavar="N")
    extent.add_argument(
        "--precision", type=_share, metavar="SHARE", help="until the mean wait is known so well"
    )
    command.add_argument("--workers", type=_whole, default=1, metavar="N", help="processes")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.add_argument("--language", choices=("zh", "en"), default=_language())


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share < 1:
        raise ValueError(text)
    return share


def _language() -> str:
    """Return the language of this terminal, as far as the system has it."""
    name = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"


if __name__ == "__main__":
    sys.exit(main())
