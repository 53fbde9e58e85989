"""From the clerk's key to the wall: real Chromium, the real server, one machine's clock."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.example_hall import HALL, ExampleHall, example_hall
from benchmarks.measuring import bound, percentile
from hall.domain.actors import Role
from hall.operations.people import sign_in_once

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CALLS = 30
#: Notes when the clerk's key went down.
NOTE_KEY = """() => { window.pressed = []; document.addEventListener('keydown', () =>
    window.pressed.push(performance.timeOrigin + performance.now()), true); }"""
#: Notes when each number first stands on the wall.
NOTE_NUMBERS = """() => { window.shown = {}; const calls = document.querySelector('.left');
    const look = () => { const at = performance.timeOrigin + performance.now();
    for (const text of calls.textContent.match(/[A-Z][0-9]{3,4}/g) || [])
        if (!(text in window.shown)) window.shown[text] = at; };
    look(); new MutationObserver(look).observe(calls, {subtree: true, childList: true,
        characterData: true}); }"""


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    with example_hall() as example, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        wall = browser.new_page(viewport={"width": 1920, "height": 1080})
        wall.goto(f"{example.server.url}/display/{HALL}")
        wall.wait_for_timeout(1000)
        wall.evaluate(NOTE_NUMBERS)
        console = _console(example, browser.new_context(locale="zh-CN"))
        taken = [_one_call(example, console, wall) for _ in range(CALLS)]
        browser.close()
    p50, p90 = (percentile(taken, share) for share in (0.5, 0.9))
    print(f"key to wall, {CALLS} calls: median {p50:.0f} ms, p90 {p90:.0f} ms")
    return bound("clerk's key to the wall's DOM, median ms ÷ 100", p50 / 100, most=1)


def _console(example: ExampleHall, context: BrowserContext) -> Page:
    """Return the console of a clerk who has opened counter 3."""
    where = example.context
    person = where.people.person_called("clerk")
    code = sign_in_once(where.people, person=person.id, now=where.now())
    page = context.new_page()
    page.goto(f"{example.server.url}/sign-in/once/{code}")
    page.get_by_role("button").last.click()
    page.locator("button", has_text="综合窗口 3").first.click()
    page.wait_for_load_state("networkidle")
    page.evaluate(NOTE_KEY)
    return page


def _one_call(example: ExampleHall, console: Page, wall: Page) -> float:
    """Let one more citizen come, press the key, and return how long it took in milliseconds."""
    status, ticket = example.client(Role.GUIDE).post(f"/halls/{HALL}/tickets", {})
    if status != 201:
        raise AssertionError((status, ticket))
    console.wait_for_timeout(1500)
    console.keyboard.press("NumpadEnter")
    number = str(ticket["number"])
    wall.wait_for_function("number => number in window.shown", arg=number, timeout=5000)
    shown: dict[str, Any] = wall.evaluate("window.shown")
    return float(shown[number]) - float(console.evaluate("window.pressed.at(-1)"))


if __name__ == "__main__":
    raise SystemExit(main())
