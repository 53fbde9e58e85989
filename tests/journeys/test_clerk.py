"""A clerk's work by keys alone, in a real browser, with and without a live connection."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import Server
from hall.domain.actors import Role
from tests.journeys.conftest import ServedHall
from tests.journeys.staff import FINE, looked_at, signed_in

#: The console is behind by no more than this, whatever happens elsewhere.
SOON_MS = 8000


@pytest.fixture
def console(chromium: Browser, server: Server, served_hall: ServedHall) -> Iterator[Page]:
    """The console of counter 5, just opened; three citizens wait."""
    for matter in ("social-card", "pension-claim", "social-card"):
        served_hall.post("tickets", matters=[matter])
    with signed_in(chromium, server, served_hall, Role.CLERK) as page:
        page.click("button[value='5']")
        expect(page.locator("[data-key=next] kbd")).to_have_text("Enter")
        yield page


def number(page: Page, text: str) -> None:
    """Expect a number at the counter."""
    expect(page.locator("#current-number")).to_have_text(text)


@pytest.mark.parametrize(
    ("first", "second"), [("NumpadEnter", "Enter"), ("Enter", "n"), ("n", "NumpadEnter")]
)
def test_one_key_calls_and_calls_again(console: Page, first: str, second: str) -> None:
    console.keyboard.press(first)
    number(console, "A001")
    console.keyboard.press(second)
    number(console, "A002")


def test_a_matter_is_added_and_taken_out_by_key_and_undone(console: Page) -> None:
    console.keyboard.press("n")
    number(console, "A001")
    console.keyboard.press("m")
    expect(console.locator("#matters-add")).to_be_focused()
    console.keyboard.type("Pension")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(console.locator(".matters li")).to_have_count(2)
    expect(console.locator("#undo")).to_contain_text("The matters of A001 changed")
    tab_to(console, "Take this matter out", times=2)
    console.keyboard.press("Enter")
    expect(console.locator(".matters li")).to_have_count(1)
    console.keyboard.press("u")
    expect(console.locator(".matters li")).to_have_count(2)


def tab_to(page: Page, name: str, *, times: int = 1) -> None:
    """Go on by the tabulator until something with a name has been reached so many times."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            times -= 1
        if not times:
            return
    raise AssertionError(f"no tabulator leads to {name}")


def test_a_key_that_bounces_calls_one(console: Page) -> None:
    console.keyboard.press("NumpadEnter")
    console.keyboard.press("NumpadEnter")
    expect(console.locator("#upnext")).to_contain_text("A002")
    number(console, "A001")


def test_a_whole_visit_by_keys(console: Page) -> None:
    console.keyboard.press("Enter")
    number(console, "A001")
    console.keyboard.press("NumpadMultiply")
    expect(console.locator("#do-recall")).to_contain_text("(2)")
    console.keyboard.press("NumpadAdd")
    expect(console.locator("#do-finish")).to_be_visible()
    console.keyboard.press("Numpad1")
    expect(console.locator("#outcome-social-card")).to_be_focused()
    console.keyboard.press("ArrowDown")
    console.keyboard.press("Numpad8")
    expect(console.locator("#undo")).to_contain_text("A001 is finished")
    console.keyboard.press("u")
    number(console, "A001")


def test_a_dialog_is_used_by_keys_and_shuts_the_others_out(console: Page) -> None:
    console.keyboard.press("Enter")
    number(console, "A001")
    console.keyboard.press("NumpadAdd")
    expect(console.locator("#do-transfer")).to_be_visible()
    console.keyboard.press("NumpadDecimal")
    expect(console.locator("#transfer-to")).to_be_focused()
    console.keyboard.type("F")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(console.locator("#undo")).to_contain_text("A001 was transferred")
    expect(console.locator("dialog[open]")).to_have_count(0)


def test_a_number_is_called_out_of_order_by_keys(console: Page) -> None:
    console.keyboard.press("Numpad9")
    console.keyboard.type("a003")
    console.keyboard.press("Tab")
    console.keyboard.type("faint")
    console.keyboard.press("Enter")
    number(console, "A003")


def test_what_a_refusal_says_stays_beside_the_work(console: Page) -> None:
    console.keyboard.press("Numpad9")
    console.keyboard.type("Z999")
    console.keyboard.press("Tab")
    console.keyboard.type("faint")
    console.keyboard.press("Enter")
    expect(console.locator("#problem")).to_contain_text("There is no such ticket")
    expect(console.locator("dialog[open]")).to_have_count(0)
    console.keyboard.press("Enter")
    number(console, "A001")
    expect(console.locator("#problem")).to_be_empty()


def test_an_own_key_is_kept(console: Page) -> None:
    console.click("[data-dialog=keys-dialog]")
    console.click("[data-assign=next]")
    console.keyboard.press("Space")
    console.locator("#keys-dialog .dialog-foot button").click()
    console.reload()
    expect(console.locator("[data-key=next] kbd")).to_have_text("Space")
    console.keyboard.press("Space")
    number(console, "A001")


def test_the_queue_is_live_and_a_chosen_outcome_stays(
    console: Page, served_hall: ServedHall
) -> None:
    console.keyboard.press("Enter")
    number(console, "A001")
    console.select_option("#outcome-social-card", "incomplete")
    served_hall.post("tickets", matters=["social-card"])
    expect(console.locator(".rows")).to_contain_text("A004", timeout=SOON_MS)
    expect(console.locator("#outcome-social-card")).to_have_value("incomplete")
    expect(console.locator("#link")).to_be_hidden()


def test_without_a_socket_the_page_asks_by_itself(
    chromium: Browser, server: Server, served_hall: ServedHall
) -> None:
    with signed_in(chromium, server, served_hall, Role.CLERK) as page:
        page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
        page.click("button[value='5']")
        expect(page.locator("#link")).to_be_visible()
        served_hall.post("tickets", matters=["social-card"])
        expect(page.locator(".rows")).to_contain_text("A001", timeout=SOON_MS)
        page.keyboard.press("Enter")
        number(page, "A001")


def test_a_counter_in_use_is_taken_over_in_two_steps(
    chromium: Browser, server: Server, served_hall: ServedHall
) -> None:
    served_hall.post("counters/5/open")
    with signed_in(chromium, server, served_hall, Role.CLERK) as page:
        page.locator("summary", has_text="Take over from test").first.click()
        expect(page).to_have_url(f"{served_hall.url}/clerk/counter")
        page.click("button[value='5']")
        expect(page.locator("#heading-now")).to_contain_text("Free")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_console_looks_right_in_every_state(console: Page, language: str) -> None:
    console.goto(f"{console.url}?lang={language}")
    assert looked_at(console) == FINE
    console.keyboard.press("Enter")
    number(console, "A001")
    assert looked_at(console) == FINE
    console.keyboard.press("NumpadAdd")
    expect(console.locator("#do-transfer")).to_be_visible()
    assert looked_at(console) == FINE
    console.keyboard.press("NumpadDecimal")
    assert looked_at(console) == FINE
