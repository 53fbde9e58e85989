"""A counter as it stands now: open or not, by whom, and why it is paused."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hall.domain.identities import CounterId, PersonId


class CounterState(StrEnum):
    """What a counter is doing for the queue."""

    #: Nobody is there. 关窗
    CLOSED = "closed"
    #: Open, able to call. 接待中
    READY = "ready"
    #: Open, not calling for a while. 暂停服务
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterNow:
    """The state of one counter since a moment."""

    id: CounterId
    state: CounterState
    since: datetime
    clerk: PersonId | None = None
    reason: str | None = None
    asked_at: datetime | None = None
