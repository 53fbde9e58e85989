"""Booking in a real browser: a phone and the touch screen, with JavaScript and without."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.contact import Contact
from hall.domain.identities import MatterCode
from hall.domain.slots import slot_named
from hall.operations.booking import confirm_booking, hold_slot
from hall.queries.slots import slots
from tests.halls import CITIZEN, EXAMPLES, FakeClock, WorkingHall, a_hall
from tests.journeys.touching import PHONE, TOUCH_SCREEN, NewPage, check

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings("ignore:(?s).*/static:pytest.PytestUnraisableExceptionWarning"),
]

CARD = MatterCode("social-card")
LOOKS = [
    pytest.param("?lang=zh", id="zh"),
    pytest.param("?lang=en&size=large", id="en-large"),
]
SIZES = [
    pytest.param(PHONE, "phone", id="phone"),
    pytest.param(TOUCH_SCREEN, "kiosk", id="touch-screen"),
]


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall that is always open and takes appointments."""
    return a_hall(context, clock, EXAMPLES / "yunxi" / "layout.toml")


@pytest.fixture
def open_page(new_page: NewPage, hall: WorkingHall, url: str) -> NewPage:
    """Open pages of a size; the large one is the hall's enrolled screen."""

    def new(size: dict[str, int], **options: object) -> Page:
        page = new_page(size, **options)
        if size is TOUCH_SCREEN:
            _, token = hall.context.people.add_device(
                hall=hall.id, role=Role.KIOSK, name="door", counter=None, now=hall.clock.now
            )
            page.context.add_cookies([{"name": DEVICE_COOKIE, "value": token, "url": url}])
        return page

    return new


def booked(hall: WorkingHall, *, ahead: timedelta, name: str = "张小明") -> str:
    """Book the first time after a while, and return its code."""
    soon = (hall.clock.now + ahead).isoformat()[:16]
    found = hall.ask(lambda view: slots(view, matters=(CARD,)))
    slot = next(s["slot"] for day in found for s in day["slots"] if s["start"][:16] >= soon)
    day, minute = slot_named(slot)
    code = hall.do(hold_slot, CITIZEN, day=day, minute=minute, matters=(CARD,)).code
    contact = Contact(name=name, phone="13800138000")
    whose = hall.context.seal.whose(contact, language="zh")
    hall.do(confirm_booking, CITIZEN, code=code, whose=whose)
    return code


@pytest.mark.parametrize(("size", "kind"), SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_booking_can_be_read_and_touched(
    open_page: NewPage, url: str, hall: WorkingHall, size: dict[str, int], kind: str, look: str
) -> None:
    page = open_page(size)
    page.goto(f"{url}/book/yunxi{look}")
    code = booked(hall, ahead=timedelta(days=1))
    for address in (
        "/book/yunxi",
        "/book/yunxi?group=social&m=social-card",
        "/book/yunxi?q=zzz",
        "/book/yunxi/papers?bundle=newborn",
        "/book/yunxi/papers?m=social-card&m=pension-claim",
        "/book/yunxi/days?m=social-card",
        "/book/yunxi/times?m=social-card&day=2026-03-03",
        "/book/yunxi/find?code=XXXXXXXX",
        f"/b/{code}",
        f"/b/{code}/move",
        f"/b/{code}/move?day=2026-03-04",
        f"/b/{code}/move?slot=2026-03-04/0600",
        f"/b/{code}/cancel",
    ):
        page.goto(url + address)
        check(page, kind)
    page.goto(f"{url}/book/yunxi/times?m=social-card&day=2026-03-03")
    page.click("button.slot >> nth=0")
    check(page, kind)
    page.check("#for-company", force=True)
    page.click(".questions button")
    expect(page.locator(".why")).to_have_count(3)
    check(page, kind)
    page.fill("#whom", "云溪茶厂")
    page.fill("#name", "张小明")
    page.fill("#phone", "13800138001")
    page.fill("#id_number", "11010519491231002X")
    page.click(".questions button")
    check(page, kind)


def test_a_time_that_ran_out_is_told_without_a_touch(
    open_page: NewPage, url: str, hall: WorkingHall
) -> None:
    page = open_page(PHONE)
    page.clock.install()
    page.goto(f"{url}/book/yunxi/times?m=social-card&day=2026-03-03&lang=zh")
    page.click("button.slot >> nth=0")
    expect(page.locator("#left")).to_be_visible()
    page.clock.run_for(9 * 60_000 + 30_000)
    expect(page.locator("#kept")).to_have_class(re.compile("short"))
    hall.clock.tick(minutes=11)
    page.clock.run_for(60_000)
    expect(page.locator(".refused")).to_contain_text("请重新选择")


@pytest.mark.parametrize("look", LOOKS)
def test_a_citizen_checks_in_at_the_screen_by_digits_and_name(
    open_page: NewPage, url: str, hall: WorkingHall, look: str
) -> None:
    booked(hall, ahead=timedelta(hours=1))
    hall.clock.now = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)
    page = open_page(TOUCH_SCREEN)
    page.goto(f"{url}/kiosk/yunxi/appointment{look}")
    assert check(page, "kiosk")["hidden_below"] == 0
    page.click(".button.first")
    assert check(page, "kiosk")["hidden_below"] == 0
    for digit in "8000":
        page.click(f".keys button:text-is('{digit}')")
    assert check(page, "kiosk")["hidden_below"] == 0
    page.click(".keys button:text-is('B')")
    expect(page.locator(".refused")).to_be_visible()
    check(page, "kiosk")
    page.click(".row .button >> nth=1")
    for digit in "8000":
        page.click(f".keys button:text-is('{digit}')")
    page.click(".keys button:text-is('张')")
    check(page, "kiosk")
    page.click("button[name=which]")
    expect(page.locator(".ticket .number")).to_have_text("A001")
    assert check(page, "kiosk")["hidden_below"] == 0


def test_a_qr_reader_types_the_whole_address(
    open_page: NewPage, url: str, hall: WorkingHall
) -> None:
    code = booked(hall, ahead=timedelta(hours=1))
    page = open_page(TOUCH_SCREEN)
    page.goto(f"{url}/kiosk/yunxi/appointment?lang=en")
    page.keyboard.type(f"{url}/b/{code}?lang=en\n")
    expect(page.locator(".code")).to_have_text(code)
