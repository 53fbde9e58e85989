"""Runs of the planner's studies: each in a niced process of its own, so many at once.

A process is given the run's document and then the journal lines it asks for, one a line, and
tells one JSON object a line: how far it is, that it is alive, at last what it found. Its standard
input stays open: when that closes, because this server ended, the process ends too.
"""

import json
import logging
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from hall.context import Context
from hall.domain.studies import Run, RunKind, RunStatus

logger = logging.getLogger(__name__)

#: The line behind the last one that a process is given.
END = "end"
#: Progress is noted at most so often.
NOTED_EVERY = timedelta(seconds=1)

#: The journal lines that a run asks for.
Feed = Callable[[Run], Iterable[str]]


class Runs:
    """Starts the processes of runs, hears what they tell, and ends them."""

    def __init__(
        self, context: Context, *, command: Sequence[str], feed: Feed, at_most: int
    ) -> None:
        self._context = context
        self._command = list(command)
        self._feed = feed
        self._at_most = at_most
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._threads: list[threading.Thread] = []
        self._is_over = False

    def start(self, study: str, *, kind: RunKind, document: dict[str, Any]) -> Run:
        """Queue a run; it begins at once if fewer than the most are at work."""
        run = self._context.studies.queue(
            study, kind=kind, document=document, now=self._context.now()
        )
        self.go_on()
        return run

    def cancel(self, run: str) -> None:
        """End a run at once, wherever it stands; one that is over stays as it is."""
        now = self._context.now()
        if self._context.studies.end(run, RunStatus.CANCELLED, now=now):
            self._kill(run)
            self.go_on()

    def go_on(self) -> None:
        """Begin runs that wait, as many as may be at work."""
        studies = self._context.studies
        while not self._is_over:
            run = studies.begin_next(at_most=self._at_most, now=self._context.now())
            if run is None:
                return
            thread = threading.Thread(target=self._work, args=(run,), name=run.id, daemon=True)
            self._threads = [known for known in self._threads if known.is_alive()] + [thread]
            thread.start()

    def stop(self) -> None:
        """End every process and begin no more; their runs are shown as interrupted."""
        self._is_over = True
        for run in list(self._processes):
            self._kill(run)
        for thread in self._threads:
            thread.join()

    def _kill(self, run: str) -> None:
        """End a run's process, if it is one of ours."""
        process = self._processes.get(run)
        if process is not None:
            process.kill()

    def _work(self, run: Run) -> None:
        """Carry one run through, then begin the next."""
        try:
            with subprocess.Popen(  # noqa: S603 - the command is the server's own
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as process:
                self._processes[run.id] = process
                if self._is_over:
                    process.kill()
                threading.Thread(target=self._give, args=(run, process), daemon=True).start()
                assert process.stdout is not None  # noqa: S101
                self._hear(run, process.stdout)
                process.kill()
        finally:
            self._processes.pop(run.id, None)
            self._end(run, RunStatus.INTERRUPTED)
            self.go_on()

    def _give(self, run: Run, process: "subprocess.Popen[str]") -> None:
        """Hand a process its document and the journal lines it needs."""
        assert process.stdin is not None  # noqa: S101
        try:
            for line in self._lines(run):
                process.stdin.write(f"{line}\n")
            process.stdin.flush()
        except BrokenPipeError:
            return  # it ended before it had read everything
        except BaseException:
            process.kill()  # it would wait for the rest for ever
            raise

    def _lines(self, run: Run) -> Iterator[str]:
        yield json.dumps({"kind": run.kind, "document": run.document}, ensure_ascii=False)
        yield from self._feed(run)
        yield END

    def _hear(self, run: Run, lines: Iterable[str]) -> None:
        """Note what a process tells until it has a result, fails, ends or may not go on."""
        noted = 0.0
        for line in lines:
            told = json.loads(line)
            if "result" in told:
                self._end(run, RunStatus.DONE, result=told["result"])
                return
            if "problem" in told:
                self._end(run, RunStatus.FAILED, problem=told["problem"])
                return
            now = time.monotonic()
            if now - noted < NOTED_EVERY.total_seconds():
                continue
            noted = now
            if not self._context.studies.heard(
                run.id, done=told.get("done"), known=told.get("known"), now=self._context.now()
            ):
                return

    def _end(self, run: Run, status: RunStatus, **found: Any) -> None:
        if self._context.studies.end(run.id, status, now=self._context.now(), **found):
            logger.info("%s %s: %s", run.kind, run.id, status)
