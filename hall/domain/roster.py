"""A roster: which counters are staffed when, and when they take a break."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.canonical import digest
from hall.domain.hours import common, in_business_day, joined, spans_of
from hall.domain.identities import CounterId
from hall.domain.layout import Hours, Layout, Span
from hall.domain.layout_counters import known
from hall.domain.reading import Source, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """Counters that are staffed in a span on some days of the week (0 is Monday)."""

    days: frozenset[int]
    counters: tuple[CounterId, ...]
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A span in which counters rest; it begins when the citizen at the counter is finished."""

    counters: tuple[CounterId, ...]
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Shifts and breaks; a counter without any shift is staffed in opening hours."""

    shifts: tuple[Shift, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def form(self) -> dict[str, Any]:
        """What the roster says as plain JSON, the same in whatever order it says it.

        Shifts are ``[days, counters, from_minute, until_minute]``, breaks the same without days.
        """
        shifts = [[sorted(s.days), sorted(s.counters), *_ends(s.span)] for s in self.shifts]
        breaks = [[sorted(b.counters), *_ends(b.span)] for b in self.breaks]
        return {"shifts": sorted(shifts), "breaks": sorted(breaks)}

    @property
    def hash(self) -> str:
        """The SHA-256 of the form."""
        return digest(self.form)

    def staffed(self, counter: CounterId, day: date, hours: Hours) -> tuple[Span, ...]:
        """Return the spans of ``day`` in which ``counter`` is staffed, breaks not taken out."""
        opening = spans_of(hours, day)
        mine = [shift for shift in self.shifts if counter in shift.counters]
        if not mine:
            return opening
        return common(opening, [s.span for s in mine if day.weekday() in s.days])

    def breaks_of(self, counter: CounterId) -> tuple[Span, ...]:
        """Return the spans in which ``counter`` rests, in order, overlapping ones joined."""
        return joined(rest.span for rest in self.breaks if counter in rest.counters)


def read_roster(path: Path, layout: Layout) -> Roster:
    """Return the roster in the file at ``path``, or raise ``BadFile`` with all its problems."""
    return roster_in(Source.of(path), layout)


def roster_in(source: Source, layout: Layout) -> Roster:
    """Return the roster that ``source`` holds, or raise ``BadFile`` with all its problems."""
    roster = roster_from(source.table(), layout)
    source.finish()
    return roster


def roster_kept(source: Source, layout: Layout) -> Roster:
    """Return a roster that was loaded before; it may name counters that are gone since."""
    return roster_from(source.table(), layout, counters=())


def roster_from(
    table: Table, layout: Layout, *, counters: Collection[CounterId] | None = None
) -> Roster:
    """Return the roster in ``table``, noting every problem in its source.

    Args:
        table: what stands in the file.
        layout: the hall's layout.
        counters: those that may be named, the layout's if left out, any if empty.
    """
    counters = list(layout.counter_of) if counters is None else counters
    shifts, breaks = [], []
    for part in table.tables("shifts"):
        span = in_business_day(layout.hours, part.span())
        shifts.append(Shift(days=part.days("days"), counters=_counters(part, counters), span=span))
        part.finish()
    for part in table.tables("breaks"):
        span = in_business_day(layout.hours, part.span())
        breaks.append(Break(counters=_counters(part, counters), span=span))
        part.finish()
    table.finish()
    return Roster(shifts=tuple(shifts), breaks=tuple(breaks))


def roster_of(form: dict[str, Any]) -> Roster:
    """Return the roster that a form describes; its own form is the same again.

    Raises:
        KeyError, TypeError, ValueError: it is no form of a roster.
    """
    return Roster(
        shifts=tuple(
            Shift(
                days=frozenset(days),
                counters=tuple(map(CounterId, counters)),
                span=Span(from_minute=since, until_minute=until),
            )
            for days, counters, since, until in form["shifts"]
        ),
        breaks=tuple(
            Break(
                counters=tuple(map(CounterId, counters)),
                span=Span(from_minute=since, until_minute=until),
            )
            for counters, since, until in form["breaks"]
        ),
    )


def _counters(part: Table, among: Collection[CounterId]) -> tuple[CounterId, ...]:
    found = part.texts("counters")
    for index, counter in enumerate(found):
        known(part, f"counters[{index}]", counter, "counter", list(among))
    return tuple(CounterId(counter) for counter in found)


def _ends(span: Span) -> tuple[int, int]:
    return span.from_minute, span.until_minute
