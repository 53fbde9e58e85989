"""A rollout: a layout that comes into force at a moment, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.identities import LayoutHash, RolloutId


class Stage(StrEnum):
    """How far a rollout has come."""

    #: Its time has not come, or somebody is still to agree. 待上线
    SCHEDULED = "scheduled"
    #: The hall works by it. 启用中
    IN_FORCE = "in_force"
    #: Another came after it. 已替换
    REPLACED = "replaced"
    #: Taken back before its time. 已撤回
    WITHDRAWN = "withdrawn"
    #: Its time came, and it did not fit the hall any more. 未能启用
    REFUSED = "refused"


class UnknownRollout(ValueError):
    """The hall has no such rollout."""


class NotScheduled(ValueError):
    """The rollout is over: it came into force, was withdrawn or refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """One layout on its way; ``by`` and ``approved_by`` are people or devices, never names."""

    id: RolloutId
    layout: LayoutHash
    #: From when on the layout is to be in force.
    at: datetime
    stage: Stage
    by: str
    scheduled_at: datetime
    note: str = ""
    #: The study it follows from: ``reference``, and what it lets ``expect`` of each figure.
    report: Mapping[str, Any] = field(default_factory=dict)
    #: Whether it takes the hall back to the layout before.
    is_back: bool = False
    approved_by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    #: The layout that it took the place of.
    replaced: LayoutHash | None = None
    #: Why it could not come into force.
    problem: str | None = None


def evolve_rollouts(
    rollouts: Mapping[RolloutId, Rollout], event: Event
) -> dict[RolloutId, Rollout]:
    """Return those of a hall's rollouts that ``event`` changes, as it leaves them.

    Raises:
        UnknownRollout: it tells of a rollout that no event before it has scheduled.
        NotScheduled: it tells of one that is over.
    """
    if event.name is EventName.LAYOUT_SCHEDULED:
        made = _scheduled(event)
        return {made.id: made}
    id_ = event.details.get("rollout")
    if id_ is None:  # what has nothing to do with rollouts, a first layout, a counter for today
        return {}
    if id_ not in rollouts:
        raise UnknownRollout(id_)
    if rollouts[id_].stage is not Stage.SCHEDULED:
        raise NotScheduled(id_)
    if event.name is not EventName.LAYOUT_ACTIVATED:
        return {id_: _decided(rollouts[id_], event)}
    before = {
        other.id: replace(other, stage=Stage.REPLACED, until=event.at)
        for other in rollouts.values()
        if other.stage is Stage.IN_FORCE
    }
    now = replace(
        rollouts[id_], stage=Stage.IN_FORCE, since=event.at, replaced=event.details["base"]
    )
    return {**before, id_: now}


def _scheduled(event: Event) -> Rollout:
    details = event.details
    return Rollout(
        id=RolloutId(str(event.sequence)),
        layout=LayoutHash(details["scheduled"]),
        at=moments.read(details["at"]),
        stage=Stage.SCHEDULED,
        by=who(event),
        scheduled_at=event.at,
        note=details["note"],
        report=details["report"],
        is_back=details["is_back"],
    )


def _decided(rollout: Rollout, event: Event) -> Rollout:
    if event.name is EventName.LAYOUT_APPROVED:
        return replace(rollout, approved_by=who(event))
    if event.name is EventName.LAYOUT_WITHDRAWN:
        return replace(rollout, stage=Stage.WITHDRAWN, until=event.at)
    return replace(rollout, stage=Stage.REFUSED, until=event.at, problem=event.details["problem"])


def who(event: Event) -> str:
    """Return whose deed an event is: a person's, a device's, or the hall's own clock's."""
    return event.device or event.actor or ""
