"""A citizen takes a number on the touch screen: plain forms, over HTTP, without JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.events import EventName
from hall.domain.identities import CounterId
from hall.operations.counters import open_counter
from hall.operations.day import close_day, open_day
from tests.halls import EXAMPLES, FakeClock, WorkingHall, a_hall, clerk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser that nobody enrolled."""
    return app.test_client()


@pytest.fixture
def yunxi(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is always open and lets every phone take a number."""
    return a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")


@pytest.fixture
def screen(app: Flask, hall: WorkingHall) -> FlaskClient:
    """The enrolled touch screen of the 12-counter hall, which is closed at night."""
    _, token = hall.context.people.add_device(
        hall=hall.id, role=Role.KIOSK, name="door", counter=None, now=hall.clock.now
    )
    client = app.test_client()
    client.set_cookie(DEVICE_COOKIE, token)
    return client


def key_in(page: TestResponse) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def take(browser: FlaskClient, hall: WorkingHall, **form: object) -> TestResponse:
    return browser.post(f"/kiosk/{hall.id}/tickets", data=form)


def numbers_issued(hall: WorkingHall) -> list[str | None]:
    return [e.number for e in hall.events() if e.name is EventName.TICKET_ISSUED]


def test_one_tap_gives_a_number_with_its_place_and_its_code(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    yunxi.do(open_counter, clerk(), counter=CounterId("1"))
    start = browser.get("/kiosk/yunxi")
    page = browser.post("/kiosk/yunxi/tickets", data={"key": key_in(start)}, follow_redirects=True)
    assert numbers_issued(yunxi) == ["A001"]
    assert '<span class="number">A001</span>' in page.text
    assert "前面还有" in page.text
    assert "<svg role=" in page.text


def test_two_taps_on_one_button_are_one_number(browser: FlaskClient, yunxi: WorkingHall) -> None:
    key = key_in(browser.get("/kiosk/yunxi"))
    first = take(browser, yunxi, key=key)
    second = take(browser, yunxi, key=key)
    assert first.location == second.location
    assert numbers_issued(yunxi) == ["A001"]


def test_the_next_citizen_at_the_start_page_gets_another_number(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    for _ in range(2):
        take(browser, yunxi, key=key_in(browser.get("/kiosk/yunxi")))
    assert numbers_issued(yunxi) == ["A001", "A002"]


def test_an_old_page_does_not_give_a_number_for_something_else(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    key = key_in(browser.get("/kiosk/yunxi"))
    take(browser, yunxi, key=key)
    answer = take(browser, yunxi, key=key, m="social-card")
    assert answer.status_code == 409
    assert "请重新开始" in answer.text
    assert numbers_issued(yunxi) == ["A001"]


def test_pages_are_never_kept_by_the_browser(browser: FlaskClient, yunxi: WorkingHall) -> None:
    page = browser.get(f"/kiosk/{yunxi.id}")
    assert page.headers["Cache-Control"] == "no-store"


def test_several_matters_are_one_number(browser: FlaskClient, yunxi: WorkingHall) -> None:
    papers = browser.get("/kiosk/yunxi/papers?m=pension-claim&m=social-card")
    page = browser.post(
        "/kiosk/yunxi/tickets",
        data={"key": key_in(papers), "m": ["pension-claim", "social-card"]},
        follow_redirects=True,
    )
    assert numbers_issued(yunxi) == ["A001"]
    assert "养老待遇申领 · 社会保障卡申领" in page.text


def test_a_paper_that_two_matters_need_is_listed_once(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    page = browser.get(f"/kiosk/{yunxi.id}/papers?m=pension-claim&m=social-card")
    assert page.text.count("<span>身份证") == 1


def test_a_life_event_is_one_number_for_all_its_matters(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    bundle = yunxi.ask(lambda view: view.layout).bundles[0]
    page = browser.get(f"/kiosk/yunxi/papers?bundle={bundle.id}")
    take(browser, yunxi, key=key_in(page), bundle=bundle.id)
    issued = [e for e in yunxi.events() if e.name is EventName.TICKET_ISSUED]
    assert [tuple(e.details["matters"]) for e in issued] == [bundle.matters]


def test_letters_lead_to_a_matter(browser: FlaskClient, yunxi: WorkingHall) -> None:
    page = browser.get(f"/kiosk/{yunxi.id}/search?q=shbz")
    assert "社会保障卡申领" in page.text
    assert "养老待遇申领" not in page.text


def test_a_matter_that_the_layout_lost_is_refused_in_words(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    answer = take(browser, yunxi, m="gone")
    assert answer.status_code == 409
    assert "这件事现在不在这里办" in answer.text


def test_a_phone_takes_no_number_where_the_hall_does_not_allow_it(
    browser: FlaskClient, hall: WorkingHall
) -> None:
    assert "请使用大厅入口的取号机" in browser.get(f"/kiosk/{hall.id}").text
    assert take(browser, hall, m="m-a").status_code == 403
    assert numbers_issued(hall) == []


def test_the_enrolled_screen_gives_numbers(screen: FlaskClient, hall: WorkingHall) -> None:
    assert take(screen, hall, m="m-a").status_code == 303
    assert len(numbers_issued(hall)) == 1


def test_before_opening_the_screen_says_when_numbers_are_given(
    screen: FlaskClient, hall: WorkingHall, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    page = screen.get(f"/kiosk/{hall.id}")
    assert "现在暂停取号" in page.text
    assert "3月2日周一" in page.text
    assert "08:00" in page.text


def test_after_closing_the_screen_says_when_it_opens_tomorrow(
    screen: FlaskClient, hall: WorkingHall, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    page = screen.get(f"/kiosk/{hall.id}")
    assert "3月3日周二" in page.text


def test_a_day_that_the_manager_closed_gives_no_more_numbers(
    screen: FlaskClient, hall: WorkingHall
) -> None:
    hall.do(open_day)
    hall.do(close_day)
    assert "现在暂停取号" in screen.get(f"/kiosk/{hall.id}").text
    assert take(screen, hall, m="m-a").status_code == 409


def test_an_old_start_page_is_refused_in_words_once_the_hall_is_closed(
    screen: FlaskClient, hall: WorkingHall, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    answer = take(screen, hall, m="m-a")
    assert answer.status_code == 409
    assert "现在暂停取号" in answer.text


def test_a_hall_that_is_not_there_is_told_in_words(browser: FlaskClient, hall: WorkingHall) -> None:
    answer = browser.get(f"/kiosk/not-{hall.id}")
    assert answer.status_code == 404
    assert "没有这个大厅" in answer.text


def test_a_screen_speaks_chinese_until_somebody_asks_for_english(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    assert "直接取号" in browser.get(f"/kiosk/{yunxi.id}").text
    assert "Take a number now" in browser.get(f"/kiosk/{yunxi.id}?lang=en").text
    assert "All kinds of matters" in browser.get(f"/kiosk/{yunxi.id}").text


def test_large_type_and_low_reach_last_until_the_citizen_has_gone(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    browser.get(f"/kiosk/{yunxi.id}?size=large&reach=low&lang=en")
    changed = browser.get(f"/kiosk/{yunxi.id}/groups").text
    restart = re.search(r'data-home="([^"]+)"', changed)
    assert 'lang="en" class="large low"' in changed
    assert restart is not None
    browser.get(restart[1].replace("&amp;", "&"))
    assert 'lang="zh-CN" class=" "' in browser.get(f"/kiosk/{yunxi.id}/groups").text


def test_the_slip_carries_the_number_and_what_to_bring(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    ticket = take(browser, yunxi, m="social-card").location
    slip = browser.get(ticket.replace("/ticket/", "/slip/"))
    assert '<span class="number">A001</span>' in slip.text
    assert "近期免冠照片" in slip.text


def test_another_halls_address_does_not_show_a_ticket(
    browser: FlaskClient, yunxi: WorkingHall, hall: WorkingHall
) -> None:
    ticket = take(browser, yunxi).location
    assert browser.get(ticket.replace("/yunxi/", f"/{hall.id}/")).status_code == 404


def test_a_clerk_who_tries_the_screen_is_not_taken_for_a_forger(
    browser: FlaskClient, yunxi: WorkingHall
) -> None:
    people = yunxi.context.people
    person = people.add_person(login="li", name="Li", password_hash=None)
    people.grant(person.id, yunxi.id, Role.CLERK)
    with browser.session_transaction() as session:
        session["person"] = [person.id, people.person(person.id).session_version]
    page = browser.get("/kiosk/yunxi")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    assert take(browser, yunxi, key=key_in(page)).status_code == 403
    assert take(browser, yunxi, key=key_in(page), csrf_token=token[1]).status_code == 303
    assert numbers_issued(yunxi) == ["A001"]


def test_the_code_leads_to_the_address_that_phones_reach(
    app: Flask, browser: FlaskClient, yunxi: WorkingHall
) -> None:
    app.config["PUBLIC_URL"] = "https://hall.example/"
    page = browser.get(take(browser, yunxi).location)
    assert re.search(r'class="button first own" href="https://hall.example/t/[\w-]+"', page.text)
