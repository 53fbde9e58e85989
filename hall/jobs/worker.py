"""A process of its own that answers questions, a line of JSON each, beside the hall's server."""

import json
import logging
import subprocess
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

logger = logging.getLogger(__name__)

#: A process that has not answered by then is ended; the next question starts another one.
PATIENCE = timedelta(minutes=2)


class NoAnswer(Exception):
    """The process died, was too slow, or could make nothing of the question."""


class Worker:
    """A process that is started by the first question and stays; it ends with its standard input.

    One question at a time; who asks meanwhile waits.
    """

    def __init__(self, command: Sequence[str], *, patience: timedelta = PATIENCE) -> None:
        self._command = list(command)
        self._patience = patience
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question.

        Raises:
            NoAnswer: there is none, and why.
        """
        with self._one_at_a_time:
            process = self._running()
            too_slow = threading.Timer(self._patience.total_seconds(), process.kill)
            too_slow.daemon = True
            too_slow.start()
            try:
                line = _said(process, json.dumps(question))
            finally:
                too_slow.cancel()
            if not line:
                self._end()
                raise NoAnswer(f"{self._command[-1]} ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise NoAnswer(answer["error"])
        return answer

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _running(self) -> subprocess.Popen[str]:
        """Return the process, a new one where there was none or it died."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - a command of our own
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            logger.info("started %s", self._command[-1])
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _said(process: "subprocess.Popen[str]", question: str) -> str:
    """Return the line that a process answers with; an empty one if it died over it."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return ""
