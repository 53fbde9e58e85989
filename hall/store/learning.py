"""Learning how long each matter takes at a counter, service by service."""

from hall.domain.moments import to_ms
from hall.domain.tickets import Ticket
from hall.store import tables as t
from hall.store.upsert import upsert
from hall.store.view import View


def learn(view: View, before: Ticket, after: Ticket) -> None:
    """Learn how long matters occupy a counter of pace 1, shared out as expected.

    From the call to the finish: some clerks never say that their citizen has come.
    """
    since = before.here_since
    old = {matter.code: matter.outcome for matter in before.matters}
    done = [m.code for m in after.matters if m.outcome and not old[m.code]]
    if since is None or not done:
        return
    expected = {code: max(1, view.handling_ms([code])) for code in done}
    took_ms = view.now_ms - to_ms(since)
    counter = view.layout.counter_of.get(before.counter) if before.counter else None
    pace = counter.pace_for(before.line.group) if counter else 1.0
    c = t.learned.c
    for code in done:
        share = round(took_ms * expected[code] / sum(expected.values()) / pace)
        row = {"hall": view.hall, "matter": code, "count": 1, "total_ms": share}
        row["squares"] = float(share) ** 2
        update = {
            "count": c["count"] + 1,
            "total_ms": c.total_ms + share,
            "squares": c.squares + float(share) ** 2,
        }
        upsert(view.connection, t.learned, row, update=update)
