"""What every page of this door shares: the hall, its time, large type, and how it is drawn."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import get_locale

from hall.access import caller, context
from hall.context import UnknownAppointment, UnknownEntry, UnknownHall, UnknownTicket, View
from hall.domain.actors import Role
from hall.domain.identities import HallId
from hall.domain.limits import TooOften
from hall.limits import remember_browser

blueprint = Blueprint(
    "kiosk",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/kiosk",
)

#: A page: which template, and the plain values it is drawn from.
Page = tuple[str, dict[str, Any]]
#: How a citizen wants the pages, and the way they are drawn when nobody said so.
LOOKS = {"size": ("large", "normal"), "reach": ("low", "normal")}
#: The start page speaks this language again when a citizen has gone.
FIRST_LANGUAGE = "zh"


def look() -> dict[str, bool]:
    """Return how the pages are to look: ``large`` type, ``low`` reach."""
    return {
        special: request.args.get(name, request.cookies.get(name)) == special
        for name, (special, _) in LOOKS.items()
    }


def show(hall: str, draw: Callable[[View], Page]) -> str:
    """Return the page that ``draw`` makes from one look at a hall."""
    shared, (template, values) = context().ask(
        HallId(hall), lambda view: (_shared(view), draw(view))
    )
    return render_template(f"kiosk/{template}.html", **shared, **values)


def local(view: View, moment: datetime | None = None) -> datetime:
    """Return a moment, or the present, in the hall's own time."""
    return (moment or view.now).astimezone(view.layout.zone)


def _shared(view: View) -> dict[str, Any]:
    return {
        "hall": {
            "id": view.hall,
            "name": view.layout.name,
            "address": view.layout.address,
            "phone": view.layout.phone,
        },
        "now": local(view),
        "look": look(),
        "signed_in": caller().person is not None,
        "books": any(matter.appointments for matter in view.layout.matters),
        "touch": Role.KIOSK in caller().roles(view.hall),
        "puzzle": _puzzle(view),
        "restart": url_for(
            "kiosk.welcome", hall=view.hall, lang=FIRST_LANGUAGE, size="normal", reach="normal"
        ),
    }


def _puzzle(view: View) -> str:
    """Return where a browser gets the puzzle that it has to solve here; nothing if it need not."""
    if not view.layout.booking.puzzle or Role.KIOSK in caller().roles(view.hall):
        return ""
    return url_for("bookings.puzzle", hall=view.hall)


@blueprint.app_template_filter("day_words")
def day_words(moment: datetime) -> str:
    """Return the day of a moment in words, without the year."""
    return format_skeleton("MMMMEEEEd", moment, locale=get_locale())


@blueprint.after_request
def keep_look(response: Response) -> Response:
    """Remember the look that an address asked for, and never show an old page again."""
    for name, allowed in LOOKS.items():
        wanted = request.args.get(name)
        if wanted in allowed:
            response.set_cookie(name, wanted, samesite="Lax", httponly=True)
    if request.endpoint != "kiosk.static":
        response.headers["Cache-Control"] = "no-store"
        remember_browser(response)
    return response


@blueprint.errorhandler(TooOften)
def too_often(refusal: TooOften) -> tuple[str, int, dict[str, str]]:
    """Say when it may be tried again, and what can be done until then."""
    return *_refused(refusal), {"Retry-After": str(refusal.seconds)}


@blueprint.errorhandler(UnknownAppointment)
@blueprint.errorhandler(UnknownEntry)
@blueprint.errorhandler(UnknownHall)
@blueprint.errorhandler(UnknownTicket)
def unknown(refusal: Exception) -> tuple[str, int]:
    """Say that there is no such hall, number or appointment, or no longer."""
    return _refused(refusal)


def _refused(refusal: Exception) -> tuple[str, int]:
    """Say why there is no page, and where to go from here: in the screen's frame, or a phone's."""
    device, named = caller().device, (request.view_args or {}).get("hall")
    is_touch = device is not None and device.role is Role.KIOSK
    values = {
        "error": current_app.extensions["told"](refusal),
        "frame": f"kiosk/{'frame' if is_touch else 'phone_frame'}.html",
    }
    try:
        page = show(str(device.hall if device else named), lambda _: ("refused", values))
    except UnknownHall:
        page = render_template("kiosk/refused.html", look=look(), **values)
    return page, int(values["error"]["status"])
