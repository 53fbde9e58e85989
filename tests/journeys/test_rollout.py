"""A layout's way into force in a real browser: looked at, decided, taken back, by keys alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.domain.actors import Role
from tests.halls import EXAMPLES
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

EXPECTED = {
    "wait_minutes": {"mean": 6.2, "low": 3.1, "high": 11.8},
    "within_target_share": {"mean": 0.93, "low": 0.86, "high": 0.98},
}


def new_layout(hall: ServedHall) -> str:
    """Return the hall's layout without counter 9, and tax with social security at counter 1."""
    text = (EXAMPLES / "yunxi" / "layout.toml").read_text("utf-8")
    text = text.replace('id = "yunxi"', f'id = "{hall.id}"', 1)
    before, nine = text.split('[[counters]]\nid = "9"')
    _, after = nine.split("[[counters]]", 1)
    return f"{before}[[counters]]{after}".replace("seats = 80", "seats = 60")


@pytest.fixture
def manager(chromium: Browser, server: Server, served_hall: ServedHall) -> Iterator[Page]:
    """A manager's browser; a layout without counter 9 is scheduled, and somebody waits."""
    served_hall.post("tickets", matters=["social-card"])
    served_hall.post("counters/9/open")
    served_hall.post(
        "layouts",
        text=new_layout(served_hall),
        at=(datetime.now(UTC) + timedelta(days=2)).isoformat(),
        note="减少一个窗口",
        report={"reference": "study-7", "expected": EXPECTED},
    )
    with signed_in(chromium, server, served_hall, Role.MANAGER) as page:
        page.goto(f"{served_hall.url}/manager/layouts")
        yield page


def press(page: Page, name: str) -> None:
    """Reach a control by its name and press it with the keyboard alone."""
    control = page.get_by_text(name, exact=True).first
    control.focus()
    page.keyboard.press("Enter")


def test_a_layout_is_looked_at_put_in_force_and_taken_back_by_keys_alone(
    manager: Page, served_hall: ServedHall
) -> None:
    page = manager
    page.locator("#heading-coming ~ table a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#heading-changes ~ table")).to_contain_text("Counter 9 is removed")
    expect(page.locator("#main")).to_contain_text("1 person waits")
    expect(page.locator("#main")).to_contain_text("These open counters close: 9")
    press(page, "Put in force now …")
    press(page, "Yes, put in force now")
    expect(page.locator("h1 .pill")).to_have_text("In force")
    _, counters = served_hall.client.ask("GET", f"/api/v1/halls/{served_hall.id}/counters")
    assert "9" not in [counter["id"] for counter in counters["counters"]]
    page.goto(f"{served_hall.url}/manager/layouts/back")
    expect(page.locator("#heading-changes ~ table")).to_contain_text("Counter 9 is added")
    press(page, "Go back now")
    expect(page.locator("#heading-past ~ table tbody tr").first).to_contain_text(
        "back to the layout before"
    )
    _, counters = served_hall.client.ask("GET", f"/api/v1/halls/{served_hall.id}/counters")
    assert "9" in [counter["id"] for counter in counters["counters"]]


def test_a_file_with_mistakes_is_shown_with_all_of_them(
    manager: Page, served_hall: ServedHall, tmp_path: Path
) -> None:
    wrong = tmp_path / "new.toml"
    wrong.write_text(new_layout(served_hall).replace('prefix = "A"', 'prefix = "AA"'), "utf-8")
    manager.get_by_text("Schedule a layout").click()
    manager.set_input_files("input[type=file]", wrong)
    manager.get_by_role("button", name="Schedule", exact=True).click()
    expect(manager.locator("#problems")).to_contain_text("groups[0].prefix")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_a_rollout_looks_right(manager: Page, language: str) -> None:
    page, top = manager, manager.url
    page.goto(f"{top}?lang={language}")
    page.locator("details summary").click()
    assert looked_at(page) == FINE
    page.locator("#heading-coming ~ table a").click()
    expect(page.locator("#outcome tbody tr")).to_have_count(2)
    page.locator(".confirm summary").click()
    assert looked_at(page) == FINE
    page.locator(".confirm button").click()
    page.goto(f"{top}/back")
    assert looked_at(page) == FINE
    page.goto(top)
    assert looked_at(page) == FINE
