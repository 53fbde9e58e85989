"""Choosing what to book and when: a matter or a life event, its papers, a day, a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import get_day_names
from flask import current_app, request, url_for
from flask_babel import get_locale, gettext

from hall.access import caller, public
from hall.context import View
from hall.domain.actors import Role
from hall.domain.identities import BundleId, GroupId, MatterCode
from hall.domain.layout import Bundle, Layout, Matter
from hall.domain.moments import read
from hall.domain.slots import slot_named
from hall.limits import hall_of_booking
from hall.operations.booking import NotBookable, bookable
from hall.operations.issue import MOST_MATTERS
from hall.queries.slots import slots
from kiosk.booking_elsewhere import other_halls
from kiosk.choices import GroupChoice, chosen, group_choices, papers
from kiosk.frame import Page, blueprint, local, show
from kiosk.pages import new_key
from kiosk.search import find

WEEK = 7
#: A day with more times than this is shown part by part.
TIMES_AT_ONCE = 24
#: Where a part of a day begins, in hours, and what it is called.
PARTS: tuple[tuple[int, str, Callable[[], str]], ...] = (
    (0, "night", lambda: gettext("Before 6:00")),
    (6, "morning", lambda: gettext("Morning")),
    (12, "afternoon", lambda: gettext("Afternoon")),
    (18, "evening", lambda: gettext("Evening")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a visit is to be for, as an address or a form says it."""

    matters: tuple[Matter, ...]
    bundle: Bundle | None

    @property
    def codes(self) -> tuple[MatterCode, ...]:
        """The codes of the matters."""
        return tuple(matter.code for matter in self.matters)

    @property
    def asked(self) -> dict[str, Any]:
        """The same as the arguments of an address."""
        return {"bundle": self.bundle.id} if self.bundle else {"m": list(self.codes)}


def wanted(layout: Layout) -> Wanted:
    """Return what this request wants to book, or raise ``NotBookable``."""
    bundle = layout.bundle_of.get(BundleId(request.values.get("bundle", "")))
    codes = bundle.matters if bundle else request.values.getlist("m")
    matters = chosen(layout, codes)
    bookable(layout, (matter.code for matter in matters), None)
    return Wanted(matters=matters, bundle=bundle)


def is_touch_screen() -> bool:
    """Whether the enrolled touch screen of a hall asks, and not somebody's own phone."""
    return Role.KIOSK in caller().roles(None)


def booking_page(hall: str, draw: Callable[[View], Page]) -> str:
    """Return a page of booking, framed for the touch screen or for a phone."""
    shared = {"frame": f"kiosk/{'frame' if is_touch_screen() else 'phone_frame'}.html"}

    def framed(view: View) -> Page:
        template, values = draw(view)
        return f"booking/{template}", {"key": new_key(), "error": None, **shared, **values}

    return show(hall, framed)


@blueprint.get("/book/<hall>")
@public
def book(hall: str) -> str:
    """Show what can be booked: life events, kinds of matters, or those that letters may mean."""
    return booking_page(hall, _start)


def _start(view: View) -> Page:
    layout, typed = view.layout, request.args.get("q")
    open_ = tuple(matter for matter in layout.matters if matter.appointments)
    if not open_:
        return "none", {}
    group = layout.group_of.get(GroupId(request.args.get("group", "")))
    of_group = tuple(matter for matter in open_ if group and matter.group == group.id)
    has = chosen(layout, request.args.getlist("m"))
    return "start", {
        "typed": typed,
        "group": group,
        "matters": find(open_, typed) if typed else of_group,
        "groups": _groups(layout, open_),
        "bundles": () if has else _bundles(layout),
        "matter_of": layout.matter_of,
        "chosen": [matter.code for matter in has],
    }


def _groups(layout: Layout, open_: tuple[Matter, ...]) -> list[GroupChoice]:
    able = {matter.group for matter in open_}
    return [choice for choice in group_choices(layout) if choice.id in able]


