"""Several processes of one installation: applications that share a database, a key and a clock."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from altcha import Challenge, Payload, solve_challenge
from flask import Flask
from flask.testing import FlaskClient

import display
import kiosk
from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.settings import Settings
from hall.store.seal import Seal
from hall.store.store import Store
from hall.web.application import make_web
from tests.halls import FakeClock

KEY = "a key for tests"
#: An address somewhere in the world, and two that are somewhere else.
HERE, THERE, ELSEWHERE = "203.0.113.7", "198.51.100.4", "192.0.2.9"

MakeWorker = Callable[..., Flask]


@contextmanager
def workers(database_url: str, clock: FakeClock, data: Path) -> Iterator[MakeWorker]:
    """Make processes that differ in nothing but what the settings named say."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Flask:
            store = Store.open(database_url)
            stack.callback(store.close)
            context = Context(store=store, clock=clock, seal=Seal(KEY))
            app = make_web(
                Settings(data=data, secret_key=KEY, puzzle_work=1000, **settings), context
            )
            for door in (kiosk.blueprint, display.blueprint):
                app.register_blueprint(door)
            return app

        yield make


def browser(app: Flask, address: str = HERE, *, cookies: bool = True) -> FlaskClient:
    """Return a browser at an address, in English; or a program that keeps no cookies."""
    found = app.test_client(use_cookies=cookies)
    found.environ_base["REMOTE_ADDR"] = address
    if cookies:
        found.set_cookie("lang", "en")
        found.get("/book/small")
    return found


def device(app: Flask, role: Role, hall: HallId) -> FlaskClient:
    """Return the browser of a device of the hall."""
    context: Context = app.extensions["hall"]
    _, token = context.people.add_device(
        hall=hall, role=role, name=role, counter=None, now=context.now()
    )
    found = browser(app)
    found.set_cookie(DEVICE_COOKIE, token)
    return found


def solved(client: FlaskClient, hall: str = "small") -> str:
    """Get a puzzle and solve it."""
    told = client.get(f"/api/v1/halls/{hall}/puzzle").json
    assert told is not None
    challenge = Challenge.from_dict(told["challenge"])
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def changed(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Return a solved puzzle in which something was changed."""
    found = json.loads(base64.b64decode(text))
    change(found)
    return base64.b64encode(json.dumps(found).encode()).decode()
