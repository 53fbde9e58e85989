"""What is free in a large hall, and who booked: right, by the indexes, as quick as they allow."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.booked_hall import HALL, NOW, booked_hall
from benchmarks.measuring import milliseconds
from benchmarks.slot_query import MATTERS, READ
from hall.context import Context, View
from hall.domain.appointments import Share
from hall.domain.slots import NotThatDay, slot_named
from hall.operations.booking import SlotIsFull, place_at
from hall.queries.slots import slots
from hall.store.appointments import Whose, of_person
from hall.store.booking_lists import to_come
from hall.store.store import Store

#: A quarter of what ``benchmarks/slot_query.py`` measures with.
BOOKED = 5_000
#: A slot without anybody in it costs as well, and here they are more beside the rows.
MOST_READS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("large")


@pytest.fixture(scope="module")
def large(folder: Path) -> Iterator[Context]:
    context = Context(store=Store.open(f"sqlite:///{folder / 'hall.db'}"), clock=lambda: NOW)
    context.store.migrate()
    booked_hall(context, booked=BOOKED)
    yield context
    context.store.close()


def test_a_slot_is_free_if_and_only_if_it_can_be_held(large: Context) -> None:
    found = large.ask(HALL, lambda view: slots(view, matters=MATTERS))
    told = {slot["slot"]: slot["free"] for day in found for slot in day["slots"]}
    assert set(told.values()) == {True, False}

    def can_be_held(name: str) -> bool:
        day, minute = slot_named(name)
        try:
            large.ask(HALL, lambda view: place_at(view, MATTERS, day, minute, share=Share.PUBLIC))
        except (SlotIsFull, NotThatDay):
            return False
        return True

    some = sorted(told)[::7]
    assert {name: told[name] for name in some} == {name: can_be_held(name) for name in some}


def said_when(large: Context, question: Callable[[View], object]) -> list[tuple[str, Any]]:
    """Return the statements, with their values, by which a question is answered."""
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        said.append((statement, values))

    event.listen(large.store.engine, "before_cursor_execute", note)
    large.ask(HALL, question)
    event.remove(large.store.engine, "before_cursor_execute", note)
    return said


def plan_of(large: Context, statement: str, values: Any) -> list[str]:
    with large.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [row[3] for row in rows]


def test_what_is_taken_is_read_once_and_from_the_index_alone(large: Context) -> None:
    said = said_when(large, lambda view: slots(view, matters=MATTERS))
    [looked] = [one for one in said if "taken" in one[0]]
    assert len(said) <= 4
    [plan] = plan_of(large, *looked)
    assert "COVERING INDEX ix_taken_time" in plan


def test_somebodys_appointments_are_found_by_their_marks(large: Context) -> None:
    whose = Whose(person="of a person", id_mark="of a number", language="zh")
    said = said_when(large, lambda view: of_person(view, whose, since=view.first_open_day))
    plan = "\n".join(plan_of(large, *said[-1]))
    assert "ix_appointment_person (hall=? AND person=? AND day>?)" in plan
    assert "ix_appointment_id_mark (hall=? AND id_mark=? AND day>?)" in plan


def test_what_is_to_come_is_found_without_what_is_over(large: Context) -> None:
    said = said_when(large, to_come)
    plan = plan_of(large, *said[-1])
    assert plan[0].endswith("USING INDEX ix_appointment_start (hall=? AND start_ms>?)")


def test_it_costs_a_few_times_what_reading_the_same_rows_costs(
    large: Context, folder: Path
) -> None:
    database = sqlite3.connect(folder / "hall.db")
    days = (HALL, "2026-03-02", "2026-05-31")
    read = milliseconds(
        lambda: database.execute(READ, days).fetchall(), times=15, clock=time.process_time
    )
    asked = milliseconds(
        lambda: large.ask(HALL, lambda view: slots(view, matters=MATTERS)),
        times=15,
        clock=time.process_time,
    )
    database.close()
    assert asked / read < MOST_READS
