"""The API as its callers meet it: answers, refusals in two languages, repeats, access."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.access import rule_of
from hall.context import Context
from hall.domain.actors import Role
from hall.operations.people import (
    NotAdmitted,
    PasswordIsTooShort,
    add_person,
    admit,
    admit_once,
    enroll,
    offer_enrollment,
    set_password,
    sign_in_once,
)
from hall.server import make_app
from hall.settings import Settings
from tests.hall.halls_of_two import special
from tests.halls import FakeClock, WorkingHall, a_hall

PASSWORD = "correct horse battery"


@dataclass(kw_only=True)
class Api:
    """A hall's API with a token for every role."""

    app: Flask
    hall: WorkingHall
    client: FlaskClient
    tokens: dict[Role, str]

    def post(self, path: str, role: Role | None, body: Any = None, **headers: str) -> TestResponse:
        """Send a command as a role, or as nobody."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def get(self, path: str, role: Role | None = None, **headers: str) -> TestResponse:
        """Ask as a role, or as nobody."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return self.client.get(f"/api/v1{path}", headers=headers)


@pytest.fixture
def api(context: Context, clock: FakeClock, tmp_path: Path, database_url: str) -> Iterator[Api]:
    """The API of a small hall."""
    small = a_hall(context, clock, special())
    app = make_app(Settings(data=tmp_path, secret_key="k" * 40, database_url=database_url))
    mine: Context = app.extensions["hall"]
    app.extensions["hall"] = context
    tokens = {}
    for role in Role:
        _, tokens[role] = context.people.add_device(
            hall=small.id, role=role, name=role.value, counter=None, now=clock.now
        )
    yield Api(app=app, hall=small, client=app.test_client(), tokens=tokens)
    mine.store.close()


@pytest.fixture
def at_one(api: Api) -> Api:
    """The same, with counter 1 open."""
    assert api.post("/halls/small/counters/1/open", Role.CLERK).status_code == 200
    return api


