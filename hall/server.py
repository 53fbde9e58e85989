"""The composition root: the only module that knows every other."""

import logging
import os
import sys
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask
from structlog.typing import Processor

import display
import kiosk
from hall.channels.chosen import chosen_channels
from hall.context import Context
from hall.jobs.runs import Runs
from hall.jobs.schedule import Scheduler
from hall.jobs.sending import Sending
from hall.jobs.worker import Worker
from hall.push.sockets import Push
from hall.settings import Settings, read_settings
from hall.store.forgetting import Retention
from hall.store.seal import Seal
from hall.store.store import Store
from hall.web.application import make_web
from hall.web.headers import CHART_POLICY
from hall.web.planning import PlannersGuard, Record, schedule
from simulation.studio import make_studio
from simulation.studio.ports import Ports

#: A process that carries out one run of a study.
STUDY_RUN = (sys.executable, "-m", "simulation.studio.work")
#: A process that simulates the rest of halls' days forward.
FORECAST = (sys.executable, "-m", "simulation.forecast")


def make_app(settings: Settings) -> Flask:
    """Return the web application: the API, every door and its pages."""
    context = Context(store=Store.open(settings.database), seal=Seal(settings.key))
    app = make_web(settings, context)
    for door in (kiosk.blueprint, display.blueprint, make_studio(studio_ports(context))):
        app.register_blueprint(door)
    return app


def studio_ports(context: Context) -> Ports:
    """Return what the planner's studio needs of the hall."""
    record = Record(context)
    return Ports(
        read_journal=record,
        schedule_layout=partial(schedule, context),
        scenarios=context.studies,
        runs=Runs(context, command=STUDY_RUN, feed=record.lines, at_most=os.cpu_count() or 1),
        guard=PlannersGuard(context),
        now=context.now,
        wall=partial(display.pages.wall, zone=None),
        chart_policy=CHART_POLICY,
    )


def serve() -> Flask:
    """Return the application with its sockets and the clock's jobs at work; gunicorn calls it."""
    settings = read_settings()
    write_log(settings.log_level)
    app = make_app(settings)
    context: Context = app.extensions["hall"]
    Push(app, context, async_mode="gevent").start()
    if settings.jobs:
        make_scheduler(context, settings).start()
    return app


def make_scheduler(context: Context, settings: Settings) -> Scheduler:
    """Return the clock's jobs, with the process that looks ahead for them."""
    address = settings.public_url.rstrip("/") or f"http://{settings.bind}:{settings.port}"
    return Scheduler(
        context,
        simulate=Worker(FORECAST).ask if settings.forecasts else None,
        sending=Sending(context, chosen_channels(settings), address),
        retention=Retention(
            bookings=timedelta(days=settings.forget_bookings_days),
            walk_ins=timedelta(days=settings.forget_walk_ins_days),
        ),
    )


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
