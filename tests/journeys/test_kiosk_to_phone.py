"""From the touch screen to the phone to the counter, on a real server with real sockets."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ServedHall

#: A call reaches the phone without a reload well before the phone would look by itself.
AT_ONCE_MS = 1_500


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A citizen's phone; an error in the page's scripts fails the test."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def ticket_address(phone: Page, served_hall: ServedHall) -> str:
    """The phone page of a number taken on the touch screen's page a moment ago."""
    counter = f"halls/{served_hall.id}/counters/5"
    served_hall.post_to(f"{counter}/open")
    phone.goto(f"{served_hall.url}/kiosk/{served_hall.id}?lang=zh")
    phone.click("text=直接取号")
    address = phone.locator("a.own").get_attribute("href")
    assert address is not None
    return address


def test_a_call_reaches_the_phone_at_once_and_the_visit_ends_there(
    phone: Page, served_hall: ServedHall, ticket_address: str
) -> None:
    phone.goto(ticket_address)
    expect(phone.locator(".state")).to_have_text("排队中")
    called = served_hall.post("counters/5/next")["ticket"]
    expect(phone.locator(".goto b")).to_have_text("5", timeout=AT_ONCE_MS)
    expect(phone.locator(".now .number")).to_have_text(called["number"])
    served_hall.post_to(f"tickets/{called['id']}/finish", outcomes={})
    expect(phone.locator(".state")).to_have_text("已办结", timeout=AT_ONCE_MS)
    expect(phone.locator("#freshness")).to_be_hidden()


def test_a_place_moves_up_without_a_reload(
    phone: Page, served_hall: ServedHall, ticket_address: str
) -> None:
    served_hall.post("tickets", matters=[])
    mine = served_hall.post("tickets", matters=[])
    phone.goto(f"{served_hall.url}/t/{mine['secret']}")
    ahead = phone.locator(".figures b").first
    expect(ahead).to_have_text("2")
    served_hall.post("counters/5/next")
    expect(ahead).to_have_text("1", timeout=10_000)


def test_a_phone_without_sockets_hears_of_its_call_all_the_same(
    phone: Page, served_hall: ServedHall, ticket_address: str
) -> None:
    phone.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    phone.goto(ticket_address)
    served_hall.post("counters/5/next")
    expect(phone.locator(".goto b")).to_have_text("5", timeout=15_000)


def test_a_phone_that_lost_the_server_says_so(
    phone: Page, served_hall: ServedHall, ticket_address: str
) -> None:
    phone.goto(ticket_address)
    expect(phone.locator("#lost")).to_be_hidden()
    phone.context.set_offline(offline=True)
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator("#lost")).to_be_visible()
    phone.context.set_offline(offline=False)
    expect(phone.locator("#lost")).to_be_hidden(timeout=15_000)