def _take(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.post("/halls/small/tickets", Role.KIOSK, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def test_a_number_is_taken_called_and_finished(at_one: Api) -> None:
    taken = _take(at_one, matters=["invoice"])
    call = at_one.post("/halls/small/counters/1/next", Role.CLERK).json
    done = at_one.post(f"/tickets/{taken['id']}/finish", Role.CLERK, {"outcomes": {}}).json
    assert (taken["number"], taken["secret"] in taken["track_url"]) == ("A001", True)
    assert call
    assert (call["ticket"]["status"], call["reason"]["class_"]) == ("called", "walk_in")
    assert done
    assert (done["status"], done["matters"][0]["outcome"]) == ("done", "done")
    assert "secret" not in done


def test_the_board_tells_calls_with_the_number_of_the_counter(at_one: Api) -> None:
    _take(at_one)
    at_one.post("/halls/small/counters/1/next", Role.CLERK)
    board = at_one.get("/halls/small/board").json
    assert board
    assert [(c["number"], c["counter"], c["recalled"]) for c in board["calls"]] == [
        ("A001", 1, False)
    ]


def test_nobody_waits_is_204_and_busy_is_409(at_one: Api) -> None:
    assert at_one.post("/halls/small/counters/1/next", Role.CLERK).status_code == 204
    _take(at_one)
    at_one.post("/halls/small/counters/1/next", Role.CLERK)
    busy = at_one.post("/halls/small/counters/1/next", Role.CLERK)
    assert (busy.status_code, busy.mimetype) == (409, "application/problem+json")
    assert busy.json
    assert (busy.json["type"], busy.json["code"]) == (
        "urn:hall:error:counter_busy",
        "counter_busy",
    )
    both = at_one.post("/halls/small/counters/1/next", Role.CLERK, {"finish": {"outcomes": {}}})
    assert both.status_code == 204


@pytest.mark.parametrize(("language", "title"), [("zh", "没有这个号"), ("en", "no such ticket")])
def test_refusals_speak_the_language_of_the_caller(api: Api, language: str, title: str) -> None:
    refused = api.get("/tickets/nothing", Role.CLERK, **{"Accept-Language": language})
    assert refused.status_code == 404
    assert refused.json
    assert title in refused.json["title"]


def test_a_wrong_field_is_named(api: Api) -> None:
    refused = api.post("/halls/small/tickets", Role.KIOSK, {"matters": "tax", "colour": "red"})
    assert refused.status_code == 422
    assert refused.json
    assert [error["at"] for error in refused.json["errors"]] == ["matters", "colour"]


def test_what_cannot_be_read_is_400(api: Api) -> None:
    token = {"Authorization": f"Bearer {api.tokens[Role.KIOSK]}"}
    refused = api.client.post(
        "/api/v1/halls/small/tickets", data="{", content_type="application/json", headers=token
    )
    assert (refused.status_code, refused.json and refused.json["code"]) == (400, "unreadable")


def test_a_repeat_with_the_same_key_gets_the_first_answer(at_one: Api) -> None:
    key = {"Idempotency-Key": "k1"}
    first = at_one.post("/halls/small/tickets", Role.KIOSK, {}, **key)
    again = at_one.post("/halls/small/tickets", Role.KIOSK, {}, **key)
    other = at_one.post("/halls/small/tickets", Role.KIOSK, {"matters": ["invoice"]}, **key)
    assert (again.status_code, again.json) == (201, first.json)
    assert (other.status_code, other.json and other.json["code"]) == (422, "key_used_differently")


def test_nobody_waits_is_repeated_too(at_one: Api) -> None:
    key = {"Idempotency-Key": "n1"}
    assert at_one.post("/halls/small/counters/1/next", Role.CLERK, **key).status_code == 204
    _take(at_one)
    assert at_one.post("/halls/small/counters/1/next", Role.CLERK, **key).status_code == 204
    assert at_one.post("/halls/small/counters/1/next", Role.CLERK).status_code == 200


def test_a_kiosk_gives_no_priority_and_a_phone_no_number(api: Api) -> None:
    assert api.post("/halls/small/tickets", Role.KIOSK, {"class": "priority"}).status_code == 403
    assert api.post("/halls/small/tickets", None, {}).status_code == 401
    assert api.post("/halls/small/tickets", Role.GUIDE, {"class": "priority"}).status_code == 201


def test_a_lost_slip_is_found_by_its_number(api: Api) -> None:
    taken = _take(api)
    found = api.get("/halls/small/tickets?number=a001", Role.GUIDE).json
    assert found
    assert [ticket["id"] for ticket in found["tickets"]] == [taken["id"]]


def test_the_public_sees_the_hall_s_figures_but_not_its_counters(api: Api) -> None:
    public = api.get("/halls/small/report").json
    all_ = api.get("/halls/small/report", Role.MANAGER).json
    assert public
    assert all_
    assert set(public["measures"]) == {"all"}
    assert set(all_["measures"]) == {"all", "groups", "classes", "counters"}


def test_the_journal_is_told_to_those_who_may_read_it(at_one: Api) -> None:
    told = at_one.get("/halls/small/journal?after=1&limit=1", Role.AUDITOR).json
    assert told
    assert [event["sequence"] for event in told["events"]] == [2]
    assert at_one.get("/halls/small/journal", Role.CLERK).status_code == 403


def test_a_manager_s_day_over_the_api(api: Api) -> None:
    assert api.post("/halls/small/day/open", Role.MANAGER).status_code == 200
    added = {"id": "9", "number": 9, "takes": ["tax"]}
    assert api.post("/halls/small/counters", Role.MANAGER, added).status_code == 200
    assert api.post("/halls/small/counters/9/open", Role.CLERK).status_code == 200
    wrong = api.post("/halls/small/counters", Role.MANAGER, {**added, "id": "10"})
    assert (wrong.status_code, wrong.json and wrong.json["code"]) == (422, "bad_file")
    assert api.get("/halls/small/proposals", Role.MANAGER).json == {"proposals": []}
    assert api.post("/halls/small/day/close", Role.MANAGER).status_code == 200
    assert api.post("/halls/small/day/close", Role.CLERK).status_code == 403


def test_every_route_has_an_access_rule_and_holds_to_it(api: Api) -> None:
    without, open_ = [], []
    for route in api.app.url_map.iter_rules():
        rule = rule_of(api.app, route.endpoint)
        if not rule:
            without.append(route.rule)
        if Role.CITIZEN in rule or not rule:
            continue
        method = "GET" if "GET" in (route.methods or ()) else "POST"
        address = route.rule.replace("<hall>", "small")
        for part in ("counter", "id_", "proposal", "path:path"):
            address = address.replace(f"<{part}>", "1")
        answer = api.client.open(address, method=method)
        if answer.status_code not in {302, 303, 401}:
            open_.append((address, answer.status_code))
    assert without == []
    assert open_ == []


@pytest.mark.parametrize("role", [Role.KIOSK, Role.DISPLAY, Role.CITIZEN, Role.AUDITOR])
def test_no_screen_calls_anybody(api: Api, role: Role) -> None:
    assert api.post("/halls/small/counters/1/next", role).status_code == 403


def test_a_token_of_one_hall_is_nothing_in_another(api: Api, clock: FakeClock) -> None:
    a_hall(api.hall.context, clock, special().replace('"small"', '"other"'))
    assert api.post("/halls/other/counters/1/open", Role.CLERK).status_code == 403


def test_a_stopped_device_is_nobody(api: Api) -> None:
    people = api.hall.context.people
    for device in people.devices(api.hall.id):
        people.stop_device(device.id)
    assert api.post("/halls/small/tickets", Role.KIOSK, {}).status_code == 401


def test_the_openapi_document_describes_every_route(api: Api) -> None:
    document = api.get("/openapi.json").json
    assert document
    assert document["openapi"].startswith("3.1")
    described = {
        (path, method.upper()) for path, methods in document["paths"].items() for method in methods
    }
    for route in api.app.url_map.iter_rules():
        if route.endpoint.startswith(("api.", "work.")):
            path = route.rule.replace("<", "{").replace(">", "}")
            for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (path, method) in described


def test_every_answer_says_what_a_page_may_load(api: Api) -> None:
    policy = api.get("/halls").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_health_readiness_and_metrics_answer(api: Api) -> None:
    assert api.client.get("/health").status_code == 200
    assert api.client.get("/ready").json == {"status": "ready"}
    assert 'hall_waiting{hall="small"} 0.0' in api.client.get("/metrics").text


def test_a_command_from_another_site_is_refused(api: Api) -> None:
    refused = api.client.post(
        "/api/v1/halls/small/tickets", json={}, headers={"Origin": "https://elsewhere.example"}
    )
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "cross_site")


def test_a_signed_in_browser_needs_the_token_of_its_page(api: Api) -> None:
    people = api.hall.context.people
    person = add_person(people, login="li", name="Li", password=PASSWORD)
    people.grant(person.id, api.hall.id, Role.MANAGER)
    with api.client.session_transaction() as session:
        session["person"] = [person.id, person.session_version]
    assert api.get("/halls/small/proposals").status_code == 200
    refused = api.post("/halls/small/day/open", None)
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "csrf")


