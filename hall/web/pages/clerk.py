"""The clerk's console: one counter, one citizen at a time, everything by a key."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, abort, request, session

from hall.access import allowed, caller
from hall.context import Change, View
from hall.domain.identities import CounterId, GroupId, MatterCode, TicketId
from hall.domain.tickets import Ticket
from hall.operations import counters, serve
from hall.operations.call import call_next, call_one, serve_citizen
from hall.queries.console import console
from hall.queries.counters import counter as counter_now
from hall.queries.counters import counters as all_counters
from hall.queries.steps import last_step
from hall.web.pages.frame import AT_COUNTERS, ask, blueprint, carry_out, draw, go, me
from hall.web.pages.names import names

#: Steps that need nothing but the ticket.
STEPS: dict[str, Callable[..., Ticket]] = {
    "start": serve.start,
    "recall": serve.recall,
    "hold": serve.hold,
    "resume": serve.resume,
    "return": serve.return_to_queue,
    "no-show": serve.no_show,
    "come-back": serve.come_back,
    "abandon": serve.abandon,
    "undo": serve.undo,
}


@blueprint.get("/clerk")
@allowed(*AT_COUNTERS)
def clerk() -> str | Response:
    """Show the console of the clerk's counter, or ask which one it is."""
    if not is_there():
        return go("staff.choose_counter")
    return draw("clerk", **now_there(), layout=ask(lambda view: view.layout, *AT_COUNTERS))


@blueprint.get("/clerk/now")
@allowed(*AT_COUNTERS)
def clerk_now() -> str | Response:
    """Return the part of the console that changes; where the counter is gone, leave the page."""
    if not is_there():
        return go("staff.choose_counter")
    return draw("clerk_now", **now_there())


@blueprint.get("/clerk/counter")
@allowed(*AT_COUNTERS)
def choose_counter() -> str:
    """Show the counters, to choose one or to take one over."""
    found = ask(_places, *AT_COUNTERS)
    return draw("choose_counter", **found, names=names(*AT_COUNTERS), me=clerk_id())


@blueprint.post("/clerk/counter")
@allowed(*AT_COUNTERS)
def sit_down() -> Response:
    """Open a counter, or take it over, and work there from now on."""
    counter = CounterId(request.form["counter"])
    carry_out(partial(counters.open_counter, counter=counter), *AT_COUNTERS)
    session["counter"] = counter
    return go("staff.clerk")


@blueprint.post("/clerk/next")
@allowed(*AT_COUNTERS)
def next_one() -> str:
    """Finish with the citizen who is there, if one is, and call the next by the rule."""
    return done(partial(_finish_and_next, expected=request.form.get("ticket", "")))


@blueprint.post("/clerk/finish")
@allowed(*AT_COUNTERS)
def finish() -> str:
    """Finish with the citizen who is there, and call nobody."""
    return done(partial(serve.finish, ticket=_ticket(), outcomes=_outcomes()))


@blueprint.post("/clerk/step/<step>")
@allowed(*AT_COUNTERS)
def take_step(step: str) -> str:
    """Take one step with a ticket."""
    if step not in STEPS:
        abort(404)
    return done(partial(STEPS[step], ticket=_ticket()))


@blueprint.post("/clerk/matters")
@allowed(*AT_COUNTERS)
def change_matters() -> str:
    """Add matters to the visit of the citizen who is there, or take some out."""
    add, remove = (
        tuple(MatterCode(code) for code in request.form.getlist(name) if code)
        for name in ("add", "remove")
    )
    return done(partial(serve.change_matters, ticket=_ticket(), add=add, remove=remove))


@blueprint.post("/clerk/transfer")
@allowed(*AT_COUNTERS)
def transfer() -> str:
    """Send the citizen on, to a group (``group:tax``) or to one counter (``counter:7``)."""
    kind, _, id_ = request.form.get("to", "").partition(":")
    group = GroupId(id_) if kind == "group" else None
    counter = CounterId(id_) if kind == "counter" else None
    return done(partial(serve.transfer, ticket=_ticket(), group=group, counter=counter))


