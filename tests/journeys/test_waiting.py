"""Waiting for a freed time in a real browser: on a phone without scripts, at the touch screen."""

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
    """A small hall late on a Monday morning; not far from it another that has times."""
    clock.now = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    other = LAYOUT.replace('id = "small"', 'id = "other"').replace("小厅", "大厅")
    a_hall(context, clock, other.replace('en = "Small"', 'en = "Large"'))
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def codes(hall: WorkingHall) -> list[str]:
    """The codes of Tuesday's appointments: nothing is left."""
    return [*fill(hall), *fill(hall, 570)]


def join(page: Page, url: str, look: str) -> str:
    """Go from a full day to the list, and return where one's place is seen."""
    page.goto(f"{url}/book/small/times?day=2026-03-03&m=short&{look}")
    expect(page.locator(".others .choice")).to_have_count(1)
    page.click(".button.first")
    page.click(".questions button")
    expect(page.locator(".why")).to_have_count(2)
    page.fill("#name", "张小明")
    page.fill("#phone", "13800138000")
    page.click(".questions button")
    expect(page.locator(".ahead")).to_be_visible()
    return page.url


def test_a_citizen_waits_on_a_phone_without_scripts_and_gets_the_time(
    open_page: NewPage, url: str, hall: WorkingHall, codes: list[str]
) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    place = join(page, url, "lang=zh")
    hall.do(cancel_booking, CITIZEN, code=codes[0])
    page.goto(place)
    expect(page.locator(".panel")).to_contain_text("11:30")
    page.click(".panel .button")
    expect(page.locator("h1").last).to_have_text("有号了，为您保留中")
    page.click("text=确认预约")
    expect(page.locator(".panel.booked")).to_contain_text("3月3日周二")


@pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param(PHONE, "lang=en&size=large", id="phone-en-large"),
        pytest.param(TOUCH_SCREEN, "lang=zh", id="touch-screen-zh"),
    ],
)
def test_every_page_of_waiting_can_be_read_and_touched(
    open_page: NewPage, url: str, hall: WorkingHall, size: dict[str, int], look: str
) -> None:
    page, kind = open_page(size), "phone" if size is PHONE else "kiosk"
    codes = [*fill(hall), *fill(hall, 570)]
    place = join(page, url, look)
    page.click("summary")
    check(page, kind)
    hall.do(cancel_booking, CITIZEN, code=codes[0])
    for address in (
        f"{url}/book/small/times?day=2026-03-03&m=short",
        f"{url}/book/small/wait?day=2026-03-03&m=short",
        place,
    ):
        page.goto(address)
        check(page, kind)
    page.click(".panel .button")
    check(page, kind)


def test_a_citizen_lets_a_time_go_at_the_touch_screen_and_leaves(
    open_page: NewPage, url: str, hall: WorkingHall, codes: list[str]
) -> None:
    page = open_page(TOUCH_SCREEN)
    place = join(page, url, "lang=en")
    hall.do(cancel_booking, CITIZEN, code=codes[0])
    page.goto(place)
    page.click(".panel .button")
    page.click("text=I do not want this time")
    expect(page.locator(".refused")).to_contain_text("You let one time go")
    page.click("summary")
    page.click("text=Yes, leave it")
    expect(page.locator("h1").last).to_have_text("You are not on the waitlist any more")
    check(page, "kiosk")
