"""Appointments at the desk in a real browser: booked by keyboard, found, moved, checked in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import SYSTEM, Role
from hall.store.store import Store
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in


@pytest.fixture
def screen(chromium: Browser, server: Server, served_hall: ServedHall) -> Iterator[Page]:
    """The screen for appointments."""
    with signed_in(chromium, server, served_hall, Role.GUIDE) as page:
        page.get_by_role("link", name="Appointments").click()
        expect(page.locator("#find-text")).to_be_focused()
        yield page


def book(page: Page, *, name: str = "张小明", phone: str = "13800138000") -> None:
    """Book the first free time for a matter, with the keyboard alone."""
    page.focus("#matter-search")
    page.keyboard.type("pension cl")
    page.keyboard.press("Enter")
    expect(page.locator("#show-times")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#slots input:focus")).to_have_count(1)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(phone)
    page.keyboard.press("Enter")
    expect(page.locator("#told-code")).to_be_visible()


def test_an_appointment_is_booked_moved_and_checked_in_by_keyboard(screen: Page) -> None:
    book(screen)
    expect(screen.locator("#told")).to_contain_text("For 张小明, phone 13800138000")
    expect(screen.locator("#matter-search")).to_be_focused()
    screen.focus("#find-text")
    screen.keyboard.type("8000")
    screen.keyboard.press("Enter")
    row = screen.locator("#list tbody tr")
    expect(row).to_contain_text("张**")
    row.get_by_role("button", name="Move").press("Enter")
    expect(screen.locator("#told input:focus")).to_have_count(1)
    screen.keyboard.press("ArrowRight")
    screen.keyboard.press("Enter")
    expect(screen.locator("#told .told-head")).to_contain_text("Booked")
    screen.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Cancel it").press("Enter")
    expect(screen.locator("#told .told-head")).to_contain_text("Cancelled")
    expect(row).to_contain_text("Cancelled")


def test_who_has_come_gets_a_number_and_can_be_taken_back(screen: Page) -> None:
    book(screen)
    screen.locator("#list").get_by_role("button", name="Check in").first.press("Enter")
    expect(screen.locator("#told .issued-number")).to_have_text("A001")
    expect(screen.locator("#told")).to_contain_text("Early: they are called at their time")
    screen.locator("#told").get_by_role("button", name="Not here after all").press("Enter")
    expect(screen.locator("#told .told-head")).to_contain_text("Booked")


def test_a_wrong_phone_is_said_and_nothing_is_lost(screen: Page) -> None:
    screen.locator("#matter-list input").nth(1).check()
    screen.click("#show-times")
    expect(screen.locator("#slots input:focus")).to_have_count(1)
    screen.keyboard.press("Space")
    screen.fill("#booking-name", "张小明")
    screen.fill("#booking-phone", "12")
    screen.press("#booking-phone", "Enter")
    expect(screen.locator("#problem")).to_contain_text("This is not a phone number")
    expect(screen.locator("#booking-name")).to_have_value("张小明")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_looks_right(screen: Page, language: str, tmp_path: Path) -> None:
    screen.goto(f"{screen.url}?lang={language}")
    book(screen)
    screen.locator("#matter-list input").nth(1).check()
    screen.click("#show-times")
    expect(screen.locator("#slots input:focus")).to_have_count(1)
    screen.screenshot(path=tmp_path / f"bookings-{language}.png")
    assert looked_at(screen) == FINE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_of_what_a_change_hit_looks_right(
    chromium: Browser, server: Server, served_hall: ServedHall, language: str, tmp_path: Path
) -> None:
    with signed_in(chromium, server, served_hall, Role.MANAGER) as page:
        page.goto(f"{served_hall.url}/bookings")
        book(page)
        status, told = served_hall.client.post(
            f"/halls/{served_hall.id}/layouts", {"text": without_pensions(server, served_hall)}
        )
        assert status < 300, told
        page.goto(f"{served_hall.url}/manager?lang={language}")
        page.locator("#hit a").click()
        expect(page.locator(".affected tbody tr")).to_have_count(1)
        page.screenshot(path=tmp_path / f"affected-{language}.png")
        assert looked_at(page) == FINE


def without_pensions(server: Server, hall: ServedHall) -> str:
    """Return the hall's layout with pension claims given by appointment no more."""
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    with store.change(hall.id, clock=Context(store=store).now, by=SYSTEM) as change:
        text = change.layout_source(change.base_layout)
    store.close()
    before, code, after = text.partition('code = "pension-claim"')
    assert code
    return before + code + after.replace("appointments = true", "appointments = false", 1)
