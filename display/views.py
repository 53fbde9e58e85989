"""The addresses of the screens: a wall for a hall or a zone, a screen above each counter."""

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import BadRequest, NotFound

from display import pages
from hall.access import context, public
from hall.context import UnknownCounter, UnknownHall
from hall.domain.identities import CounterId, HallId
from hall.queries.board import board

blueprint = Blueprint(
    "display",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/display",
)


@blueprint.get("/display/<hall>")
@public
def wall(hall: str) -> str:
    """Show who is called to which counter, in a hall or in one of its zones."""
    zone = request.args.get("zone") or None
    values = context().ask(
        HallId(hall), lambda view: pages.wall(view.layout, board(view, zone=zone), zone=zone)
    )
    return render_template("display/wall.html", **values)


@blueprint.get("/display/<hall>/counter/<counter>")
@public
def counter_screen(hall: str, counter: str) -> str:
    """Show whom one counter has called."""
    values = context().ask(
        HallId(hall),
        lambda view: pages.counter(
            view.layout, board(view), counter=view.counter(CounterId(counter))
        ),
    )
    return render_template("display/counter.html", **values)


@blueprint.errorhandler(BadRequest)
@blueprint.errorhandler(NotFound)
def wrong(error: BadRequest | NotFound) -> tuple[str, int]:
    """Say on the screen what is wrong with its address; it tries again by itself."""
    return render_template("display/wrong.html", problem=error.description), error.code


@blueprint.errorhandler(UnknownHall)
def unknown_hall(_: UnknownHall) -> tuple[str, int]:
    """Say that there is no such hall."""
    return wrong(NotFound(gettext("There is no such hall.")))


@blueprint.errorhandler(UnknownCounter)
def unknown_counter(_: UnknownCounter) -> tuple[str, int]:
    """Say that the hall has no such counter."""
    return wrong(NotFound(gettext("This hall has no such counter.")))
