"""Carries out one run of a study: ``python -m simulation.studio.work``.

Reads from standard input, a JSON object or the like a line: the run, the journal lines it asks
for, ``end``. Writes JSON objects to standard output: ``{"done", "known"}``, ``{"alive"}``, and at
last ``{"result"}`` or ``{"problem"}``. It ends when its standard input does: whoever asked is gone.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from hall.domain.reading import BadFile
from simulation.studio.comparing import compare
from simulation.studio.fitting import fit
from simulation.studio.trading import trade
from simulation.verdict.trials import Progress

#: How much the hall goes before a planner's run.
NICE = 5
ALIVE_SECONDS = 5.0
END = "end"


class Voice:
    """Tells one JSON object a line, one at a time."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._turn = threading.Lock()

    def tell(self, **what: Any) -> None:
        """Tell something."""
        line = json.dumps(what, ensure_ascii=False, allow_nan=False)
        with self._turn:
            self._out.write(f"{line}\n")
            self._out.flush()

    def progress(self, done: int, known: int) -> None:
        """Tell how much is done, of how much."""
        self.tell(done=done, known=known)


def work(lines: Iterator[str], voice: Voice) -> None:
    """Carry out the run that ``lines`` begin with, and tell what it found."""
    asked: Mapping[str, Any] = json.loads(next(lines))
    try:
        voice.tell(result=_KINDS[asked["kind"]](asked["document"], lines, voice.progress))
    except BadFile as bad:
        voice.tell(problem=str(bad))


def _compared(document: Mapping[str, Any], _: Iterator[str], progress: Progress) -> Any:
    return compare(document, progress)


def _traded(document: Mapping[str, Any], _: Iterator[str], progress: Progress) -> Any:
    return trade(document, progress)


_KINDS: dict[str, Callable[[Mapping[str, Any], Iterator[str], Progress], Any]] = {
    "fit": fit,
    "comparison": _compared,
    "trade": _traded,
}


def _given(source: IO[str]) -> Iterator[str]:
    """Yield the lines up to the last one; then watch for the end of the source."""
    for line in source:
        if line.strip() == END:
            break
        yield line
    threading.Thread(target=_end_with, args=(source,), daemon=True).start()


def _end_with(source: IO[str]) -> None:
    """End this process when its standard input ends."""
    source.read()
    os._exit(1)


def _stay_alive(voice: Voice, over: threading.Event) -> None:
    while not over.wait(ALIVE_SECONDS):
        voice.tell(alive=True)


def main() -> None:
    """Carry out one run."""
    os.nice(NICE)
    voice, over = Voice(sys.stdout), threading.Event()
    threading.Thread(target=_stay_alive, args=(voice, over), daemon=True).start()
    work(_given(sys.stdin), voice)
    over.set()


if __name__ == "__main__":
    main()
