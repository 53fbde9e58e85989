"""The composition root: the only module that knows every other."""

from flask import Flask

import display
import kiosk
from hall.context import Context
from hall.jobs.schedule import Scheduler
from hall.push.sockets import Push
from hall.settings import Settings, read_settings
from hall.store.store import Store
from hall.web.application import make_web


def make_app(settings: Settings) -> Flask:
    """Return the web application: the API, every door and its pages."""
    app = make_web(settings, Context(store=Store.open(settings.database)))
    for door in (kiosk.blueprint, display.blueprint):
        app.register_blueprint(door)
    return app


def serve() -> Flask:
    """Return the application with its sockets and the clock's jobs at work; gunicorn calls it."""
    settings = read_settings()
    app = make_app(settings)
    context: Context = app.extensions["hall"]
    Push(app, context, async_mode="gevent").start()
    if settings.jobs:
        Scheduler(context).start()
    return app
