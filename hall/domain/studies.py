"""What planners work on: a study of how the hall might be, and the runs that try it out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hall.domain.identities import HallId


class RunKind(StrEnum):
    """What a run is to find out."""

    #: How the hall was on the chosen days, as numbers. 拟合
    FIT = "fit"
    #: What a change would bring, for the same people. 对比
    COMPARISON = "comparison"
    #: What bookings cost whom, over one setting. 权衡
    TRADE = "trade"


class RunStatus(StrEnum):
    """How far a run is."""

    #: Others run first. 排队
    QUEUED = "queued"
    #: At work. 运行中
    RUNNING = "running"
    #: There is a result. 完成
    DONE = "done"
    #: It could not be done, and the run says why. 失败
    FAILED = "failed"
    #: Somebody ended it. 已取消
    CANCELLED = "cancelled"
    #: It ended without a word, as when the machine was switched off. 中断
    INTERRUPTED = "interrupted"


#: A run that may still bring a result.
UNDER_WAY = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Study:
    """A planner's question: which days it starts from, and what is to be different."""

    id: str
    hall: HallId
    name: str
    #: Who made it; a reference, never a name.
    made_by: str
    made_at: datetime
    changed_at: datetime
    document: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a study: what it was asked, how far it is, and what it found."""

    id: str
    study: str
    kind: RunKind
    status: RunStatus
    document: dict[str, Any]
    #: How much is done, of how much as far as is known.
    done: int
    known: int
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    #: What the run found; left out where many runs are listed.
    result: dict[str, Any] | None
    problem: str | None
