"""A planner in a real browser: from the hall's own days to a result that a colleague opens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import Role
from hall.store.store import Store
from tests.history import days_before, live_through
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

#: A run on a machine that does other things as well.
PATIENCE_MS = 150_000
#: The screen that the studio is drawn for.
SCREEN = {"width": 1440, "height": 900}
DAYS, VISITORS = 5, 150


@pytest.fixture
def lived_hall(served_hall: ServedHall, server: Server) -> ServedHall:
    """A hall with a few days behind it."""
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    context = Context(store=store)
    days = days_before(context, served_hall.id, DAYS)
    live_through(context, served_hall.id, days, visitors=VISITORS)
    store.close()
    return served_hall


@pytest.fixture
def planner(chromium: Browser, server: Server, lived_hall: ServedHall) -> Iterator[Page]:
    """The planner's first page; the hall has a few days behind it."""
    with signed_in(chromium, server, lived_hall, Role.PLANNER, viewport=SCREEN) as page:
        yield page


def _start_typed(page: Page, hall: ServedHall, visitors: int) -> None:
    """Start a study from typed-in minutes and wait for its controls."""
    page.goto(f"{hall.url}/planner")
    page.fill("#visitors", str(visitors))
    page.get_by_role("button", name="Start from typed-in minutes").click()
    expect(page.locator("#editor")).to_be_visible(timeout=PATIENCE_MS)


def _compare(page: Page, days: str = "20") -> None:
    page.select_option("#how-long", days)
    page.click("#compare")


def _play(page: Page) -> None:
    """Play the day of a result, then on the wall's own view."""
    before = page.locator("#day-clock").inner_text()
    page.click("#day-play")
    expect(page.locator("#day-clock")).not_to_have_text(before)
    page.click("#day-play")
    page.goto(page.locator("#day-wall").get_attribute("href") or "")
    expect(page.locator("#now")).to_have_class("now called")
    expect(page.locator("#link")).to_contain_text("Simulated")


def _fine_in_both_languages(page: Page) -> None:
    address = page.url.split("?")[0]
    for language in ("zh", "en"):
        page.goto(f"{address}?lang={language}")
        assert looked_at(page) == FINE, (address, language)


def test_three_clicks_lead_from_the_hall_s_own_days_to_a_result(planner: Page) -> None:
    expect(planner.locator("input[name=day]:checked")).to_have_count(DAYS)
    expect(planner.locator("#tickets-chosen")).not_to_have_text("0")
    _fine_in_both_languages(planner)
    planner.click("#see-fit")
    expect(planner.locator("#editor")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.locator(".fit-table")).to_contain_text("Mean wait")
    _fine_in_both_languages(planner)
    planner.click("[data-preset=all]")
    expect(planner.locator("#plan-sum")).to_contain_text("12 counters, 12 of them")
    planner.select_option("#how-long", "20")
    planner.click("#compare")
    expect(planner.locator("#chart-wait svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.locator(".verdict")).to_be_visible()
    expect(planner.locator(".figures")).to_contain_text("Within the target")
    _fine_in_both_languages(planner)


def test_a_result_is_played_and_a_colleague_opens_its_link_and_schedules_it(
    chromium: Browser, server: Server, served_hall: ServedHall
) -> None:
    with signed_in(chromium, server, served_hall, Role.PLANNER, viewport=SCREEN) as page:
        _start_typed(page, served_hall, visitors=300)
        page.fill("#pace", "10")
        page.click("[data-preset=fewer]")
        _compare(page)
        expect(page.locator("#chart-wait svg")).to_be_visible(timeout=PATIENCE_MS)
        link = page.locator("[data-copy]").get_attribute("data-copy") or ""
        page.locator("[data-copy]").click()
        expect(page.locator("[data-copy]")).to_contain_text("Link copied")
        _play(page)
    with signed_in(chromium, server, served_hall, Role.MANAGER, viewport=SCREEN) as colleague:
        colleague.goto(link)
        expect(colleague.locator(".changes")).to_contain_text("11 counters")
        with colleague.expect_download() as coming:
            colleague.get_by_role("link", name="Tables as XLSX").click()
        assert coming.value.suggested_filename.endswith(".xlsx")
        colleague.get_by_role("button", name="Schedule this layout").click()
        colleague.get_by_role("button", name="Schedule", exact=True).click()
        expect(colleague.locator(".told")).to_contain_text("is scheduled for")
        colleague.goto(f"{link}/report")
        expect(colleague.locator(".rests-on")).to_contain_text("Seed")
        _fine_in_both_languages(colleague)
    with signed_in(chromium, server, served_hall, Role.CLERK) as stranger:
        answer = stranger.goto(link)
        assert answer is not None
        assert answer.status == 403


def test_two_runs_go_on_at_once_and_one_is_cancelled(
    chromium: Browser, server: Server, served_hall: ServedHall
) -> None:
    with signed_in(chromium, server, served_hall, Role.PLANNER, viewport=SCREEN) as page:
        _start_typed(page, served_hall, visitors=900)
        editor = page.url
        runs = []
        for _ in range(2):
            page.goto(editor)
            page.click("[data-preset=all]")
            _compare(page, "200")
            expect(page.locator(".run-running")).to_be_visible(timeout=PATIENCE_MS)
            runs.append(page.url)
        page.goto(runs[0])
        expect(page.locator(".run-running")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator(".run-cancelled")).to_be_visible()
        page.goto(runs[1])
        expect(page.locator(".run-running, .run-done, #chart-wait svg").first).to_be_visible()
        page.goto(editor)
        expect(page.locator(".runs .run-cancelled")).to_have_count(1)
