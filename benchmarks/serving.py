"""A hall's server in processes of its own, that can be killed and started again."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

TOP = Path(__file__).parents[1]
READY_SECONDS = 30.0
#: What makes the server count nobody who books.
NO_LIMITS = {"HALL_LIMIT_HOLDS": "", "HALL_LIMIT_OPEN_HOLDS": "0", "HALL_LIMIT_BOOKINGS": ""}


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(kw_only=True)
class Server:
    """``python -m hall serve`` for one folder and one database."""

    data: Path
    database_url: str = ""
    workers: int = 1
    #: Whether it says that it is a rehearsal, so that people may be made up in it.
    is_rehearsal: bool = False
    #: Whether those who book are counted by browser, phone and address; all of ours have one.
    has_limits: bool = True
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    _log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Its environment."""
        return {
            **os.environ,
            "HALL_DATA": str(self.data),
            "HALL_DATABASE_URL": self.database_url,
            "HALL_PORT": str(self.port),
            "HALL_WORKERS": str(self.workers),
            "HALL_LOG_LEVEL": "WARNING",
            "HALL_FORECASTS": "false",  # nothing else shall be measured
            "HALL_REHEARSAL": str(self.is_rehearsal),
            **({} if self.has_limits else NO_LIMITS),
        }

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._log = (self.data / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hall", "serve"],
            cwd=TOP,
            env=self.settings,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        until = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError((self.data / "server.log").read_text())
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def command(self, *words: str) -> str:
        """Run ``python -m hall`` on the same hall and return what it prints."""
        run = subprocess.run(
            [sys.executable, "-m", "hall", *words],
            cwd=TOP,
            env=self.settings,
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout.strip()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._log is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
        self._process.wait(timeout=20)
        self._log.close()
        self._process = None

    def _is_ready(self) -> bool:
        client = Client(self.port)
        try:
            return client.ask("GET", "/ready")[0] == http.client.OK
        except OSError:
            return False
        finally:
            client.close()


class Client:
    """Somebody who asks the server, over one connection kept alive."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = ""
    ) -> tuple[int, Any]:
        """Return the status and the body of an answer; ``key`` makes the command idempotent."""
        headers = {**self._headers, "Idempotency-Key": key} if key else self._headers
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        return answer.status, json.loads(told) if told else None

    def post(
        self, path: str, body: dict[str, Any] | None = None, *, key: str = ""
    ) -> tuple[int, Any]:
        """Send a command of the API."""
        return self.ask("POST", f"/api/v1{path}", body or {}, key=key)
