"""The staff of a hall: who they are, what they can do, and what their contracts allow."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product

from hall.domain.identities import GroupId
from hall.domain.layout import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """A break of a shift: so many minutes somewhere in a span."""

    minutes: int
    within: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftKind:
    """A shift that clerks may be given, on some days of the week (0 is Monday)."""

    id: str
    days: frozenset[int]
    span: Span
    breaks: tuple[Rest, ...]

    @property
    def work_minutes(self) -> int:
        """How long it is, breaks not counted."""
        breaks = sum(rest.minutes for rest in self.breaks)
        return self.span.until_minute - self.span.from_minute - breaks

    def patterns(self, step: int) -> tuple[tuple[Span, ...], ...]:
        """Return every way to take the breaks, each beginning on a step, none touching another."""
        choices = [
            [
                Span(from_minute=at, until_minute=at + rest.minutes)
                for at in range(rest.within.from_minute, rest.within.until_minute, step)
                if at + rest.minutes <= rest.within.until_minute
            ]
            for rest in self.breaks
        ]
        return tuple(
            taken
            for taken in product(*choices)
            if all(one.until_minute < other.from_minute for one, other in pairwise(taken))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """What a clerk may be asked for in a week."""

    id: str
    most_hours: float
    least_hours: float
    days: int
    consecutive_days: int
    rest_hours: float
    cost_per_hour: float
    #: The shifts it allows.
    shifts: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clerk:
    """One clerk: only what a roster needs to know."""

    id: str
    name: str
    contract: Contract
    skills: frozenset[GroupId]
    leave: frozenset[date]


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Everybody who can be given shifts from a first day on, and how finely time is cut."""

    file: str
    first: date
    number_of_days: int
    step_minutes: int
    shifts: tuple[ShiftKind, ...]
    clerks: tuple[Clerk, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the roster."""
        return tuple(self.first + timedelta(days=at) for at in range(self.number_of_days))
