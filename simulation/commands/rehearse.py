"""``rehearse``: the people of a scenario drive a real server."""

import argparse
import os
from pathlib import Path

from hall.domain.reading import BadFile, Problem
from simulation.commands.common import Commands, above_zero, seed
from simulation.rehearsal import Stage, rehearse
from simulation.scenario_file import read_scenario


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("rehearse", help="let a scenario's people drive a real server")
    parser.add_argument("scenario", type=Path, metavar="SCENARIO")
    parser.add_argument("--server", required=True, metavar="URL")
    parser.add_argument(
        "--token-file", required=True, type=Path, help="of a device that is a clerk"
    )
    parser.add_argument("--speed", type=above_zero, default=60.0, help="how much faster than life")
    parser.add_argument("--seed", type=seed, default=1, help="another seed, other people")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this parent does")
    parser.set_defaults(command=_rehearse)


def _rehearse(given: argparse.Namespace) -> str:
    def is_over() -> bool:
        return given.parent is not None and os.getppid() != given.parent

    stage = Stage(
        scenario=read_scenario(given.scenario),
        server=given.server,
        token=_token(given.token_file),
        speed=given.speed,
        is_over=is_over,
    )
    return f"{rehearse(stage, seed=given.seed)} citizens came"


def _token(path: Path) -> str:
    """Return the token in a file."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {error}"
        raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error
