"""A scenario's citizens and clerks drive a real server through a whole day, in seconds."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.evolution import HallState
from hall.domain.identities import HallId
from hall.domain.tickets import Status
from hall.store.store import Store
from hall.store.verify import flaws
from tests.halls import EXAMPLES
from tests.servers import LiveServer

#: A day of 24 hours in four seconds.
SPEED = 21_600


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The demonstration day with two visits an hour, of patient people."""
    text = (EXAMPLES / "yunxi" / "day.toml").read_text("utf-8")
    text = text.replace("mean_minutes = 90", "mean_minutes = 90000")  # a request takes minutes
    text = text.replace('"layout.toml"', f'"{EXAMPLES / "yunxi" / "layout.toml"}"')
    found = tmp_path / "day.toml"
    rates = re.compile(
        r"^(social|medical|household|property|business|housing-fund|tax) = \d+$", re.MULTILINE
    )
    found.write_text(rates.sub(r"\1 = 0.3", text), "utf-8")
    return found


def test_a_day_is_rehearsed_on_a_real_server(scenario: Path, tmp_path: Path) -> None:
    server = LiveServer(data=tmp_path)
    server.prepare()
    store = Store.open(f"sqlite:///{tmp_path / 'hall.db'}")
    context = Context(store=store)
    token = tmp_path / "token"
    token.write_text(server.tokens[Role.CLERK], "ascii")
    server.start()
    options = ["--server", server.url, "--token-file", token, "--speed", SPEED]
    command = [sys.executable, "-m", "simulation", "rehearse", scenario, *options]
    run = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True, timeout=120
    )
    server.kill()
    citizens = int(run.stdout.split()[0])
    state = HallState()
    for event in context.ask(HallId(server.hall), lambda view: view.journal(after=0)):
        state.apply(event)
    statuses = Counter(ticket.status for ticket in state.tickets.values())
    assert len(state.tickets) == citizens > 20
    assert statuses == {Status.DONE: citizens}
    assert context.ask(HallId(server.hall), flaws) == []
    store.close()
