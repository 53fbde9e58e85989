"""The touch screen and the phone page in a real browser, at their real sizes."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

import display
import kiosk
from hall.context import Context
from hall.domain.identities import CounterId, MatterCode
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.settings import Settings
from hall.web.application import make_web
from tests.foresight import foreseen
from tests.halls import EXAMPLES, KIOSK, FakeClock, WorkingHall, a_hall, clerk

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings(
        "ignore:(?s).*hall/web/static:pytest.PytestUnraisableExceptionWarning"
    ),
]

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
TOUCH_SCREEN = {"width": 1080, "height": 1920}
PHONE = {"width": 390, "height": 844}
#: 4.8 mm on a 21.5-inch portrait screen, and what 18 dp are on a phone, in CSS pixels.
SMALLEST_TYPE = {"kiosk": 29, "phone": 18}
#: Main targets of 60 dp on the touch screen (at 1.5 pixels each), 44 on a phone.
SMALLEST_TARGET = {"kiosk": 80, "phone": 44}
MEASURED = """() => {
  const seen = e => e.getClientRects().length && !e.closest('noscript, .unseen, [hidden]');
  const all = [...document.querySelectorAll('body *')].filter(seen);
  const main = document.querySelector('main');
  const spoken = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const touched = all.filter(e => e.matches('a, button'));
  return {
    beyond: all.filter(e => !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.outerHTML.slice(0, 80)),
    hidden_below: main.scrollHeight - main.clientHeight,
    type: Math.min(...spoken.map(e => parseFloat(getComputedStyle(e).fontSize))),
    target: Math.min(...touched.map(e => {
      const r = e.getBoundingClientRect();
      return Math.min(r.width, r.height);
    }))
  };
}"""


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is always open, where one counter serves and three citizens wait."""
    hall = a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")
    hall.do(open_counter, clerk(), counter=CounterId("5"))
    for _ in range(3):
        hall.do(issue_ticket, KIOSK)
        clock.tick(seconds=10)
    return hall


@pytest.fixture
def url(hall: WorkingHall, tmp_path: Path) -> Iterator[str]:
    """The address of a server with the doors, without sockets."""
    app: Flask = make_web(Settings(data=tmp_path, secret_key="a key for tests"), hall.context)
    for door in (kiosk.blueprint, display.blueprint):
        app.register_blueprint(door)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser, url: str) -> Iterator[NewPage]:
    """Open pages of a size; an error in their scripts or a request elsewhere fails the test."""
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((url, url.replace("http:", "ws:"), "data:")):
            wrong.append(f"asked {request.url}")

    def new(size: dict[str, int], **options: Any) -> Page:
        browser = chromium.new_context(viewport=size, locale="zh-CN", **options)  # type: ignore[arg-type]
        opened.append(browser)
        page = browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", note)
        return page

    yield new
    for browser in opened:
        browser.close()
    assert wrong == []


def check(page: Page, kind: str) -> dict[str, Any]:
    """Assert what every page must keep, and return what was measured."""
    page.wait_for_load_state()
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run({RULES})")
    assert found["passes"], "axe looked at nothing"
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    measured: dict[str, Any] = page.evaluate(MEASURED)
    assert measured["beyond"] == []
    assert measured["type"] >= SMALLEST_TYPE[kind]
    assert measured["target"] >= SMALLEST_TARGET[kind]
    return measured


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
