"""Missed appointments on the pages and in messages: what follows, who asks, what is decided."""

import pytest
from flask import Flask

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.messages import Kind
from hall.operations.ending import end_what_is_over
from hall.operations.forgiving import appeal, forgive, refuse_appeal
from hall.queries.messages import letter
from hall.store import appointments as kept
from hall.store.seal import Seal
from hall.store.store import Store
from tests.hall.test_booking import LAYOUT, a_day_goes_by
from tests.hall.test_forgiving import at
from tests.hall.test_kiosk_booking import Citizen, said
from tests.hall.test_pages import visit
from tests.halls import CITIZEN, MANAGER, FakeClock, WorkingHall, a_hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def context(store: Store, clock: FakeClock) -> Context:
    """What a request would have, with the seal of the application."""
    return Context(store=store, clock=clock, seal=Seal("a key for tests"))


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def citizen(app: Flask, small: WorkingHall) -> Citizen:
    """Somebody in front of the pages, in English."""
    found = Citizen(hall=small, browser=app.test_client())
    found.browser.set_cookie("lang", "en")
    return found


def test_the_citizen_reads_what_follows_asks_and_reads_the_answer(
    citizen: Citizen, app: Flask
) -> None:
    code = citizen.booked()
    a_day_goes_by(citizen.hall)
    page = said(citizen.get(f"/b/{code}"))
    assert "After 1 more you cannot book online for 30 days" in page
    empty = citizen.post(f"/b/{code}/appeal", words=" ")
    assert (empty.status_code, "Please say why" in said(empty)) == (422, True)
    asked = said(citizen.post(f"/b/{code}/appeal", words="I was in hospital"))
    assert "The hall has not decided yet" in asked
    again = citizen.post(f"/b/{code}/appeal", words="again")
    assert (again.status_code, "It was asked already" in said(again)) == (409, True)
    manager = visit(app, citizen.hall, Role.MANAGER)
    assert "I was in hospital" in manager.get("/bookings").text
    id_ = citizen.hall.ask(lambda view: kept.with_code(view, code)).id
    assert "They say:" in manager.get(f"/bookings/{id_}/forgive").text
    refused = manager.post(f"/bookings/{id_}/refuse", answer="no letter")
    assert "not forgiven" in refused.text
    answer = said(citizen.get(f"/b/{code}"))
    assert "it still counts" in answer
    assert "The hall's answer: no letter" in answer
    manager.post(f"/bookings/{id_}/forgive", answer="letter came")
    answer = said(citizen.get(f"/b/{code}"))
    assert "It was forgiven: it does not count." in answer
    assert "letter came" in answer
    assert manager.get("/bookings/appeals").text.strip() == ""


def test_guides_see_appeals_forgive_what_nobody_asked_and_clerks_decide_nothing(
    citizen: Citizen, app: Flask
) -> None:
    asked, silent = citizen.booked(), citizen.booked(phone="13900139000")
    a_day_goes_by(citizen.hall)
    citizen.post(f"/b/{asked}/appeal", words="please")
    guide = visit(app, citizen.hall, Role.GUIDE)
    clerk = visit(app, citizen.hall, Role.CLERK, login="wu")
    assert "please" in guide.get("/bookings/appeals").text
    refused = guide.post(f"/bookings/{asked}/forgive", answer="yes")
    assert (refused.status_code, "a manager decides" in refused.text) == (403, True)
    assert clerk.post(f"/bookings/{silent}/forgive", answer="yes").status_code == 403
    assert "/forgive" not in clerk.get("/bookings/list?day=2026-03-03").text
    listed = guide.get("/bookings/list?day=2026-03-03").text
    assert "asks to be forgiven" in listed
    assert guide.post(f"/bookings/{silent}/forgive", answer="yes").status_code == 200
    assert "forgiven" in guide.get("/bookings/list?day=2026-03-03").text


def test_a_page_says_that_it_was_the_halls_own_fault(citizen: Citizen) -> None:
    code = citizen.booked()
    at(citizen.hall, "10:00")
    assert "The hall was not open then: it does not count." in said(citizen.get(f"/b/{code}"))
    words = said(citizen.get(f"/b/{code}?lang=zh"))
    assert "当时大厅未开放，不计为爽约。" in words
    assert "/appeal" not in citizen.get(f"/b/{code}").text


def letters(hall: WorkingHall, kind: Kind) -> list[str]:
    """Return what messages of a kind say now."""
    seal, found = hall.context.seal, hall.context.outbox.messages(hall.id)
    return [
        hall.ask(letter, message=m, seal=seal, address="https://h").wording.text
        for m in found
        if m.kind is kind
    ]


def test_messages_say_what_was_missed_what_follows_and_what_was_decided(citizen: Citizen) -> None:
    hall, code = citizen.hall, citizen.booked()
    a_day_goes_by(hall)
    hall.do(end_what_is_over)
    (missed,) = letters(hall, Kind.MISSED)
    assert "you missed your appointment on Tue 3 Mar at 09:00 (Short). You missed 1" in missed
    assert f"https://h/b/{code}" in missed
    hall.do(appeal, CITIZEN, code=code, words="please")
    hall.do(refuse_appeal, MANAGER, which=code, answer="No letter.")
    (refused,) = letters(hall, Kind.NOT_FORGIVEN)
    assert "still counts. Why: No letter. You missed 1 appointment." in refused
    hall.do(forgive, MANAGER, which=code, answer="The letter came.")
    (forgiven,) = letters(hall, Kind.FORGIVEN)
    assert "does not count. The letter came. It was forgiven: it does not count." in forgiven


def test_a_program_asks_too_and_is_told(citizen: Citizen) -> None:
    code = citizen.booked()
    path = f"/api/v1/appointments/{code}"
    early = citizen.browser.post(f"{path}/appeal", json={"words": "please"})
    assert (early.status_code, early.get_json()["code"]) == (409, "not_to_be_pardoned")
    a_day_goes_by(citizen.hall)
    asked = citizen.browser.post(f"{path}/appeal", json={"words": "please"}).get_json()
    assert (asked["status"], asked["pardon"]) == ("missed", "asked")
    citizen.hall.do(forgive, MANAGER, which=code, answer="yes")
    assert citizen.browser.get(path).get_json()["pardon"] == "forgiven"
