"""Waits for everybody to read: the next hours, and how well the hall's word held."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hall.domain.actors import Role
from hall.domain.identities import CounterId, GroupId
from hall.operations.counters import open_counter
from hall.queries.board import board
from hall.store.people import People
from tests.foresight import STALE, foreseen, told
from tests.hall.test_pages import visit
from tests.halls import WorkingHall, clerk

ENGLISH = {"Accept-Language": "en", "Accept": "text/html"}
A = GroupId("a")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """The browser of somebody whom nobody knows."""
    return app.test_client()


def groups(hall: WorkingHall) -> list[GroupId]:
    return hall.ask(lambda view: list(view.layout.group_of))


def test_anybody_reads_how_often_announcements_held(
    browser: FlaskClient, hall: WorkingHall
) -> None:
    empty = browser.get(f"/score/{hall.id}", headers=ENGLISH)
    told(hall.context, hall.id, A, waited_minutes=[12, 15, 20, 27])
    page = browser.get(f"/score/{hall.id}", headers=ENGLISH)
    assert "Nobody was told a wait" in empty.text
    assert "75 %" in page.text
    assert "5.0 min" in page.text
    assert browser.get("/score/nowhere", headers=ENGLISH).status_code == 404


def test_the_api_says_the_same_in_numbers(browser: FlaskClient, hall: WorkingHall) -> None:
    told(hall.context, hall.id, A, waited_minutes=[12, 15, 20, 27])
    found = browser.get(f"/api/v1/halls/{hall.id}/score?days=1").json
    assert found is not None
    assert found["all"] == {
        "told": 4,
        "within_share": 0.75,
        "error_minutes": 5.0,
        "plain_error_minutes": 11.5,
    }
    assert found["groups"][0]["group"] == "a"
    assert found["hours"][0]["hour"] == 9


def test_everybody_reads_the_waits_and_only_managers_the_counters(
    app: Flask, browser: FlaskClient, hall: WorkingHall
) -> None:
    address = f"/api/v1/halls/{hall.id}/forecast"
    assert browser.get(address).json == {"forecast": None}
    foreseen(hall.context, hall.id, groups(hall), needed=9, planned=6)
    public = browser.get(address).json
    _, token = People(hall.context.store).add_device(
        hall=hall.id, role=Role.MANAGER, name="m", counter=None, now=hall.clock.now
    )
    managers = browser.get(address, headers={"Authorization": f"Bearer {token}"}).json
    assert public is not None
    assert managers is not None
    first = public["forecast"]["groups"][0]["slots"][0]
    assert (first["low"], first["likely"], first["high"]) == (20, 30, 45)
    assert public["forecast"]["best"]["high"] == 15
    assert "counters" not in public["forecast"]
    assert managers["forecast"]["counters"][0]["needed"] == 9


def test_a_manager_reads_in_words_whether_the_counters_are_enough(
    app: Flask, hall: WorkingHall
) -> None:
    manager = visit(app, hall, Role.MANAGER)
    assert "table" not in manager.get("/manager/ahead").text
    foreseen(hall.context, hall.id, groups(hall), needed=9, planned=6)
    few = manager.get("/manager/ahead").text
    hall.clock.tick(seconds=1)
    foreseen(hall.context, hall.id, groups(hall), needed=6, planned=6)
    enough = manager.get("/manager/ahead").text
    hall.clock.tick(seconds=1)
    foreseen(hall.context, hall.id, groups(hall), needed=15, planned=12)
    hopeless = manager.get("/manager/ahead").text
    assert "From 09:00, 9 counters are needed and 6 will be there." in few
    assert "Too few for: A." in few
    assert "The counters of the roster are enough." in enough
    assert "From 09:00 even all 12 counters would be too few" in hopeless


def test_the_walls_know_when_it_is_worth_coming_later(hall: WorkingHall) -> None:
    foreseen(hall.context, hall.id, groups(hall), needed=6, planned=6)
    best = hall.ask(board)["best"]
    assert (best["from"][11:16], best["low"], best["high"]) == ("10:00", 5, 15)
    hall.clock.now += STALE
    assert hall.ask(board)["best"] is None


def test_the_touch_screen_shows_the_next_hours_by_group(app: Flask, hall: WorkingHall) -> None:
    hall.do(open_counter, clerk(), counter=CounterId("1"))
    foreseen(hall.context, hall.id, groups(hall), needed=6, planned=6)
    manager = visit(app, hall, Role.MANAGER)
    start, times = (manager.get(f"/kiosk/{hall.id}{path}").text for path in ("", "/times"))
    assert "Shorter from" in start
    assert "10:00" in start
    assert "Shortest from about 10:00" in times
    hall.clock.now += STALE
    assert "Shorter from" not in manager.get(f"/kiosk/{hall.id}").text
    assert "not known yet" in manager.get(f"/kiosk/{hall.id}/times").text
