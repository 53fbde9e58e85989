"""The API of those who work in the hall: counters, calls, tickets at counters, the day."""

from collections.abc import Callable
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from hall.access import OVERSEERS, STAFF, actor, allowed, context
from hall.context import Change
from hall.domain.actors import Role
from hall.domain.counters import CounterNow
from hall.domain.identities import ClassId, CounterId, GroupId, HallId, MatterCode, TicketId
from hall.domain.tickets import Ticket
from hall.operations import counters, day, proposals, serve
from hall.operations.call import call_next, call_one, serve_citizen
from hall.queries.proposals import proposals as standing
from hall.queries.tickets import ticket
from hall.web.commands import Said, answered, carry_out, say_call, say_ticket
from hall.web.schemas import (
    Answer,
    CallOut,
    Matters,
    Next,
    Nothing,
    Outcomes,
    OutOfOrder,
    Reason,
    Return,
    Served,
    TemporaryCounter,
    TicketOut,
    Transfer,
)

work = APIBlueprint("work", __name__, url_prefix="/api/v1", tag="Work")
AT_COUNTERS = (Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
COUNTER = "/halls/<hall>/counters/<counter>"


def _say_counter(now: CounterNow) -> Said:
    return 200, {"id": now.id, "state": now.state.value, "clerk": now.clerk, "reason": now.reason}


def _say_done(_: object) -> Said:
    return 200, {"done": True}


def _at_counter(hall: str, do: Callable[[Change], Any], say: Callable[[Any], Said]) -> Response:
    where = HallId(hall)
    return carry_out(where, do, by=actor(where, *AT_COUNTERS), say=say)


def _with_ticket(id_: str, do: Callable[..., Ticket], *roles: Role, **what: Any) -> Response:
    """Carry out a step of a ticket, in the hall that issued it."""
    hall = context().hall_with(ticket=TicketId(id_))
    by = actor(hall, *(roles or AT_COUNTERS))
    return carry_out(hall, partial(do, ticket=TicketId(id_), **what), by=by, say=say_ticket)


@work.post(f"{COUNTER}/open")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*AT_COUNTERS)
def open_(hall: str, counter: str, _body: Nothing) -> Response:
    """Open a counter, or take it over."""
    return _at_counter(
        hall, partial(counters.open_counter, counter=CounterId(counter)), _say_counter
    )


@work.post(f"{COUNTER}/ready")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*AT_COUNTERS)
def ready(hall: str, counter: str, _body: Nothing) -> Response:
    """End a pause."""
    return _at_counter(
        hall, partial(counters.ready_counter, counter=CounterId(counter)), _say_counter
    )


@work.post(f"{COUNTER}/pause")
@work.input(Reason, arg_name="why")
@work.output(Answer)
@allowed(*AT_COUNTERS)
def pause(hall: str, counter: str, why: Reason) -> Response:
    """Stop calling for a while, and say why."""
    do = partial(counters.pause_counter, counter=CounterId(counter), reason=why.reason)
    return _at_counter(hall, do, _say_counter)


@work.post(f"{COUNTER}/close")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*AT_COUNTERS)
def close(hall: str, counter: str, _body: Nothing) -> Response:
    """Close a counter."""
    return _at_counter(
        hall, partial(counters.close_counter, counter=CounterId(counter)), _say_counter
    )


@work.post(f"{COUNTER}/next")
@work.input(Next, arg_name="wanted")
@work.output(CallOut)
@work.doc(responses={204: "Nobody waits"})
@allowed(*AT_COUNTERS)
def next_(hall: str, counter: str, wanted: Next) -> Response:
    """Call the next ticket; with ``finish``, finish the present one in the same step."""
    finish = _codes(wanted.finish.outcomes) if wanted.finish else None
    do = partial(call_next, counter=CounterId(counter), finish_with=finish)
    return _at_counter(hall, do, say_call)


@work.post(f"{COUNTER}/call")
@work.input(OutOfOrder, arg_name="wanted")
@work.output(CallOut)
@allowed(*AT_COUNTERS)
def call(hall: str, counter: str, wanted: OutOfOrder) -> Response:
    """Call one ticket out of order, on the record."""
    do = partial(call_one, counter=CounterId(counter), ticket=wanted.ticket, reason=wanted.reason)
    return _at_counter(hall, do, say_call)


@work.post(f"{COUNTER}/serve")
@work.input(Served, arg_name="wanted")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def serve_(hall: str, counter: str, wanted: Served) -> Response:
    """Serve a citizen who stands there without a ticket."""
    do = partial(
        serve_citizen,
        counter=CounterId(counter),
        matters=tuple(MatterCode(code) for code in wanted.matters),
        class_=ClassId(wanted.class_) if wanted.class_ else None,
    )
    return _at_counter(hall, do, say_ticket)


@work.get("/tickets/<id_>")
@work.output(TicketOut)
@allowed(*STAFF, Role.KIOSK)
def ticket_(id_: str) -> Response:
    """One ticket, with its place and the wait that is left."""
    hall = context().hall_with(ticket=TicketId(id_))
    actor(hall, *STAFF, Role.KIOSK)
    return answered(200, context().ask(hall, partial(ticket, id_=TicketId(id_))))


