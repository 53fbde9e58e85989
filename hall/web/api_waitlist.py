"""The API of the waitlist: join it, see one's place, leave it; and who waits, for staff."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from hall import limits
from hall.access import STAFF, actor, allowed, context, public
from hall.context import Change
from hall.domain.identities import BundleId, HallId, MatterCode
from hall.domain.waitlist import PartOfDay, Wish
from hall.operations.waitlist import join_waitlist, leave_waitlist
from hall.queries.waitlist import entry_of, waitlist
from hall.web.api_bookings import BOOKERS, contact_given
from hall.web.commands import Said, answered, carry_out
from hall.web.schemas import Answer, Nothing
from hall.web.schemas_bookings import NewEntry

waiting = APIBlueprint("waitlist", __name__, url_prefix="/api/v1", tag="Booking")


@waiting.post("/halls/<hall>/waitlist")
@waiting.input(NewEntry, arg_name="wanted")
@waiting.output(Answer, status_code=201)
@public
def join(hall: str, wanted: NewEntry) -> Response:
    """Wait for a time to be freed; it is offered to whoever joined first."""
    where = HallId(hall)
    contact = contact_given(wanted)
    limits.count_person(contact)
    sender = limits.sender(where, puzzle=wanted.puzzle or "")
    wish = Wish(
        matters=tuple(MatterCode(code) for code in wanted.matters),
        bundle=BundleId(wanted.bundle) if wanted.bundle else None,
        days=tuple(wanted.days),
        part=PartOfDay(wanted.part),
    )
    whose = context().seal.whose(contact, language=wanted.language)

    def take(change: Change) -> dict[str, Any]:
        done = join_waitlist(change, wish, whose=whose, sender=sender)
        found = entry_of(change, code=done.code, seal=context().seal)
        return {**found, "code": done.code}

    def say(done: dict[str, Any]) -> Said:
        return 201, done

    return carry_out(where, take, by=actor(where, *BOOKERS), say=say)


@waiting.get("/waitlist/<code>")
@waiting.output(Answer)
@public
def place(code: str) -> Response:
    """One's place on the waitlist, and the time that is offered, if one is."""
    hall = limits.hall_of_waiting(code)
    look = partial(entry_of, code=code, seal=context().seal)
    return answered(200, context().ask(hall, look))


@waiting.post("/waitlist/<code>/leave")
@waiting.input(Nothing, arg_name="_body")
@waiting.output(Answer)
@public
def leave(code: str, _body: Nothing) -> Response:
    """Leave the waitlist; a time that was kept is offered to the next."""
    hall = limits.hall_of_waiting(code)

    def take(change: Change) -> dict[str, Any]:
        leave_waitlist(change, code=code)
        return entry_of(change, code=code, seal=context().seal)

    def say(done: dict[str, Any]) -> Said:
        return 200, done

    return carry_out(hall, take, by=actor(hall, *BOOKERS), say=say)


@waiting.get("/halls/<hall>/waitlist")
@waiting.output(Answer)
@allowed(*STAFF)
def everybody(hall: str) -> Response:
    """Who waits, in order, names and phones masked, and how many for each day."""
    return answered(200, context().ask(HallId(hall), partial(waitlist, seal=context().seal)))
