"""A form of booking that is sent twice: one effect, and the same answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hall.access import DEVICE_COOKIE
from hall.channels.console import Console
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.messages import Kind
from hall.store.message_tables import message
from tests.hall.test_booking import LAYOUT
from tests.hall.test_kiosk_booking import FIRST, SECOND, WHO, Citizen, citizen
from tests.halls import FakeClock, a_hall

__all__ = ["citizen"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def hold(who: Citizen) -> Callable[[], TestResponse]:
    return lambda: who.hold(FIRST)


def say_who(who: Citizen) -> Callable[[], TestResponse]:
    code = who.held()
    return lambda: sent(who.browser, f"/b/{code}/contact", **WHO)


def promise(who: Citizen) -> Callable[[], TestResponse]:
    code = who.held()
    who.post(f"/b/{code}/contact", **WHO)
    return lambda: sent(who.browser, f"/b/{code}/check")


def give_back_the_hold(who: Citizen) -> Callable[[], TestResponse]:
    code = who.held()
    return lambda: sent(who.browser, f"/b/{code}/release")


def move(who: Citizen) -> Callable[[], TestResponse]:
    code = who.booked()
    return lambda: sent(who.browser, f"/b/{code}/move", slot=SECOND)


def move_to_where_no_more_can_be_moved(who: Citizen) -> Callable[[], TestResponse]:
    code = who.booked("2026-03-04/0540")
    who.hall.clock.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    return lambda: sent(who.browser, f"/b/{code}/move", slot=SECOND)


def cancel(who: Citizen) -> Callable[[], TestResponse]:
    code = who.booked()
    return lambda: sent(who.browser, f"/b/{code}/cancel")


def check_in(who: Citizen) -> Callable[[], TestResponse]:
    code = who.booked()
    who.hall.clock.now = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
    return lambda: sent(who.browser, f"/b/{code}/check-in")


def check_in_at_the_screen(who: Citizen) -> Callable[[], TestResponse]:
    who.booked()
    context, screen = who.hall.context, who.browser.application.test_client()
    _, token = context.people.add_device(
        hall=who.hall.id, role=Role.KIOSK, name="door", counter=None, now=context.now()
    )
    screen.set_cookie(DEVICE_COOKIE, token)
    who.hall.clock.now = datetime(2026, 3, 3, 1, 5, tzinfo=UTC)
    event = next(event for event in who.hall.events() if event.appointment)
    mine = {"digits": "8000", "sign": "张", "which": str(event.appointment)}
    return lambda: sent(screen, "/kiosk/small/appointment/check-in", **mine)


def test_a_second_touch_sends_no_second_code(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    app.extensions["channels"] = (Console(),)
    hall = a_hall(context, clock, LAYOUT.replace("[booking]", "[booking]\nconfirmation = true"))
    who = Citizen(hall=hall, browser=app.test_client())
    code = who.held()
    who.post(f"/b/{code}/contact", **WHO)
    who.post(f"/b/{code}/check")
    first, second = (sent(who.browser, f"/b/{code}/confirm/again") for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with context.store.engine.connect() as connection:
        codes = select(func.count()).where(message.c.kind == Kind.CODE.value)
        assert connection.execute(codes).scalar_one() == 2


def sent(browser: FlaskClient, path: str, **form: Any) -> TestResponse:
    return browser.post(path, data={"key": "one form", **form})


@pytest.mark.parametrize(
    "step",
    [
        hold,
        say_who,
        promise,
        give_back_the_hold,
        move,
        move_to_where_no_more_can_be_moved,
        cancel,
        check_in,
        check_in_at_the_screen,
    ],
)
def test_a_form_sent_twice_has_one_effect_and_the_same_answer(
    citizen: Citizen, step: Callable[[Citizen], Callable[[], TestResponse]]
) -> None:
    send = step(citizen)
    first = send()
    events = len(citizen.hall.events())
    second = send()
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(citizen.hall.events()) == events
