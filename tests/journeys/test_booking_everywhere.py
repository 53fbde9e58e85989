"""All that a citizen does with appointments, at every size, with scripts and without, in any look.

Book, move, cancel, wait for a freed time, take it, check in.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from hall.context import Context
from hall.operations.booking import cancel_booking
from tests.hall.test_booking import LAYOUT, fill
from tests.halls import CITIZEN, FakeClock, WorkingHall, a_hall
from tests.journeys.test_booking_screens import open_page
from tests.journeys.touching import PHONE, TOUCH_SCREEN, NewPage, check

__all__ = ["open_page"]

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings("ignore:(?s).*/static:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A small hall on a Monday morning."""
    clock.now = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    return a_hall(context, clock, LAYOUT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """A citizen's way through the pages."""

    page: Page
    hall: WorkingHall
    kind: str
    scripts: bool

    def look(self) -> None:
        """Assert that the page can be read and touched; measuring needs scripts."""
        if self.scripts:
            check(self.page, self.kind)


#: Each size with scripts and without, each size in each look, each look with scripts and without.
WALKS = [
    pytest.param("phone", True, "?lang=zh", id="phone-zh"),
    pytest.param("phone", False, "?lang=en&size=large", id="phone-en-large-no-scripts"),
    pytest.param("kiosk", True, "?lang=en&size=large", id="touch-screen-en-large"),
    pytest.param("kiosk", False, "?lang=zh", id="touch-screen-zh-no-scripts"),
]


@pytest.mark.parametrize(("kind", "scripts", "look"), WALKS)
def test_a_citizen_books_moves_cancels_waits_and_checks_in(
    open_page: NewPage, url: str, hall: WorkingHall, kind: str, scripts: bool, look: str
) -> None:
    page = open_page(PHONE if kind == "phone" else TOUCH_SCREEN, java_script_enabled=scripts)
    walk = Walk(page=page, hall=hall, kind=kind, scripts=scripts)
    full = [*fill(walk.hall), *fill(walk.hall, 570)]
    walk.page.goto(f"{url}/book/small{look}")
    book(walk.page, scripts=walk.scripts)
    walk.look()
    move_and_cancel(walk.page)
    walk.look()
    walk.page.goto(f"{url}/book/small/times?day=2026-03-03&m=short")
    code = wait(walk, free=full[0])
    walk.hall.clock.now = datetime(2026, 3, 3, 1, 1, tzinfo=UTC)
    come(walk, url, code)
    expect(walk.page.locator(".came")).to_contain_text(re.compile("按时|on time"))
    expect(walk.page.locator("main .number").first).to_have_text("A001")
    walk.look()


def wait(walk: Walk, *, free: str) -> str:
    """Wait for a time until somebody gives theirs free; take it, and return its code."""
    page = walk.page
    page.click("main a.button.first")
    answer(page)
    expect(page.locator(".ahead")).to_be_visible()
    walk.hall.do(cancel_booking, CITIZEN, code=free)
    page.reload()
    page.click(".panel .button")
    page.click("main button.first")
    return page.locator(".code").inner_text()


def come(walk: Walk, url: str, code: str) -> None:
    """Check in: by the code at the screen, on the appointment's own page on a phone."""
    page = walk.page
    if walk.kind == "kiosk":
        page.goto(f"{url}/kiosk/small")
        page.click("a[href$='/appointment']")
        walk.look()
        for sign in code:
            page.click(f".keys a:text-is('{sign}')")
    else:
        page.reload()
    page.click(".arrival button")


def book(page: Page, *, scripts: bool) -> None:
    """Book the first time of Wednesday, from the first page to the code."""
    page.click("a.choice[href*='group=a']")
    page.click("a.choice[href$='m=short']")
    page.click("main a.button.first")
    page.click("a.choice[href*='day=2026-03-04']")
    page.click("button.slot >> nth=0")
    expect(page.locator("#kept")).to_contain_text("11:10")
    if scripts:
        expect(page.locator("#left")).to_have_text(re.compile(r"^(10:00|9:[0-5]\d)$"))
    page.click(".questions button")
    expect(page.locator("#name-why")).to_have_text(re.compile("请填写姓名|Please give a name"))
    answer(page)
    page.click("main button.first")
    expect(page.locator(".panel.booked")).to_contain_text("09:00")


def answer(page: Page) -> None:
    """Say who comes."""
    page.fill("#name", "张小明")
    page.fill("#phone", "13800138000")
    page.click(".questions button.first")


def move_and_cancel(page: Page) -> None:
    """Move the appointment to Thursday, find it again by its code, and give it back."""
    code = page.locator(".code").inner_text()
    page.click("a[href$='/move']")
    page.click("a.choice[href*='day=2026-03-05']")
    page.click("button.slot >> nth=1")
    page.click("main button.first")
    expect(page.locator(".panel.booked .when b")).to_have_text("09:30")
    page.goto(page.url.partition("/b/")[0] + "/book/small/find")
    page.fill("#code", code.lower())
    page.click(".questions button")
    page.click("a.button.bad")
    page.click("main button.bad")
    expect(page.locator(".panel.cancelled")).to_be_visible()
