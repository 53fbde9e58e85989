"""The simulation's commands: ``python -m simulation COMMAND``."""

import sys
from collections.abc import Sequence

from hall.domain.reading import BadFile
from simulation.commands import (
    break_even,
    calibrate,
    compare,
    rehearse,
    roster,
    run,
    size,
    trade,
    validate,
)
from simulation.commands.common import Parser

_COMMANDS = (run, compare, break_even, trade, size, roster, calibrate, validate, rehearse)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, or 2 for bad input, told on standard error."""
    parser = Parser(
        prog="python -m simulation", description="The hall that might be, under the same rules."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.declare(commands)
    given = parser.parse_args(arguments)
    try:
        print(given.command(given))
    except BadFile as bad:
        print(bad, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
