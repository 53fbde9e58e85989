"""The composition root: the only module that knows every other."""

import logging

import structlog
from flask import Flask
from structlog.typing import Processor

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
    write_log(settings.log_level)
    app = make_app(settings)
    context: Context = app.extensions["hall"]
    Push(app, context, async_mode="gevent").start()
    if settings.jobs:
        Scheduler(context).start()
    return app


def write_log(level: str) -> None:
    """Write what is worth knowing to standard error, one JSON object a line."""
    facts: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    told: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=facts, processors=told)
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every second
