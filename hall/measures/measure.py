"""Every figure of a day or of many: for all, for each group, each class and each counter."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NotRequired, TypedDict

from hall.domain.hours import openings_of
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.trace import Stops, Trace
from hall.measures.counters import work
from hall.measures.crowd import crowd
from hall.measures.figures import Figures
from hall.measures.stops import Waits, visits

#: The periods in which a hall was open on one day, in milliseconds, half-open, in order.
Openings = Sequence[tuple[int, int]]
#: In place of the matter of a stop that began without any.
_NO_MATTER = ""


class Measures(TypedDict):
    """Figures by name: of everything, and by the ids of the layout."""

    all: Figures
    groups: dict[str, Figures]
    classes: dict[str, Figures]
    counters: dict[str, Figures]
    #: Where it was asked for.
    matters: NotRequired[dict[str, Figures]]


def measure(
    trace: Trace,
    layout: Layout,
    *,
    days: Sequence[Openings],
    since_ms: int = 0,
    until_ms: int | None = None,
    by_matter: bool = False,
) -> Measures:
    """Return what was good or bad; what cannot be said (a mean of nobody) is ``None``.

    Stops count when they were due from ``since_ms`` on and before ``until_ms``. ``utilization``,
    ``overtime_minutes``: see ``hall.measures.counters``; the rest: ``stops`` and ``crowd``.
    ``arrived`` and ``served`` count visits, each once; ``groups`` go by the line a stop began in.

    Args:
        trace: what happened, live or simulated.
        layout: its targets, seats, groups, classes and counters are meant.
        days: the openings of each day that the trace covers; empty for a run without hours.
        since_ms: what was due before, a warm-up, is left out.
        until_ms: how far the trace goes, in a day that is not over; ``None`` when all is over.
        by_matter: also for each matter, by the one for which a stop began.
    """
    stops = trace.stops
    rows = _rows(stops, since_ms, until_ms)
    done = work(trace.states, days, since_ms=since_ms, until_ms=until_ms)
    together = crowd(stops, rows, seats=layout.seats, days=days, until_ms=until_ms)
    selections = _Selections(Waits(stops, layout, until_ms=until_ms), rows)
    found = Measures(
        all={**selections.of(rows), **visits(stops, rows), **together, **done.of_all()},
        groups=selections.by(stops.group, [group.id for group in layout.groups]),
        classes=selections.by(stops.class_, [rule.id for rule in layout.rule.classes]),
        counters={counter.id: done.of(counter.id) for counter in layout.counters},
    )
    if by_matter:
        first = [matters[0] if matters else _NO_MATTER for matters in stops.matters]
        found["matters"] = selections.by(first, [matter.code for matter in layout.matters])
        found["matters"].pop(_NO_MATTER, None)
    return found


class _Selections:
    """The figures of some stops after others; the same stops are not counted twice."""

    def __init__(self, waits: Waits, rows: list[int]) -> None:
        self._waits = waits
        self._rows = rows
        #: By how many stops they are.
        self._known: dict[int, list[tuple[list[int], Figures]]] = {}

    def of(self, rows: list[int]) -> Figures:
        """Return the figures of some stops."""
        alike = self._known.setdefault(len(rows), [])
        for others, figures in alike:
            if others == rows:
                return figures
        alike.append((rows, self._waits.figures(rows)))
        return alike[-1][1]

    def by(self, column: Sequence[str], names: Sequence[str]) -> dict[str, Figures]:
        """Return the figures of all stops by what stands in a column."""
        return {name: self.of(some) for name, some in _by(column, self._rows, names).items()}


def openings_ms(layout: Layout, days: Iterable[date]) -> list[Openings]:
    """Return when the hall is open on each of some days, for ``measure``."""
    return [
        [
            (to_ms(period.start), to_ms(period.until))
            for period in openings_of(layout.hours, layout.zone, day)
            if period.until is not None
        ]
        for day in days
    ]


def _rows(stops: Stops, since_ms: int, until_ms: int | None) -> list[int]:
    if until_ms is None and since_ms == 0:
        return list(range(len(stops)))
    last = 2**62 if until_ms is None else until_ms
    return [row for row, due in enumerate(stops.due) if since_ms <= due < last]


def _by(column: Sequence[str], rows: Sequence[int], names: Sequence[str]) -> dict[str, list[int]]:
    """Return the rows by what stands in a column; a name without rows has none."""
    found: dict[str, list[int]] = {name: [] for name in names}
    for row in rows:
        found.setdefault(column[row], []).append(row)
    return found
