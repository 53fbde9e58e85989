"""The wall and the counter screen in a real browser, with a real server behind them."""

import json
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.journeys.axe import broken
from tests.journeys.conftest import ServedHall

#: The comprehensive ones.
COUNTERS = [str(number) for number in range(1, 10)]
#: Every clip is over at once, so that a queue of calls is said in seconds.
QUICK_CLIPS = """
AudioContext.prototype.decodeAudioData = function (bytes, done) {
  done(this.createBuffer(1, 240, 24000));
};
"""
#: Notes when a number first stands on the page.
WATCH = """() => {
  window.seen = {};
  new MutationObserver(function () {
    document.querySelectorAll('.left .number').forEach(function (one) {
      if (!(one.textContent in seen)) { seen[one.textContent] = Date.now(); }
    });
  }).observe(document.querySelector('.left'), {childList: true, subtree: true});
}"""
#: What is wider than its place, or taller; glyphs reach above and below their line, unseen.
OVERFLOWING = """() => {
  function found(names, isOver) {
    return Array.from(document.querySelectorAll(names)).filter(isOver).map(function (one) {
      return one.outerHTML.slice(0, 200);
    });
  }
  return found('body, main, section, header, footer, li, .now, .box, h1, h2', function (one) {
    return one.scrollWidth > one.clientWidth + 1;
  }).concat(found('body, main, section:not(.left), .box', function (one) {
    return one.scrollHeight > one.clientHeight + 1;
  }));
}"""


#: In so long every wall has shown each page of its groups once.
A_ROUND_MS = 30_000


@pytest.fixture
def hall(served_hall: ServedHall) -> ServedHall:
    """A hall with nine comprehensive counters open, and as many people waiting."""
    for counter in COUNTERS:
        served_hall.post(f"counters/{counter}/open")
    for _ in COUNTERS:
        served_hall.post("tickets", matters=["social-card"])
    return served_hall


class Wall:
    """A wall in a browser of its own, whose line to the server the test can cut."""

    def __init__(self, browser: Browser, hall: ServedHall, query: str = "") -> None:
        self.context = browser.new_context(
            viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="UTC"
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.is_cut = False
        self._sockets: list[WebSocketRoute] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url, hall.url))
        self.page.add_init_script(QUICK_CLIPS)
        self.page.route_web_socket("**/socket.io/**", self._connect)
        self.page.route("**/board*", lambda r: r.abort() if self.is_cut else r.continue_())
        self.page.goto(f"{hall.url}/display/{hall.id}{query}")
        self.wait_for_link("live")

    def _note(self, address: str, ours: str) -> None:
        if not address.startswith((ours, "data:", ours.replace("http", "ws", 1))):
            self.outside.append(address)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)

    def cut(self) -> None:
        """Cut the line: the socket closes, no new one comes, the board cannot be fetched."""
        self.is_cut = True
        while self._sockets:
            self._sockets.pop().close()
        self.wait_for_link("lost")

    def mend(self) -> None:
        """Let the wall reach its server again."""
        self.is_cut = False
        self.wait_for_link("live")

    def wait_for_link(self, state: str) -> None:
        self.page.wait_for_selector(f".link.{state}", timeout=15_000)

    def spoken(self, count: int) -> list[str]:
        """Return the announcements spoken, once there are so many."""
        self.page.wait_for_function("(n) => hallWall.spoken.length >= n", arg=count, timeout=60_000)
        found: list[str] = self.page.evaluate("hallWall.spoken")
        return found


@pytest.fixture
def wall(chromium: Browser, hall: ServedHall) -> Iterator[Wall]:
    """A wall that shows the hall."""
    wall = Wall(chromium, hall)
    yield wall
    assert wall.errors == []
    assert wall.outside == []
    wall.context.close()


def call(hall: ServedHall, counter: str) -> dict[str, Any]:
    """Call the next citizen to a counter and return the ticket."""
    ticket: dict[str, Any] = hall.post(f"counters/{counter}/next")["ticket"]
    return ticket


def test_a_call_reaches_the_wall_and_is_spoken(wall: Wall, hall: ServedHall) -> None:
    ticket = call(hall, "7")
    expect(wall.page.locator("#now-number")).to_have_text(ticket["number"])
    expect(wall.page.locator("#now-counter")).to_have_text("7")
    assert len(wall.spoken(1)) == 1


def test_the_big_card_follows_the_voice_and_the_list_changes_at_once(
    wall: Wall, hall: ServedHall
) -> None:
    first, second = call(hall, "1"), call(hall, "2")
    expect(wall.page.locator("#calls li").first).to_contain_text(second["number"])
    expect(wall.page.locator("#now-number")).to_have_text(second["number"])
    expect(wall.page.locator("#calls li").first).to_contain_text(first["number"])
    assert len(wall.spoken(2)) == 2


def test_a_recalled_number_is_tagged_and_spoken_again(wall: Wall, hall: ServedHall) -> None:
    ticket = call(hall, "1")
    hall.post_to(f"tickets/{ticket['id']}/recall")
    assert len(wall.spoken(2)) == 2
    expect(wall.page.locator("#now.again")).to_contain_text("再次呼叫")


