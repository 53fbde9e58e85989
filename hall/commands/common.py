"""What the commands share: halls and people that are meant, moments, and what is wrong."""

import argparse
import locale
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hall import start
from hall.context import Context
from hall.domain.identities import HallId
from hall.domain.people import Person
from hall.settings import read_settings
from hall.store.people import UnknownPerson

#: Carries out one command and returns its exit status.
Command = Callable[[argparse.Namespace], int]
#: What ``add_subparsers`` returns.
Commands = Any


class BadInput(Exception):
    """What was asked for cannot be done; the message says why."""


def open_halls() -> Context:
    """Return the context of the settings' database, its tables brought up to date."""
    return start.open_context(read_settings())


def known_hall(context: Context, asked: str | None) -> HallId:
    """Return the hall that is meant; where there is only one, it need not be named."""
    halls = context.store.halls()
    if asked in halls:
        return HallId(asked)
    if asked is None and len(halls) == 1:
        return halls[0]
    known = ", ".join(halls) or "none; make one with: init --layout FILE"
    raise BadInput(f"no hall {asked!r}; there is {known}" if asked else f"which --hall? {known}")


def person_called(context: Context, login: str) -> Person:
    """Return the person who signs in as ``login``."""
    try:
        return context.people.person_called(login)
    except UnknownPerson:
        raise BadInput(f"nobody signs in as {login!r}") from None


def moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return a moment; one without an offset is in the hall's own time."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is neither a day nor a moment (2026-03-02T08:30)") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def language() -> str:
    """Return the language of this terminal, as far as the system has it."""
    return locale.getlocale(locale.LC_CTYPE)[0] or "en"


def group(commands: Commands, name: str, summary: str) -> Commands:
    """Add a command that has commands of its own and return what they are added to."""
    group = commands.add_parser(name, help=summary, description=summary)
    return group.add_subparsers(required=True, metavar="COMMAND")


def add(commands: Commands, name: str, command: Command, summary: str) -> argparse.ArgumentParser:
    """Add a command and return its parser."""
    added: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    added.set_defaults(command=command)
    return added
