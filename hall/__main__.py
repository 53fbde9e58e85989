"""The commands of an operator: ``python -m hall …``."""

import argparse
import sys

from hall.commands import journals, layouts, people, rehearsal, serving
from hall.commands.common import BadInput
from hall.domain.reading import BadFile

BAD_INPUT = 2


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.command(asked))
    except (BadFile, BadInput) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m hall", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for subject in (serving, rehearsal, layouts, journals, people):
        subject.declare(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