def test_a_reload_repeats_nothing(wall: Wall, hall: ServedHall) -> None:
    call(hall, "1")
    before = wall.spoken(1)
    wall.page.reload()
    wall.wait_for_link("live")
    call(hall, "2")
    after = wall.spoken(2)
    assert after[:1] == before
    assert len(set(after)) == 2


def test_a_wall_that_missed_fifty_events_shows_and_says_what_the_others_do(
    chromium: Browser, wall: Wall, hall: ServedHall
) -> None:
    away = Wall(chromium, hall)
    before = hall.sequence()
    away.cut()
    tickets = [call(hall, counter) for counter in COUNTERS]
    for ticket in tickets * 2:
        hall.post_to(f"tickets/{ticket['id']}/recall")
    for _ in range(23):
        hall.post("tickets", matters=["pension-claim"])
    assert hall.sequence() - before == 50
    away.mend()
    announcements = 3 * len(COUNTERS)
    spoken = wall.spoken(announcements)
    assert sorted(away.spoken(announcements)) == sorted(spoken)
    assert len(spoken) == len(set(spoken)) == announcements
    late = Wall(chromium, hall)
    for part in ("now", "calls", "next", "waiting"):
        truth = late.page.inner_text(f"#{part}")
        for screen in (away, wall):
            expect(screen.page.locator(f"#{part}")).to_have_text(
                truth, use_inner_text=True, timeout=A_ROUND_MS
            )
    assert away.errors == late.errors == []
    away.context.close()
    late.context.close()


def test_a_wall_of_a_zone_hears_nothing_of_the_others(chromium: Browser, hall: ServedHall) -> None:
    upstairs = Wall(chromium, hall, "?zone=2F")
    call(hall, "1")
    ticket = call(hall, "9")
    expect(upstairs.page.locator("#now-number")).to_have_text(ticket["number"])
    assert len(upstairs.spoken(1)) == 1
    assert upstairs.page.locator("#calls li:not(.blank)").count() == 0
    upstairs.context.close()


def test_the_counter_screen_shows_whom_its_counter_called(
    wall_page: Page, hall: ServedHall
) -> None:
    wall_page.goto(f"{hall.url}/display/{hall.id}/counter/3")
    expect(wall_page.locator("main")).to_have_class("ready")
    ticket = call(hall, "3")
    expect(wall_page.locator("#number")).to_have_text(ticket["number"])
    hall.post_to(f"tickets/{ticket['id']}/finish")
    hall.post("counters/3/pause", reason="tea")
    expect(wall_page.locator("main")).to_have_class("paused")
    hall.post("counters/3/close")
    expect(wall_page.locator("main")).to_have_class("closed")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", ["", "/counter/3"])
def test_nothing_overflows_at_the_design_size(
    wall_page: Page, hall: ServedHall, page: str, language: str
) -> None:
    for counter in COUNTERS:
        call(hall, counter)
    wall_page.goto(f"{hall.url}/display/{hall.id}{page}?lang={language}")
    wall_page.wait_for_selector(".link.live")
    assert wall_page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", ["", "/counter/3"])
def test_the_screens_pass_axe(wall_page: Page, hall: ServedHall, page: str, language: str) -> None:
    call(hall, "3")
    wall_page.goto(f"{hall.url}/display/{hall.id}{page}?lang={language}")
    wall_page.wait_for_selector(".link.live")
    wall_page.emulate_media(reduced_motion="reduce")
    assert broken(wall_page, tags=None) == {}


@pytest.mark.xdist_group("alone")
def test_a_call_reaches_the_wall_within_100_ms(wall_page: Page, hall: ServedHall) -> None:
    """The median of nine calls, from the clerk's request to the number on the page."""
    wall_page.goto(f"{hall.url}/display/{hall.id}")
    wall_page.wait_for_selector(".link.live")
    wall_page.evaluate(WATCH)
    delays = []
    for counter in COUNTERS:
        asked_at = time.time() * 1000
        number = call(hall, counter)["number"]
        wall_page.wait_for_function("(number) => number in seen", arg=number)
        delays.append(wall_page.evaluate("(number) => seen[number]", number) - asked_at)
    assert median(delays) < 100, delays


@pytest.mark.parametrize(
    ("address", "status", "what"),
    [
        ("/display/nowhere", 404, ""),
        ("/display/{hall}?zone=cellar", 404, "cellar"),
        ("/display/{hall}?voice=fr", 400, "fr"),
        ("/display/{hall}?volume=loud", 400, "loud"),
        ("/display/{hall}/counter/99", 404, ""),
    ],
)
def test_an_address_that_means_nothing_is_told_so(
    wall_page: Page, served_hall: ServedHall, address: str, status: int, what: str
) -> None:
    answer = wall_page.goto(served_hall.url + address.format(hall=served_hall.id))
    assert answer is not None
    assert answer.status == status
    assert what in wall_page.inner_text("body")


def test_the_page_carries_its_board_before_any_script_asks(
    wall_page: Page, served_hall: ServedHall
) -> None:
    wall_page.route("**/*.js", lambda route: route.abort())
    wall_page.goto(f"{served_hall.url}/display/{served_hall.id}")
    data = json.loads(wall_page.inner_text("#page"))
    assert data["board"]["sequence"] == served_hall.sequence()
