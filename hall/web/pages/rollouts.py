"""The pages of layouts: what is in force, what is to come, what it changes, and the way back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Response, abort, make_response, request

from hall.access import OVERSEERS, allowed, caller, context
from hall.domain.actors import Role
from hall.domain.hours import business_day, day_start_minute, moment
from hall.domain.identities import RolloutId
from hall.domain.reading import BadFile
from hall.domain.rollouts import Rollout
from hall.operations import rollout as operations
from hall.queries import rollouts as queries
from hall.web.pages.frame import ask, blueprint, carry_out, draw, go, my_hall
from hall.web.pages.names import names

PLANNERS = (*OVERSEERS, Role.PLANNER)
READERS = (*PLANNERS, Role.AUDITOR)
STEPS: dict[str, Callable[..., Rollout]] = {
    "approve": operations.approve_layout,
    "withdraw": operations.withdraw_layout,
    "activate": operations.activate_scheduled,
}


@blueprint.get("/manager/layouts")
@allowed(*READERS)
def rollouts() -> str:
    """Show the layout in force, those to come and those before."""
    return _page(problems=[], given={})


@blueprint.post("/manager/layouts")
@allowed(*PLANNERS)
def schedule() -> Response:
    """Schedule a layout file for a day and a time, or show what is wrong with it."""
    sent, form = request.files.get("file"), request.form
    if sent is None or not sent.filename:
        abort(422)
    try:
        text = sent.read().decode("utf-8-sig")
        do = partial(
            operations.schedule_layout,
            file=sent.filename,
            text=text,
            at=_moment(),
            note=form.get("note", ""),
        )
        carry_out(do, *PLANNERS)
    except BadFile as error:
        return make_response(_page(problems=error.lines(), given=form), 422)
    except UnicodeDecodeError:
        return make_response(_page(problems=[f"{sent.filename}: UTF-8?"], given=form), 422)
    newest = ask(queries.layouts, *PLANNERS)["rollouts"][0]
    return go("staff.rollout", rollout=newest["id"])


@blueprint.get("/manager/layouts/<rollout>")
@allowed(*READERS)
def rollout(rollout: str) -> str:
    """Show what a rollout changes at each counter, and what it would do right now."""
    found = ask(partial(queries.rollout, id_=RolloutId(rollout)), *READERS)
    return _draw("rollout", rollout=found, is_mine=found["by"] == caller().id)


@blueprint.get("/manager/layouts/<rollout>/outcome")
@allowed(*READERS)
def rollout_outcome(rollout: str) -> str:
    """Return what was expected beside what was; it costs a look through whole days."""
    found = ask(partial(queries.outcome, id_=RolloutId(rollout)), *READERS)
    return draw("rollout_outcome", outcome=found)


@blueprint.post("/manager/layouts/<rollout>/<step>")
@allowed(*OVERSEERS)
def rollout_step(rollout: str, step: str) -> Response:
    """Approve, withdraw, or put in force."""
    if step not in STEPS:
        abort(404)
    carry_out(partial(STEPS[step], rollout=RolloutId(rollout)), *OVERSEERS)
    return go("staff.rollout", rollout=rollout)


@blueprint.get("/manager/layouts/back")
@allowed(*READERS)
def rollout_back() -> str:
    """Show what going back to the layout before would change."""
    return _draw("rollout_back", found=ask(queries.back, *READERS) or abort(404))


@blueprint.post("/manager/layouts/back")
@allowed(*OVERSEERS)
def go_back() -> Response:
    """Go back at once, or from tomorrow on."""
    at = _tomorrow() if request.form.get("when") == "tomorrow" else None
    carry_out(partial(operations.roll_back, at=at), *OVERSEERS)
    return go("staff.rollouts")


def _page(**values: Any) -> str:
    return _draw("rollouts", found=ask(queries.layouts, *READERS), **values)


def _draw(template: str, **values: Any) -> str:
    layout = ask(lambda view: view.layout, *READERS)
    roles = caller().roles(my_hall(*READERS))
    return draw(
        template,
        layout=layout,
        zone=layout.zone,
        names=names(*READERS),
        may_plan=bool(roles & set(PLANNERS)),
        may_decide=bool(roles & OVERSEERS),
        tomorrow=_tomorrow().astimezone(layout.zone),
        **values,
    )


def _tomorrow() -> datetime:
    """Return when the next business day begins: at midnight, or when the night is over."""
    layout = ask(lambda view: view.layout, *READERS)
    day = business_day(layout.hours, layout.zone, context().now()) + timedelta(days=1)
    return moment(layout.zone, day, day_start_minute(layout.hours))


def _moment() -> datetime:
    """Return the day and time of the form, in the hall's own time."""
    zone = ask(lambda view: view.layout, *READERS).zone
    try:
        written = f"{request.form['day']}T{request.form.get('time') or '00:00'}"
        return datetime.fromisoformat(written).replace(tzinfo=zone)
    except (KeyError, ValueError):
        abort(422)
