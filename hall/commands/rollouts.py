"""Rollouts: layouts scheduled, approved, withdrawn, and taken back."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from hall.access import OVERSEERS
from hall.commands.common import (
    BadInput,
    Commands,
    add,
    known_hall,
    language,
    moment,
    open_halls,
    person_called,
)
from hall.context import Context
from hall.domain.actors import SYSTEM, Actor, Role
from hall.domain.identities import HallId, RolloutId
from hall.domain.layout_file import read_layout
from hall.domain.moments import read
from hall.domain.rollouts import NotScheduled, Rollout, UnknownRollout
from hall.operations.rollout import (
    LayoutDoesNotFit,
    LayoutIsInForce,
    NothingBefore,
    SamePerson,
    approve_layout,
    roll_back,
    schedule_layout,
    withdraw_layout,
)
from hall.queries.rollouts import layouts

NOW = "now"


def declare(layouts: Commands) -> None:
    """Add the commands to those about layouts."""
    schedule = add(layouts, "schedule", _schedule, "let it come into force at a moment")
    schedule.add_argument("file", type=Path)
    schedule.add_argument(
        "--at", required=True, metavar="TIME", help="a day, a moment (RFC 3339), or now"
    )
    schedule.add_argument("--note", default="", help="why, without names")
    schedule.add_argument(
        "--report", type=Path, metavar="FILE", help="JSON: reference, and what is expected"
    )
    schedule.add_argument("--by", metavar="LOGIN", help="whose decision it is")
    add(layouts, "list", _list, "what is in force and what is to come").add_argument("--hall")
    approve = add(layouts, "approve", _approve, "agree as a second person")
    approve.add_argument("id", type=RolloutId)
    approve.add_argument("--by", metavar="LOGIN", required=True)
    withdraw = add(layouts, "withdraw", _withdraw, "take a scheduled layout back")
    withdraw.add_argument("id", type=RolloutId)
    back = add(layouts, "back", _back, "go back to the layout before")
    back.add_argument("--at", default=NOW, metavar="TIME", help="a day, a moment, or now")
    for command in (approve, withdraw, back):
        command.add_argument("--hall")


def _schedule(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, read_layout(asked.file).hall)
    text = asked.file.read_text("utf-8-sig")
    at, report = _when(context, hall, asked.at), _report(asked.report)

    def do(change: Any) -> Rollout:
        return schedule_layout(
            change, file=str(asked.file), text=text, at=at, note=asked.note, report=report
        )

    return _told(context, hall, do, by=_actor(context, hall, asked.by))


def _approve(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    by = _actor(context, hall, asked.by)
    if by.role not in OVERSEERS:
        raise BadInput(f"{asked.by} is no manager of {hall}")
    return _told(context, hall, lambda change: approve_layout(change, rollout=asked.id), by=by)


def _withdraw(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    return _told(context, hall, lambda change: withdraw_layout(change, rollout=asked.id), by=SYSTEM)


def _back(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    at = _when(context, hall, asked.at)
    return _told(context, hall, lambda change: roll_back(change, at=at), by=SYSTEM)


def _list(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    found = context.ask(hall, layouts)
    zone = context.ask(hall, lambda view: view.layout.zone)
    print(f"{found['in_force']['hash'][:12]} in force")
    for one in found["rollouts"]:
        at = read(one["since"] or one["at"]).astimezone(zone)
        words = [one["id"], one["layout"]["hash"][:12], f"{at:%Y-%m-%dT%H:%M}", one["stage"]]
        print(*words, *["awaits approval"] * one["awaits_approval"], one["note"])
    return 0


def _told(context: Context, hall: HallId, do: Callable[[Any], Rollout], *, by: Actor) -> int:
    """Carry out one step and print what became of the rollout."""
    with refusals():
        rollout = context.perform(hall, do, by=by)
    print(f"{rollout.id} {rollout.layout[:12]} {rollout.stage.value}")
    return 0


@contextmanager
def refusals() -> Iterator[None]:
    """Say why a layout is refused as every bad input is said."""
    try:
        yield
    except LayoutDoesNotFit as refused:
        said = "; ".join(obstacle.in_language(language()) for obstacle in refused.obstacles)
        raise BadInput(said) from refused
    except (LayoutIsInForce, NothingBefore, SamePerson, UnknownRollout, NotScheduled) as refused:
        raise BadInput((type(refused).__doc__ or "").splitlines()[0]) from refused


def _when(context: Context, hall: HallId, text: str) -> datetime | None:
    zone = context.ask(hall, lambda view: view.layout.zone)
    return None if text == NOW else moment(text, zone)


def _report(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
        return {"reference": str(found["reference"]), "expected": dict(found["expected"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file}: no JSON object with reference and expected: {error}") from error


def _actor(context: Context, hall: HallId, login: str | None) -> Actor:
    """Return a person of the hall in the role that decides most, or the operator."""
    if login is None:
        return SYSTEM
    person = person_called(context, login)
    roles = {role for where, role in person.roles if where == hall}
    for role in (Role.ADMINISTRATOR, Role.MANAGER, Role.PLANNER):
        if role in roles:
            return Actor(role=role, person=person.id)
    raise BadInput(f"{login} neither plans nor manages {hall}")