def test_a_new_password_ends_every_session(api: Api) -> None:
    people = api.hall.context.people
    person = add_person(people, login="li", name="Li", password=PASSWORD)
    people.grant(person.id, api.hall.id, Role.MANAGER)
    with api.client.session_transaction() as session:
        session["person"] = [person.id, person.session_version]
    set_password(people, person=person.id, password="another " + PASSWORD)
    assert api.get("/halls/small/proposals").status_code == 401


def test_people_are_admitted_by_name_and_password_alone(context: Context) -> None:
    people = context.people
    person = add_person(people, login=" Li ", name="Li", password=PASSWORD)
    assert admit(people, login="LI", password=PASSWORD).id == person.id
    for login, password in (("li", "wrong"), ("wang", PASSWORD)):
        with pytest.raises(NotAdmitted):
            admit(people, login=login, password=password)
    with pytest.raises(PasswordIsTooShort):
        add_person(people, login="zhang", name="Zhang", password="short")


def test_no_password_and_no_token_is_kept_as_it_is(context: Context, hall: WorkingHall) -> None:
    people = context.people
    person = add_person(people, login="li", name="Li", password=PASSWORD)
    assert PASSWORD not in str(people.person(person.id).password_hash)
    _, token = people.add_device(
        hall=hall.id, role=Role.KIOSK, name="k", counter=None, now=hall.clock.now
    )
    with context.store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM device").all()
    assert token not in str(kept)


def test_codes_are_good_once_and_for_a_while(context: Context, hall: WorkingHall) -> None:
    people, now = context.people, hall.clock.now
    person = add_person(people, login="li", name="Li")
    code = sign_in_once(people, person=person.id, now=now)
    assert admit_once(people, code=code, now=now).id == person.id
    with pytest.raises(NotAdmitted):
        admit_once(people, code=code, now=now)
    asked = {"hall": hall.id, "role": Role.KIOSK, "name": "door", "counter": None}
    short = offer_enrollment(people, **asked, now=now)  # type: ignore[arg-type]
    device, token = enroll(people, code=f" {short.lower()} ", now=now)
    assert people.device_with(token) == device
    late = offer_enrollment(people, **asked, now=now)  # type: ignore[arg-type]
    with pytest.raises(NotAdmitted):
        enroll(people, code=late, now=hall.clock.tick(minutes=16))
