"""The pages of messages in a real browser: what became of them, their words, and leaving them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.contact import Contact
from hall.domain.messages import Kind
from hall.domain.slots import slot_named
from hall.operations.booking import confirm_booking, hold_slot
from hall.queries.messages import leaving_token
from hall.queries.slots import slots
from hall.settings import Settings
from hall.store.seal import Seal
from hall.store.store import Store
from tests.halls import CITIZEN
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

PATH = "/manager/messages"


@pytest.fixture
def stop(server: Server, served_hall: ServedHall) -> Iterator[str]:
    """The link out of the messages of somebody who booked; one message may come twice."""
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    context = Context(store=store, seal=Seal(Settings(data=server.data).key))
    layout = context.ask(served_hall.id, lambda view: view.layout)
    matter = next(m.code for m in layout.matters if m.appointments)
    days = context.ask(served_hall.id, lambda view: slots(view, matters=(matter,)))
    free = [slot["slot"] for day in days for slot in day["slots"] if slot["free"]]
    day, minute = slot_named(free[-1])
    whose = context.seal.whose(Contact(name="张小明", phone="13800138000"), language="zh")
    held = context.perform(
        served_hall.id,
        lambda change: hold_slot(change, day=day, minute=minute, matters=(matter,)),
        by=CITIZEN,
    )
    context.perform(
        served_hall.id,
        lambda change: confirm_booking(change, code=held.code, whose=whose),
        by=CITIZEN,
    )
    outbox = context.outbox
    reminder = next(m for m in outbox.messages(served_hall.id) if m.kind is Kind.REMINDER)
    outbox.claim(reminder, now=context.now())
    outbox.again(
        reminder, due=reminder.until, channel="smtp", problem="no_answer X", is_unsure=True
    )
    yield f"/messages/stop/{served_hall.id}/{leaving_token(context.seal, held.appointment)}"
    store.close()


@pytest.fixture(params=["zh", "en"])
def manager(
    chromium: Browser,
    server: Server,
    served_hall: ServedHall,
    stop: str,
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """A manager's browser in one of the languages."""
    with signed_in(chromium, server, served_hall, Role.MANAGER) as page:
        page.goto(f"{served_hall.url}/manager?lang={request.param}")
        yield page


def test_messages_and_their_words_fit_the_screen_and_are_readable_by_all(
    manager: Page, served_hall: ServedHall
) -> None:
    manager.locator(".bar a", has_text="Messages").or_(
        manager.locator(".bar a", has_text="消息")
    ).click()
    expect(manager.locator("tbody .late").first).to_be_visible()
    assert looked_at(manager) == FINE
    manager.goto(f"{served_hall.url}{PATH}/words")
    manager.locator("#confirmation summary").click()
    manager.fill("#confirmation-text-en", "Come at {tme}")
    manager.locator("#confirmation button[value=keep]").click()
    expect(manager.locator("[role=alert]")).to_contain_text("{time}")
    assert looked_at(manager) == FINE
    manager.fill("#confirmation-text-en", "Come at {time}")
    manager.locator("#confirmation button[value=preview]").click()
    expect(manager.locator("#confirmation .preview[lang=en]")).to_contain_text("Come at 09:30")
    assert looked_at(manager) == FINE


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("has_script", [True, False])
def test_somebody_leaves_the_messages_on_a_phone(
    chromium: Browser, served_hall: ServedHall, stop: str, language: str, *, has_script: bool
) -> None:
    browser = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=has_script
    )
    page = browser.new_page()
    page.goto(f"{served_hall.url}{stop}?lang={language}")
    if has_script:
        assert looked_at(page) == FINE
    page.locator("main button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    page.locator("main button").click()
    expect(page.locator("main button")).to_have_count(1)
    browser.close()
