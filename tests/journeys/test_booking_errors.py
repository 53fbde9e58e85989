"""Every refusal of booking in a real browser: seen at once, read and left by a touch."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from werkzeug.test import TestResponse

from hall.context import Context
from tests.hall.conftest import app
from tests.hall.provoking import CASES, Case
from tests.hall.test_booking import LAYOUT
from tests.hall.test_booking_words import enroll
from tests.hall.test_kiosk_booking import Citizen
from tests.halls import FakeClock, a_hall
from tests.journeys.touching import PHONE, TOUCH_SCREEN, check

__all__ = ["app"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOLD = "http://hall.example/told"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose errors in scripts fail the test."""
    context = chromium.new_context()
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def citizen(app: Flask, context: Context, clock: FakeClock) -> Citizen:
    """Somebody with a browser of their own."""
    return Citizen(hall=a_hall(context, clock, LAYOUT), browser=app.test_client())


def show(page: Page, answer: TestResponse, client: FlaskClient) -> None:
    """Let a browser show an answer as if it came from the hall's server."""

    def serve(route: Route) -> None:
        with answer if route.request.url == TOLD else client.get(route.request.url) as found:
            route.fulfill(body=found.data, content_type=found.content_type)

    page.unroute_all()
    page.route("**/*", serve)
    page.goto(TOLD)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_refusal_is_seen_without_scrolling_and_left_by_a_touch(
    page: Page, citizen: Citizen, case: Case
) -> None:
    size, kind, look = (
        (TOUCH_SCREEN, "kiosk", {"lang": "zh"})
        if case.on_screen
        else (PHONE, "phone", {"lang": "en", "size": "large"})
    )
    if case.on_screen:
        enroll(citizen)
    for name, value in look.items():
        citizen.browser.set_cookie(name, value)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    show(page, case.provoke(citizen)(), citizen.browser)
    alert = page.locator("main [role=alert]").first.bounding_box()
    assert alert is not None
    assert alert["y"] + alert["height"] / 2 < size["height"]
    check(page, kind)
