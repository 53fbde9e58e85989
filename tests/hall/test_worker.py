"""The process beside the server: it answers, it is started again, and it keeps nobody waiting."""

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hall.jobs.worker import NoAnswer, Worker

#: Answers with its own process id; ends when it is told to, and never answers when asked to sleep.
ECHO = """
import json, os, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("die"):
        sys.exit(3)
    if asked.get("sleep"):
        time.sleep(600)
    print(json.dumps({"asked": asked, "process": os.getpid()}), flush=True)
"""


@pytest.fixture
def worker() -> Iterator[Worker]:
    found = Worker([sys.executable, "-c", ECHO], patience=timedelta(seconds=1))
    yield found
    found.stop()


def test_one_process_answers_one_question_after_the_other(worker: Worker) -> None:
    first, second = (worker.ask({"number": number}) for number in (1, 2))
    assert (first["asked"], second["asked"]) == ({"number": 1}, {"number": 2})
    assert first["process"] == second["process"] != os.getpid()


def test_one_that_died_is_started_again(worker: Worker) -> None:
    before = worker.ask({})["process"]
    with pytest.raises(NoAnswer):
        worker.ask({"die": True})
    assert worker.ask({})["process"] != before


def test_one_that_is_too_slow_is_ended(worker: Worker) -> None:
    with pytest.raises(NoAnswer):
        worker.ask({"sleep": True})
    assert worker.ask({"number": 3})["asked"] == {"number": 3}


def test_the_process_that_looks_ahead_says_what_it_cannot_make_sense_of() -> None:
    worker = Worker([sys.executable, "-m", "simulation.forecast"])
    try:
        for _ in range(2):
            with pytest.raises(NoAnswer, match="KeyError: 'now_ms'"):
                worker.ask({"day": "2026-03-02"})
        process = worker._process
        assert process is not None
        assert int(Path(f"/proc/{process.pid}/stat").read_text("ascii").split()[18]) >= 10
    finally:
        worker.stop()
