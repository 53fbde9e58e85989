"""Four processes at the last slots of a day: no time is given out twice, and none is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.bookers import Bookers
from benchmarks.booking_race import race
from benchmarks.race_hall import prepare
from benchmarks.serving import Server
from hall.context import Context
from hall.domain.events import EventName
from hall.store.store import Store

CLIENTS, SECONDS, HOLD_SECONDS = 4, 2.0, 0.6


@pytest.mark.xdist_group("alone")
def test_four_processes_book_the_last_slots_and_the_journal_adds_up(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    workers = 2 if store.is_postgresql else 1
    context = Context(store=store)
    server = Server(data=tmp_path, database_url=database_url, workers=workers, has_limits=False)
    work = prepare(server, context, seconds=SECONDS, hold_seconds=HOLD_SECONDS)
    with Bookers(CLIENTS) as bookers:
        found = race(server, context, bookers, replace(work, slots=work.slots[-2:]))
    assert found.wrong == []
    happened = {name for name, many in found.account.names.items() if many}
    assert happened >= {
        EventName.APPOINTMENT_HELD,
        EventName.APPOINTMENT_CONFIRMED,
        EventName.APPOINTMENT_CANCELLED,
        EventName.APPOINTMENT_EXPIRED,
        EventName.APPOINTMENT_MISSED,
    }
    assert found.answers["hold", 409] > 0
