"""Rules and fixtures for every test: nothing is skipped in silence, the network stays at home."""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hall.context import Context
from hall.store.store import Store
from tests.compiled import compile_once
from tests.databases import PostgreSQL, in_file, migrated, postgresql
from tests.halls import EXAMPLES, FakeClock, WorkingHall, a_hall
from tests.servers import LiveServer

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104  # bound to, not connected to

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


class NetworkIsOff(Exception):
    """A test tried to reach another machine."""


def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what leaves this machine: an audit hook, so that no library goes round it."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not name.startswith(LOOPBACK):
        raise NetworkIsOff(name)


def pytest_configure() -> None:
    sys.addaudithook(_stay_at_home)
    compile_once()


def _failed_if_nothing_may_be_missing(report: Report) -> Report:
    required = os.environ.get("HALL_TEST_REQUIRE") == "all"
    if required and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"HALL_TEST_REQUIRE=all, but skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _failed_if_nothing_may_be_missing((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _failed_if_nothing_may_be_missing((yield))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgreSQL) -> str:
    database = postgresql_server.create()
    migrated(postgresql_server.url(database))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield in_file(tmp_path)
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    database = server.create(request.getfixturevalue("postgresql_template"))
    yield server.url(database)
    server.drop(database)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store without a hall."""
    store = Store.open(database_url)
    yield store
    store.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands on a Monday morning until the test moves it."""
    return FakeClock()


@pytest.fixture
def context(store: Store, clock: FakeClock) -> Context:
    """What a request would have: the store and the clock."""
    return Context(store=store, clock=clock)


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """The hall with 12 comprehensive counters, an hour after it opened; nobody is there yet."""
    return a_hall(context, clock, EXAMPLES / "twelve" / "pooled.toml")


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The example hall behind a real gunicorn with gevent, on SQLite; shared by many tests."""
    server = LiveServer(data=tmp_path_factory.mktemp("live"))
    server.prepare()
    server.start()
    yield server
    server.kill()
