"""Rollouts as they are kept: a row each, written from the events that tell of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from hall.domain.events import Event
from hall.domain.identities import LayoutHash, RolloutId
from hall.domain.moments import from_ms, to_ms
from hall.domain.relining import Relining, relining
from hall.domain.rollouts import Rollout, Stage, UnknownRollout, evolve_rollouts
from hall.domain.tickets import Status, Ticket
from hall.store.change import Change
from hall.store.rollout_tables import rollout as table
from hall.store.upsert import upsert
from hall.store.view import View

#: More people than ever are in a hall at once.
EVERYBODY = 100_000


def rollouts(view: View, *stages: Stage) -> list[Rollout]:
    """Return a hall's rollouts in any of some stages, or all of them, the newest first."""
    query = select(table).where(table.c.hall == view.hall)
    if stages:
        query = query.where(table.c.stage.in_([stage.value for stage in stages]))
    found = [_rollout_of(row) for row in view.connection.execute(query)]
    return sorted(found, key=lambda rollout: -int(rollout.id))


def rollout_with(view: View, id_: RolloutId) -> Rollout:
    """Return one rollout of a hall."""
    query = select(table).where(table.c.hall == view.hall, table.c.id == id_)
    row = view.connection.execute(query).first()
    if row is None:
        raise UnknownRollout(id_)
    return _rollout_of(row)


def keep(change: Change, event: Event) -> dict[RolloutId, Rollout]:
    """Bring the rollouts to what an event leaves, and return those that it changed."""
    known = {rollout.id: rollout for rollout in rollouts(change)}
    changed = evolve_rollouts(known, event)
    for rollout in changed.values():
        row = {"hall": change.hall, **rollout_row(rollout)}
        upsert(change.connection, table, row, update=row)
    return changed


def here(view: View) -> list[Ticket]:
    """Return every ticket whose visit is not over."""
    aside = [
        ticket
        for status in (Status.WAITING, Status.HELD, Status.NO_SHOW)
        for ticket in view.with_status(status, limit=EVERYBODY)
    ]
    return [*aside, *(ticket for ticket, _ in view.all_at_counters())]


def effect_of(view: View, layout: LayoutHash) -> Relining:
    """Return what putting a layout in force now would do to the tickets and counters."""
    after = view.known_layout(layout)
    return relining(view.layout, after, here(view), view.counters_now().values())


def due(view: View) -> list[Rollout]:
    """Return the rollouts whose time has come and that nobody has to approve any more."""
    waiting = [r for r in rollouts(view, Stage.SCHEDULED) if r.at <= view.now]
    ready = [r for r in waiting if not awaits_approval(view, r)]
    return sorted(ready, key=lambda r: (r.at, int(r.id)))


def awaits_approval(view: View, rollout: Rollout) -> bool:
    """Whether a second person has to agree, as the layout in force wants it."""
    if rollout.is_back or rollout.approved_by is not None or not view.base_layout:
        return False
    return view.known_layout(view.base_layout).approval


def layout_before(view: View) -> LayoutHash | None:
    """Return the layout that the present one replaced, if that is known."""
    for rollout in rollouts(view, Stage.IN_FORCE):
        if rollout.layout == view.base_layout != rollout.replaced:
            return rollout.replaced
    return None


def rollout_row(rollout: Rollout) -> dict[str, Any]:
    """Return a rollout as its row, without the hall."""
    return {
        "id": rollout.id,
        "layout": rollout.layout,
        "at_ms": to_ms(rollout.at),
        "stage": rollout.stage.value,
        "scheduled_by": rollout.by,
        "scheduled_ms": to_ms(rollout.scheduled_at),
        "note": rollout.note,
        "report": dict(rollout.report),
        "is_back": rollout.is_back,
        "approved_by": rollout.approved_by,
        "since_ms": _ms(rollout.since),
        "until_ms": _ms(rollout.until),
        "replaced": rollout.replaced,
        "problem": rollout.problem,
    }


def _rollout_of(row: Row[Any]) -> Rollout:
    r = row._mapping
    return Rollout(
        id=RolloutId(r["id"]),
        layout=LayoutHash(r["layout"]),
        at=from_ms(r["at_ms"]),
        stage=Stage(r["stage"]),
        by=r["scheduled_by"],
        scheduled_at=from_ms(r["scheduled_ms"]),
        note=r["note"],
        report=r["report"],
        is_back=r["is_back"],
        approved_by=r["approved_by"],
        since=_moment(r["since_ms"]),
        until=_moment(r["until_ms"]),
        replaced=LayoutHash(r["replaced"]) if r["replaced"] else None,
        problem=r["problem"],
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
