"""The commands of an operator: ``python -m hall …``."""

import argparse
import json
import locale
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hall import start
from hall.context import Context, View
from hall.dispatch.starvation import warnings
from hall.domain.actors import Role
from hall.domain.events import Event, event_form
from hall.domain.identities import CounterId, HallId
from hall.domain.layout_diff import differences
from hall.domain.layout_file import read_layout
from hall.domain.people import Person
from hall.domain.reading import BadFile
from hall.domain.roster import read_roster
from hall.jobs.schedule import Scheduler
from hall.operations.people import DEVICE_ROLES
from hall.settings import read_settings
from hall.store.people import UnknownPerson
from hall.store.verify import flaws

BAD_INPUT = 2
FLAWED = 1
CHUNK = 1000
Command = Callable[[argparse.Namespace], int]


class BadInput(Exception):
    """What was asked for cannot be done; the message says why."""


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.command(asked))
    except (BadFile, BadInput) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m hall", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _server_commands(commands)
    _layout_commands(commands)
    _journal_commands(commands)
    _people_commands(commands)
    return top


def _server_commands(commands: Any) -> None:
    run = _add(commands, "run", _run, "an example hall, its addresses, and the server")
    run.add_argument("--demo", action="store_true", help="with a simulated day, 60 times as fast")
    init = _add(commands, "init", _init, "the database, a hall and its first manager")
    init.add_argument("--layout", type=Path, required=True, metavar="FILE")
    init.add_argument("--manager", default="manager", metavar="LOGIN")
    _add(commands, "serve", lambda _: start.serve(read_settings()), "the server")
    _add(commands, "jobs", _jobs, "what happens by the clock, without a server")


def _layout_commands(commands: Any) -> None:
    layouts = _group(commands, "layout", "check, load or compare layout files")
    _add(layouts, "check", _check_layout, "say what is wrong").add_argument("file", type=Path)
    diff = _add(layouts, "diff", _diff_layouts, "say in words what differs")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    _add(layouts, "load", _load_layout, "make it the hall's layout").add_argument("file", type=Path)
    rosters = _group(commands, "roster", "load roster files")
    load = _add(rosters, "load", _load_roster, "make it the hall's roster")
    load.add_argument("file", type=Path)
    load.add_argument("--hall")


def _journal_commands(commands: Any) -> None:
    journals = _group(commands, "journal", "export or verify the journal")
    export = _add(journals, "export", _export, "as JSON lines")
    export.add_argument("--hall")
    export.add_argument("--from", dest="start", metavar="T", help="a day, or a moment (RFC 3339)")
    export.add_argument("--until", metavar="T")
    verify = _add(journals, "verify", _verify, "replay equals state, gapless, chain whole")
    verify.add_argument("--hall")


def _people_commands(commands: Any) -> None:
    tokens = _group(commands, "token", "tokens of devices")
    token = _add(tokens, "create", _create_token, "prints the token alone")
    token.add_argument("--role", required=True, choices=sorted(role.value for role in DEVICE_ROLES))
    token.add_argument("--hall")
    token.add_argument("--counter")
    token.add_argument("--name", default="")
    users = _group(commands, "user", "people who sign in")
    add = _add(users, "add", _add_user, "adds a person, or a role; prints a one-time sign-in")
    add.add_argument("login")
    add.add_argument("--name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--hall")
    _add(users, "sign-in", _sign_in, "prints a one-time sign-in").add_argument("login")
    _add(users, "stop", _stop_user, "lets a person sign in no more").add_argument("login")


def _run(asked: argparse.Namespace) -> int:
    settings = read_settings()
    context = start.open_context(settings)
    if not context.store.halls():
        start.make_example(context)
    print("\n".join(start.welcome(settings, context)))
    if asked.demo:
        start.rehearse(settings, context)
    context.store.close()
    start.serve(settings)


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
    scheduler = Scheduler(_context())
    scheduler.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        scheduler.stop()
    return 0


def _check_layout(asked: argparse.Namespace) -> int:
    layout = read_layout(asked.file)
    for warning in warnings(layout):
        print(f"{asked.file}: {warning.in_language(_language())}", file=sys.stderr)
    print(f"{layout.hall} {layout.hash}")
    return 0


