"""The server, its jobs, and a first hall."""

import argparse
import threading
from pathlib import Path

from hall import start
from hall.commands.common import BadInput, Commands, add, open_halls
from hall.commands.rehearsal import let_people_in
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.layout_file import read_layout
from hall.server import make_scheduler
from hall.settings import Settings, read_settings


def declare(commands: Commands) -> None:
    """Add the commands."""
    run = add(commands, "run", _run, "an example hall, its addresses, and the server")
    run.add_argument("--demo", action="store_true", help="with a simulated day, 60 times as fast")
    init = add(commands, "init", _init, "the database, a hall and its first manager")
    init.add_argument("--layout", type=Path, required=True, metavar="FILE")
    init.add_argument("--manager", default="manager", metavar="LOGIN")
    add(commands, "serve", lambda _: start.serve(read_settings()), "the server")
    add(commands, "jobs", _jobs, "what happens by the clock, without a server")


def _run(asked: argparse.Namespace) -> int:
    settings = read_settings()
    settings = settings.model_copy(update={"rehearsal": settings.rehearsal or asked.demo})
    context = start.open_context(settings)
    if not context.store.halls():
        start.make_example(context)
    print("\n".join(start.welcome(settings, context)))
    if asked.demo:
        _let_people_in(settings, context)
    context.store.close()
    start.serve(settings)


def _let_people_in(settings: Settings, context: Context) -> None:
    """Let a day of citizens and clerks come to the example hall, and to no other."""
    hall = read_layout(start.EXAMPLE / "layout.toml").hall
    if context.store.halls() != [hall]:
        raise BadInput("the demonstration is for the example hall alone; see: rehearsal --help")
    let_people_in(settings, context, hall, start.EXAMPLE / "day.toml", speed=60)


def _init(asked: argparse.Namespace) -> int:
    settings = read_settings()
    context = start.open_context(settings)
    layout = start.add_hall(context, asked.layout)
    manager = start.person_with(context, asked.manager, asked.manager, layout.hall, Role.MANAGER)
    context.people.grant(manager.id, layout.hall, Role.ADMINISTRATOR)
    print(f"{layout.name.zh} ({layout.hall}) {layout.hash}")
    print(f"{asked.manager}: {start.sign_in_link(settings, context, manager)}")
    return 0


def _jobs(_: argparse.Namespace) -> int:
    settings = read_settings()
    scheduler = make_scheduler(open_halls(), settings)
    scheduler.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        scheduler.stop()
    return 0
