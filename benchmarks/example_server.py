"""A real server for the benchmarks: gunicorn with gevent on a free port of this machine."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.settings import Settings
from hall.start import make_example, open_context

TOP = Path(__file__).parents[1]
START_SECONDS = 30.0
HALL = HallId("yunxi")


@dataclass(kw_only=True)
class Caller:
    """One kept connection to the server, with a token."""

    port: int
    token: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        """Connect."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one request and return status and body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, path, json.dumps(body or {}), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server at work, the tokens of its callers, and its hall's context in this process."""

    port: int
    tokens: dict[Role, str]
    context: Context

    def caller(self, role: Role) -> Caller:
        """Return a new connection that acts in a role."""
        return Caller(port=self.port, token=self.tokens[role])


@contextmanager
def serving() -> Iterator[Served]:
    """Start a server with the example hall on SQLite, and stop it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), port=free_port(), jobs=False)
        context = open_context(settings)
        make_example(context)
        tokens = {
            role: context.people.add_device(
                hall=HALL, role=role, name=role.value, counter=None, now=context.now()
            )[1]
            for role in (Role.GUIDE, Role.MANAGER)
        }
        environment = {
            **os.environ,
            "HALL_DATA": folder,
            "HALL_PORT": str(settings.port),
            "HALL_JOBS": "false",
            "HALL_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "hall", "serve"]
        server = subprocess.Popen(command, cwd=TOP, env=environment)
        try:
            wait_for(settings.port)
            yield Served(port=settings.port, tokens=tokens, context=context)
        finally:
            server.terminate()
            server.wait(timeout=20)
            context.store.close()


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until the server on a port is ready."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if Caller(port=port, token="").ask("GET", "/ready")[0] == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no server on port {port} after {START_SECONDS:g} s")
