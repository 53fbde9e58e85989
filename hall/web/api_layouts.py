"""The API of layouts: in force, before and to come; scheduled, approved, taken back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from hall.access import OVERSEERS, actor, allowed, context
from hall.context import Change
from hall.domain.actors import Role
from hall.domain.identities import HallId, RolloutId
from hall.domain.rollouts import Rollout
from hall.operations import rollout as operations
from hall.queries import rollouts as queries
from hall.web.commands import Said, answered, carry_out
from hall.web.schemas import Answer, Moment, NewLayout, Nothing

layouts = APIBlueprint("layouts", __name__, url_prefix="/api/v1", tag="Layouts")
PLANNERS = (*OVERSEERS, Role.PLANNER)
READERS = (*PLANNERS, Role.AUDITOR)
ONE = "/halls/<hall>/layouts/<rollout>"


@layouts.get("/halls/<hall>/layouts")
@layouts.output(Answer)
@allowed(*READERS)
def layouts_(hall: str) -> Response:
    """The layout in force, the one before, and every rollout, the newest first."""
    return answered(200, context().ask(HallId(hall), queries.layouts))


@layouts.post("/halls/<hall>/layouts")
@layouts.input(NewLayout, arg_name="wanted")
@layouts.output(Answer, status_code=201)
@allowed(*PLANNERS)
def schedule(hall: str, wanted: NewLayout) -> Response:
    """Schedule a layout; without ``at`` it is in force at once, if nobody has to approve."""
    do = partial(
        operations.schedule_layout,
        file=wanted.file,
        text=wanted.text,
        at=wanted.at,
        note=wanted.note,
        report=wanted.report.model_dump(),
    )
    return _carry_out(hall, do, *PLANNERS, status=201)


@layouts.get(ONE)
@layouts.output(Answer)
@allowed(*READERS)
def one(hall: str, rollout: str) -> Response:
    """What a rollout changes at each counter, what it would do now, and what came of it."""
    id_ = RolloutId(rollout)

    def look(view: Any) -> dict[str, Any]:
        return queries.rollout(view, id_=id_) | {"outcome": queries.outcome(view, id_=id_)}

    return answered(200, context().ask(HallId(hall), look))


@layouts.post("/halls/<hall>/layouts/back")
@layouts.input(Moment, arg_name="when")
@layouts.output(Answer, status_code=201)
@allowed(*OVERSEERS)
def back(hall: str, when: Moment) -> Response:
    """Go back to the layout before, at once or from ``at`` on."""
    do = partial(operations.roll_back, at=when.at)
    return _carry_out(hall, do, *OVERSEERS, status=201)


def _step(path: str, do: Callable[..., Rollout], summary: str) -> None:
    """Add a step of a scheduled layout."""

    def step(hall: str, rollout: str, _body: Nothing) -> Response:
        return _carry_out(hall, partial(do, rollout=RolloutId(rollout)), *OVERSEERS)

    step.__name__ = path
    step.__doc__ = summary
    view = layouts.output(Answer)(allowed(*OVERSEERS)(step))
    layouts.post(f"{ONE}/{path}")(layouts.input(Nothing, arg_name="_body")(view))


_step("approve", operations.approve_layout, "Agree to a layout, as a second person.")
_step("withdraw", operations.withdraw_layout, "Take a scheduled layout back.")
_step("activate", operations.activate_scheduled, "Put a scheduled layout in force at once.")


def _carry_out(
    hall: str, do: Callable[[Change], Rollout], *roles: Role, status: int = 200
) -> Response:
    where = HallId(hall)

    def told(change: Change) -> dict[str, Any]:
        return queries.rollout_json(change, do(change))

    def say(found: dict[str, Any]) -> Said:
        return status, found

    return carry_out(where, told, by=actor(where, *roles), say=say)
