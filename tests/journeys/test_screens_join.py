"""Who may join what over a socket, and what a phone hears."""

import json
from typing import Any

import pytest

from hall.domain.actors import Role
from tests.journeys.screens import Screen
from tests.servers import LiveServer


def joined(server: LiveServer, **how: Any) -> Screen:
    screen = Screen(**({"url": server.url, "hall": server.hall} | how)).connect()
    screen.cut()
    return screen


@pytest.mark.parametrize(
    ("kind", "join"), [("wall", {}), ("wall", {"zone": "1F"}), ("counter", {"counter": "3"})]
)
def test_a_public_screen_needs_nobody(
    live_server: LiveServer, kind: str, join: dict[str, str]
) -> None:
    screen = joined(live_server, kind=kind, join=join)
    assert (screen.refused, screen.snapshots) == (None, 1)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"kind": "clerk"}, "unauthorized"),
        ({"kind": "clerk", "token": "no such token"}, "unauthorized"),
        ({"kind": "manager", "role": Role.CLERK}, "forbidden"),
        ({"kind": "clerk", "role": Role.KIOSK}, "forbidden"),
        ({"kind": "clerk", "role": Role.CLERK}, None),
        ({"kind": "manager", "role": Role.MANAGER}, None),
    ],
)
def test_a_console_needs_a_role_in_the_hall(
    live_server: LiveServer, how: dict[str, Any], code: str | None
) -> None:
    role = how.pop("role", None)
    if role is not None:
        how["token"] = live_server.tokens[role]
    assert joined(live_server, **how).refused == code


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"hall": "nowhere"}, "not_found"),
        ({"join": {"zone": "9F"}}, "not_found"),
        ({"kind": "counter", "join": {"counter": "99"}}, "not_found"),
        ({"kind": "ticket", "join": {"secret": "guessed"}}, "not_found"),
        ({"kind": "toaster"}, "invalid"),
        ({"join": {"zone": 7}}, "invalid"),
        ({"sequence": -1}, "invalid"),
    ],
)
def test_what_is_not_there_or_not_said_right_is_refused(
    live_server: LiveServer, how: dict[str, Any], code: str
) -> None:
    assert joined(live_server, **how).refused == code


def test_a_screen_that_is_ahead_of_a_restored_hall_gets_the_board(live_server: LiveServer) -> None:
    screen = joined(live_server, sequence=1_000_000)
    assert screen.snapshots == 1
    assert (screen.sequence or 0) < 1_000_000


def test_a_phone_hears_its_own_call_and_only_that_others_were_called(
    live_server: LiveServer,
) -> None:
    clerk = live_server.client(Role.CLERK)
    hall = f"/halls/{live_server.hall}"
    clerk.post(f"{hall}/counters/5/open")
    _, other = clerk.post(f"{hall}/tickets", {"matters": ["social-card"]})
    _, mine = clerk.post(f"{hall}/tickets", {"matters": ["social-card"]})
    phone = Screen(
        url=live_server.url,
        hall=live_server.hall,
        kind="ticket",
        join={"secret": mine["secret"]},
    ).connect()
    for ticket in (other, mine):
        clerk.post(f"{hall}/counters/5/call", {"ticket": ticket["id"], "reason": "a test"})
        clerk.post(f"/tickets/{ticket['id']}/finish")
    head = clerk.ask("GET", f"/api/v1{hall}/board")[1]["sequence"]
    phone.hear_until(head)
    phone.cut()
    clerk.close()
    assert list(phone.calls) == [mine["number"]]
    assert other["number"] not in json.dumps(phone.heard)
    assert phone.applied == list(range(phone.applied[0], head + 1))
