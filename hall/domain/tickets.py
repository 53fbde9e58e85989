"""A ticket: one number for one visit with one or more matters, in one line at a time."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from hall.domain.identities import ClassId, CounterId, GroupId, MatterCode, TicketId


class Status(StrEnum):
    """Where a ticket stands."""

    #: In line, callable. 等候
    WAITING = "waiting"
    #: Asked to a counter, not there yet. 已叫号
    CALLED = "called"
    #: At the counter. 办理中
    SERVING = "serving"
    #: Set aside; the citizen comes back to the clerk. 挂起
    HELD = "held"
    #: Everything is done. 办结
    DONE = "done"
    #: Called, did not come. 过号
    NO_SHOW = "no_show"
    #: Left or gave up. 弃号
    ABANDONED = "abandoned"
    #: Left over at the day's end. 闭厅
    CLOSED = "closed"


#: The whole ticket state machine: from each status, the statuses it may become.
MOVES: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.CALLED, Status.ABANDONED, Status.CLOSED}),
    Status.CALLED: frozenset({Status.SERVING, Status.WAITING, Status.NO_SHOW, Status.ABANDONED}),
    Status.SERVING: frozenset({Status.DONE, Status.HELD, Status.WAITING}),
    Status.HELD: frozenset({Status.CALLED, Status.ABANDONED, Status.CLOSED}),
    Status.NO_SHOW: frozenset({Status.WAITING, Status.CLOSED}),
    Status.DONE: frozenset(),
    Status.ABANDONED: frozenset(),
    Status.CLOSED: frozenset(),
}
#: Statuses in which a ticket occupies a counter.
AT_COUNTER = frozenset({Status.CALLED, Status.SERVING})
#: Statuses in which a visit is not over.
OPEN = frozenset({Status.WAITING, Status.CALLED, Status.SERVING, Status.HELD, Status.NO_SHOW})


class IllegalMove(Exception):
    """A ticket cannot become what was asked of it."""

    def __init__(self, number: str, before: Status, after: Status) -> None:
        self.number = number
        self.before = before
        self.after = after
        super().__init__(f"{number} is {before}; it cannot become {after}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Where tickets stand in order: a matter group, a class and, sometimes, one counter."""

    group: GroupId
    class_: ClassId
    counter: CounterId | None = None

    @property
    def key(self) -> str:
        """The line as one text, for the store and the journal."""
        return f"{self.group}/{self.class_}/{self.counter or ''}"

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the line that ``key`` stands for."""
        group, class_, counter = key.split("/", 2)
        return cls(
            group=GroupId(group),
            class_=ClassId(class_),
            counter=CounterId(counter) if counter else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketMatter:
    """One matter of a visit and what became of it, once that is known."""

    code: MatterCode
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket as it stands now; a change returns a new one."""

    id: TicketId
    day: date
    number: str
    status: Status
    class_: ClassId
    line: Line
    matters: tuple[TicketMatter, ...]
    issued_at: datetime
    due_at: datetime
    placed: int
    stop: int = 1
    calls: int = 0
    counter: CounterId | None = None
    called_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    appointment: str | None = None
    announcement: int | None = None
    announced_at: datetime | None = None

    def moved(self, to: Status, **changes: Any) -> "Ticket":
        """Return the ticket with its new status, or raise ``IllegalMove``."""
        if to not in MOVES[self.status]:
            raise IllegalMove(self.number, self.status, to)
        return replace(self, status=to, **changes)

    @property
    def open_matters(self) -> tuple[MatterCode, ...]:
        """The matters that have no outcome yet."""
        return tuple(matter.code for matter in self.matters if matter.outcome is None)

    @property
    def here_since(self) -> datetime | None:
        """Since when the ticket has occupied its counter: from its call, or from the hold's end."""
        return self.announced_at if self.calls == 1 else self.called_at

    def with_outcomes(self, outcomes: dict[MatterCode, str]) -> "Ticket":
        """Return the ticket with the outcomes of some of its matters."""
        matters = tuple(
            replace(matter, outcome=outcomes.get(matter.code, matter.outcome))
            for matter in self.matters
        )
        return replace(self, matters=matters)
