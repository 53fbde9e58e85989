"""Booking as its callers meet it: slots, holds, promises, refusals in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hall.context import Context
from hall.domain.actors import Role
from hall.operations.people import enroll, offer_enrollment
from hall.server import make_app
from hall.settings import Settings
from hall.store.booking_tables import appointment
from tests.hall.test_booking import LAYOUT
from tests.halls import FakeClock, WorkingHall, a_hall

WHO = {"name": "张小明", "phone": "138 0013 8000"}


@dataclass(kw_only=True)
class Reception:
    """A hall that takes appointments, and somebody who asks it."""

    hall: WorkingHall
    client: FlaskClient
    guide: dict[str, str]

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(f"/api/v1{path}", json=body or {}, headers=headers)
        return answer.status_code, answer.json or {}

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, Any]]:
        answer = self.client.get(f"/api/v1{path}", headers=headers)
        return answer.status_code, answer.json or {}

    def book(self, slot: str = "2026-03-03/0540", **more: Any) -> tuple[int, dict[str, Any]]:
        body = {"matters": ["short"], "slot": slot, **more}
        return self.post("/halls/small/appointments", body)

    def booked(self, **who: Any) -> str:
        """Book and confirm, and return the code."""
        code = str(self.book(**{**WHO, **who})[1]["code"])
        assert self.post(f"/appointments/{code}/confirm")[0] == 200
        return code


@pytest.fixture
def reception(
    context: Context, clock: FakeClock, tmp_path: Path, database_url: str
) -> Iterator[Reception]:
    hall = a_hall(context, clock, LAYOUT)
    people = context.people
    code = offer_enrollment(
        people, hall=hall.id, role=Role.GUIDE, name="guide", counter=None, now=context.now()
    )
    _, token = enroll(people, code=code, now=context.now())
    app = make_app(Settings(data=tmp_path, database_url=database_url))
    mine: Context = app.extensions["hall"]
    app.extensions["hall"] = context
    yield Reception(hall=hall, client=app.test_client(), guide={"Authorization": f"Bearer {token}"})
    mine.store.close()


def test_a_slot_is_found_held_confirmed_and_checked_in(reception: Reception) -> None:
    status, found = reception.get("/halls/small/slots?matters=short")
    assert status == 200
    first = found["days"][0]
    assert first["slots"][0] == {
        "slot": "2026-03-03/0540",
        "start": "2026-03-03T01:00:00.000Z",
        "until": "2026-03-03T01:30:00.000Z",
        "free": True,
    }
    status, held = reception.book(slot="2026-03-03/0570")
    assert (status, held["status"]) == (201, "held")
    status, confirmed = reception.post(f"/appointments/{held['code']}/confirm", WHO)
    assert (status, confirmed["status"], "code" in confirmed) == (200, "booked", False)
    reception.hall.clock.now = datetime(2026, 3, 3, 1, 20, tzinfo=UTC)
    status, came = reception.post(f"/appointments/{held['code']}/check-in", None, **reception.guide)
    assert (status, came["punctuality"]) == (201, "early")
    assert came["ticket"]["due_at"] == "2026-03-03T01:30:00.000Z"
    assert came["ticket"]["secret"]
    assert reception.get(f"/appointments/{held['code']}")[1]["ticket"] == came["ticket"]["id"]


@pytest.mark.parametrize(
    ("slot", "who", "code", "at"),
    [
        ("2026-03-03/0541", {}, "not_that_day", "slot"),
        ("tomorrow", {}, "not_that_day", "slot"),
        ("2026-03-03/0540", {"matters": ["walk"]}, "not_bookable", "matters"),
        ("2026-03-03/0540", {"name": "张", "phone": "12"}, "wrong_phone", "phone"),
        (
            "2026-03-03/0540",
            {**WHO, "id_number": "110105194912310021"},
            "wrong_id_number",
            "id_number",
        ),
    ],
)
def test_what_is_wrong_is_named(
    reception: Reception, slot: str, who: dict[str, Any], code: str, at: str
) -> None:
    status, refused = reception.book(slot, **who)
    assert (status, refused["code"], refused["errors"][0]["at"]) == (422, code, at)


def test_a_full_slot_is_refused_and_shown_as_full(reception: Reception) -> None:
    for at in range(6):
        reception.booked(phone=f"1380013800{at}")
    status, refused = reception.book()
    assert (status, refused["code"]) == (409, "slot_full")
    assert (
        reception.get("/halls/small/slots?matters=short")[1]["days"][0]["slots"][0]["free"] is False
    )
    _, for_staff = reception.get("/halls/small/slots?matters=short", **reception.guide)
    assert for_staff["days"][0]["slots"][0]["free"] is True


def test_moving_and_cancelling_are_commands_and_never_a_link(reception: Reception) -> None:
    code = reception.booked()
    status, moved = reception.post(f"/appointments/{code}/move", {"slot": "2026-03-04/0540"})
    assert (status, moved["slot"]) == (200, "2026-03-04/0540")
    assert reception.client.get(f"/api/v1/appointments/{code}/cancel").status_code == 405
    assert reception.post(f"/appointments/{code}/cancel")[1]["status"] == "cancelled"
    status, refused = reception.post(
        f"/appointments/{code}/cancel", None, **{"Accept-Language": "en"}
    )
    assert (status, refused["detail"]) == (409, "It was cancelled")


def test_who_books_is_kept_sealed_and_shown_masked(reception: Reception) -> None:
    reception.booked()
    with reception.hall.context.store.engine.connect() as connection:
        row = connection.execute(select(appointment)).one()
    kept = " ".join(str(value) for value in row)
    assert "138" not in str(row.contact)
    assert "张" not in kept
    assert "8000" not in f"{row.person} {row.contact}"
    status, found = reception.get(
        "/halls/small/appointments?day=2026-03-03&digits=8000", **reception.guide
    )
    assert status == 200
    assert [one["contact"] for one in found["appointments"]] == [
        {"name": "张**", "whom": None, "phone": "138****8000", "company": False}
    ]
    _, nobody = reception.get(
        "/halls/small/appointments?day=2026-03-03&digits=8001", **reception.guide
    )
    assert nobody["appointments"] == []
    assert reception.get("/halls/small/appointments?day=2026-03-03")[0] == 401


def test_nothing_personal_enters_the_journal(reception: Reception) -> None:
    reception.booked(**{"for": "李四", "email": "a@example.org"})
    told = str(reception.hall.events())
    assert not [word for word in ("张", "李四", "8000", "example.org") if word in told]


def test_an_unknown_code_is_said_to_be_unknown(reception: Reception) -> None:
    for path in ("confirm", "move", "cancel", "check-in", "release"):
        status, refused = reception.post(
            f"/appointments/XXXXXXXX/{path}", {"slot": "2026-03-03/0540"} if path == "move" else {}
        )
        assert (status, refused["code"]) == (404, "unknown_appointment")


def test_a_lost_answer_is_given_again(reception: Reception) -> None:
    body = {"matters": ["short"], "slot": "2026-03-03/0540"}
    key = {"Idempotency-Key": "one"}
    first = reception.post("/halls/small/appointments", body, **key)
    assert reception.post("/halls/small/appointments", body, **key) == first
