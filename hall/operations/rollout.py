"""Rollouts: a layout is scheduled, approved, comes into force, and can be taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hall.domain import moments
from hall.domain.events import EventName
from hall.domain.identities import RolloutId
from hall.domain.layout import Layout, Name
from hall.domain.layout_file import layout_in
from hall.domain.reading import BadFile, Source
from hall.domain.rollouts import NotScheduled, Rollout, Stage
from hall.operations.guards import clerk_of
from hall.operations.refit import refit
from hall.operations.waitlist_offers import offer_freed
from hall.store.change import Change
from hall.store.rollouts import (
    awaits_approval,
    due,
    effect_of,
    keep,
    layout_before,
    rollout_with,
)
from hall.store.view import View

LONGEST_NOTE = 500


class OtherHall(Exception):
    """The layout is another hall's."""


class LayoutIsInForce(Exception):
    """The hall works by this layout already."""


class LayoutDoesNotFit(Exception):
    """Somebody in the hall needs what the layout does not have; nothing was changed."""

    def __init__(self, obstacles: tuple[Name, ...]) -> None:
        self.obstacles = obstacles
        super().__init__("; ".join(obstacle.en for obstacle in obstacles))


class ApprovalMissing(Exception):
    """The hall wants a second person's approval first."""


class SamePerson(Exception):
    """Who scheduled a layout cannot be the second person who approves it."""


class NothingBefore(Exception):
    """No layout is known that the present one replaced."""


def schedule_layout(
    change: Change,
    *,
    file: str,
    text: str,
    at: datetime | None,
    note: str = "",
    report: Mapping[str, Any] | None = None,
) -> Rollout:
    """Schedule the layout in a file's text for a moment, or put it in force at once.

    Args:
        change: what is being done to the hall.
        file: what the text is called where it is wrong.
        text: a layout file.
        at: from when on; ``None`` for at once, as far as nobody still has to approve.
        note: why, in a few words.
        report: the study it follows from: ``reference``, and ``expected``, per figure ``mean``,
            ``low`` and ``high`` of a day (``hall.measures.expectation``).

    Raises:
        BadFile: with everything that is wrong with the text.
        OtherHall: it is another hall's.
        LayoutIsInForce: at once, and the hall works by it already.
        LayoutDoesNotFit: at once, and somebody in the hall needs what it does not have.
    """
    layout = layout_in(Source(file, text))
    if layout.hall != change.hall:
        raise OtherHall(layout.hall)
    if at is None and layout.hash == change.base_layout == change.layout_hash:
        raise LayoutIsInForce(layout.hash)
    change.keep_layout(layout, text)
    return _schedule(change, layout, at, note=note, report=report or {})


def approve_layout(change: Change, *, rollout: RolloutId) -> Rollout:
    """Agree to a scheduled layout as a second person; one whose time has come is put in force."""
    found = _scheduled(change, rollout)
    if not awaits_approval(change, found):
        return found
    if clerk_of(change) == found.by:
        raise SamePerson(found.by)
    event = change.record_hall(EventName.LAYOUT_APPROVED, {"rollout": found.id})
    found = keep(change, event)[found.id]
    if found.at > change.now or effect_of(change, found.layout).obstacles:
        return found
    return _put_in_force(change, found)


def withdraw_layout(change: Change, *, rollout: RolloutId) -> Rollout:
    """Take a scheduled layout back."""
    found = _scheduled(change, rollout)
    event = change.record_hall(EventName.LAYOUT_WITHDRAWN, {"rollout": found.id})
    return keep(change, event)[found.id]


def activate_scheduled(change: Change, *, rollout: RolloutId) -> Rollout:
    """Put a scheduled layout in force at once, whatever it was scheduled for.

    Waiting tickets change lines where the layout wants it, and nobody loses a place.

    Raises:
        ApprovalMissing: a second person has to agree first.
        LayoutDoesNotFit: somebody in the hall needs what it does not have.
    """
    found = _scheduled(change, rollout)
    if awaits_approval(change, found):
        raise ApprovalMissing(found.id)
    return _put_in_force(change, found)


def roll_back(change: Change, *, at: datetime | None = None) -> Rollout:
    """Go back to the layout before, at once or from a moment on; nobody needs to approve.

    Raises:
        NothingBefore: there was none.
        LayoutDoesNotFit: at once, and somebody in the hall needs what it does not have.
    """
    before = layout_before(change)
    if before is None:
        raise NothingBefore
    return _schedule(change, change.known_layout(before), at, is_back=True)


def activate_due(change: Change) -> list[Rollout]:
    """Put in force, in their order, the layouts whose time has come; return what became of each.

    One that cannot be read any more is refused for good; one that somebody in the hall stands in
    the way of waits until nobody does, at the latest until the day is over.
    """
    done = []
    for rollout in due(change):
        try:
            change.known_layout(rollout.layout)
        except BadFile as error:
            problem = {"rollout": rollout.id, "problem": error.lines()[0]}
            event = change.record_hall(EventName.LAYOUT_REFUSED, problem)
            done.append(keep(change, event)[rollout.id])
            continue
        if not effect_of(change, rollout.layout).obstacles:
            done.append(_put_in_force(change, rollout))
    return done


def something_is_due(view: View) -> bool:
    """Whether a layout is to be put in force now, or refused."""
    for rollout in due(view):
        try:
            view.known_layout(rollout.layout)
        except BadFile:
            return True
        if not effect_of(view, rollout.layout).obstacles:
            return True
    return False


def _schedule(
    change: Change,
    layout: Layout,
    at: datetime | None,
    *,
    note: str = "",
    report: Mapping[str, Any] | None = None,
    is_back: bool = False,
) -> Rollout:
    details = {
        "scheduled": layout.hash,
        "at": moments.written(at or change.now),
        "note": note.strip()[:LONGEST_NOTE],
        "report": dict(report or {}),
        "is_back": is_back,
    }
    event = change.record_hall(EventName.LAYOUT_SCHEDULED, details)
    [made] = keep(change, event).values()
    if made.at > change.now or awaits_approval(change, made):
        return made
    return _put_in_force(change, made)


def _scheduled(change: Change, id_: RolloutId) -> Rollout:
    found = rollout_with(change, id_)
    if found.stage is not Stage.SCHEDULED:
        raise NotScheduled(id_)
    return found


def _put_in_force(change: Change, rollout: Rollout) -> Rollout:
    """Activate a layout: counters that are gone close, tickets whose line is another join it."""
    effect = effect_of(change, rollout.layout)
    if effect.obstacles:
        raise LayoutDoesNotFit(effect.obstacles)
    for counter in effect.closes:
        change.record_counter(EventName.COUNTER_CLOSED, counter, details={"reason": "layout"})
    layout, source = change.known_layout(rollout.layout), change.layout_source(rollout.layout)
    because = {"rollout": rollout.id, "base": change.base_layout}
    event = change.activate(layout, source, for_today=False, because=because)
    for ticket, line in effect.moves:
        change.record(EventName.TICKET_RELINED, ticket, details={"line": line.key})
    refit(change)
    offer_freed(change)
    return keep(change, event)[rollout.id]
