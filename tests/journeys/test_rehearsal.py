"""A scenario's citizens and clerks drive a real server through a whole day, in seconds."""

import hashlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.serving import TOP, Client, free_port
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.evolution import HallState
from hall.domain.identities import HallId
from hall.domain.tickets import Status
from hall.store.store import Store
from hall.store.verify import flaws
from tests.halls import EXAMPLES
from tests.servers import LiveServer

YUNXI = EXAMPLES / "yunxi"
HALL = HallId("yunxi")
#: A day of 24 hours in four seconds.
SPEED = 21_600
READY_SECONDS = 60


def scenario_in(folder: Path, layout: Path, *, rate: float = 0.3) -> Path:
    """Write the demonstration day for a layout, with few and patient people."""
    text = (YUNXI / "day.toml").read_text("utf-8")
    text = text.replace("mean_minutes = 90", "mean_minutes = 90000")  # a request takes minutes
    text = text.replace('"layout.toml"', f'"{layout}"')
    found = folder / "day.toml"
    rates = re.compile(
        r"^(social|medical|household|property|business|housing-fund|tax) = \d+$", re.MULTILINE
    )
    found.write_text(rates.sub(rf"\1 = {rate}", text), "utf-8")
    return found


def rehearse(
    scenario: Path, server: LiveServer, folder: Path
) -> "subprocess.CompletedProcess[str]":
    """Let the people of a scenario come to a server, as fast as it can."""
    token = folder / "token"
    token.write_text(server.tokens[Role.CLERK], "ascii")
    options = ["--server", server.url, "--token-file", token, "--speed", SPEED]
    command = [sys.executable, "-m", "simulation", "rehearse", scenario, *options]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, timeout=120
    )


def state_of(data: Path) -> tuple[HallState, list[object]]:
    """Return what a hall's journal says, and what is wrong with its tables."""
    store = Store.open(f"sqlite:///{data / 'hall.db'}")
    context, state = Context(store=store), HallState()
    for event in context.ask(HALL, lambda view: view.journal(after=0)):
        state.apply(event)
    found = context.ask(HALL, flaws)
    store.close()
    return state, list(found)


def test_a_day_is_rehearsed_on_a_real_server(tmp_path: Path) -> None:
    scenario = scenario_in(tmp_path, YUNXI / "layout.toml")
    server = LiveServer(data=tmp_path, is_rehearsal=True)
    server.prepare()
    server.start()
    run = rehearse(scenario, server, tmp_path)
    server.kill()
    citizens = int(run.stdout.split()[0])
    state, wrong = state_of(tmp_path)
    statuses = Counter(ticket.status for ticket in state.tickets.values())
    assert len(state.tickets) == citizens > 20
    assert statuses == {Status.DONE: citizens}
    assert wrong == []


def test_nobody_is_made_up_in_a_live_hall(live_server: LiveServer, tmp_path: Path) -> None:
    client = live_server.client()
    _, before = client.ask("GET", f"/api/v1/halls/{HALL}/board")
    run = rehearse(scenario_in(tmp_path, YUNXI / "layout.toml"), live_server, tmp_path)
    _, after = client.ask("GET", f"/api/v1/halls/{HALL}/board")
    client.close()
    assert (run.returncode, "is a live hall" in run.stderr) == (2, True)
    assert before["sequence"] == after["sequence"]


def is_anybody_left(group: int) -> bool:
    """Whether a process of a group is still there after some seconds."""
    until = time.monotonic() + READY_SECONDS / 6
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


@dataclass(kw_only=True)
class Rehearsal:
    """A rehearsal that was started by its command, from the data of a hall that lies still."""

    process: "subprocess.Popen[str]"
    live: Path
    port: int
    before: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str) -> tuple[int, dict[str, object]]:
        """Ask the API."""
        client = Client(self.port)
        try:
            status, body = client.ask("GET", f"/api/v1{path}")
        finally:
            client.close()
        return status, body

    def until(self, path: str, wanted: str) -> None:
        """Wait until the answer at a path says something."""
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                if wanted in str(self.ask(path)[1]):
                    return
            except (OSError, http.client.HTTPException):
                assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < until, wanted
            time.sleep(0.05)


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """A rehearsal of a layout with 11 counters: an hour with people, 600 times as fast."""
    live = tmp_path / "live"
    live.mkdir()
    hall = LiveServer(data=live)
    hall.prepare()
    text = (YUNXI / "layout.toml").read_text("utf-8")
    before, nine = text.split('[[counters]]\nid = "9"')
    fewer = f"{before}[[counters]]{nine.split('[[counters]]', 1)[1]}"
    (tmp_path / "next.toml").write_text(fewer, "utf-8")
    hour = tmp_path / "hour.toml"
    hour.write_text(
        fewer.replace('from = "00:00", until = "24:00"', 'from = "09:00", until = "10:00"'), "utf-8"
    )
    scenario = scenario_in(tmp_path, hour, rate=6)
    scenario.write_text(
        scenario.read_text("utf-8").replace('"9", ', "").split("[staffing]")[0], "utf-8"
    )
    port = free_port()
    words = ["--layout", tmp_path / "next.toml", "--scenario", scenario, "--speed", 600]
    command = [sys.executable, "-m", "hall", "rehearsal", "--port", port, *words]
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=TOP,
        env=hall.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    digest = hashlib.sha256((live / "hall.db").read_bytes()).hexdigest()
    yield Rehearsal(process=process, live=live, port=port, before=digest)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_copy_is_rehearsed_in_the_open_and_the_hall_itself_is_left_alone(
    rehearsal: Rehearsal, chromium: Browser
) -> None:
    rehearsal.until("/halls", "'rehearsal': True")
    page = chromium.new_page()
    for path in (f"/display/{HALL}", f"/kiosk/{HALL}", "/sign-in"):
        page.goto(f"{rehearsal.url}{path}")
        expect(page.locator(".rehearsal")).to_have_text("演练 REHEARSAL")
    page.goto(f"{rehearsal.url}/display/{HALL}")
    rehearsal.until(f"/halls/{HALL}/board", "announcement")
    expect(page.locator("body")).to_contain_text(re.compile(r"[AFKRSWX]0\d\d"))
    page.close()
    os.kill(rehearsal.process.pid, signal.SIGTERM)  # the people notice that the server is gone
    out, _ = rehearsal.process.communicate(timeout=30)
    assert "/sign-in/once/" in out
    assert not is_anybody_left(rehearsal.process.pid)
    assert hashlib.sha256((rehearsal.live / "hall.db").read_bytes()).hexdigest() == rehearsal.before
    state, wrong = state_of(rehearsal.live / "rehearsal")
    assert wrong == []
    assert len(state.tickets) > 0
    assert "9" not in state.counters
