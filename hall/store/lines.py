"""The lines of a hall as they stand: one indexed row each, however many wait."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hall.domain.identities import HallId, TicketId
from hall.domain.tickets import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A line in which somebody waits: how many, their expected work, and who is first."""

    line: Line
    waiting: int
    work_ms: int
    first: TicketId
    number: str
    due_ms: int
    order: int


def lines_of(connection: Connection, hall: HallId) -> list[Waiting]:
    """Return every line in which somebody waits."""
    return [
        Waiting(
            line=Line.of(row.line),
            waiting=row.waiting,
            work_ms=row.work_ms,
            first=TicketId(row.id),
            number=row.number,
            due_ms=row.due_ms,
            order=row.placed,
        )
        for row in connection.execute(_LINES, {"hall": hall})
    ]


_LINES = text(
    """
    SELECT line.line, line.waiting, line.work_ms, head.id, head.number, head.due_ms, head.placed
    FROM line JOIN ticket AS head ON head.id = (
        SELECT first.id FROM ticket AS first
        WHERE first.hall = line.hall AND first.line = line.line AND first.status = 'waiting'
        ORDER BY first.due_ms, first.placed LIMIT 1
    )
    WHERE line.hall = :hall AND line.waiting > 0
    """
)
