"""Eight client processes at once: nobody called twice, no number twice, no gap, nothing lost."""

from pathlib import Path

import pytest

from benchmarks.clients import Clients
from benchmarks.load import judge, prepare
from benchmarks.serving import Server
from hall.domain.identities import HallId
from hall.store.store import Store

SECONDS = 6.0


@pytest.mark.xdist_group("alone")
def test_eight_clients_at_once_leave_the_hall_whole(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    workers = 2 if store.is_postgresql else 1
    server = Server(data=tmp_path, database_url=database_url, workers=workers)
    work = prepare(server, store, seconds=SECONDS)
    with Clients() as clients:
        server.start()
        try:
            done = clients.begin(work).get(timeout=60)
        finally:
            server.stop()
    assert judge(store, HallId(work.hall), done) == []
    assert min(len(one.issued) for one in done) > 0
    assert sum(len(one.called) for one in done) >= len(done)
