"""What commands share: options, the progress bar, and files that cannot be written."""

import argparse
import locale
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hall.domain.reading import BadFile, Problem
from hall.measures.measure import Measures
from simulation.crew import crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario

#: What ``add_subparsers`` returns.
Commands = Any


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
    command.add_argument("--seed", type=int, default=1, help="another seed, other people")
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


def write(path: Path, content: str | bytes) -> None:
    """Write a file, or say that it cannot be written."""
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadFile(str(path), [Problem(at="file", problem=problem)]) from error


def whole(text: str) -> int:
    """Read a whole number, at least 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def share(text: str) -> float:
    """Read a number between 0 and 1."""
    found = float(text)
    if not 0 < found < 1:
        raise ValueError(text)
    return found


def _language() -> str:
    """Return the language of this terminal, as far as the system has it."""
    name = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"
