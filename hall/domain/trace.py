"""A day as a table: one row per stop of a ticket, one per state of a counter; measures read it."""

from dataclasses import dataclass, field
from enum import StrEnum

from hall.domain.identities import ClassId, CounterId, GroupId, MatterCode, TicketId

#: In a column of moments: it has not happened, or the row goes on.
ABSENT = -1


class Outcome(StrEnum):
    """How a stop ended."""

    #: It has not ended. 未结束
    OPEN = "open"
    #: Served, and the visit is over. 办结
    SERVED = "served"
    #: Served here, in line for the next stop. 转下一站
    QUEUED_AGAIN = "queued_again"
    #: Called, never came. 过号
    NO_SHOW = "no_show"
    #: Left or gave up. 弃号
    ABANDONED = "abandoned"
    #: Left over at the day's end. 闭厅
    CLOSED = "closed"


class Doing(StrEnum):
    """What a counter was doing."""

    #: Nobody was there. 关窗
    CLOSED = "closed"
    #: Free to call. 空闲
    READY = "ready"
    #: Waiting for the citizen who was called. 叫号中
    CALLING = "calling"
    #: Serving. 办理中
    SERVING = "serving"
    #: Open, not calling. 暂停服务
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stops:
    """Stops of tickets, a row each, in the order in which they began; all times in milliseconds.

    A stop lasts from being in line until the citizen is done there. A return, a hold or a transfer
    continues it. ``ABSENT`` stands where something has not happened.
    """

    ticket: list[TicketId] = field(default_factory=list)
    #: 1 for the first stop of a visit.
    stop: list[int] = field(default_factory=list)
    #: When the ticket was issued: the same at each of its stops.
    issued: list[int] = field(default_factory=list)
    #: From when it counts as waiting.
    due: list[int] = field(default_factory=list)
    #: The first call of this stop.
    called: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    #: Served, or gone.
    finished: list[int] = field(default_factory=list)
    outcome: list[Outcome] = field(default_factory=list)
    #: The class under which the ticket was issued.
    class_: list[ClassId] = field(default_factory=list)
    #: The group of the line in which the stop began.
    group: list[GroupId] = field(default_factory=list)
    #: Where it was called last; before, the counter to which it is bound, if to any.
    counter: list[CounterId | None] = field(default_factory=list)
    #: The matters still open when the stop began.
    matters: list[tuple[MatterCode, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ticket)

    def add(  # noqa: PLR0913 - a row has these columns
        self,
        *,
        ticket: TicketId,
        stop: int,
        issued: int,
        due: int,
        class_: ClassId,
        group: GroupId,
        counter: CounterId | None = None,
        matters: tuple[MatterCode, ...],
    ) -> None:
        """Begin a row: somebody is in line."""
        self.ticket.append(ticket)
        self.stop.append(stop)
        self.issued.append(issued)
        self.due.append(due)
        self.called.append(ABSENT)
        self.started.append(ABSENT)
        self.finished.append(ABSENT)
        self.outcome.append(Outcome.OPEN)
        self.class_.append(class_)
        self.group.append(group)
        self.counter.append(counter)
        self.matters.append(matters)


@dataclass(frozen=True, kw_only=True, slots=True)
class States:
    """States of counters, a row each, by counter and time; no row is empty, times in milliseconds.

    The last row of a counter goes on: its ``until`` is ``ABSENT``.
    """

    counter: list[CounterId] = field(default_factory=list)
    since: list[int] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    doing: list[Doing] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.counter)

    def add(self, counter: CounterId, since: int, until: int, doing: Doing) -> None:
        """Add a row."""
        self.counter.append(counter)
        self.since.append(since)
        self.until.append(until)
        self.doing.append(doing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Calls that nobody answered, a row each, by the moment that says so; in milliseconds."""

    ticket: list[TicketId] = field(default_factory=list)
    #: Of which stop of the visit.
    stop: list[int] = field(default_factory=list)
    counter: list[CounterId] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    #: Until when the counter waited.
    ended: list[int] = field(default_factory=list)
    #: When the citizen came back, or ``ABSENT``.
    back: list[int] = field(default_factory=list)
    #: When they were called again after that, or ``ABSENT``.
    again: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ticket)

    def add(
        self, *, ticket: TicketId, stop: int, counter: CounterId, called: int, ended: int
    ) -> None:
        """Add a call to which nobody came."""
        self.ticket.append(ticket)
        self.stop.append(stop)
        self.counter.append(counter)
        self.called.append(called)
        self.ended.append(ended)
        self.back.append(ABSENT)
        self.again.append(ABSENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What happened, as three tables."""

    stops: Stops = field(default_factory=Stops)
    states: States = field(default_factory=States)
    missed: Missed = field(default_factory=Missed)
