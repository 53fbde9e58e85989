"""The last step that somebody could still take back."""

from collections.abc import Container
from datetime import timedelta
from typing import Any

from hall.domain import moments
from hall.domain.actors import Actor
from hall.domain.events import EventName
from hall.store.view import View

#: No hall writes more events than this within the seconds of an undo.
RECENT = 100


def last_step(
    view: View, *, by: Actor, names: Container[EventName], within: timedelta
) -> dict[str, Any] | None:
    """Return the newest step of ``by`` that may be undone, or nothing.

    Args:
        view: the hall.
        by: who took the step; another device of the same person does not count.
        names: which steps may be undone at all.
        within: for how long.
    """
    who, seen = by.person or by.role.value, set()
    for event in reversed(view.journal(after=view.sequence - RECENT)):
        if event.at + within <= view.now:
            return None
        if event.ticket is None or event.ticket in seen:
            continue
        seen.add(event.ticket)
        if event.name in names and (event.actor, event.device) == (who, by.device):
            return {
                "ticket": event.ticket,
                "number": event.number,
                "name": event.name.value,
                "until": moments.written(event.at + within),
            }
    return None
