"""Studies and their runs are kept on both databases, and no run is left at work for ever."""

from datetime import timedelta

import pytest

from hall.context import UnknownRun, UnknownStudy
from hall.domain.identities import MatterCode
from hall.domain.studies import Run, RunKind, RunStatus, Study
from hall.operations.day import close_day
from hall.operations.issue import issue_ticket
from tests.halls import KIOSK, MONDAY, WorkingHall

ASKED = {"seed": 1}


def _study(hall: WorkingHall, name: str = "Twelve comprehensive counters") -> Study:
    return hall.context.studies.add(
        hall.id, name=name, document={"change": {}}, by="planner-1", now=hall.clock.now
    )


def _queued(hall: WorkingHall, study: Study) -> Run:
    hall.clock.tick(seconds=1)
    return hall.context.studies.queue(
        study.id, kind=RunKind.COMPARISON, document=ASKED, now=hall.clock.now
    )


def _next(hall: WorkingHall, at_most: int = 2) -> Run | None:
    return hall.context.studies.begin_next(at_most=at_most, now=hall.clock.now)


def test_a_study_is_kept_and_changed(hall: WorkingHall) -> None:
    studies, study = hall.context.studies, _study(hall)
    other = _study(hall, "Another")
    later = hall.clock.tick(minutes=1)
    changed = studies.change(study.id, now=later, name="Renamed")
    assert (changed.name, changed.changed_at, changed.made_by) == ("Renamed", later, "planner-1")
    assert [found.id for found in studies.studies(hall.id)] == [study.id, other.id]


def test_a_study_is_forgotten_with_its_runs(hall: WorkingHall) -> None:
    studies, study = hall.context.studies, _study(hall)
    run = _queued(hall, study)
    studies.forget(study.id)
    with pytest.raises(UnknownStudy):
        studies.study(study.id)
    with pytest.raises(UnknownRun):
        studies.run(run.id, now=hall.clock.now)


def test_runs_begin_in_their_order_and_only_so_many_at_once(hall: WorkingHall) -> None:
    study = _study(hall)
    queued = [_queued(hall, study).id for _ in range(3)]
    begun = [run.id for run in (_next(hall), _next(hall)) if run]
    assert begun == queued[:2]
    assert _next(hall) is None
    hall.context.studies.end(begun[0], RunStatus.DONE, now=hall.clock.now, result={"x": 1})
    third = _next(hall)
    assert third is not None
    assert third.id == queued[2]


def test_a_result_is_kept_and_left_out_of_lists(hall: WorkingHall) -> None:
    studies, run = hall.context.studies, _queued(hall, _study(hall))
    _next(hall)
    assert studies.heard(run.id, done=3, known=9, now=hall.clock.now)
    studies.end(run.id, RunStatus.DONE, now=hall.clock.now, result={"等候": 8.5})
    found = studies.run(run.id, now=hall.clock.now)
    assert (found.status, found.result, found.done, found.known) == (
        RunStatus.DONE,
        {"等候": 8.5},
        3,
        9,
    )
    (listed,) = studies.runs(hall=hall.id, now=hall.clock.now)
    assert listed.result is None


def test_a_cancelled_run_hears_no_more_of_its_process(hall: WorkingHall) -> None:
    studies, run = hall.context.studies, _queued(hall, _study(hall))
    _next(hall)
    assert studies.end(run.id, RunStatus.CANCELLED, now=hall.clock.now)
    assert not studies.heard(run.id, done=4, known=9, now=hall.clock.now)
    assert not studies.end(run.id, RunStatus.DONE, now=hall.clock.now, result={})
    assert studies.run(run.id, now=hall.clock.now).status is RunStatus.CANCELLED


def test_a_run_that_fell_silent_is_interrupted_and_makes_room(hall: WorkingHall) -> None:
    studies, study = hall.context.studies, _study(hall)
    silent, waiting = _queued(hall, study), _queued(hall, study)
    _next(hall, at_most=1)
    assert _next(hall, at_most=1) is None
    now = hall.clock.tick(minutes=1)
    assert studies.run(silent.id, now=now).status is RunStatus.INTERRUPTED
    begun = _next(hall, at_most=1)
    assert begun is not None
    assert begun.id == waiting.id
    assert not studies.heard(silent.id, done=1, known=2, now=hall.clock.tick(seconds=1))


def test_the_tickets_of_each_day_are_counted(hall: WorkingHall) -> None:
    studies = hall.context.studies
    assert studies.tickets_by_day(hall.id, most=5) == []
    for tickets in (2, 1):
        for _ in range(tickets):
            hall.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),))
        hall.do(close_day)
        hall.clock.tick(days=1)
    monday = MONDAY.date()
    counted = [(monday + timedelta(days=1), 1), (monday, 2)]
    assert studies.tickets_by_day(hall.id, most=5) == counted
    assert studies.tickets_by_day(hall.id, most=1) == counted[:1]
