"""The pages of the staff, as a browser asks for them: signed in, form by form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import PRIORITY, ClassId, CounterId, MatterCode, PersonId
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.operations.people import add_person, offer_enrollment, sign_in_once
from hall.queries.counters import counter
from tests.hall.halls_of_two import special
from tests.halls import GUIDE, FakeClock, WorkingHall, a_hall, clerk

PASSWORD = "correct horse battery"
ONE = CounterId("1")
ENGLISH = {"Accept-Language": "en", "Accept": "text/html"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(kw_only=True)
class Visitor:
    """Somebody's browser: it keeps its cookies and sends what the forms of its pages hold."""

    client: FlaskClient
    id: PersonId

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=ENGLISH)

    def post(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send a form of a part of a page."""
        return self._post(path, fields, {**ENGLISH, "HX-Request": "true"})

    def send(self, path: str, **fields: str | list[str]) -> TestResponse:
        """Send the form of a page."""
        return self._post(path, fields, ENGLISH)

    def _post(
        self, path: str, fields: Mapping[str, str | list[str]], headers: Mapping[str, str]
    ) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/").text)
        assert token
        data = {"csrf_token": token[1], **fields}
        return self.client.post(path, data=data, headers=headers)

    def number(self) -> str:
        """Return the number that the console shows at the counter, or nothing."""
        found = re.search(r'id="current-number">(\w+)<', self.get("/clerk/now").text)
        return found[1] if found else ""

    def ticket(self) -> str:
        """Return the id of the ticket that the console shows at the counter."""
        found = re.search(r'name="ticket" value="(\w*)"', self.get("/clerk/now").text)
        assert found
        return found[1]


def visit(app: Flask, hall: WorkingHall, *roles: Role, login: str = "li") -> Visitor:
    """Return the browser of somebody who has just signed in."""
    people = hall.context.people
    person = add_person(people, login=login, name=login.title())
    for role in roles:
        people.grant(person.id, hall.id, role)
    client = app.test_client()
    code = sign_in_once(people, person=person.id, now=hall.clock.now)
    client.post(f"/sign-in/once/{code}")
    return Visitor(client=client, id=person.id)


def a_ticket(hall: WorkingHall, class_: str = "walk_in") -> str:
    """Issue a number for the first matter and return it."""
    matter = MatterCode("m-a")
    issued = hall.do(issue_ticket, GUIDE, matters=(matter,), class_=ClassId(class_))
    return issued.ticket.number


@pytest.fixture
def at_one(app: Flask, hall: WorkingHall) -> Visitor:
    """A clerk who sits at counter 1."""
    visitor = visit(app, hall, Role.CLERK)
    visitor.post("/clerk/counter", counter="1")
    return visitor


@pytest.mark.parametrize("path", ["/clerk", "/guide", "/manager", "/admin"])
def test_a_page_of_the_staff_asks_who_is_there(app: Flask, hall: WorkingHall, path: str) -> None:
    answer = app.test_client().get(path, headers=ENGLISH)
    assert (answer.status_code, answer.location) == (
        303,
        f"/sign-in?then={path}",
    )


def test_who_signs_in_gets_where_they_wanted_to_go(app: Flask, hall: WorkingHall) -> None:
    add_person(hall.context.people, login="li", name="Li", password=PASSWORD)
    form = {"login": "Li", "password": PASSWORD, "then": "/guide"}
    assert app.test_client().post("/sign-in", data=form).location == "/guide"


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(app: Flask, hall: WorkingHall, then: str) -> None:
    add_person(hall.context.people, login="li", name="Li", password=PASSWORD)
    form = {"login": "li", "password": PASSWORD, "then": then}
    assert app.test_client().post("/sign-in", data=form).location == "/"


def test_a_wrong_password_is_said_and_keeps_the_name(app: Flask, hall: WorkingHall) -> None:
    form = {"login": "li", "password": "wrong"}
    answer = app.test_client().post("/sign-in", data=form, headers=ENGLISH)
    assert answer.status_code == 401
    assert "Name or password is not right" in answer.text
    assert 'value="li"' in answer.text


def test_one_name_is_tried_ten_times_a_minute_and_others_go_on(
    app: Flask, hall: WorkingHall
) -> None:
    client = app.test_client()
    tried = [{"login": "guessed", "password": "wrong"}] * 11 + [{"login": "li", "password": "x"}]
    answers = [client.post("/sign-in", data=form).status_code for form in tried]
    assert answers == [401] * 10 + [429, 401]


def test_looking_at_a_one_time_address_does_not_use_it_up(
    app: Flask, hall: WorkingHall, context: Context
) -> None:
    person = add_person(context.people, login="li", name="Li")
    context.people.grant(person.id, hall.id, Role.MANAGER)
    code = sign_in_once(context.people, person=person.id, now=context.now())
    client = app.test_client()
    assert client.get(f"/sign-in/once/{code}").status_code == 200
    assert client.post(f"/sign-in/once/{code}").location == "/manager"
    assert app.test_client().post(f"/sign-in/once/{code}").status_code == 401


def test_who_signs_out_is_nobody(app: Flask, hall: WorkingHall) -> None:
    visitor = visit(app, hall, Role.GUIDE)
    assert visitor.get("/guide").status_code == 200
    visitor.send("/sign-out")
    assert visitor.get("/guide").status_code == 303


def test_a_device_is_enrolled_by_a_code_typed_in_any_way(
    app: Flask, hall: WorkingHall, context: Context
) -> None:
    code = offer_enrollment(
        context.people, hall=hall.id, role=Role.KIOSK, name="door", counter=None, now=context.now()
    )
    client = app.test_client()
    answer = client.post("/enroll", data={"code": f"{code[:4].lower()} {code[4:]}"})
    assert answer.location == f"/kiosk/{hall.id}"
    cookie = client.get_cookie(DEVICE_COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert client.post("/enroll", data={"code": code}).status_code == 401


def test_a_clerk_chooses_a_counter_first(app: Flask, hall: WorkingHall) -> None:
    visitor = visit(app, hall, Role.CLERK)
    assert visitor.get("/clerk").location == "/clerk/counter"
    assert visitor.send("/clerk/counter", counter="1").location == "/clerk"
    assert hall.ask(partial(counter, id_=ONE))["clerk"] == visitor.id
    assert visitor.get("/clerk").status_code == 200


def test_a_counter_that_is_taken_over_says_so_on_the_old_console(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    visit(app, hall, Role.CLERK, login="wang").post("/clerk/counter", counter="1")
    assert "Wang has taken this counter over" in at_one.get("/clerk/now").text
    assert at_one.post("/clerk/next").status_code == 403


def test_one_key_finishes_and_calls_the_next(hall: WorkingHall, at_one: Visitor) -> None:
    first, second = a_ticket(hall), a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    assert at_one.number() == first
    at_one.post("/clerk/next", ticket=at_one.ticket())
    assert at_one.number() == second


def test_the_same_form_sent_twice_calls_once(hall: WorkingHall, at_one: Visitor) -> None:
    first = a_ticket(hall)
    a_ticket(hall)
    for _ in range(2):
        at_one.post("/clerk/next", ticket="", key="one press")
    assert at_one.number() == first


def test_a_console_that_is_behind_finishes_nobody_unseen(
    hall: WorkingHall, at_one: Visitor
) -> None:
    number = a_ticket(hall)
    hall.do(call_next, clerk(at_one.id), counter=ONE)
    answer = at_one.post("/clerk/next", ticket="")
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#problem"
    assert at_one.number() == number


def test_outcomes_are_kept_for_each_matter(hall: WorkingHall, at_one: Visitor) -> None:
    a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    fields = {"ticket": at_one.ticket(), "outcome-m-a": "incomplete"}
    at_one.post("/clerk/finish", **fields)
    assert hall.events()[-1].details["outcomes"] == {"m-a": "incomplete"}


def test_the_last_step_can_be_undone_for_ten_seconds(hall: WorkingHall, at_one: Visitor) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    ticket = at_one.ticket()
    page = at_one.post("/clerk/step/no-show", ticket=ticket).text
    assert f"{number} did not come" in page
    at_one.post("/clerk/step/undo", ticket=ticket)
    assert at_one.number() == number
    at_one.post("/clerk/step/no-show", ticket=ticket)
    hall.clock.tick(seconds=10)
    assert "did not come</span>" not in at_one.get("/clerk/now").text


def test_nobody_undoes_what_somebody_else_did(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    other = visit(app, hall, Role.CLERK, login="wang")
    other.post("/clerk/counter", counter="2")
    assert f"{number} was called" in at_one.get("/clerk/now").text
    assert f"{number} was called" not in other.get("/clerk/now").text


def test_the_console_says_who_is_next_and_why(
    app: Flask, context: Context, clock: FakeClock
) -> None:
    hall = a_hall(context, clock, special())
    visitor = visit(app, hall, Role.CLERK)
    visitor.post("/clerk/counter", counter="1")
    hall.do(issue_ticket, GUIDE)
    clock.tick(minutes=4)
    number = hall.do(issue_ticket, GUIDE, class_=PRIORITY).ticket.number
    clock.tick(minutes=2)
    page = visitor.get("/clerk/now").text
    assert re.search(rf'Next</span> <b class="number">{number}</b>', page)
    assert "Priority 30 + waited 2 min" in page


def test_somebody_called_out_of_order_needs_a_reason(hall: WorkingHall, at_one: Visitor) -> None:
    a_ticket(hall)
    wanted = a_ticket(hall)
    assert at_one.post("/clerk/call", number=wanted, reason=" ").status_code == 422
    at_one.post("/clerk/call", number=wanted.lower(), reason="faint")
    assert at_one.number() == wanted
    assert hall.events()[-1].details["override"] == {"reason": "faint"}


def test_a_pause_ends_calling_until_it_ends(hall: WorkingHall, at_one: Visitor) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/pause", reason="meal")
    assert at_one.post("/clerk/next", ticket="").status_code == 409
    at_one.post("/clerk/ready")
    at_one.post("/clerk/next", ticket="")
    assert at_one.number() == number


def test_a_citizen_is_sent_on_to_another_counter(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    at_one.post("/clerk/transfer", ticket=at_one.ticket(), to="counter:2")
    other = visit(app, hall, Role.CLERK, login="wang")
    other.post("/clerk/counter", counter="2")
    other.post("/clerk/next", ticket="")
    assert (at_one.number(), other.number()) == ("", number)


def test_somebody_without_a_ticket_is_served_at_once(hall: WorkingHall, at_one: Visitor) -> None:
    page = at_one.post("/clerk/serve", matter="m-a").text
    assert at_one.number() == "A001"
    assert "Serving" in page


def test_closing_the_counter_leads_back_to_the_choice(hall: WorkingHall, at_one: Visitor) -> None:
    assert at_one.post("/clerk/close").headers["HX-Redirect"] == "/clerk/counter"
    assert hall.ask(partial(counter, id_=ONE))["state"] == "closed"


def test_a_guide_issues_a_checked_priority(app: Flask, hall: WorkingHall) -> None:
    page = visit(app, hall, Role.GUIDE).post(
        "/guide/tickets", matter="m-a", **{"class": "priority"}
    )
    assert "A001" in page.text
    assert f"/kiosk/{hall.id}/slip/" in page.text
    assert hall.events()[-1].details["class"] == "priority"


def test_a_guide_finds_a_lost_slip_and_brings_a_missed_call_back(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    ticket = at_one.ticket()
    at_one.post("/clerk/step/no-show", ticket=ticket)
    guide = visit(app, hall, Role.GUIDE, login="zhang")
    assert "No-show" in guide.get(f"/guide/tickets?number={number.lower()}").text
    found = guide.post("/guide/step/come-back", ticket=ticket, number=number).text
    assert "Waiting" in found
    assert "There is no number Z999" in guide.get("/guide/tickets?number=z999").text


def test_a_guide_sits_at_no_counter(app: Flask, hall: WorkingHall) -> None:
    assert visit(app, hall, Role.GUIDE).get("/clerk").status_code == 403


def test_a_manager_ends_what_is_stuck_at_a_counter(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    number = a_ticket(hall)
    at_one.post("/clerk/next", ticket="")
    manager = visit(app, hall, Role.MANAGER, login="wang")
    assert number in manager.get("/manager/now").text
    manager.post("/manager/end/no-show", ticket=at_one.ticket())
    assert at_one.number() == ""


def test_a_proposal_is_accepted_with_one_click(app: Flask, hall: WorkingHall) -> None:
    for _ in range(21):
        a_ticket(hall)
    manager = visit(app, hall, Role.MANAGER)
    assert "21 are waiting (limit 20)" in manager.get("/manager/now").text
    manager.post("/manager/proposal", proposal="open:1")
    assert hall.ask(partial(counter, id_=ONE))["asked"]
    assert "Asked to open" in manager.get("/manager/now").text


def test_a_temporary_counter_stands_at_once(app: Flask, hall: WorkingHall) -> None:
    manager = visit(app, hall, Role.MANAGER)
    page = manager.post("/manager/counters", number="99", takes=["a", "b"]).text
    assert 'id="tile-99"' in page
    assert hall.ask(partial(counter, id_=CounterId("99")))["takes"] == ["a", "b"]


def test_the_day_is_closed_and_stays_closed(app: Flask, hall: WorkingHall) -> None:
    a_ticket(hall)
    manager = visit(app, hall, Role.MANAGER)
    assert "The day is not open" in manager.post("/manager/day/close").text
    refused = visit(app, hall, Role.GUIDE, login="zhang").post("/guide/tickets", matter="m-a")
    assert refused.status_code == 409
    assert "The hall is closed" in refused.text


def test_the_report_tells_the_day_by_group_and_counter(
    app: Flask, hall: WorkingHall, at_one: Visitor
) -> None:
    a_ticket(hall)
    hall.clock.tick(minutes=3)
    at_one.post("/clerk/next", ticket="")
    manager = visit(app, hall, Role.MANAGER, login="wang")
    assert re.search(r"Mean wait, min</dt><dd>3.0<", manager.get("/manager/report").text)
    assert manager.get("/manager/report?from=yesterday").status_code == 422
    assert "Numbers today" in manager.get("/manager/figures").text


def test_an_administrator_adds_people_and_takes_roles_away(app: Flask, hall: WorkingHall) -> None:
    admin = visit(app, hall, Role.ADMINISTRATOR)
    admin.post("/admin/people", login="new", name="New", password=PASSWORD, role=["clerk", "guide"])
    person = hall.context.people.person_called("new")
    assert person.roles == {(hall.id, Role.CLERK), (hall.id, Role.GUIDE)}
    admin.post(f"/admin/people/{person.id}", role="guide")
    assert hall.context.people.person(person.id).roles == {(hall.id, Role.GUIDE)}


def test_an_administrator_changes_nobody_of_another_hall(
    app: Flask, hall: WorkingHall, context: Context
) -> None:
    other = a_hall(context, hall.clock, special())
    stranger = add_person(context.people, login="far", name="Far")
    context.people.grant(stranger.id, other.id, Role.CLERK)
    admin = visit(app, hall, Role.ADMINISTRATOR)
    answer = admin.post(f"/admin/people/{stranger.id}", role="administrator")
    assert answer.status_code == 404
    assert context.people.person(stranger.id).roles == {(other.id, Role.CLERK)}


def test_an_administrator_enrolls_and_stops_a_device(app: Flask, hall: WorkingHall) -> None:
    admin = visit(app, hall, Role.ADMINISTRATOR)
    page = admin.send("/admin/devices", name="door", role="kiosk").text
    code = re.search(r'class="code">([A-Z0-9 ]+)<', page)
    assert code
    app.test_client().post("/enroll", data={"code": code[1]})
    (device,) = hall.context.people.devices(hall.id)
    admin.post(f"/admin/devices/{device.id}/stop")
    assert not hall.context.people.devices(hall.id)[0].is_active


def test_who_works_in_two_halls_chooses_where(app: Flask, hall: WorkingHall) -> None:
    other = a_hall(hall.context, hall.clock, special())
    visitor = visit(app, hall, Role.GUIDE)
    hall.context.people.grant(visitor.id, other.id, Role.GUIDE)
    for chosen in (other, hall):
        visitor.post("/hall", hall=chosen.id, role="guide")
        assert f'data-hall="{chosen.id}"' in visitor.get("/guide").text
    assert visitor.post("/hall", hall=other.id, role="manager").status_code == 403


def test_the_first_page_shows_only_what_one_may_open(app: Flask, hall: WorkingHall) -> None:
    assert "Administration" not in visit(app, hall, Role.GUIDE).get("/").text
    assert "Administration" in visit(app, hall, Role.ADMINISTRATOR, login="wang").get("/").text


def test_a_command_without_the_token_of_its_page_is_refused(
    hall: WorkingHall, at_one: Visitor
) -> None:
    a_ticket(hall)
    assert at_one.client.post("/clerk/next", data={"ticket": ""}).status_code == 403
    assert at_one.number() == ""


def test_no_page_of_the_staff_is_kept_by_the_browser(app: Flask, hall: WorkingHall) -> None:
    answer = visit(app, hall, Role.MANAGER).get("/manager")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_speaks_chinese_to_begin_with(app: Flask, hall: WorkingHall) -> None:
    assert "选择大厅" in app.test_client().get("/").text


def test_a_counter_of_a_clerk_who_left_is_named_to_the_manager(
    app: Flask, hall: WorkingHall
) -> None:
    hall.do(open_counter, clerk("gone"), counter=ONE)
    assert "gone" in visit(app, hall, Role.MANAGER).get("/manager/now").text
