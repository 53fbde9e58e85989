"""Runs of studies are processes: heard, cancelled, missed when they die, so many at once."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hall.domain.studies import UNDER_WAY, Run, RunKind, RunStatus
from hall.jobs.runs import Runs
from tests.halls import WorkingHall

#: Reads what it is given up to the end, then does as it was told.
BEGINS = "import json, sys, time; lines = list(iter(lambda: input(), 'end'));"
TELLS = "print(json.dumps({'result': {'lines': len(lines)}}), flush=True);"
LASTS = "print(json.dumps({'done': 1, 'known': 9}), flush=True); sys.stdin.read()"
SOON_SECONDS = 20.0


@contextmanager
def _runs(hall: WorkingHall, does: str, *, at_most: int = 2) -> Iterator[Runs]:
    runs = Runs(
        hall.context,
        command=[sys.executable, "-c", BEGINS + does],
        feed=lambda _: ["one", "two"],
        at_most=at_most,
    )
    yield runs
    runs.stop()


def _started(hall: WorkingHall, runs: Runs) -> Run:
    study = hall.context.studies.add(
        hall.id, name="study", document={}, by="planner-1", now=hall.clock.now
    )
    return runs.start(study.id, kind=RunKind.COMPARISON, document={"seed": 1})


def _seen(hall: WorkingHall, run: Run) -> Run:
    return hall.context.studies.run(run.id, now=hall.clock.now)


def _wait(until: Callable[[], bool]) -> None:
    """Wait until something is so; fail if it takes too long."""
    patience, turn = threading.Event(), 0.02
    for _ in range(int(SOON_SECONDS / turn)):
        if until():
            return
        patience.wait(turn)
    pytest.fail("it took too long")


def test_what_a_process_finds_is_kept(hall: WorkingHall) -> None:
    with _runs(hall, TELLS) as runs:
        run = _started(hall, runs)
        _wait(lambda: _seen(hall, run).status not in UNDER_WAY)
    assert _seen(hall, run).status is RunStatus.DONE
    assert _seen(hall, run).result == {"lines": 3}


def test_a_process_that_dies_leaves_an_interrupted_run(hall: WorkingHall) -> None:
    with _runs(hall, "sys.exit(3)") as runs:
        run = _started(hall, runs)
        _wait(lambda: _seen(hall, run).status not in UNDER_WAY)
    assert _seen(hall, run).status is RunStatus.INTERRUPTED


def test_what_is_wrong_with_a_plan_is_told(hall: WorkingHall) -> None:
    problem = json.dumps({"problem": "no counter takes tax"})
    with _runs(hall, f"print({problem!r}, flush=True)") as runs:
        run = _started(hall, runs)
        _wait(lambda: _seen(hall, run).status not in UNDER_WAY)
    assert _seen(hall, run).status is RunStatus.FAILED
    assert _seen(hall, run).problem == "no counter takes tax"


def test_two_run_at_once_and_a_cancelled_one_makes_room(hall: WorkingHall) -> None:
    with _runs(hall, LASTS) as runs:
        first, second, third = (_started(hall, runs) for _ in range(3))
        _wait(lambda: _seen(hall, first).done == 1 and _seen(hall, second).done == 1)
        assert _seen(hall, third).status is RunStatus.QUEUED
        runs.cancel(first.id)
        assert _seen(hall, first).status is RunStatus.CANCELLED
        _wait(lambda: _seen(hall, third).status is RunStatus.RUNNING)
        assert _seen(hall, second).status is RunStatus.RUNNING
        runs.cancel(second.id)
        runs.cancel(third.id)


def test_a_run_that_waits_is_cancelled_before_it_begins(hall: WorkingHall) -> None:
    with _runs(hall, LASTS, at_most=0) as runs:
        run = _started(hall, runs)
        runs.cancel(run.id)
        assert _seen(hall, run).status is RunStatus.CANCELLED