def _bundles(layout: Layout) -> list[Bundle]:
    return [
        bundle
        for bundle in layout.bundles
        if all(layout.matter_of[code].appointments for code in bundle.matters)
    ]


@blueprint.get("/book/<hall>/papers")
@public
def booking_papers(hall: str) -> str:
    """Show what was chosen and what to bring for it."""
    return booking_page(hall, _papers)


def _papers(view: View) -> Page:
    visit = wanted(view.layout)
    return "papers", {
        "visit": visit,
        "materials": papers(visit.matters),
        "may_add": not visit.bundle and len(visit.matters) < MOST_MATTERS,
    }


@blueprint.get("/book/<hall>/days")
@public
def days(hall: str) -> str:
    """Show the days that can be booked: as a calendar, and as a list."""
    return booking_page(hall, _days)


def _days(view: View) -> Page:
    visit = wanted(view.layout)
    found = calendar(slots(view, matters=visit.codes))
    is_full = not any(found["free"].values())
    return "days", {
        "visit": visit,
        **found,
        "is_full": is_full,
        "wait": url_for("kiosk.wait", hall=view.hall, **visit.asked),
        "others": other_halls(view, visit.codes) if is_full else [],
        "at": lambda day: url_for("kiosk.booking_times", hall=view.hall, day=day, **visit.asked),
        "back": url_for("kiosk.booking_papers", hall=view.hall, **visit.asked),
        "moving": None,
    }


def calendar(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the days that can be booked, the weeks they lie in, and what weekdays are called."""
    free = {
        date.fromisoformat(one["day"]): sum(slot["free"] for slot in one["slots"]) for one in found
    }
    names = get_day_names("abbreviated", "stand-alone", get_locale())
    weeks = []
    if free:
        monday = min(free) - timedelta(days=min(free).weekday())
        while monday <= max(free):
            weeks.append([monday + timedelta(days=day) for day in range(WEEK)])
            monday += timedelta(days=WEEK)
    return {"free": free, "weeks": weeks, "weekdays": [names[day] for day in range(WEEK)]}


def times_page(view: View, visit: Wanted, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the times of one day, part by part where there are many."""
    parts = _parts(view, found[0]["slots"] if found else [])
    in_parts = sum(len(part["slots"]) for part in parts) > TIMES_AT_ONCE
    named = [part for part in parts if part["name"] == request.values.get("part")]
    with_room = [part for part in parts if part["free"]]
    with_room.sort(key=lambda part: part["name"] == "night")  # who wants to come then, says so
    return {
        "visit": visit,
        "day": date.fromisoformat(found[0]["day"]) if found else None,
        "parts": parts if in_parts else [],
        "shown": (named or with_room or parts)[:1] if in_parts else parts,
        "is_full": not with_room,
    }


def _parts(view: View, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"name": name, "label": label(), "since": since, "slots": [], "free": 0}
        for since, name, label in PARTS
    ]
    for slot in found:
        start = local(view, read(slot["start"]))
        part = [one for one in parts if one["since"] <= start.hour][-1]
        is_next_day = start.date() != slot_named(slot["slot"])[0]
        time = start.strftime("%H:%M")
        part["slots"].append({**slot, "time": time, "is_next_day": is_next_day})
        part["free"] += slot["free"]
    there = [part for part in parts if part["slots"]]
    return sorted(there, key=lambda part: str(part["slots"][0]["start"]))  # a night comes last


@blueprint.errorhandler(NotBookable)
def not_bookable(refusal: Exception) -> tuple[str, int]:
    """Say that no appointments are given for a matter, and where to choose again."""
    named = request.view_args or {}
    hall = str(named.get("hall") or hall_of_booking(str(named.get("code"))))
    said = current_app.extensions["told"](refusal)
    again = url_for("kiosk.book", hall=hall)
    words = gettext("Choose a matter")
    page = booking_page(
        hall, lambda _: ("problem", {"error": said, "again": again, "again_words": words})
    )
    return page, int(said["status"])
