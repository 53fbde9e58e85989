"""Who takes a line and what the line is worth there, worked out once per layout."""

from functools import lru_cache
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from hall.dispatch.rule import after, bonus_ms, rank, rule_of
from hall.domain.hours import DAY_MINUTES, joined
from hall.domain.identities import CounterId
from hall.domain.layout import Counter, Layout, Span
from hall.domain.moments import length_ms
from hall.domain.tickets import Line


class Taking(NamedTuple):
    """That a counter takes a line, when, and how long a head must have waited for it."""

    counter: CounterId
    #: When in the day; nothing if always.
    spans: tuple[Span, ...] | None
    after_ms: int
    #: How much longer than usual it takes there.
    pace: float


class Standing(NamedTuple):
    """What a line is worth against others, and who takes it."""

    rank: int
    #: Credit and the average bonus, in milliseconds.
    head_start_ms: float
    weight: float
    taken: tuple[Taking, ...]
    #: The same number for all lines of a layout that are taken alike.
    crowd: int


class Standings:
    """What the lines of a layout are worth and who takes them, each worked out once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[Line, Standing] = {}
        self._crowds: dict[tuple[Taking, ...], int] = {}

    def of(self, line: Line) -> Standing:
        """Return what ``line`` is worth and who takes it at some time of the day."""
        if line not in self._known:
            self._known[line] = self._worked_out(line)
        return self._known[line]

    def _worked_out(self, line: Line) -> Standing:
        layout, rule = self._layout, rule_of(self._layout, line.class_)
        taken = tuple(taking for counter in layout.counters for taking in _taking(counter, line))
        bonuses = [bonus_ms(layout.counter_of[taking.counter], line.group) for taking in taken]
        return Standing(
            rank=rank(layout, rule),
            head_start_ms=length_ms(rule.credit) + fmean(bonuses or [0]),
            weight=rule.weight,
            taken=taken,
            crowd=self._crowds.setdefault(taken, len(self._crowds)),
        )


@lru_cache(maxsize=256)
def standings(layout: Layout) -> Standings:
    """Return what the lines of ``layout`` are worth, from memory for layouts used lately."""
    return Standings(layout)


def _taking(counter: Counter, line: Line) -> list[Taking]:
    pace = counter.pace_for(line.group)
    ends = {m for part in counter.during for m in (part.span.from_minute, part.span.until_minute)}
    spans: dict[int, list[Span]] = {}
    for start, until in pairwise(sorted({0, *ends, 2 * DAY_MINUTES})):
        after_ms = after(counter, line, minute=start)
        if after_ms is not None:
            spans.setdefault(after_ms, []).append(Span(from_minute=start, until_minute=until))
    return [
        Taking(counter.id, joined(found) if counter.during else None, after_ms, pace)
        for after_ms, found in spans.items()
    ]