def _diff_layouts(asked: argparse.Namespace) -> int:
    for difference in differences(read_layout(asked.before), read_layout(asked.after)):
        print(difference.in_language(_language()))
    return 0


def _load_layout(asked: argparse.Namespace) -> int:
    context = _context()
    _known_hall(context, read_layout(asked.file).hall)
    print(start.add_hall(context, asked.file).hash)
    return 0


def _load_roster(asked: argparse.Namespace) -> int:
    context = _context()
    hall = _known_hall(context, asked.hall)
    layout = context.ask(hall, lambda view: view.layout)
    read_roster(asked.file, layout)
    start.give_roster(context, hall, asked.file)
    return 0


def _export(asked: argparse.Namespace) -> int:
    context = _context()
    hall = _known_hall(context, asked.hall)
    layout = context.ask(hall, lambda view: view.layout)
    since, until = (_moment(text, layout.zone) for text in (asked.start, asked.until))

    def write(view: View) -> None:
        for event in _events(view):
            if (since is None or since <= event.at) and (until is None or event.at < until):
                print(json.dumps(event_form(event), ensure_ascii=False))

    context.ask(hall, write)
    return 0


def _verify(asked: argparse.Namespace) -> int:
    context = _context()
    halls = [_known_hall(context, asked.hall)] if asked.hall else context.store.halls()
    status = 0
    for hall in halls:
        found, sequence = context.ask(hall, lambda view: (flaws(view), view.sequence))
        for flaw in found:
            print(f"{hall} {flaw.sequence}: {flaw.what}")
        if found:
            status = FLAWED
        else:
            print(f"{hall}: {sequence} events, whole")
    return status


def _create_token(asked: argparse.Namespace) -> int:
    context = _context()
    hall = _known_hall(context, asked.hall)
    counter = CounterId(asked.counter) if asked.counter else None
    layout = context.ask(hall, lambda view: view.layout)
    if counter is not None and counter not in layout.counter_of:
        raise BadInput(f"{hall} has no counter {counter!r}")
    _, token = context.people.add_device(
        hall=hall,
        role=Role(asked.role),
        name=asked.name or asked.role,
        counter=counter,
        now=context.now(),
    )
    print(token)
    return 0


def _add_user(asked: argparse.Namespace) -> int:
    context = _context()
    hall, name = _known_hall(context, asked.hall), asked.name or asked.login
    person = start.person_with(context, asked.login, name, hall, Role(asked.role))
    print(start.sign_in_link(read_settings(), context, person))
    return 0


def _sign_in(asked: argparse.Namespace) -> int:
    context = _context()
    print(start.sign_in_link(read_settings(), context, _person(context, asked.login)))
    return 0


def _stop_user(asked: argparse.Namespace) -> int:
    context = _context()
    context.people.change_person(_person(context, asked.login).id, is_active=False)
    return 0


def _context() -> Context:
    return start.open_context(read_settings())


def _known_hall(context: Context, asked: str | None) -> HallId:
    """Return the hall that is meant; where there is only one, it need not be named."""
    halls = context.store.halls()
    if asked in halls:
        return HallId(asked)
    if asked is None and len(halls) == 1:
        return halls[0]
    known = ", ".join(halls) or "none; make one with: init --layout FILE"
    raise BadInput(f"no hall {asked!r}; there is {known}" if asked else f"which --hall? {known}")


def _person(context: Context, login: str) -> Person:
    try:
        return context.people.person_called(login)
    except UnknownPerson:
        raise BadInput(f"nobody signs in as {login!r}") from None


def _events(view: View) -> Iterator[Event]:
    events = view.journal(after=0, limit=CHUNK)
    while events:
        yield from events
        events = view.journal(after=events[-1].sequence, limit=CHUNK)


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return a moment; one without an offset is in the hall's own time."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is neither a day nor a moment (2026-03-02T08:30)") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _language() -> str:
    """Return the language of this terminal, as far as the system has it."""
    return locale.getlocale(locale.LC_CTYPE)[0] or "en"


def _group(commands: Any, name: str, summary: str) -> Any:
    group = commands.add_parser(name, help=summary, description=summary)
    return group.add_subparsers(required=True, metavar="COMMAND")


def _add(commands: Any, name: str, command: Command, summary: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    added.set_defaults(command=command)
    return added


if __name__ == "__main__":
    sys.exit(main())
