"""What commands share: options, the progress bar, and files that cannot be written."""

import argparse
import locale
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from math import inf
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from tqdm import tqdm
from typing_extensions import override

from hall.domain.layout import Layout
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Roster, read_roster
from hall.measures.measure import Measures
from simulation.crew import crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario

#: What ``add_subparsers`` returns.
Commands = Any
_Read = TypeVar("_Read")


class Parser(argparse.ArgumentParser):
    """Reads what was typed; what is wrong with it takes one line, not the whole usage."""

    @override
    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and stop with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def wanted(what: str) -> Callable[[Callable[[str], _Read]], Callable[[str], _Read]]:
    """Let the reader of an option's value say what is wanted where it finds something else."""

    def saying(read: Callable[[str], _Read]) -> Callable[[str], _Read]:
        def read_or_say(text: str) -> _Read:
            try:
                return read(text)
            except (ValueError, argparse.ArgumentTypeError):
                raise argparse.ArgumentTypeError(f"should be {what}, not {text!r}") from None

        return read_or_say

    return saying


def add_options(command: argparse.ArgumentParser, *, replications: int = 20) -> None:
    """Add the options that every command takes that runs scenarios."""
    extent = command.add_mutually_exclusive_group()
    extent.add_argument("--replications", type=whole, default=replications, metavar="N")
    extent.add_argument(
        "--precision", type=share, metavar="SHARE", help="until the mean wait is known so well"
    )
    command.add_argument("--workers", type=whole, default=1, metavar="N", help="processes")
    command.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, for its workers")
    add_answer(command)


def add_answer(command: argparse.ArgumentParser) -> None:
    """Add the options of a command's answer, and its seed."""
    command.add_argument("--seed", type=seed, default=1, help="another seed, other people")
    command.add_argument("--json", action="store_true", help="one JSON document")
    command.add_argument("--language", choices=("zh", "en"), default=_language())


def replicated(given: argparse.Namespace, scenarios: Sequence[Scenario]) -> list[list[Measures]]:
    """Return every replication, with a progress bar on standard error."""
    extent = Extent(replications=given.replications, precision=given.precision)
    with progress_bar("run") as progress, crew(given.workers, dask=given.dask) as hands:
        return replicate(scenarios, seed=given.seed, extent=extent, crew=hands, progress=progress)


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what is told how much is done, of how much as far as is known."""
    with tqdm(unit=unit) as bar:

        def progress(done: int, known: int) -> None:
            bar.total = known
            bar.update(done - bar.n)

        yield progress


def roster_beside(path: Path | None, layout: Layout | None) -> Roster | None:
    """Return the roster in a file, if one was given: it needs the layout given beside it."""
    if path is None:
        return None
    if layout is None:
        problem = "can only be read with its layout (--layout)"
        raise BadFile(str(path), [Problem(at="roster", problem=problem)])
    return read_roster(path, layout)


def write(path: Path, content: str | bytes) -> None:
    """Write a file, its folder too, or say that it cannot be written."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error


@wanted("a whole number, 1 or more")
def whole(text: str) -> int:
    """Read a whole number, at least 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


@wanted("a number between 0 and 1")
def share(text: str) -> float:
    """Read a number between 0 and 1."""
    found = float(text)
    if not 0 < found < 1:
        raise ValueError(text)
    return found


@wanted("a day like 2026-03-02")
def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


@wanted("a number above 0")
def above_zero(text: str) -> float:
    """Read a number above 0."""
    found = float(text)
    if not 0 < found < inf:
        raise ValueError(text)
    return found


@wanted("a whole number, 0 or more")
def seed(text: str) -> int:
    """Read a seed."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _language() -> str:
    """Return the language of this terminal, as far as the system has it."""
    name = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"
