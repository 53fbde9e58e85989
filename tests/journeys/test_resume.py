"""A screen that was cut off shows what one that never was shows; two processes tell one story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.serving import Client
from hall.domain.actors import Role
from tests.journeys.screens import Screen
from tests.servers import LiveServer


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    found = LiveServer(data=tmp_path, database_url=database_url)
    found.prepare()
    found.start()
    yield found
    found.kill()


@pytest.fixture
def clerk(server: LiveServer) -> Iterator[Client]:
    """A clerk at counter 1, open."""
    found = server.client(Role.CLERK)
    found.post(f"/halls/{server.hall}/counters/1/open")
    yield found
    found.close()


def serve_one(clerk: Client, hall: str) -> str:
    """Issue a ticket, call it, finish it; four events. Return its number."""
    _, ticket = clerk.post(f"/halls/{hall}/tickets", {"matters": ["social-card"]})
    status, _ = clerk.post(f"/halls/{hall}/counters/1/next")
    assert status == 200
    clerk.post(f"/tickets/{ticket['id']}/finish")
    return str(ticket["number"])


def head(clerk: Client, hall: str) -> int:
    return int(clerk.ask("GET", f"/api/v1/halls/{hall}/board")[1]["sequence"])


def test_a_screen_that_missed_50_events_equals_one_that_missed_none(
    server: LiveServer, clerk: Client
) -> None:
    steady = Screen(url=server.url, hall=server.hall).connect()
    cut = Screen(url=server.url, hall=server.hall).connect()
    serve_one(clerk, server.hall)
    before = head(clerk, server.hall)
    cut.hear_until(before)
    cut.cut()
    numbers = [serve_one(clerk, server.hall) for _ in range(13)]
    cut.connect()
    serve_one(clerk, server.hall)
    last = head(clerk, server.hall)
    for screen in (steady, cut):
        screen.hear_until(last)
    assert last - before > 50
    assert cut.applied == steady.applied
    assert cut.calls == steady.calls
    assert set(numbers[2:]) <= set(cut.calls)
    assert (cut.snapshots, steady.snapshots) == (1, 1)
    for screen in (steady, cut):
        screen.cut()


def test_a_screen_that_missed_too_much_gets_the_board(server: LiveServer, clerk: Client) -> None:
    screen = Screen(url=server.url, hall=server.hall).connect()
    screen.cut()
    for _ in range(51):
        serve_one(clerk, server.hall)
    screen.connect()
    board = clerk.ask("GET", f"/api/v1/halls/{server.hall}/board")[1]
    assert (screen.snapshots, screen.sequence) == (2, board["sequence"])
    assert list(screen.calls) == [call["number"] for call in board["calls"]]
    screen.cut()


def test_a_screen_survives_the_death_of_its_server(server: LiveServer, clerk: Client) -> None:
    screen = Screen(url=server.url, hall=server.hall).connect()
    serve_one(clerk, server.hall)
    server.kill()
    screen.hear_until_lost()
    server.start()
    again = server.client(Role.CLERK)
    number = serve_one(again, server.hall)
    screen.connect()
    screen.hear_until(head(again, server.hall))
    assert screen.applied == list(range(screen.applied[0], (screen.sequence or 0) + 1))
    assert screen.calls[0] == number
    screen.cut()
    again.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_done_through_one_process_is_heard_at_the_other(
    server: LiveServer, clerk: Client, tmp_path: Path
) -> None:
    other = LiveServer(data=tmp_path, database_url=server.database_url, hall=server.hall)
    other.start()
    try:
        screens = [Screen(url=each.url, hall=server.hall).connect() for each in (server, other)]
        here = serve_one(clerk, server.hall)
        elsewhere = Client(other.port, server.tokens[Role.CLERK])
        there = serve_one(elsewhere, server.hall)
        last = head(clerk, server.hall)
        for screen in screens:
            screen.hear_until(last)
        assert [list(screen.calls) for screen in screens] == [[there, here]] * 2
        assert screens[0].applied == screens[1].applied
        elsewhere.close()
        for screen in screens:
            screen.cut()
    finally:
        other.kill()
