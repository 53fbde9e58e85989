"""Who booked and who came is known to nobody without the seal, and after a while to nobody."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hall.channels.smtp import Smtp
from hall.context import Context, UnknownAppointment, UnknownTicket
from hall.domain.actors import Role
from hall.jobs.schedule import Scheduler
from hall.jobs.sending import Sending
from hall.operations.check_in import check_in
from hall.operations.day import FORGOTTEN, close_day, open_day
from hall.operations.ending import end_what_is_over
from hall.queries.reception import reception
from hall.queries.report import report
from hall.store import appointments as kept
from hall.store.booking_tables import appointment
from hall.store.forgetting import Retention, forget_people
from hall.store.messaging import wants_nothing
from hall.store.seal import Seal
from hall.store.store import Store
from hall.store.tables import metadata
from hall.store.verify import flaws
from tests.hall.test_booking import LAYOUT, TUESDAY, a_day_goes_by, booked
from tests.hall.test_kiosk_booking import Citizen, said
from tests.hall.test_pages import visit
from tests.halls import GUIDE, FakeClock, WorkingHall, a_hall
from tests.mail import mail_server

#: What must be readable nowhere.
SAID = {
    "name": "欧阳小明",
    "phone": "13812345678",
    "email": "ouyang@example.org",
    "id_number": "11010519491231002X",
    "for": "company",
    "whom": "云溪茶厂",
}
REASON, ANSWER = "my child was in hospital", "the letter was seen"
SECRETS = (*(text for field, text in SAID.items() if field != "for"), REASON, ANSWER)
WHOSE = ("person", "id_mark", "digits", "contact", "sealed_code", "appeal")


@pytest.fixture
def context(store: Store, clock: FakeClock) -> Context:
    """What a request would have, with the seal of the application."""
    return Context(store=store, clock=clock, seal=Seal("a key for tests"))


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


def everything(hall: WorkingHall) -> str:
    """Return all that the database holds, as text."""
    with hall.context.store.engine.connect() as connection:
        tables = metadata.tables.values()
        return "\n".join(str(row) for table in tables for row in connection.execute(select(table)))


def rows(hall: WorkingHall) -> list[dict[str, Any]]:
    """Return what is kept of appointments beside what the journal says."""
    query = select(*(appointment.c[name] for name in ("id", "code_hash", *WHOSE)))
    with hall.context.store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by("start_ms")).mappings()]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_tells_who_somebody_is_can_be_read_anywhere(
    app: Flask, small: WorkingHall, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    citizen = Citizen(hall=small, browser=browser)
    code = citizen.held()
    assert SAID["name"] in said(citizen.post(f"/b/{code}/contact", **SAID))
    citizen.post(f"/b/{code}/check")
    with mail_server() as mail:
        mail.unknown.add(SAID["email"])
        smtp = Smtp(host="127.0.0.1", port=mail.port, security="none", sender="h@mail.example")
        Sending(small.context, [smtp], "https://hall.example").send(small.id)
    a_day_goes_by(small)
    citizen.post(f"/b/{code}/appeal", words=REASON)
    manager = visit(app, small, Role.MANAGER)
    manager.post(f"/bookings/{code}/forgive", answer=ANSWER)
    assert ANSWER in said(citizen.get(f"/b/{code}"))
    written = everything(small)
    theirs = "mail.log"  # the mail server of the tests writes one too
    log = "\n".join(r.getMessage() for r in caplog.records if r.name != theirs)
    journal = "\n".join(str(event) for event in small.events())
    seen = manager.get("/bookings").text + manager.get("/bookings/list?day=2026-03-03").text
    assert "138****5678" in seen
    for secret in (
        *(SAID[n] for n in ("name", "phone", "email", "id_number", "whom")),
        REASON,
        ANSWER,
    ):
        assert secret not in written
        assert secret not in journal
        assert secret not in log
        assert secret not in seen


def test_who_booked_is_forgotten_ninety_days_after_the_day(
    small: WorkingHall,
) -> None:
    codes = [booked(small, "one"), booked(small, "two", day=TUESDAY + timedelta(days=1))]
    a_day_goes_by(small)
    small.do(end_what_is_over)
    told = small.ask(lambda view: reception(view, seal=small.context.seal, day=TUESDAY))["found"]
    events = len(small.events())
    small.clock.now = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)  # 90 days after that Tuesday
    forget(small)
    assert rows(small)[0]["person"] == "one"
    small.clock.tick(days=1)
    forget(small)
    first, second = rows(small)
    assert [first[name] for name in WHOSE] == [None] * len(WHOSE)
    assert second["person"] == "two"
    with pytest.raises(UnknownAppointment):
        small.ask(kept.with_code, codes[0])
    after = small.ask(lambda view: reception(view, seal=small.context.seal, day=TUESDAY))["found"]
    assert [(one["id"], one["status"]) for one in after] == [(o["id"], o["status"]) for o in told]
    assert len(small.events()) == events
    assert small.ask(flaws) == []


def forget(hall: WorkingHall) -> None:
    forget_people(hall.context.store, Retention(), now=hall.clock.now)


def test_a_slip_opens_nothing_after_thirty_days_and_the_figures_stay(small: WorkingHall) -> None:
    code = booked(small, "one")
    small.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    small.do(open_day)
    secret = small.do(check_in, GUIDE, which=code).issued.secret
    small.clock.tick(hours=1)
    small.do(close_day, reason=FORGOTTEN)
    small.clock.tick(days=1)
    figures = small.ask(report, first=TUESDAY)
    small.clock.now = datetime(2026, 4, 2, 0, 0, tzinfo=UTC)
    forget(small)
    assert small.ask(lambda view: view.ticket_with_secret(secret)).appointment is not None
    small.clock.tick(days=1)
    forget(small)
    with pytest.raises(UnknownTicket):
        small.ask(lambda view: view.ticket_with_secret(secret))
    with pytest.raises(UnknownTicket):
        small.context.hall_with(secret=secret)
    assert small.ask(report, first=TUESDAY) == figures
    assert small.ask(flaws) == []


def test_who_left_the_messages_is_forgotten_with_their_last_appointment(small: WorkingHall) -> None:
    booked(small, "one")
    small.context.messaging.unsubscribe(small.id, "one", now=small.clock.now)
    small.clock.tick(days=91)
    forget(small)
    assert small.ask(wants_nothing, "one")
    small.clock.tick(days=1)
    forget(small)
    assert not small.ask(wants_nothing, "one")


@pytest.fixture
def scheduler(small: WorkingHall) -> Iterator[Scheduler]:
    retention = Retention(bookings=timedelta(days=7), walk_ins=timedelta(days=7))
    found = Scheduler(small.context, retention=retention)
    yield found
    found.stop()


def test_the_clock_forgets_by_the_settings(small: WorkingHall, scheduler: Scheduler) -> None:
    booked(small, "one")
    small.clock.now = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    scheduler.forget()
    assert rows(small)[0]["person"] == "one"
    small.clock.tick(days=1)
    scheduler.forget()
    assert rows(small)[0]["person"] is None
