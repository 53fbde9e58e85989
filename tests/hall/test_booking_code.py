"""A booking that holds only once its code was used: typed, or brought by the link of a message."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.channels.console import Console
from hall.channels.smtp import Smtp
from hall.context import Context
from hall.domain.appointments import AppointmentStatus
from hall.domain.messages import Kind, MessageState
from hall.jobs.sending import Sending
from hall.operations.booking import HoldIsOver, SlotIsFull, confirm_booking
from hall.operations.ending import end_what_is_over
from hall.operations.proving import send_again
from hall.operations.reception import book_for
from hall.store import appointments as kept
from hall.store.seal import Seal
from hall.store.store import Store
from hall.store.verify import flaws
from tests.hall.test_booking import LAYOUT, SHORT, TUESDAY, hold, whose
from tests.hall.test_kiosk_booking import FIRST, WHO, Citizen, said
from tests.halls import CITIZEN, GUIDE, FakeClock, WorkingHall, a_hall
from tests.mail import MailServer, mail_server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CODED = LAYOUT.replace("[booking]", "[booking]\nconfirmation = true")
MAIL = {**WHO, "email": "ming@example.org"}


@pytest.fixture
def context(store: Store, clock: FakeClock) -> Context:
    """What a request would have, with the seal of the application."""
    return Context(store=store, clock=clock, seal=Seal("a key for tests"))


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, CODED)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def citizen(app: Flask, small: WorkingHall, mail: MailServer) -> Citizen:
    """Somebody in front of the pages, in English; the hall sends mail alone."""
    app.extensions["channels"] = (channel(mail),)
    found = Citizen(hall=small, browser=app.test_client())
    found.browser.set_cookie("lang", "en")
    return found


def channel(mail: MailServer) -> Smtp:
    return Smtp(host="127.0.0.1", port=mail.port, security="none", sender="hall@mail.example")


def read_mail(citizen: Citizen, mail: MailServer) -> tuple[str, str]:
    """Send what is due, and return the code and the path of the link in the newest letter."""
    Sending(citizen.hall.context, [channel(mail)], "https://hall.example").send(citizen.hall.id)
    text = mail.texts()[-1].replace("\n", " ")
    digits, link = re.search(r"\b(\d{6})\b", text), re.search(r"https://hall.example(\S+)", text)
    assert digits is not None
    assert link is not None
    return digits[1], link[1]


def asked(citizen: Citizen, **who: str) -> tuple[str, TestResponse]:
    """Book up to the question for the code; return the hold's code and that page."""
    code = citizen.held()
    citizen.post(f"/b/{code}/contact", **{**MAIL, **who})
    return code, citizen.post(f"/b/{code}/check")


def status(citizen: Citizen, code: str) -> AppointmentStatus:
    return citizen.hall.ask(lambda view: kept.with_code(view, code)).status


def test_a_booking_holds_once_the_code_from_the_mail_is_typed(
    citizen: Citizen, mail: MailServer
) -> None:
    code, page = asked(citizen)
    assert page.request.path == f"/b/{code}/confirm"
    assert "It was sent to 138****8000 · m***@example.org" in said(page)
    assert status(citizen, code) is AppointmentStatus.HELD
    digits, _ = read_mail(citizen, mail)
    done = citizen.post(f"/b/{code}/confirm", digits=f" {digits[:3]} {digits[3:]} ")
    assert "Your appointment" in said(done)
    assert citizen.names() == ["Held", "CodeSent", "Confirmed"]
    assert citizen.hall.ask(flaws) == []


def test_a_link_asks_and_only_its_button_confirms(citizen: Citizen, mail: MailServer) -> None:
    code, _ = asked(citizen)
    _, link = read_mail(citizen, mail)
    page = citizen.get(link)
    assert "Confirm the appointment?" in said(page)
    assert status(citizen, code) is AppointmentStatus.HELD
    token = re.search(r'name="token" value="(\w+)"', page.text)
    assert token is not None
    citizen.post(f"/b/{code}/confirm", token=token[1])
    assert status(citizen, code) is AppointmentStatus.BOOKED
    assert citizen.get(link).request.path == f"/b/{code}"


def test_wrong_codes_are_counted_and_then_not_even_the_right_one_is_taken(
    citizen: Citizen, mail: MailServer
) -> None:
    code, _ = asked(citizen)
    digits, _ = read_mail(citizen, mail)
    wrong = "000000" if digits != "000000" else "000001"
    for left in (4, 3, 2, 1):
        page = citizen.post(f"/b/{code}/confirm", digits=wrong)
        assert page.status_code == 422
        assert f"You can try {left} more time" in said(page)
    assert "please have another sent" in said(citizen.post(f"/b/{code}/confirm", digits=wrong))
    assert citizen.post(f"/b/{code}/confirm", digits=digits).status_code == 422
    assert status(citizen, code) is AppointmentStatus.HELD
    citizen.post(f"/b/{code}/confirm/again")
    again, _ = read_mail(citizen, mail)
    citizen.post(f"/b/{code}/confirm", digits=again)
    assert status(citizen, code) is AppointmentStatus.BOOKED


