"""The journal, as it stands."""

from typing import Any

from hall.domain.events import event_form
from hall.store.view import View

#: The most events told at once.
MOST = 1000


def journal(view: View, *, after: int = 0, limit: int = MOST) -> dict[str, Any]:
    """Return the events behind ``after`` and the sequence of the last event there is."""
    events = view.journal(after=after, limit=min(limit, MOST))
    return {"events": [event_form(event) for event in events], "sequence": view.sequence}
