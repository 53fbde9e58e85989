"""People who sign in, and the tokens of devices."""

import argparse

from hall import start
from hall.commands.common import (
    BadInput,
    Commands,
    add,
    group,
    known_hall,
    open_halls,
    person_called,
)
from hall.domain.actors import Role
from hall.domain.identities import CounterId
from hall.operations.people import DEVICE_ROLES
from hall.settings import read_settings


def declare(commands: Commands) -> None:
    """Add the commands."""
    tokens = group(commands, "token", "tokens of devices")
    token = add(tokens, "create", _create_token, "prints the token alone")
    token.add_argument("--role", required=True, choices=sorted(role.value for role in DEVICE_ROLES))
    token.add_argument("--hall")
    token.add_argument("--counter")
    token.add_argument("--name", default="")
    users = group(commands, "user", "people who sign in")
    new = add(users, "add", _add_user, "adds a person, or a role; prints a one-time sign-in")
    new.add_argument("login")
    new.add_argument("--name")
    new.add_argument("--role", required=True, choices=[role.value for role in Role])
    new.add_argument("--hall")
    add(users, "sign-in", _sign_in, "prints a one-time sign-in").add_argument("login")
    add(users, "stop", _stop_user, "lets a person sign in no more").add_argument("login")


def _create_token(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
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
    context = open_halls()
    hall, name = known_hall(context, asked.hall), asked.name or asked.login
    person = start.person_with(context, asked.login, name, hall, Role(asked.role))
    print(start.sign_in_link(read_settings(), context, person))
    return 0


def _sign_in(asked: argparse.Namespace) -> int:
    context = open_halls()
    print(start.sign_in_link(read_settings(), context, person_called(context, asked.login)))
    return 0


def _stop_user(asked: argparse.Namespace) -> int:
    context = open_halls()
    context.people.change_person(person_called(context, asked.login).id, is_active=False)
    return 0
