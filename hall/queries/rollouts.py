"""Layouts in force, before and to come: what each changes, and whether it did what was expected."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from hall.domain import moments
from hall.domain.hours import business_day, openings_of
from hall.domain.identities import LayoutHash, RolloutId
from hall.domain.layout import Layout
from hall.domain.layout_diff import differences, differences_at_counters
from hall.domain.reading import BadFile
from hall.domain.rollouts import Rollout, Stage
from hall.domain.tickets import Status
from hall.measures.expectation import compare, expected_in
from hall.queries.affected import would_be_hit
from hall.queries.board import name_json
from hall.queries.report import report
from hall.store.rollouts import (
    awaits_approval,
    effect_of,
    here,
    layout_before,
    rollout_with,
    rollouts,
)
from hall.store.view import View

#: So many days of a layout are compared with what was expected of it, the last ones.
MOST_DAYS = 10
#: The clock's job takes less to put in force what nothing is in the way of.
A_MINUTE = timedelta(minutes=1)


def layouts(view: View) -> dict[str, Any]:
    """Return the layout in force, the one before, and every rollout, the newest first."""
    base = view.known_layout(view.base_layout)
    before = layout_before(view)
    return {
        "in_force": _layout_json(view, base.hash),
        "before": _layout_json(view, before) if before else None,
        "approval": base.approval,
        "rollouts": [rollout_json(view, rollout) for rollout in rollouts(view)],
    }


def rollout(view: View, *, id_: RolloutId) -> dict[str, Any]:
    """Return one rollout: what it changes at each counter and, until it is in force, right now."""
    found = rollout_with(view, id_)
    told = rollout_json(view, found)
    try:
        after = view.known_layout(found.layout)
    except BadFile:
        return told | {"changes": None, "now": None}
    before = view.known_layout(found.replaced or view.base_layout)
    since = max(found.at, view.now)
    is_coming = found.stage is Stage.SCHEDULED
    now = _effect_json(view, found.layout, since=since) if is_coming else None
    return told | {"changes": changes(before, after), "now": now}


def back(view: View) -> dict[str, Any] | None:
    """Return what going back to the layout before would change; nothing if there is none."""
    before = layout_before(view)
    if before is None:
        return None
    present, after = view.known_layout(view.base_layout), view.known_layout(before)
    return {
        "layout": _layout_json(view, before),
        "changes": changes(present, after),
        "now": _effect_json(view, before, since=view.now),
    }


def urgent(view: View) -> list[dict[str, str]]:
    """Return the rollouts that a manager should look at, each with why.

    ``approval``: nobody has agreed yet; ``blocked``: its time has come, and somebody in the hall
    needs what it does not have; ``refused``: it could not come into force since yesterday.
    """
    found = []
    for one in rollouts(view, Stage.SCHEDULED, Stage.REFUSED):
        if one.stage is Stage.REFUSED:
            is_new = one.until is not None and view.now - one.until < timedelta(days=1)
            why = "refused" if is_new else ""
        elif awaits_approval(view, one):
            why = "approval"
        else:
            why = "blocked" if one.at + A_MINUTE < view.now else ""
        if why:
            found.append({"id": one.id, "at": moments.written(one.at), "why": why})
    return found


def changes(before: Layout, after: Layout) -> dict[str, Any]:
    """Return what differs between two layouts, in words: counter by counter, and the rest."""
    at_counters = differences_at_counters(before, after)
    said = [name for names in at_counters.values() for name in names]
    return {
        "counters": [
            {"counter": id_, "says": [name_json(name) for name in names]}
            for id_, names in at_counters.items()
        ],
        "others": [name_json(name) for name in differences(before, after) if name not in said],
    }


def outcome(view: View, *, id_: RolloutId) -> dict[str, Any]:
    """Return what was expected of a layout's days beside what they were, as far as they are over.

    Only whole days count: those that began after the layout was in force and ended before the
    next one was.
    """
    found = rollout_with(view, id_)
    expected = expected_in(found.report.get("expected", {}))
    days = whole_days(view, found)[-MOST_DAYS:]
    facts = [report(view, first=day)["measures"]["all"] for day in days] if expected else []
    return {
        "id": found.id,
        "days": [day.isoformat() for day in days],
        "figures": [
            {**asdict(one), "is_inside": one.is_inside} for one in compare(expected, facts)
        ],
    }


def whole_days(view: View, rollout: Rollout) -> list[date]:
    """Return the business days that went by from opening to closing under a rollout's layout."""
    if rollout.since is None:
        return []
    layout = view.known_layout(rollout.layout)
    until = rollout.until or view.now
    day, found = business_day(layout.hours, layout.zone, rollout.since), []
    while day <= business_day(layout.hours, layout.zone, until):
        openings = openings_of(layout.hours, layout.zone, day)
        if openings and rollout.since <= openings[0].start and _is_over(view, day, until):
            found.append(day)
        day += timedelta(days=1)
    return found


def rollout_json(view: View, rollout: Rollout) -> dict[str, Any]:
    """Return a rollout as it is told."""
    return {
        "id": rollout.id,
        "layout": _layout_json(view, rollout.layout),
        "at": moments.written(rollout.at),
        "stage": rollout.stage.value,
        "awaits_approval": rollout.stage is Stage.SCHEDULED and awaits_approval(view, rollout),
        "by": rollout.by,
        "scheduled_at": moments.written(rollout.scheduled_at),
        "approved_by": rollout.approved_by,
        "note": rollout.note,
        "report": dict(rollout.report),
        "is_back": rollout.is_back,
        "since": _written(rollout.since),
        "until": _written(rollout.until),
        "problem": rollout.problem,
    }


def _layout_json(view: View, hash_: LayoutHash) -> dict[str, Any]:
    try:
        layout = view.known_layout(hash_)
    except BadFile:
        return {"hash": hash_, "name": None, "counters": None}
    return {"hash": hash_, "name": name_json(layout.name), "counters": len(layout.counters)}


def _effect_json(view: View, layout: LayoutHash, *, since: datetime) -> dict[str, Any]:
    """Return what a layout would do now, and which appointments it would hit from then on."""
    effect = effect_of(view, layout)
    tickets = here(view)
    return {
        "waiting": sum(ticket.status is Status.WAITING for ticket in tickets),
        "relined": [ticket.number for ticket, _ in effect.moves],
        "closes": [counter.id for counter in effect.closes],
        "obstacles": [name_json(name) for name in effect.obstacles],
        "appointments": would_be_hit(view, view.known_layout(layout), since=since),
    }


def _is_over(view: View, day: date, until: datetime) -> bool:
    """Whether a day had ended by a moment: closed, or its date is past."""
    if view.day == day:
        return False
    layout = view.layout
    ended = business_day(layout.hours, layout.zone, until) > day
    return ended or (view.last_day == day and until == view.now)


def _written(moment: datetime | None) -> str | None:
    return moments.written(moment) if moment else None
