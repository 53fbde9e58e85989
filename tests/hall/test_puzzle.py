"""The check against machines: no hold by the public without it, and each puzzle works once."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.domain.actors import Actor, Role
from hall.domain.appointments import AppointmentStatus
from hall.operations.admission import PuzzleIsMissing
from hall.operations.booking import SlotIsFull, hold_slot
from hall.store.appointments import of_day
from hall.store.waitlist import open_entries
from tests.hall.test_booking import LAYOUT, SHORT, TUESDAY
from tests.hall.workers import HERE, MakeWorker, browser, changed, device, solved, workers
from tests.halls import CITIZEN, GUIDE, KIOSK, FakeClock, WorkingHall, a_hall

GUARDED = LAYOUT.replace("slot_minutes = 30", "slot_minutes = 30\npuzzle = true")
WHO = {"name": "张小明", "phone": "138 0013 8000"}
SLOT = "2026-03-03/0540"


@dataclass(kw_only=True)
class Guarded:
    """A hall that wants puzzles solved, and its browsers at two processes."""

    hall: WorkingHall
    make: MakeWorker
    one: FlaskClient
    other: FlaskClient

    def held(self) -> int:
        """Return how many times are held."""
        found = self.hall.ask(of_day, TUESDAY)
        return sum(one.status is AppointmentStatus.HELD for one in found)


@pytest.fixture
def guarded(database_url: str, clock: FakeClock, tmp_path: Path) -> Iterator[Guarded]:
    with workers(database_url, clock, tmp_path) as make:
        one, other = make(), make()
        hall = a_hall(one.extensions["hall"], clock, GUARDED)
        yield Guarded(hall=hall, make=make, one=browser(one), other=browser(other))


def by_page(client: FlaskClient, puzzle: str = "", *, key: str = "one") -> TestResponse:
    sent = {"key": key, "m": "short", "slot": SLOT, "puzzle": puzzle}
    return client.post("/book/small/times", data=sent)


def by_api(client: FlaskClient, puzzle: str = "", *, key: str = "one") -> TestResponse:
    body: dict[str, Any] = {"matters": ["short"], "slot": SLOT}
    given = {"puzzle": puzzle} if puzzle else {}
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/halls/small/appointments", json={**body, **given}, headers=headers)


def joining_by_page(client: FlaskClient, puzzle: str = "", *, key: str = "one") -> TestResponse:
    sent = {"key": key, "m": "short", "day": "2026-03-03", "puzzle": puzzle, **WHO}
    return client.post("/book/small/wait", data=sent)


def joining_by_api(client: FlaskClient, puzzle: str = "", *, key: str = "one") -> TestResponse:
    body = {"matters": ["short"], "days": ["2026-03-03"], **WHO}
    given = {"puzzle": puzzle} if puzzle else {}
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/halls/small/waitlist", json={**body, **given}, headers=headers)


Hold = Callable[..., TestResponse]
DOORS = [pytest.param(by_page, 303, id="page"), pytest.param(by_api, 201, id="api")]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("hold", "done"), DOORS)
def test_the_public_holds_nothing_without_a_puzzle_and_each_works_once_in_all_processes(
    guarded: Guarded, hold: Hold, done: int
) -> None:
    assert hold(guarded.one).status_code == 422
    assert guarded.held() == 0
    puzzle = solved(guarded.other)
    assert hold(guarded.one, puzzle).status_code == done
    assert hold(guarded.other, puzzle, key="another form").status_code == 409
    assert guarded.held() == 1


@pytest.mark.parametrize(
    ("join", "done"),
    [pytest.param(joining_by_page, 303, id="page"), pytest.param(joining_by_api, 201, id="api")],
)
@on_sqlite
def test_nobody_joins_the_waitlist_without_one_either(
    guarded: Guarded, join: Hold, done: int
) -> None:
    for minute in (540, 570):
        with suppress(SlotIsFull):
            while True:
                held_by(guarded.hall, KIOSK, minute=minute)
    assert join(guarded.one).status_code == 422
    puzzle = solved(guarded.one)
    assert join(guarded.one, puzzle).status_code == done
    assert join(guarded.other, puzzle).status_code == done
    assert join(guarded.other, puzzle, key="another form").status_code == 409
    assert len(guarded.hall.ask(open_entries)) == 1


@pytest.mark.parametrize(("hold", "done"), DOORS)
@on_sqlite
def test_the_same_form_sent_twice_holds_once_and_is_answered_the_same(
    guarded: Guarded, hold: Hold, done: int
) -> None:
    puzzle = solved(guarded.one)
    first, second = hold(guarded.one, puzzle), hold(guarded.other, puzzle)
    assert (first.status_code, second.status_code) == (done, done)
    assert (first.location, first.data) == (second.location, second.data)
    assert guarded.held() == 1


@on_sqlite
def test_a_refused_hold_does_not_use_the_puzzle_up(guarded: Guarded) -> None:
    puzzle, path = solved(guarded.one), "/api/v1/halls/small/appointments"
    body = {"matters": ["short"], "slot": "2026-03-03/0541", "puzzle": puzzle}
    assert guarded.one.post(path, json=body).status_code == 422
    assert by_api(guarded.one, puzzle).status_code == 201


def no_solution(found: dict[str, Any]) -> None:
    found["solution"]["counter"] += 1


def longer(found: dict[str, Any]) -> None:
    found["challenge"]["parameters"]["data"]["until"] += 1


def easier(found: dict[str, Any]) -> None:
    found["challenge"]["parameters"]["keyPrefix"] = ""


def unsigned(found: dict[str, Any]) -> None:
    del found["challenge"]["signature"]


@pytest.mark.parametrize("change", [no_solution, longer, easier, unsigned])
@on_sqlite
def test_a_puzzle_in_which_something_was_changed_is_refused(
    guarded: Guarded, change: Callable[[dict[str, Any]], None]
) -> None:
    refused = by_api(guarded.one, changed(solved(guarded.one), change))
    assert (refused.status_code, refused.json["code"]) == (422, "puzzle_wrong")  # type: ignore[index]


@pytest.mark.parametrize("text", ["x", "bnVsbA==", "W10=", "e30=", "A" * 1999])
@on_sqlite
def test_what_is_no_puzzle_is_refused(guarded: Guarded, text: str) -> None:
    refused = by_api(guarded.one, text)
    assert (refused.status_code, refused.json["code"]) == (422, "puzzle_wrong")  # type: ignore[index]


@on_sqlite
def test_a_puzzle_of_another_hall_is_none(guarded: Guarded, clock: FakeClock) -> None:
    a_hall(guarded.hall.context, clock, GUARDED.replace('id = "small"', 'id = "big"', 1))
    assert by_api(guarded.one, solved(guarded.one, "big")).status_code == 422
    assert by_api(guarded.one, solved(guarded.one, "small")).status_code == 201


@on_sqlite
def test_a_puzzle_can_be_used_for_half_an_hour(guarded: Guarded) -> None:
    early, late = solved(guarded.one), solved(guarded.one)
    guarded.hall.clock.tick(minutes=29)
    assert by_api(guarded.one, early).status_code == 201
    guarded.hall.clock.tick(minutes=1)
    refused = by_api(guarded.one, late, key="late")
    assert (refused.status_code, refused.json["code"]) == (409, "puzzle_over")  # type: ignore[index]


def held_by(hall: WorkingHall, actor: Actor, *, minute: int = 540) -> None:
    hall.do(hold_slot, actor, day=TUESDAY, minute=minute, matters=(SHORT,))


@on_sqlite
def test_the_rule_stands_in_the_operation_so_that_no_door_can_forget_it(guarded: Guarded) -> None:
    with pytest.raises(PuzzleIsMissing):
        held_by(guarded.hall, CITIZEN)
    held_by(guarded.hall, KIOSK)
    held_by(guarded.hall, GUIDE)
    assert guarded.held() == 2


@pytest.mark.parametrize("role", [Role.KIOSK, Role.GUIDE])
@on_sqlite
def test_staff_and_the_halls_own_screens_need_none(guarded: Guarded, role: Role) -> None:
    client = device(guarded.make(), role, guarded.hall.id)
    told = client.get("/api/v1/halls/small/puzzle").json
    assert told is not None
    assert told["needed"] is False
    assert by_api(client).status_code == 201


@on_sqlite
def test_the_pages_before_begin_it_and_say_what_to_do_without_javascript(
    guarded: Guarded,
) -> None:
    for page in ("papers?m=short", "days?m=short", "times?m=short&day=2026-03-03"):
        text = guarded.one.get(f"/book/small/{page}").text
        assert 'data-from="/api/v1/halls/small/puzzle"' in text
        assert "<noscript>" in text
        assert "ask a guide to book for you" in text
    touch = device(guarded.make(), Role.KIOSK, guarded.hall.id)
    assert "puzzle" not in touch.get("/book/small/times?m=short&day=2026-03-03").text


@on_sqlite
def test_a_hall_that_wants_none_gives_some_all_the_same_and_asks_for_nothing(
    database_url: str, clock: FakeClock, tmp_path: Path
) -> None:
    with workers(database_url, clock, tmp_path) as make:
        app = make()
        a_hall(app.extensions["hall"], clock, LAYOUT)
        client = browser(app, HERE)
        told = client.get("/api/v1/halls/small/puzzle").json
        assert told is not None
        assert told["needed"] is False
        assert "puzzle" not in client.get("/book/small/times?m=short&day=2026-03-03").text
        assert by_page(client).status_code == 303
