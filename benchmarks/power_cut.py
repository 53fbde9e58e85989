"""The server killed at a random moment under load, twenty times on each database."""

import random
import tempfile
from pathlib import Path

from benchmarks.clients import Clients, Done
from benchmarks.load import databases, judge, prepare
from benchmarks.measuring import bound
from benchmarks.serving import Server
from hall.domain.identities import HallId
from hall.store.store import Store

ROUNDS = 20


def main() -> int:
    """Kill, start again, judge; return on how many databases something was lost or half."""
    missed = 0
    for name, url, workers in databases():
        with tempfile.TemporaryDirectory() as folder:
            missed += rounds(name, url or f"sqlite:///{folder}/hall.db", workers, Path(folder))
    return missed


def rounds(name: str, url: str, workers: int, folder: Path) -> int:
    """Do every round on one database and print what was found."""
    store = Store.open(url)
    store.migrate()
    server = Server(data=folder, database_url=url, workers=workers)
    work = prepare(server, store, seconds=60)
    done: list[Done] = []
    wrong: list[str] = []
    with Clients() as clients:
        for number in range(ROUNDS):
            server.start()
            working = clients.begin(work)
            working.wait(random.uniform(0.5, 2.5))
            server.kill()
            done += working.get(timeout=60)
            wrong += judge(store, HallId(work.hall), done)
            print(f"{name}, round {number + 1}: {len(wrong)} wrong", flush=True)
    print("\n".join(wrong[:20]), end="")
    told = sum(len(one.issued) + len(one.called) + len(one.moved) for one in done)
    print(f"{name}: {told} answers, {sum(len(one.issued) for one in done)} of them tickets")
    store.close()
    return bound(f"{name}, lost or half after {ROUNDS} kills", len(wrong), most=0)
