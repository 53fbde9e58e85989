"""The next hours and the score of past announcements, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import GroupId
from hall.store.store import Store
from tests.foresight import foreseen, told
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

SOON_MS = 8000


@pytest.fixture
def expecting(server: Server, served_hall: ServedHall) -> ServedHall:
    """A hall that was simulated forward just now, and told seven people how long it takes."""
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    context = Context(store=store)
    groups = context.ask(served_hall.id, lambda view: list(view.layout.group_of))
    foreseen(context, served_hall.id, groups, needed=9, planned=6)
    told(context, served_hall.id, GroupId("social"), waited_minutes=[12, 14, 15, 16, 18, 20, 31])
    store.close()
    return served_hall


@pytest.mark.parametrize("language", ["zh", "en"])
def test_anybody_opens_the_score_from_the_first_page(
    wall_page: Page, expecting: ServedHall, language: str
) -> None:
    wall_page.set_viewport_size({"width": 390, "height": 844})
    wall_page.goto(f"{expecting.url}/?lang={language}")
    wall_page.locator(f"a[href='/score/{expecting.id}']").click()
    expect(wall_page.locator("main")).to_contain_text("86 %")
    expect(wall_page.locator("#heading-next")).to_be_visible()
    assert looked_at(wall_page) == FINE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_sees_what_the_next_hours_need(
    chromium: Browser, server: Server, expecting: ServedHall, language: str
) -> None:
    with signed_in(chromium, server, expecting, Role.MANAGER) as page:
        page.goto(f"{expecting.url}/manager?lang={language}")
        expect(page.locator("#ahead table")).to_be_visible(timeout=SOON_MS)
        expect(page.locator("#ahead meter").first).to_have_attribute("value", "9")
        assert looked_at(page) == FINE


def test_a_wall_tells_in_turn_when_to_come(wall_page: Page, expecting: ServedHall) -> None:
    wall_page.clock.install()
    wall_page.goto(f"{expecting.url}/display/{expecting.id}")
    seen = set()
    for _ in range(5):
        wall_page.clock.run_for(4000)
        seen.add(wall_page.locator("#best").is_visible())
    assert seen == {True, False}
