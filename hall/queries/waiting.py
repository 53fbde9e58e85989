"""How long people will wait: the outlook for lines, groups and single tickets."""

from hall.dispatch.expect import hall_load
from hall.dispatch.load import HallLoad
from hall.dispatch.outlook import Outlook, outlook
from hall.domain.identities import WALK_IN, GroupId
from hall.domain.moments import to_ms
from hall.domain.tickets import Line, Status, Ticket
from hall.store.lines import Waiting
from hall.store.view import View


def group_outlook(view: View, now: HallLoad, group: GroupId) -> Outlook | None:
    """Return what awaits somebody who now takes a number of ``group``."""
    return outlook(view.layout, now, line=Line(group=group, class_=WALK_IN))


def ticket_outlook(view: View, ticket: Ticket) -> Outlook | None:
    """Return what awaits a waiting ticket, from the place it has now."""
    if ticket.status is not Status.WAITING:
        return None
    due_ms = to_ms(ticket.due_at)
    before = view.waiting_before(ticket.line, due_ms, ticket.placed)
    lines = []
    for waiting in view.lines():
        if waiting.line != ticket.line:
            lines.append(waiting)
        elif before:
            lines.append(_first_of(waiting, before))
    return outlook(view.layout, hall_load(view, lines), line=ticket.line, due_ms=due_ms)


def _first_of(waiting: Waiting, people: int) -> Waiting:
    """Return a line as if it held only its first ``people``."""
    return Waiting(
        line=waiting.line,
        waiting=people,
        work_ms=waiting.work_ms * people // waiting.waiting,
        first=waiting.first,
        number=waiting.number,
        due_ms=waiting.due_ms,
        order=waiting.order,
    )