def test_another_code_takes_the_place_of_the_first_and_three_are_enough(
    citizen: Citizen, mail: MailServer
) -> None:
    code, _ = asked(citizen)
    first, _ = read_mail(citizen, mail)
    citizen.post(f"/b/{code}/confirm/again")
    second, _ = read_mail(citizen, mail)
    if first != second:
        assert citizen.post(f"/b/{code}/confirm", digits=first).status_code == 422
    last = citizen.post(f"/b/{code}/confirm/again")
    assert "No more codes are sent for this time" in said(last)
    refused = citizen.post(f"/b/{code}/confirm/again")
    assert refused.status_code == 409
    third, _ = read_mail(citizen, mail)
    assert len(mail.letters) == 3
    citizen.post(f"/b/{code}/confirm", digits=third)
    assert status(citizen, code) is AppointmentStatus.BOOKED


def test_whoever_changes_the_contact_needs_the_code_that_went_there(
    citizen: Citizen, mail: MailServer
) -> None:
    code, _ = asked(citizen)
    old, _ = read_mail(citizen, mail)
    citizen.post(f"/b/{code}/contact", **{**MAIL, "email": "else@example.org"})
    page = citizen.get(f"/b/{code}/confirm")
    assert "please have another code sent" in said(page)
    assert citizen.post(f"/b/{code}/confirm", digits=old).status_code == 422
    citizen.post(f"/b/{code}/check")
    new, _ = read_mail(citizen, mail)
    assert str(mail.letters[-1]["To"]) == "else@example.org"
    citizen.post(f"/b/{code}/confirm", digits=new)
    assert status(citizen, code) is AppointmentStatus.BOOKED
    assert citizen.hall.ask(flaws) == []


def test_the_time_is_kept_as_long_as_the_code_takes_and_no_longer(small: WorkingHall) -> None:
    codes = [hold(small) for _ in range(6)]
    small.clock.tick(minutes=9)
    small.do(confirm_booking, CITIZEN, code=codes[0], whose=whose("one"))
    small.clock.tick(minutes=29)
    small.do(send_again, CITIZEN, code=codes[0])
    later = [hold(small) for _ in range(5)]
    with pytest.raises(SlotIsFull):
        hold(small)
    small.clock.tick(minutes=1)
    assert hold(small) not in later
    with pytest.raises(HoldIsOver):
        small.do(confirm_booking, CITIZEN, code=codes[0], proof="123456")
    small.do(end_what_is_over)
    assert small.ask(flaws) == []


def test_staff_need_no_code(small: WorkingHall) -> None:
    held = small.do(
        book_for,
        GUIDE,
        day=TUESDAY,
        minute=540,
        matters=(SHORT,),
        bundle=None,
        whose=whose("one"),
    )
    assert held.appointment.status is AppointmentStatus.BOOKED


def test_a_hall_that_only_writes_letters_asks_for_an_address(citizen: Citizen) -> None:
    code = citizen.held()
    page = citizen.post(f"/b/{code}/contact", **WHO)
    assert page.status_code == 422
    assert "The hall cannot send you its code there" in said(page)


def test_a_code_comes_by_night_and_to_whoever_wants_no_messages(
    citizen: Citizen, mail: MailServer
) -> None:
    citizen.hall.clock.now += timedelta(hours=6)  # 23:00 in Shanghai
    code, _ = asked(citizen)
    (message,) = citizen.hall.context.outbox.messages(citizen.hall.id)
    person = citizen.hall.ask(lambda view: kept.whose(view, kept.with_code(view, code).id)).person
    context = citizen.hall.context
    context.messaging.unsubscribe(citizen.hall.id, person, now=context.now())
    read_mail(citizen, mail)
    (message,) = context.outbox.messages(citizen.hall.id)
    assert (message.kind, message.state) == (Kind.CODE, MessageState.SENT)


@pytest.fixture
def program(app: Flask, small: WorkingHall) -> FlaskClient:
    """A program that books in the small hall, which can print its messages."""
    app.extensions["channels"] = (Console(),)
    return app.test_client()


def test_a_program_books_with_a_code_too(
    program: FlaskClient, small: WorkingHall, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted: dict[str, Any] = {"slot": FIRST, "matters": ["short"]}
    wanted |= {"name": "张小明", "phone": "13800138000"}
    code = program.post("/api/v1/halls/small/appointments", json=wanted).get_json()["code"]
    path = f"/api/v1/appointments/{code}/confirm"
    sent = program.post(path, json={})
    assert (sent.status_code, sent.get_json()["status"]) == (202, "held")
    wrong = program.post(path, json={"proof": "no"})
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "wrong_code")
    assert program.post(f"{path}/again", json={}).status_code == 200
    Sending(small.context, [Console()], "https://hall.example").send(small.id)
    digits = re.findall(r"\b\d{6}\b", capsys.readouterr().out)
    done = program.post(path, json={"proof": digits[-1]})
    assert (done.status_code, done.get_json()["status"]) == (200, "booked")


def test_a_program_is_told_where_no_code_can_go(app: Flask, small: WorkingHall) -> None:
    program = app.test_client()
    wanted = {"slot": FIRST, "matters": ["short"], "name": "张小明", "phone": "13800138000"}
    code = program.post("/api/v1/halls/small/appointments", json=wanted).get_json()["code"]
    refused = program.post(f"/api/v1/appointments/{code}/confirm", json={})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "not_reached")
    assert small.context.outbox.messages(small.id) == []
