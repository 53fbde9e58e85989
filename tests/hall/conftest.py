"""The web application on a test's own store and clock."""

from pathlib import Path

import pytest
from flask import Flask

import display
import kiosk
from hall.context import Context
from hall.server import studio_ports
from hall.settings import Settings
from hall.web.application import make_web
from simulation.studio import make_studio


@pytest.fixture
def app(context: Context, tmp_path: Path) -> Flask:
    """The application with its doors, without sockets and jobs."""
    app = make_web(Settings(data=tmp_path, secret_key="a key for tests"), context)
    for door in (kiosk.blueprint, display.blueprint, make_studio(studio_ports(context))):
        app.register_blueprint(door)
    return app
