"""The citizen's own page behind the slip's code: the place in line, later, leaving."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext, pgettext
from werkzeug.wrappers import Response

from hall.access import context, public
from hall.context import Answered, Change, KeyUsedDifferently, View
from hall.domain.actors import Actor, Role
from hall.domain.identities import HallId, TicketId
from hall.domain.tickets import OPEN, IllegalMove, Status, Ticket
from hall.operations.serve import NobodyBehind, abandon, postpone
from hall.queries.stops import stops
from hall.queries.tickets import ticket_with_secret
from kiosk.choices import chosen, papers
from kiosk.frame import blueprint, local, show
from kiosk.numbers import once_only
from kiosk.pages import new_key

#: How many people "a little later" lets pass.
PLACES = 5
CITIZEN = Actor(role=Role.CITIZEN)
#: A status as a citizen reads it about their own number.
TITLES: dict[Status, Callable[[], str]] = {
    Status.WAITING: lambda: pgettext("your number", "In the queue"),
    Status.CALLED: lambda: pgettext("your number", "It is your turn"),
    Status.SERVING: lambda: pgettext("your number", "Being served"),
    Status.HELD: lambda: pgettext("your number", "Please wait a moment"),
    Status.DONE: lambda: pgettext("your number", "Finished"),
    Status.NO_SHOW: lambda: pgettext("your number", "Call missed"),
    Status.ABANDONED: lambda: pgettext("your number", "You left the queue"),
    Status.CLOSED: lambda: pgettext("your number", "The day is over"),
}


@blueprint.get("/t/<secret>")
@public
def phone(secret: str) -> str:
    """Show where the citizen's number stands now."""
    return show(context().hall_with(secret=secret), lambda view: ("phone", _place(view, secret)))


@blueprint.get("/t/<secret>/leave")
@public
def leave(secret: str) -> str:
    """Ask whether the place is really to be given up."""
    return show(context().hall_with(secret=secret), lambda view: ("leave", _place(view, secret)))


@blueprint.post("/t/<secret>/later")
@public
def later(secret: str) -> Response | tuple[str, int]:
    """Let some people pass; the number stays."""
    return _do(secret, partial(postpone, places=PLACES))


@blueprint.post("/t/<secret>/abandon", endpoint="abandon")
@public
def abandon_place(secret: str) -> Response | tuple[str, int]:
    """Give the place up, for good."""
    return _do(secret, abandon)


def _place(view: View, secret: str) -> dict[str, Any]:
    found = ticket_with_secret(view, secret=secret)
    layout = view.layout
    matters = chosen(layout, (matter["code"] for matter in found["matters"]))
    status = Status(found["status"])
    return {
        "secret": secret,
        "ticket": {**found, "matters": matters, "counter": found["counter_number"]},
        "materials": papers(matters),
        "stops": stops(view, found) if status in OPEN else [],
        "title": TITLES[status](),
        "open": status in OPEN,
        "updated": local(view),
        "places": PLACES,
        "key": new_key(),
    }


def _do(secret: str, step: Callable[..., Ticket]) -> Response | tuple[str, int]:
    """Carry out a step of the citizen's own, once however often it is touched."""

    def own(change: Change) -> Ticket:
        found = ticket_with_secret(change, secret=secret)
        return step(change, ticket=TicketId(found["id"]))

    hall = context().hall_with(secret=secret)
    once = once_only(f"{request.endpoint} {secret}", render=lambda _: None)
    try:
        context().perform(hall, own, by=CITIZEN, once=once)
    except (Answered, KeyUsedDifferently):
        pass
    except NobodyBehind:
        return _refused(hall, secret, gettext("Nobody is waiting behind you at the moment"))
    except IllegalMove:
        return _refused(hall, secret, gettext("Your number has moved on; that is too late now"))
    return redirect(url_for("kiosk.phone", secret=secret), 303)


def _refused(hall: HallId, secret: str, title: str) -> tuple[str, int]:
    return show(hall, lambda _: ("phone_problem", {"title": title, "secret": secret})), 409
