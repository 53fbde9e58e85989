"""A guide at the door, in a real browser: a number for somebody, a lost slip, a missed call."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.domain.actors import Role
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in


@pytest.fixture
def door(chromium: Browser, server: Server, served_hall: ServedHall) -> Iterator[Page]:
    """The guide's page."""
    with signed_in(chromium, server, served_hall, Role.GUIDE) as page:
        yield page


def test_a_priority_number_is_issued_by_typing(door: Page) -> None:
    door.keyboard.type("pension cl")
    expect(door.locator(".choice:visible")).to_have_count(1)
    door.keyboard.press("Enter")
    door.click("label[for=class-priority]")
    door.click("form.issue .go")
    expect(door.locator("#issued .issued-number")).to_have_text("A001")
    expect(door.locator("#issued")).to_contain_text("Priority")
    expect(door.locator("#issued svg").first).to_be_visible()
    expect(door.locator("#matter-search")).to_be_focused()


def test_each_number_needs_a_form_of_its_own(door: Page) -> None:
    for expected in ("A001", "A002"):
        door.locator("input[value=social-card]").check()
        door.click("form.issue .go")
        expect(door.locator("#issued .issued-number")).to_have_text(expected)


def test_who_missed_the_call_is_brought_back(door: Page, served_hall: ServedHall) -> None:
    served_hall.post("tickets", matters=["social-card"])
    served_hall.post("counters/5/open")
    called = served_hall.post("counters/5/next")
    served_hall.post_to(f"tickets/{called['ticket']['id']}/no-show")
    door.locator("#now").get_by_role("button", name="Came back").click(timeout=8000)
    expect(door.locator("#found")).to_contain_text("Waiting")
    door.fill("#find-number", "a001")
    door.press("#find-number", "Enter")
    expect(door.locator("#found .found-number")).to_have_text("A001")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_looks_right(door: Page, language: str) -> None:
    door.goto(f"{door.url}?lang={language}")
    door.locator("input[value=social-card]").check()
    door.click("form.issue .go")
    expect(door.locator("#issued .issued-number")).to_have_text("A001")
    assert looked_at(door) == FINE