@blueprint.post("/clerk/call")
@allowed(*AT_COUNTERS)
def call() -> str:
    """Call one ticket out of order; the reason goes on record."""
    number, reason = request.form.get("number", ""), request.form.get("reason", "")
    return done(partial(call_one, counter=counter_here(), ticket=number, reason=reason))


@blueprint.post("/clerk/serve")
@allowed(*AT_COUNTERS)
def serve_without_ticket() -> str:
    """Serve a citizen who stands there without a ticket."""
    matters = tuple(MatterCode(code) for code in request.form.getlist("matter") if code)
    return done(partial(serve_citizen, counter=counter_here(), matters=matters))


@blueprint.post("/clerk/pause")
@allowed(*AT_COUNTERS)
def pause() -> str:
    """Stop calling for a while, and say why."""
    reason = request.form.get("reason", "").strip()
    return done(partial(counters.pause_counter, counter=counter_here(), reason=reason))


@blueprint.post("/clerk/ready")
@allowed(*AT_COUNTERS)
def ready() -> str:
    """Go on after a pause, or open the counter again."""
    return done(partial(counters.open_counter, counter=counter_here()))


@blueprint.post("/clerk/close")
@allowed(*AT_COUNTERS)
def close() -> Response:
    """Close the counter."""
    carry_out(partial(counters.close_counter, counter=counter_here()), *AT_COUNTERS)
    session.pop("counter", None)
    return go("staff.choose_counter")


def done(do: Callable[[Change], object]) -> str:
    """Carry out one operation and return the part of the console that changes."""
    carry_out(do, *AT_COUNTERS)
    return draw("clerk_now", **now_there())


def now_there() -> dict[str, Any]:
    """Return what the console shows now."""
    counter, by = counter_here(), me(*AT_COUNTERS)

    def question(view: View) -> dict[str, Any]:
        undo = last_step(view, by=by, names=serve.UNDOABLE, within=serve.UNDO_WITHIN)
        return {**console(view, counter_id=counter), "undo": undo}

    return {**ask(question, *AT_COUNTERS), "me": clerk_id(), "names": names(*AT_COUNTERS)}


def my_counter() -> str | None:
    """Return the counter at which this browser works, if it was chosen."""
    return caller().counter or session.get("counter")


def is_there() -> bool:
    """Whether this browser works at a counter that the layout in force has."""
    layout = ask(lambda view: view.layout, *AT_COUNTERS)
    return my_counter() in layout.counter_of


def counter_here() -> CounterId:
    """Return the counter at which this browser works; there must be one."""
    counter = my_counter()
    if counter is None:
        abort(404)
    return CounterId(counter)


def clerk_id() -> str:
    """Return by what name the journal knows who works here."""
    who = me(*AT_COUNTERS)
    return str(who.person or who.device)


def _finish_and_next(change: Change, *, expected: str) -> object:
    """Call the next one; finish only with the citizen whom the clerk has seen on the screen."""
    counter = counter_here()
    there = counter_now(change, id_=counter)["ticket"]
    is_seen = there is not None and there["id"] == expected
    return call_next(change, counter=counter, finish_with=_outcomes() if is_seen else None)


def _places(view: View) -> dict[str, Any]:
    layout = view.layout
    group_names = {group.id: group.name for group in layout.groups}
    return {"counters": all_counters(view), "groups": group_names, "hall_name": layout.name}


def _ticket() -> TicketId:
    return TicketId(request.form.get("ticket", ""))


def _outcomes() -> dict[MatterCode, str]:
    """Return what the form says became of each matter; those left open are left out."""
    prefix = "outcome-"
    return {
        MatterCode(name.removeprefix(prefix)): value
        for name, value in request.form.items()
        if name.startswith(prefix) and value
    }
