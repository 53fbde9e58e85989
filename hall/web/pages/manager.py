"""The manager's page: the hall at this moment, what to do about it, and how the day went."""

from collections.abc import Callable
from datetime import date
from functools import partial

from flask import abort, request

from hall.access import OVERSEERS, allowed
from hall.context import Change
from hall.domain.actors import Role
from hall.domain.counters import CounterNow
from hall.domain.identities import CounterId, GroupId, TicketId
from hall.domain.tickets import Ticket
from hall.operations import counters, day, serve
from hall.operations.proposals import accept_proposal
from hall.queries.overview import overview
from hall.queries.report import report
from hall.web.pages.frame import ask, blueprint, carry_out, draw
from hall.web.pages.names import names

#: How a ticket that is stuck at a counter can be ended.
ENDINGS: dict[str, Callable[..., Ticket]] = {
    "finish": partial(serve.finish, outcomes={}),
    "return": serve.return_to_queue,
    "no-show": serve.no_show,
    "abandon": serve.abandon,
}
DAYS: dict[str, Callable[[Change], None]] = {"open": day.open_day, "close": day.close_day}
COUNTERS: dict[str, Callable[..., CounterNow]] = {
    "ask": counters.ask_counter,
    "close": counters.close_counter,
}
READERS = (*OVERSEERS, Role.PLANNER, Role.AUDITOR)


@blueprint.get("/manager")
@allowed(*OVERSEERS)
def manager() -> str:
    """Show the hall at this moment."""
    layout = ask(lambda view: view.layout, *OVERSEERS)
    return draw("manager", layout=layout, names=names(*OVERSEERS), **ask(overview, *OVERSEERS))


@blueprint.get("/manager/now")
@allowed(*OVERSEERS)
def manager_now() -> str:
    """Return the part of the page that changes with every event."""
    return draw("manager_now", names=names(*OVERSEERS), **ask(overview, *OVERSEERS))


@blueprint.get("/manager/figures")
@allowed(*OVERSEERS)
def manager_figures() -> str:
    """Return today's figures; they cost a look through the whole day."""
    return draw("manager_figures", report=ask(report, *OVERSEERS))


@blueprint.get("/manager/report")
@allowed(*READERS)
def manager_report() -> str:
    """Show the figures of some days: all, by group, by class and by counter."""
    first, last = _day("from"), _day("until")
    layout = ask(lambda view: view.layout, *READERS)
    found = ask(partial(report, first=first, last=last), *READERS)
    return draw("report", layout=layout, report=found, hall=layout.hall)


@blueprint.post("/manager/day/<step>")
@allowed(*OVERSEERS)
def open_or_close(step: str) -> str:
    """Open or close the business day."""
    return _done(DAYS[step] if step in DAYS else abort(404))


@blueprint.post("/manager/proposal")
@allowed(*OVERSEERS)
def accept() -> str:
    """Do what was proposed against a surge."""
    return _done(partial(accept_proposal, proposal=request.form.get("proposal", "")))


@blueprint.post("/manager/end/<ending>")
@allowed(*OVERSEERS)
def end_stuck(ending: str) -> str:
    """End what is stuck at a counter."""
    if ending not in ENDINGS:
        abort(404)
    return _done(partial(ENDINGS[ending], ticket=TicketId(request.form.get("ticket", ""))))


@blueprint.post("/manager/counter/<step>")
@allowed(*OVERSEERS)
def change_counter(step: str) -> str:
    """Ask for a counter to be opened, or close one that was left."""
    if step not in COUNTERS:
        abort(404)
    return _done(partial(COUNTERS[step], counter=CounterId(request.form.get("counter", ""))))


@blueprint.post("/manager/counters")
@allowed(*OVERSEERS)
def add_temporary() -> str:
    """Add a temporary counter until the end of the day."""
    number = request.form.get("number", type=int)
    takes = tuple(GroupId(group) for group in request.form.getlist("takes"))
    if number is None or not takes:
        abort(422)
    return _done(
        partial(counters.add_counter, counter=CounterId(str(number)), number=number, takes=takes)
    )


def _done(do: Callable[[Change], object]) -> str:
    """Carry out one operation and return the part of the page that changes."""
    carry_out(do, *OVERSEERS)
    return draw("manager_now", names=names(*OVERSEERS), **ask(overview, *OVERSEERS))


def _day(name: str) -> date | None:
    written = request.args.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        abort(422)
