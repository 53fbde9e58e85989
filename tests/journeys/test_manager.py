"""A hall manager's board in a real browser: the hall as it is, and one click against a surge."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.domain.actors import Role
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

SOON_MS = 8000


@pytest.fixture
def board(chromium: Browser, server: Server, served_hall: ServedHall) -> Iterator[Page]:
    """The manager's board; counter 5 has called somebody."""
    served_hall.post("tickets", matters=["social-card"])
    served_hall.post("counters/5/open")
    served_hall.post("counters/5/next")
    with signed_in(chromium, server, served_hall, Role.MANAGER) as page:
        yield page


def test_a_call_is_seen_as_it_happens(board: Page, served_hall: ServedHall) -> None:
    expect(board.locator("#tile-5")).to_contain_text("A001")
    served_hall.post("tickets", matters=["social-card"])
    served_hall.post("counters/6/open")
    served_hall.post("counters/6/next")
    expect(board.locator("#tile-6")).to_contain_text("A002", timeout=SOON_MS)
    expect(board.locator("#figures")).to_contain_text("Numbers today")


def test_a_surge_is_met_with_one_click(board: Page, served_hall: ServedHall) -> None:
    for _ in range(21):
        served_hall.post("tickets", matters=["social-card"])
    proposal = board.locator(".proposals li").first
    expect(proposal).to_contain_text("Open counter 1", timeout=SOON_MS)
    proposal.get_by_role("button").click()
    expect(board.locator("#tile-1")).to_contain_text("Asked to open")


def test_a_stuck_ticket_is_ended_from_its_tile(board: Page) -> None:
    board.click("#tile-5 summary")
    board.locator("#tile-5").get_by_role("button", name="Did not come").click()
    expect(board.locator("#tile-5")).not_to_contain_text("A001")


def test_a_temporary_counter_is_added_in_a_dialog(board: Page) -> None:
    board.click("[data-dialog=temporary-dialog]")
    board.fill("#temporary-number", "77")
    board.locator("#temporary-dialog").get_by_role("button", name="Add the counter").click()
    expect(board.locator("#tile-77")).to_contain_text("Not open")


def test_the_day_is_closed_only_after_a_question(board: Page) -> None:
    board.click("#tile-5 summary")
    board.locator("#tile-5").get_by_role("button", name="Did not come").click()
    expect(board.locator("#tile-5")).not_to_contain_text("A001")
    asked: list[str] = []

    def agree(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    board.once("dialog", agree)
    board.get_by_role("button", name="Close the day").click()
    expect(board.get_by_role("button", name="Open the day")).to_be_visible()
    assert len(asked) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/manager", "/manager/report", "/", "/clerk/counter", "/sign-in"])
def test_every_page_of_a_manager_looks_right(board: Page, path: str, language: str) -> None:
    board.goto(f"{board.url.split('/manager')[0]}{path}?lang={language}")
    assert looked_at(board) == FINE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_administrator_s_page_looks_right(
    chromium: Browser, server: Server, served_hall: ServedHall, language: str
) -> None:
    with signed_in(chromium, server, served_hall, Role.ADMINISTRATOR) as page:
        page.goto(f"{served_hall.url}/admin?lang={language}")
        page.locator("details").first.locator("summary").click()
        assert looked_at(page) == FINE
