"""A planner in a real browser: from the hall's own days to a result that a colleague opens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import Role
from hall.store.store import Store
from tests.history import days_before, live_through
from tests.journeys.conftest import ServedHall, serving
from tests.journeys.staff import FINE, looked_at, signed_in

#: A run on a machine that does other things as well.
PATIENCE_MS = 150_000
#: The screen that the studio is drawn for.
SCREEN = {"width": 1440, "height": 900}
DAYS, VISITORS = 5, 150


@pytest.fixture(scope="module")
def hall(server: Server) -> Iterator[ServedHall]:
    """A hall with a few days behind it."""
    with serving(server, __name__) as made:
        store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
        context = Context(store=store)
        live_through(context, made.id, days_before(context, made.id, DAYS), visitors=VISITORS)
        store.close()
        yield made


@pytest.fixture(scope="module")
def planner(chromium: Browser, server: Server, hall: ServedHall) -> Iterator[Page]:
    """The planner of the hall, on some page."""
    with signed_in(chromium, server, hall, Role.PLANNER, viewport=SCREEN) as page:
        yield page


@pytest.fixture(scope="module")
def editor(planner: Page, hall: ServedHall) -> str:
    """The address of the controls of a study that started from typed-in minutes."""
    planner.goto(f"{hall.url}/planner")
    planner.fill("#visitors", "900")
    planner.get_by_role("button", name="Start from typed-in minutes").click()
    expect(planner.locator("#editor")).to_be_visible(timeout=PATIENCE_MS)
    return planner.url


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


def test_three_clicks_lead_from_the_hall_s_own_days_to_a_result(
    planner: Page, hall: ServedHall
) -> None:
    planner.goto(f"{hall.url}/planner")
    expect(planner.locator("input[name=day]:checked")).to_have_count(DAYS)
    expect(planner.locator("#tickets-chosen")).not_to_have_text("0")
    _fine_in_both_languages(planner)
    planner.click("#see-fit")
    expect(planner.locator("#editor")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.locator(".fit-table")).to_contain_text("Mean wait")
    _fine_in_both_languages(planner)
    planner.click(".evidence summary")
    expect(planner.locator(".evidence-table")).to_contain_text("visits per hour")
    assert looked_at(planner) == FINE
    planner.click("[data-preset=all]")
    expect(planner.locator("#plan-sum")).to_contain_text("12 counters, 12 of them")
    _compare(planner)
    expect(planner.locator("#chart-wait svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.locator("#chart-learning svg")).to_contain_text("Weeks after the start")
    expect(planner.locator(".verdict")).to_be_visible()
    expect(planner.locator(".figures")).to_contain_text("Within the target")
    _fine_in_both_languages(planner)


def test_a_break_is_dragged_to_another_time(planner: Page, editor: str) -> None:
    planner.goto(editor)
    planner.click("#add-break")
    row = planner.locator("#breaks .break").last
    row.scroll_into_view_if_needed()
    bar, line = (row.locator(f".break-{part}").bounding_box() for part in ("bar", "line"))
    assert bar is not None
    assert line is not None
    opens, closes = (
        int(planner.locator("#breaks").get_attribute(f"data-{end}") or "")
        for end in ("since", "until")
    )
    an_hour = line["width"] * 60 / (closes - opens)
    x, y = bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2
    planner.mouse.move(x, y)
    planner.mouse.down()
    planner.mouse.move(x + an_hour, y, steps=3)
    planner.mouse.up()
    expect(row.locator("[name=break-from]")).to_have_value("13:00")
    expect(row.locator("[name=break-until]")).to_have_value("13:30")


def test_a_result_is_played_and_a_colleague_opens_its_link_and_schedules_it(
    chromium: Browser, server: Server, hall: ServedHall, planner: Page, editor: str
) -> None:
    planner.goto(editor)
    planner.fill("#pace", "10")
    planner.click("[data-preset=fewer]")
    _compare(planner)
    expect(planner.locator("#chart-wait svg")).to_be_visible(timeout=PATIENCE_MS)
    link = planner.locator("[data-copy]").get_attribute("data-copy") or ""
    planner.locator("[data-copy]").click()
    expect(planner.locator("[data-copy]")).to_contain_text("Link copied")
    _play(planner)
    with signed_in(chromium, server, hall, Role.MANAGER, viewport=SCREEN) as colleague:
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
    with signed_in(chromium, server, hall, Role.CLERK) as stranger:
        answer = stranger.goto(link)
        assert answer is not None
        assert answer.status == 403


def test_what_bookings_cost_is_seen_two_clicks_from_a_plan(planner: Page, editor: str) -> None:
    planner.goto(editor)
    planner.get_by_role("link", name="Bookings: wait against idle").click()
    expect(planner.locator(".trade-form")).to_contain_text("Suppose that some do")
    planner.wait_for_load_state("load")
    assert looked_at(planner) == FINE
    planner.check("input[value=overbooking]")
    planner.select_option("#trade-days", "20")
    planner.click("#trade-go")
    expect(planner.locator("#chart-idle svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.locator(".curve-says")).to_contain_text("Now, with no overbooking")
    expect(planner.locator(".curve-table")).to_contain_text("no (now)")
    with planner.expect_download() as coming:
        planner.get_by_role("link", name="Tables as XLSX").click()
    assert coming.value.suggested_filename.endswith(".xlsx")
    _fine_in_both_languages(planner)


def test_two_runs_go_on_at_once_and_each_is_cancelled(planner: Page, editor: str) -> None:
    runs = []
    for _ in range(2):
        planner.goto(editor)
        planner.click("[data-preset=all]")
        _compare(planner, "200")
        expect(planner.locator(".run-running")).to_be_visible(timeout=PATIENCE_MS)
        runs.append(planner.url)
    for run in runs:
        planner.goto(run)
        expect(planner.locator(".run-running")).to_be_visible()
        planner.get_by_role("button", name="Cancel").click()
        expect(planner.locator(".run-cancelled")).to_be_visible()
    planner.goto(editor)
    expect(planner.locator(".runs .run-cancelled")).to_have_count(2)
