"""Bookings in the order in which the hall takes them: by its clock, and without short cuts."""

import sqlite3
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from hall.context import Context
from hall.operations.booking import SlotIsFull, cancel_booking, hold_slot, move_booking
from hall.store.store import Store
from tests.databases import in_file
from tests.hall.test_booking import LAYOUT, SHORT, TUESDAY, fill, hold, small
from tests.halls import CITIZEN, MONDAY, FakeClock, WorkingHall, a_hall

__all__ = ["small"]


def test_the_clock_is_asked_once_the_hall_is_held(tmp_path: Path) -> None:
    """Whoever waited for the hall while a hold ran out must not find it open."""
    store = Store.open(in_file(tmp_path))
    hall = a_hall(Context(store=store, clock=FakeClock()), FakeClock(), LAYOUT)
    asked: list[datetime] = []

    def clock() -> datetime:
        other = sqlite3.connect(tmp_path / "hall.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        asked.append(MONDAY)
        return MONDAY

    do = partial(hold_slot, day=TUESDAY, minute=540, matters=(SHORT,))
    Context(store=store, clock=clock).perform(hall.id, do, by=CITIZEN)
    store.close()
    assert asked == [MONDAY]


def test_a_place_goes_on_cooling_whatever_becomes_of_the_booking(small: WorkingHall) -> None:
    code = fill(small)[0]
    wednesday = TUESDAY + timedelta(days=1)
    small.do(move_booking, CITIZEN, code=code, day=wednesday, minute=540)
    small.do(move_booking, CITIZEN, code=code, day=wednesday, minute=570)
    with pytest.raises(SlotIsFull):
        hold(small)
    small.do(cancel_booking, CITIZEN, code=code)
    with pytest.raises(SlotIsFull):
        hold(small)
    small.clock.tick(minutes=31)
    assert hold(small)
