"""A real browser for the journeys that look at screens."""

import shutil
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

import display
import kiosk
from benchmarks.serving import Client, Server
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.settings import Settings
from hall.store.store import Store
from hall.web.application import make_web
from tests.databases import in_file
from tests.halls import EXAMPLES, FakeClock, WorkingHall, a_hall
from tests.journeys.touching import NewPage

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


@dataclass(frozen=True, kw_only=True)
class ServedHall:
    """A hall behind a real server, in which the test acts as its manager."""

    url: str
    id: HallId
    client: Client

    def post_to(self, path: str, **body: Any) -> dict[str, Any]:
        """Send a command to the API and return what it answers."""
        status, told = self.client.post(f"/{path}", body)
        assert status < 300, told
        found: dict[str, Any] = told
        return found

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Send a command to this hall."""
        return self.post_to(f"halls/{self.id}/{path}", **body)

    def sequence(self) -> int:
        """Return how many entries the journal has."""
        _, board = self.client.ask("GET", f"/api/v1/halls/{self.id}/board")
        found: int = board["sequence"]
        return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on SQLite, shared by the tests of a process: each makes a hall of its own in it."""
    data = tmp_path_factory.mktemp("server")
    in_file(data)
    server = Server(data=data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def served_hall(server: Server, request: pytest.FixtureRequest) -> Iterator[ServedHall]:
    """A hall that is open day and night; counter 9 stands on the second floor."""
    with serving(server, request.node.nodeid) as hall:
        yield hall


@contextmanager
def serving(server: Server, whom: str) -> Iterator[ServedHall]:
    """Let a server serve a hall of somebody's own."""
    text = (EXAMPLES / "yunxi" / "layout.toml").read_text("utf-8")
    name = f"hall-{zlib.crc32(whom.encode())}"
    before, nine = text.replace('id = "yunxi"', f'id = "{name}"', 1).split('id = "9"')
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    context = Context(store=store)
    hall = a_hall(context, FakeClock(), f'{before}id = "9"{nine.replace("1F", "2F", 1)}')
    _, token = context.people.add_device(
        hall=hall.id, role=Role.MANAGER, name="test", counter=None, now=context.now()
    )
    store.close()
    client = Client(server.port, token)
    yield ServedHall(url=server.url, id=hall.id, client=client)
    client.close()


@pytest.fixture
def url(hall: WorkingHall, tmp_path: Path) -> Iterator[str]:
    """The address of a server with the doors, without sockets."""
    app: Flask = make_web(Settings(data=tmp_path, secret_key="a key for tests"), hall.context)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # a page's styles and scripts are asked for once
    for door in (kiosk.blueprint, display.blueprint):
        app.register_blueprint(door)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def new_page(chromium: Browser, url: str) -> Iterator[NewPage]:
    """Open pages of a size; an error in their scripts or a request elsewhere fails the test."""
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((url, url.replace("http:", "ws:"), "data:")):
            wrong.append(f"asked {request.url}")

    def new(size: dict[str, int], **options: Any) -> Page:
        browser = chromium.new_context(viewport=size, locale="zh-CN", **options)  # type: ignore[arg-type]
        opened.append(browser)
        page = browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", note)
        return page

    yield new
    for browser in opened:
        browser.close()
    assert wrong == []
