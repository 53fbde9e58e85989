"""A real browser for the journeys that look at screens."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
#: What a kiosk browser is started with, so that it may speak without a touch.
SPEAKS = "--autoplay-policy=no-user-gesture-required"


@pytest.fixture(scope="session")
def browsers() -> Iterator[Playwright]:
    """What starts browsers."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; without it the test is skipped."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    return found


@pytest.fixture(scope="session")
def chromium(chromium_path: str, browsers: Playwright) -> Iterator[Browser]:
    """A real Chromium that may make sound, shared by all tests."""
    browser = browsers.chromium.launch(executable_path=chromium_path, args=[*FLAGS, SPEAKS])
    yield browser
    browser.close()


@pytest.fixture
def wall_page(chromium: Browser) -> Iterator[Page]:
    """A page as large as a wall; an error in its scripts fails the test."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