@work.post("/tickets/<id_>/finish")
@work.input(Outcomes, arg_name="became")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def finish(id_: str, became: Outcomes) -> Response:
    """Finish at this counter; a next stop is queued by itself."""
    return _with_ticket(id_, serve.finish, outcomes=_codes(became.outcomes))


@work.post("/tickets/<id_>/matters")
@work.input(Matters, arg_name="changed")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def change_matters(id_: str, changed: Matters) -> Response:
    """Add matters to the visit at the counter, or take some out that are not decided."""
    add, remove = (
        tuple(MatterCode(code) for code in codes) for codes in (changed.add, changed.remove)
    )
    return _with_ticket(id_, serve.change_matters, add=add, remove=remove)


@work.post("/tickets/<id_>/hold")
@work.input(Reason, arg_name="why")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def hold(id_: str, why: Reason) -> Response:
    """Set a ticket aside; the citizen comes back to this clerk."""
    return _with_ticket(id_, serve.hold, reason=why.reason)


@work.post("/tickets/<id_>/return")
@work.input(Return, arg_name="back")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def return_(id_: str, back: Return) -> Response:
    """Put a citizen back in line."""
    return _with_ticket(id_, serve.return_to_queue, minutes=back.minutes)


@work.post("/tickets/<id_>/transfer")
@work.input(Transfer, arg_name="to")
@work.output(TicketOut)
@allowed(*AT_COUNTERS)
def transfer(id_: str, to: Transfer) -> Response:
    """Send a ticket to another group or counter, with its number and place."""
    group = GroupId(to.group) if to.group else None
    counter = CounterId(to.counter) if to.counter else None
    return _with_ticket(id_, serve.transfer, group=group, counter=counter)


@work.post("/tickets/<id_>/come-back")
@work.input(Nothing, arg_name="_body")
@work.output(TicketOut)
@allowed(*STAFF)
def come_back(id_: str, _body: Nothing) -> Response:
    """Put a citizen who missed the call back in line."""
    return _with_ticket(id_, serve.come_back, *STAFF)


def _plain(path: str, do: Callable[..., Ticket], summary: str) -> None:
    """Add a step of a ticket that needs nothing but the ticket."""

    def step(id_: str, _body: Nothing) -> Response:
        return _with_ticket(id_, do)

    step.__name__ = path.replace("-", "_")
    step.__doc__ = summary
    view = work.output(TicketOut)(allowed(*AT_COUNTERS)(step))
    work.post(f"/tickets/<id_>/{path}")(work.input(Nothing, arg_name="_body")(view))


_plain("recall", serve.recall, "Announce a called ticket once more.")
_plain("start", serve.start, "The citizen has come.")
_plain("resume", serve.resume, "Call a held ticket back.")
_plain("no-show", serve.no_show, "The citizen did not come.")
_plain("abandon", serve.abandon, "The citizen gave up.")
_plain("undo", serve.undo, "Take the last step back, within seconds.")


def _as_overseer(hall: str, do: Callable[[Change], Any]) -> Response:
    where = HallId(hall)
    return carry_out(where, do, by=actor(where, *OVERSEERS), say=_say_done)


@work.post("/halls/<hall>/day/open")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*OVERSEERS)
def open_day(hall: str, _body: Nothing) -> Response:
    """Open the business day."""
    return _as_overseer(hall, day.open_day)


@work.post("/halls/<hall>/day/close")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*OVERSEERS)
def close_day(hall: str, _body: Nothing) -> Response:
    """Close the business day; what is left over is closed with a reason."""
    return _as_overseer(hall, day.close_day)


@work.get("/halls/<hall>/proposals")
@work.output(Answer)
@allowed(*OVERSEERS)
def proposals_(hall: str) -> Response:
    """What could be done against a surge."""
    return answered(200, {"proposals": context().ask(HallId(hall), standing)})


@work.post("/halls/<hall>/proposals/<proposal>/accept")
@work.input(Nothing, arg_name="_body")
@work.output(Answer)
@allowed(*OVERSEERS)
def accept(hall: str, proposal: str, _body: Nothing) -> Response:
    """Do what a proposal says."""
    return _as_overseer(hall, partial(proposals.accept_proposal, proposal=proposal))


@work.post("/halls/<hall>/counters")
@work.input(TemporaryCounter, arg_name="wanted")
@work.output(Answer)
@allowed(*OVERSEERS)
def add_counter(hall: str, wanted: TemporaryCounter) -> Response:
    """Add a temporary counter until the end of the day."""
    takes = tuple(GroupId(group) for group in wanted.takes)
    do = partial(
        counters.add_counter, counter=CounterId(wanted.id), number=wanted.number, takes=takes
    )
    return _as_overseer(hall, do)


def _codes(outcomes: dict[str, str]) -> dict[MatterCode, str]:
    return {MatterCode(code): outcome for code, outcome in outcomes.items()}
