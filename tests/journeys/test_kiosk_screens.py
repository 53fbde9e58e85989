"""The touch screen and the phone page in a real browser, at their real sizes."""

import re

import pytest
from playwright.sync_api import Route, expect

from hall.context import Context
from hall.domain.identities import CounterId, MatterCode
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from tests.foresight import foreseen
from tests.halls import EXAMPLES, KIOSK, FakeClock, WorkingHall, a_hall, clerk
from tests.journeys.touching import PHONE, TOUCH_SCREEN, NewPage, check

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings(
        "ignore:(?s).*hall/web/static:pytest.PytestUnraisableExceptionWarning"
    ),
]


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is always open, where one counter serves and three citizens wait."""
    hall = a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")
    hall.do(open_counter, clerk(), counter=CounterId("5"))
    for _ in range(3):
        hall.do(issue_ticket, KIOSK)
        clock.tick(seconds=10)
    return hall


LOOKS = [
    pytest.param("?lang=zh", id="zh"),
    pytest.param("?lang=en", id="en"),
    pytest.param("?lang=zh&size=large", id="zh-large"),
    pytest.param("?lang=en&size=large", id="en-large"),
    pytest.param("?lang=en&reach=low", id="en-low"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_touch_screen_fits_and_can_be_read_and_touched(
    new_page: NewPage, url: str, look: str
) -> None:
    page = new_page(TOUCH_SCREEN)
    page.goto(f"{url}/kiosk/yunxi{look}")
    addresses = [
        "",
        "/groups",
        "/matters?group=social",
        "/matters?group=social&m=social-card",
        "/bundles",
        "/search",
        "/search?q=S",
        "/priority",
        "/help",
    ]
    for address in addresses:
        page.goto(f"{url}/kiosk/yunxi{address}")
        assert check(page, "kiosk")["hidden_below"] == 0, address
    page.goto(f"{url}/kiosk/yunxi/papers?m=social-card&m=pension-claim")
    check(page, "kiosk")
    button = page.locator("form button")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    expect(page.locator(".ticket .number")).to_have_text("A004")
    assert check(page, "kiosk")["hidden_below"] == 0


@pytest.mark.parametrize("look", LOOKS[:4])
def test_every_page_of_the_phone_can_be_read_and_touched(
    new_page: NewPage, url: str, hall: WorkingHall, look: str
) -> None:
    waiting = hall.do(issue_ticket, KIOSK, matters=(MatterCode("pension-claim"),)).secret
    page = new_page(PHONE)
    for address in (f"/t/{waiting}{look}", f"/t/{waiting}/leave", "/t/nobody"):
        page.goto(url + address)
        check(page, "phone")
    for _ in range(4):
        hall.do(call_next, clerk(), counter=CounterId("5"), finish_with={})
    page.goto(f"{url}/t/{waiting}")
    expect(page.locator(".goto b")).to_have_text("5")
    check(page, "phone")


def test_a_citizen_with_two_matters_needs_no_javascript(new_page: NewPage, url: str) -> None:
    page = new_page(TOUCH_SCREEN, java_script_enabled=False)
    page.goto(f"{url}/kiosk/yunxi?lang=zh")
    page.click("text=全部类别")
    page.click("text=社会保障 >> nth=0")
    page.click("text=养老待遇申领")
    page.click("text=再加一件事")
    page.click("text=查找事项")
    for letter in "SHBZ":
        page.click(f".letters a:text-is('{letter}')")
    page.click("text=社会保障卡申领")
    page.click("button:has-text('取号')")
    expect(page.locator(".ticket .number")).to_have_text("A004")
    expect(page.locator(".what")).to_have_text("养老待遇申领 · 社会保障卡申领")


def test_a_citizen_leaves_the_queue_without_javascript(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(PHONE, java_script_enabled=False)
    page.goto(f"{url}/t/{hall.do(issue_ticket, KIOSK).secret}?lang=zh")
    page.click("text=取消排队")
    page.click("text=是的，取消排队")
    expect(page.locator(".state")).to_have_text("已取消排队")


def test_a_double_tap_is_one_number(new_page: NewPage, url: str, hall: WorkingHall) -> None:
    page = new_page(TOUCH_SCREEN)
    page.goto(f"{url}/kiosk/yunxi?lang=zh")
    page.dblclick(".big")
    expect(page.locator(".ticket .number")).to_have_text("A004")
    assert hall.events()[-1].number == "A004"


def test_the_number_goes_away_after_a_warning_of_20_seconds(new_page: NewPage, url: str) -> None:
    page = new_page(TOUCH_SCREEN)
    page.clock.install()
    page.goto(f"{url}/kiosk/yunxi?lang=en&size=large")
    page.click(".big")
    expect(page.locator(".ticket")).to_be_visible()
    page.clock.fast_forward(31_000)
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#seconds")).to_have_text("20")
    page.clock.run_for(21_000)
    expect(page.locator("h1")).to_have_text("您好，请选择")
    expect(page.locator("html")).to_have_class(re.compile(r"^\s*$"))


def test_a_touch_answers_the_warning(new_page: NewPage, url: str) -> None:
    page = new_page(TOUCH_SCREEN)
    page.clock.install()
    page.goto(f"{url}/kiosk/yunxi/search?lang=zh")
    page.clock.fast_forward(61_000)
    page.click("#stay")
    expect(page.locator("#ask")).to_be_hidden()
    page.clock.run_for(30_000)
    expect(page.locator("#ask")).to_be_hidden()
    assert "/search" in page.url


def test_a_screen_that_lost_its_server_says_so_and_comes_back(new_page: NewPage, url: str) -> None:
    page = new_page(TOUCH_SCREEN)
    page.clock.install()
    page.goto(f"{url}/kiosk/yunxi?lang=zh")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/kiosk/yunxi?**", refuse)
    page.clock.run_for(31_000)
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/kiosk/yunxi?**", refuse)
    page.clock.run_for(6_000)
    expect(page.locator("#lost")).to_be_hidden()


def test_the_slip_prints_itself_and_nothing_else(
    new_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = new_page(TOUCH_SCREEN)
    page.add_init_script("window.print = function () { window.printed = true; };")
    page.goto(f"{url}/kiosk/yunxi/slip/{hall.do(issue_ticket, KIOSK).secret}?lang=zh")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".after")).to_be_hidden()
    width = page.locator(".slip").evaluate("e => e.getBoundingClientRect().width")
    assert width == pytest.approx(80 / 25.4 * 96, abs=1)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["", "/times"])
def test_the_next_hours_fit_the_touch_screen_in_large_type(
    new_page: NewPage, url: str, hall: WorkingHall, path: str, language: str
) -> None:
    groups = hall.ask(lambda view: list(view.layout.group_of))
    foreseen(hall.context, hall.id, groups, needed=6, planned=6)
    page = new_page(TOUCH_SCREEN)
    page.goto(f"{url}/kiosk/{hall.id}{path}?lang={language}&size=large")
    expect(page.locator(".times, .stats a")).to_be_visible()
    check(page, "kiosk")
