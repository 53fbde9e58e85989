"""The public API: halls, tickets, the journal and reports."""

from datetime import date
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, request

from hall.access import STAFF, actor, allowed, caller, context, public
from hall.domain.actors import Role
from hall.domain.identities import BundleId, ClassId, HallId, MatterCode
from hall.domain.tickets import Status
from hall.operations.issue import issue_ticket
from hall.queries.board import board, name_json
from hall.queries.counters import counters
from hall.queries.journal import journal
from hall.queries.queue import aside, queue
from hall.queries.report import PeriodIsWrong, report
from hall.queries.tickets import tickets
from hall.web.commands import answered, carry_out, say_issued
from hall.web.schemas import Answer, NewTicket, TicketOut, TicketsOut

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Hall")
ISSUERS = (Role.KIOSK, Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
READERS = (Role.MANAGER, Role.ADMINISTRATOR, Role.PLANNER, Role.AUDITOR)


@api.get("/halls")
@api.output(Answer)
@public
def halls() -> Response:
    """List the halls, and say whether all this is a rehearsal."""
    found = []
    for hall in context().halls():
        name = context().ask(hall, lambda view: name_json(view.layout.name))
        found.append({"id": hall, "name": name})
    return answered(200, {"halls": found, "rehearsal": current_app.config["REHEARSAL"]})


@api.get("/halls/<hall>/board")
@api.output(Answer)
@public
def board_(hall: str) -> Response:
    """What every public screen shows, of the hall or of one of its zones (``?zone=``)."""
    zone = request.args.get("zone") or None
    return answered(200, context().ask(HallId(hall), partial(board, zone=zone)))


@api.post("/halls/<hall>/tickets")
@api.input(NewTicket, arg_name="wanted")
@api.output(TicketOut, status_code=201)
@public
def take(hall: str, wanted: NewTicket) -> Response:
    """Take a number; the class is checked by role."""
    layout = context().ask(HallId(hall), lambda view: view.layout)
    roles = (*ISSUERS, Role.CITIZEN) if layout.phone_tickets else ISSUERS
    do = partial(
        issue_ticket,
        matters=tuple(MatterCode(code) for code in wanted.matters),
        bundle=BundleId(wanted.bundle) if wanted.bundle else None,
        class_=ClassId(wanted.class_) if wanted.class_ else None,
    )
    return carry_out(HallId(hall), do, by=actor(HallId(hall), *roles), say=say_issued)


@api.get("/halls/<hall>/tickets")
@api.output(TicketsOut)
@allowed(*STAFF)
def tickets_(hall: str) -> Response:
    """Find today's tickets by ``?number=`` (a lost slip) or ``?status=``."""
    wanted = request.args.get("status")
    status = Status(wanted) if wanted in set(Status) else None
    find = partial(tickets, number=request.args.get("number"), status=status)
    return answered(200, {"tickets": context().ask(HallId(hall), find)})


@api.get("/halls/<hall>/queue")
@api.output(Answer)
@allowed(*STAFF)
def queue_(hall: str) -> Response:
    """Who waits, who is held, who missed the call."""

    def look(view: Any) -> dict[str, Any]:
        return {**queue(view), **aside(view), "sequence": view.sequence}

    return answered(200, context().ask(HallId(hall), look))


@api.get("/halls/<hall>/counters")
@api.output(Answer)
@allowed(*STAFF, Role.DISPLAY)
def counters_(hall: str) -> Response:
    """Every counter, with its state and whom it serves."""
    return answered(200, {"counters": context().ask(HallId(hall), counters)})


@api.get("/halls/<hall>/journal")
@api.output(Answer)
@allowed(Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
def journal_(hall: str) -> Response:
    """The events behind ``?after=``, at most ``?limit=``."""
    after = request.args.get("after", 0, type=int)
    limit = request.args.get("limit", 1000, type=int)
    read = partial(journal, after=max(0, after), limit=max(1, limit))
    return answered(200, context().ask(HallId(hall), read))


@api.get("/halls/<hall>/report")
@api.output(Answer)
@public
def report_(hall: str) -> Response:
    """The measures of some days (``?from=&until=``); the public sees those of the hall alone."""
    try:
        first, last = (_day(request.args.get(name)) for name in ("from", "until"))
    except ValueError as error:
        raise PeriodIsWrong(str(error)) from error
    found = context().ask(HallId(hall), partial(report, first=first, last=last))
    if not _reads_all(HallId(hall)):
        found["measures"] = {"all": found["measures"]["all"]}
    return answered(200, found)


@api.get("/me")
@api.output(Answer)
@allowed(*(role for role in Role if role is not Role.CITIZEN))
def me() -> Response:
    """Who asks: the halls and roles of the token or the session."""
    who = caller()
    roles = {hall: sorted(who.roles(hall) - {Role.CITIZEN}) for hall in who.halls()}
    return answered(200, {"id": who.id, "roles": roles})


def _reads_all(hall: HallId) -> bool:
    return actor(hall, *READERS, Role.CITIZEN).role is not Role.CITIZEN


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
