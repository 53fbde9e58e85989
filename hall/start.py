"""Starting a hall: its database, an example to look at, its server."""

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

from hall.channels.channel import WrongChannel
from hall.channels.chosen import chosen_channels
from hall.context import Context
from hall.domain.actors import SYSTEM, Role
from hall.domain.identities import HallId
from hall.domain.layout import Layout
from hall.domain.layout_file import read_layout
from hall.domain.limits import WrongLimit
from hall.domain.people import Person
from hall.limits import rules_from
from hall.operations.layouts import activate_layout, load_roster
from hall.operations.people import add_person, sign_in_once
from hall.settings import Settings, environment_of
from hall.store.people import UnknownPerson
from hall.store.seal import Seal
from hall.store.store import Store

TOP = Path(__file__).parents[1]
EXAMPLE = TOP / "examples" / "yunxi"
#: Who works in the example hall: login, name, role.
EXAMPLE_PEOPLE = (
    ("manager", "王主任", Role.MANAGER),
    ("clerk", "李明", Role.CLERK),
    ("guide", "张芳", Role.GUIDE),
    ("planner", "赵敏", Role.PLANNER),
)


def open_context(settings: Settings) -> Context:
    """Return the context of the settings' database, its tables brought up to date."""
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store.open(settings.database)
    store.migrate()
    return Context(store=store, seal=Seal(settings.key))


def add_hall(context: Context, file: Path) -> Layout:
    """Make the hall of a layout file, or give the one that is there this layout."""
    layout = read_layout(file)
    context.store.add_hall(layout.hall)
    activate = partial(activate_layout, file=str(file), text=file.read_text("utf-8-sig"))
    return context.perform(layout.hall, activate, by=SYSTEM)


def give_roster(context: Context, hall: HallId, file: Path) -> None:
    """Give a hall the roster of a file."""
    load = partial(load_roster, file=str(file), text=file.read_text("utf-8-sig"))
    context.perform(hall, load, by=SYSTEM)


def person_with(context: Context, login: str, name: str, hall: HallId, role: Role) -> Person:
    """Return the person who signs in as ``login``, added if need be, with a role in a hall."""
    try:
        person = context.people.person_called(login)
    except UnknownPerson:
        person = add_person(context.people, login=login, name=name)
    context.people.grant(person.id, hall, role)
    return context.people.person(person.id)


def make_example(context: Context) -> HallId:
    """Make the example hall with its roster and its people and return its id."""
    layout = add_hall(context, EXAMPLE / "layout.toml")
    give_roster(context, layout.hall, EXAMPLE / "roster.toml")
    for login, name, role in EXAMPLE_PEOPLE:
        person_with(context, login, name, layout.hall, role)
    return layout.hall


def sign_in_link(settings: Settings, context: Context, person: Person) -> str:
    """Return an address that signs a person in once."""
    code = sign_in_once(context.people, person=person.id, now=context.now())
    return f"{local(settings)}/sign-in/once/{code}"


def local(settings: Settings) -> str:
    """Return the address of the server, as this machine asks for it."""
    host = "127.0.0.1" if settings.bind == "0.0.0.0" else settings.bind  # noqa: S104  # compared
    return f"http://{host}:{settings.port}"


def welcome(settings: Settings, context: Context) -> Iterator[str]:
    """Yield what ``make run`` prints: the address of every screen, and how to sign in."""
    address = settings.public_url.rstrip("/") or local(settings)
    for hall in context.store.halls():
        layout = context.ask(hall, lambda view: view.layout)
        counter = layout.counters[min(2, len(layout.counters) - 1)].id
        yield f"{layout.name.zh}  {layout.name.en}"
        yield f"  取号机 Kiosk            {address}/kiosk/{hall}"
        if any(matter.appointments for matter in layout.matters):
            yield f"  预约 Booking            {address}/book/{hall}"
        yield f"  大屏 Wall               {address}/display/{hall}"
        yield f"  窗口屏 Counter screen   {address}/display/{hall}/counter/{counter}"
        yield f"  窗口端 Clerk            {address}/clerk"
        yield f"  导办端 Guide            {address}/guide"
        yield f"  管理端 Manager          {address}/manager"
        yield f"  规划端 Planner          {address}/planner"
        yield f"  等候预报 How waits held {address}/score/{hall}"
    yield ""
    yield "一次性登录 One-time sign-in"
    for login, _, role in EXAMPLE_PEOPLE:
        try:
            person = context.people.person_called(login)
        except UnknownPerson:
            continue
        yield f"  {role.value:<8}{sign_in_link(settings, context, person)}"


def serve(settings: Settings) -> NoReturn:
    """Become the server: gunicorn with gevent, one greenlet for every open screen."""
    try:
        chosen_channels(settings)
        rules_from(settings)
    except (WrongChannel, WrongLimit) as wrong:
        sys.exit(str(wrong))
    context = open_context(settings)
    if settings.workers > 1 and not context.store.is_postgresql:
        sys.exit("HALL_WORKERS: more than one needs PostgreSQL (HALL_DATABASE_URL)")
    context.store.close()
    options = {
        "--worker-class": "gevent",
        "--workers": settings.workers,
        "--worker-connections": 5000,
        "--bind": f"{settings.bind}:{settings.port}",
        "--graceful-timeout": 3,
        "--keep-alive": 60,
        "--log-level": settings.log_level.lower(),
        "--pythonpath": TOP,
    }
    words = [str(word) for pair in options.items() for word in pair]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *words]
    sys.stdout.flush()
    os.execve(  # noqa: S606  # no shell is meant
        sys.executable, [*command, "hall.server:serve()"], environment_of(settings)
    )
