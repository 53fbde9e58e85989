"""The touch screen's pages on which a citizen chooses; nothing changes here."""

import secrets
from datetime import datetime, timedelta

from flask import request
from werkzeug.exceptions import NotFound

from hall.access import caller, public
from hall.context import View
from hall.domain.actors import Role
from hall.domain.hours import openings_of
from hall.domain.identities import BundleId, GroupId
from hall.domain.layout import Layout
from hall.domain.moments import read
from hall.operations.issue import MOST_MATTERS
from hall.queries.board import board
from kiosk.choices import chosen, group_choices, of_group, papers, part
from kiosk.frame import Page, blueprint, local, look, show
from kiosk.search import find, letters_of

#: How many tiles and rows a page has room for at 1080 × 1920, and how many in large type or low.
TILES_BELOW_BUTTON = (8, 4)
TILES_ALONE = (12, 8)
TILES_OF_GROUPS = (12, 6)
ROWS = (8, 5)
ROWS_ABOVE_LETTERS = (4, 2)
#: The hall may be closed for so many days in a row.
LOOK_AHEAD_DAYS = 14


#: Who may give numbers here: the enrolled screen, and staff who are signed in on it.
ISSUERS = (Role.KIOSK, Role.GUIDE, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)


def issuers(layout: Layout) -> tuple[Role, ...]:
    """Return who may take a number here; some halls let every phone do it."""
    return (*ISSUERS, Role.CITIZEN) if layout.phone_tickets else ISSUERS


def room(sizes: tuple[int, int]) -> int:
    """Return how much a page has room for as it is asked for."""
    return sizes[any(look().values())]


@blueprint.get("/kiosk/<hall>")
@public
def welcome(hall: str) -> str:
    """Show the start page, or that no numbers are given now."""
    return show(hall, _welcome)


def _welcome(view: View) -> Page:
    if caller().roles(view.hall).isdisjoint(issuers(view.layout)):
        return "elsewhere", {}
    opens_at = opening(view)
    if opens_at is None or opens_at > view.now:
        return "closed", {"opens_at": opens_at and local(view, opens_at)}
    layout, now = view.layout, board(view)
    groups = group_choices(layout)
    extra = 1 + bool(layout.bundles)
    tiles = room(TILES_BELOW_BUTTON if layout.general_group else TILES_ALONE)
    more = len(groups) + extra > tiles
    estimates = {group["id"]: group["estimate"] for group in now["groups"]}
    return "welcome", {
        "general": layout.general_group,
        "groups": groups[: tiles - extra - more] if more else groups,
        "more": more,
        "group_count": len(groups),
        "bundles": layout.bundles,
        "matter_count": len(layout.matters),
        "key": new_key(),
        "stats": {
            "waiting": now["waiting"],
            "estimate": estimates.get(layout.general_group),
            "counters": len(now["counters"]),
            "best": now["best"] and local(view, read(now["best"]["from"])),
        },
    }


def new_key() -> str:
    """Return the hidden key of one form on one page, so that two taps are one."""
    return secrets.token_urlsafe(12)


def opening(view: View) -> datetime | None:
    """Return now while numbers are given, else when they will be; nothing if that is far away."""
    layout = view.layout
    today = view.today
    openings = openings_of(layout.hours, layout.zone, today)
    over = view.last_day == today and view.day is None
    if openings and not over:
        if view.day != today and view.now < openings[0].start:
            return openings[0].start
        if openings[-1].until is None or view.now < openings[-1].until:
            return view.now
    for days in range(1, LOOK_AHEAD_DAYS + 1):
        later = openings_of(layout.hours, layout.zone, today + timedelta(days=days))
        if later:
            return later[0].start
    return None


@blueprint.get("/kiosk/<hall>/groups")
@public
def groups(hall: str) -> str:
    """Show every kind of matter."""
    return show(hall, _groups)


def _groups(view: View) -> Page:
    of_this_page = part(group_choices(view.layout), number=_number(), size=room(TILES_OF_GROUPS))
    return "groups", {"page": of_this_page, "chosen": _chosen_codes(view)}


@blueprint.get("/kiosk/<hall>/matters")
@public
def matters(hall: str) -> str:
    """Show the matters of one group."""
    return show(hall, _matters)


def _matters(view: View) -> Page:
    group = view.layout.group_of.get(GroupId(request.args.get("group", "")))
    if group is None:
        raise NotFound
    rows = part(of_group(view.layout, group), number=_number(), size=room(ROWS))
    return "matters", {"group": group, "page": rows, "chosen": _chosen_codes(view)}


@blueprint.get("/kiosk/<hall>/bundles")
@public
def bundles(hall: str) -> str:
    """Show the life events, each several matters in one visit."""
    return show(hall, _bundles)


def _bundles(view: View) -> Page:
    rows = part(view.layout.bundles, number=_number(), size=room(ROWS))
    return "bundles", {"page": rows, "matter_of": view.layout.matter_of}


@blueprint.get("/kiosk/<hall>/search")
@public
def search(hall: str) -> str:
    """Show the matters that the letters touched so far may mean."""
    return show(hall, _search)


def _search(view: View) -> Page:
    typed = letters_of(request.args.get("q", "")).upper()
    found = find(view.layout.matters, typed)
    shown = room(ROWS_ABOVE_LETTERS)
    return "search", {
        "typed": typed,
        "found": found[:shown],
        "more": max(0, len(found) - shown),
        "chosen": _chosen_codes(view),
    }


@blueprint.get("/kiosk/<hall>/papers", endpoint="papers")
@public
def papers_page(hall: str) -> str:
    """Show what was chosen and which papers it needs."""
    return show(hall, _papers)


def _papers(view: View) -> Page:
    layout = view.layout
    bundle = layout.bundle_of.get(BundleId(request.args.get("bundle", "")))
    codes = bundle.matters if bundle else request.args.getlist("m")
    wanted = chosen(layout, codes)
    if not wanted:
        raise NotFound
    return "papers", {
        "bundle": bundle,
        "matters": wanted,
        "materials": papers(wanted),
        "may_add": not bundle and len(wanted) < MOST_MATTERS,
        "key": new_key(),
    }


@blueprint.get("/kiosk/<hall>/priority")
@public
def priority(hall: str) -> str:
    """Tell who may go first, and that a guide decides it."""
    return show(hall, lambda _: ("priority", {}))


@blueprint.get("/kiosk/<hall>/help")
@public
def help_wanted(hall: str) -> str:
    """Turn the whole screen into a call for help."""
    return show(hall, lambda _: ("help", {}))


def _number() -> int:
    return request.args.get("page", 1, type=int)


def _chosen_codes(view: View) -> list[str]:
    return [matter.code for matter in chosen(view.layout, request.args.getlist("m"))]
