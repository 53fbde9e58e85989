"""How long somebody who stands in a line now will wait: a range, from counts per line alone."""

from dataclasses import dataclass

from hall.domain.identities import CounterId
from hall.domain.layout import Layout
from hall.domain.tickets import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class LineLoad:
    """What waits in a line, and how fast it grows.

    Of the asked line give only those who stand before the one who asks: for a new ticket all.
    """

    line: Line
    #: How many wait in it.
    waiting: int
    #: How long they will occupy a counter of pace 1 in all, from the call to the finish.
    work_ms: int
    #: When the first of them was due.
    first_due_ms: int
    #: How many more will come in an hour; 0 when that is not known.
    per_hour: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CounterLoad:
    """A counter that is open now or will be today."""

    counter: CounterId
    #: When it will be free, as far as can be expected: now, if it is.
    free_at_ms: int
    #: From when until when it is staffed, from now on, breaks left out.
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HallLoad:
    """Everything that decides how long people will wait; one is good for every line."""

    now_ms: int
    #: ``now`` in wall-clock minutes after the midnight of the business day.
    minute: int
    #: The lines in which somebody waits; empty ones may be left out.
    lines: tuple[LineLoad, ...]
    #: The counters really open, and those that the roster opens later today.
    counters: tuple[CounterLoad, ...]
    #: Standard deviation of a service time over its mean.
    cv: float = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """How long the one who asks will wait from now on; eight of ten wait from low to high."""

    low_ms: int
    likely_ms: int
    high_ms: int
    #: How many people stand before the one who asks at a counter that takes both.
    ahead: int

    def in_minutes(self) -> dict[str, int]:
        """Return the range as it is said to people: whole minutes, steps of 5 above 30."""
        raise NotImplementedError


def outlook(
    layout: Layout, load: HallLoad, *, line: Line, due_ms: int | None = None
) -> Outlook | None:
    """Return what awaits somebody in ``line``, or nothing when no counter will take the line today.

    Args:
        layout: the active layout.
        load: the hall as it stands now.
        line: the line asked for.
        due_ms: when the one who asks was due; now, if not given.
    """
    raise NotImplementedError


def left_ms(*, elapsed_ms: int, expected_ms: int, cv: float) -> int:
    """Return how long a service that has taken ``elapsed_ms`` will still take, on average."""
    raise NotImplementedError
