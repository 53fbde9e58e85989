"""Rules for every test: nothing is skipped where nothing may be, and the network stays at home."""

import os
import sys
from collections.abc import Generator
from typing import Any, TypeVar

import pytest

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
