"""The server is killed at a random moment under load: nothing it said is lost, nothing is half."""

import random
from pathlib import Path

import pytest

from benchmarks.clients import Clients, Done
from benchmarks.load import judge, prepare
from benchmarks.serving import Server
from hall.domain.identities import HallId
from hall.store.store import Store

ROUNDS = 2


@pytest.mark.xdist_group("alone")
def test_what_was_said_before_a_kill_is_true_after_it(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    server = Server(
        data=tmp_path, database_url=database_url, workers=2 if store.is_postgresql else 1
    )
    work = prepare(server, store, seconds=30)
    done: list[Done] = []
    with Clients() as clients:
        for _ in range(ROUNDS):
            server.start()
            working = clients.begin(work)
            working.wait(random.uniform(1.0, 2.0))
            server.kill()
            done += working.get(timeout=60)
            assert judge(store, HallId(work.hall), done) == []
    assert sum(len(one.issued) for one in done) > 10 * ROUNDS
    assert sum(len(one.called) for one in done) > ROUNDS
