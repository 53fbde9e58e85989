"""Taking a number on the touch screen: the ticket, its code for the phone, its slip."""

from collections.abc import Callable
from functools import partial
from typing import Any

import segno
from flask import current_app, redirect, request, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from hall.access import actor, caller, context, public
from hall.context import Answered, Key, KeyUsedDifferently, Once, View
from hall.domain import moments
from hall.domain.identities import BundleId, HallId, MatterCode
from hall.limits import What, count
from hall.operations.day import HallIsClosed
from hall.operations.issue import (
    ClassNotAllowed,
    DailyLimitReached,
    MatterMissing,
    NoMoreTicketsToday,
    TooManyMatters,
    UnknownMatter,
    issue_ticket,
)
from hall.queries.stops import stops
from hall.queries.tickets import ticket_with_secret
from kiosk.choices import chosen, papers
from kiosk.frame import FIRST_LANGUAGE, blueprint, local, show
from kiosk.pages import issuers

Words = tuple[str, str]
#: Why no number is given: a heading and what to do, in the citizen's language.
REFUSALS: dict[type[Exception], Callable[[], Words]] = {
    HallIsClosed: lambda: (
        gettext("No numbers are given at the moment"),
        gettext("The start page tells when the hall opens."),
    ),
    NoMoreTicketsToday: lambda: (
        gettext("No more numbers today"),
        gettext("Whoever comes now would not be served before closing. A guide can advise you."),
    ),
    DailyLimitReached: lambda: (
        gettext("Today's numbers for this matter are used up"),
        gettext("Please come tomorrow morning, or ask a guide."),
    ),
    TooManyMatters: lambda: (
        gettext("Too many matters for one number"),
        gettext("Please choose fewer, or ask a guide."),
    ),
    UnknownMatter: lambda: (
        gettext("This matter is no longer offered here"),
        gettext("Please choose again from the start page."),
    ),
    MatterMissing: lambda: (
        gettext("Please choose a matter first"),
        gettext("This hall has no number without a matter."),
    ),
    ClassNotAllowed: lambda: (
        gettext("Priority is given by a guide"),
        gettext("Please go to the guide desk."),
    ),
    KeyUsedDifferently: lambda: (
        gettext("Please begin again"),
        gettext("This page was old. Please choose again from the start page."),
    ),
}


@blueprint.post("/kiosk/<hall>/tickets")
@public
def take(hall: str) -> Response | tuple[str, int]:
    """Issue a number, once however often the button is touched, and go to its page."""
    matters = tuple(MatterCode(code) for code in request.form.getlist("m"))
    bundle = BundleId(request.form["bundle"]) if request.form.get("bundle") else None
    layout = context().ask(HallId(hall), lambda view: view.layout)
    issue = partial(issue_ticket, matters=matters, bundle=bundle)
    once = once_only(f"take {bundle} {matters}", render=lambda issued: {"secret": issued.secret})
    try:
        by = actor(HallId(hall), *issuers(layout))
        count(What.NUMBERS)
        secret = context().perform(HallId(hall), issue, by=by, once=once).secret
    except Answered as before:
        secret = before.answer["secret"]
    except (Unauthorized, Forbidden):
        return show(hall, lambda _: ("elsewhere", {})), 403
    except tuple(REFUSALS) as refusal:
        title, advice = REFUSALS[type(refusal)]()
        return show(hall, lambda _: ("problem", {"title": title, "advice": advice})), 409
    return redirect(url_for("kiosk.ticket", hall=hall, secret=secret), 303)


def once_only(command: str, *, render: Callable[[Any], Any]) -> Once | None:
    """Return what makes a form's command the same one, however often its button is touched."""
    key = request.form.get("key")
    if not key:
        return None
    return Once(key=Key(caller=caller().id, key=key, fingerprint=command), render=render)


@blueprint.get("/kiosk/<hall>/ticket/<secret>")
@public
def ticket(hall: str, secret: str) -> str:
    """Show the number just taken, large, with the code that leads to the phone page."""
    return show(hall, lambda view: ("ticket", _slip(view, secret)))


@blueprint.get("/kiosk/<hall>/slip/<secret>")
@public
def slip(hall: str, secret: str) -> str:
    """Show the slip as an 80 mm printer prints it."""
    return show(hall, lambda view: ("slip", _slip(view, secret)))


def _slip(view: View, secret: str) -> dict[str, Any]:
    found = ticket_with_secret(view, secret=secret)
    matters = chosen(view.layout, (matter["code"] for matter in found["matters"]))
    address = phone_address(secret)
    return {
        "secret": secret,
        "ticket": {**found, "matters": matters},
        "materials": papers(matters),
        "stops": stops(view, found),
        "issued_at": local(view, moments.read(found["issued_at"])),
        "address": address,
        "qr": qr_code(address, gettext("QR code of your phone page")),
    }


def phone_address(secret: str) -> str:
    """Return where the phone page is, in the language in which the number was taken."""
    language = get_locale().language
    other = {} if language == FIRST_LANGUAGE else {"lang": language}
    root = current_app.config.get("PUBLIC_URL") or request.url_root
    return root.rstrip("/") + url_for("kiosk.phone", secret=secret, **other)


def qr_code(address: str, name: str) -> Markup:
    """Return an address as a QR code inside a page; ``name`` is what is read out for it."""
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        border=0, omitsize=True, svgclass=None, lineclass=None
    )
    named = f'<svg role="img" aria-label="{Markup.escape(name)}"'
    return Markup(drawing.replace("<svg", named, 1))  # noqa: S704 - drawn from our own address
