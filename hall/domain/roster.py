"""A roster: which counters are staffed when, and when they take a break."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hall.domain.canonical import digest
from hall.domain.identities import CounterId
from hall.domain.layout import Hours, Layout, Span
from hall.domain.hours import spans_of
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
    def hash(self) -> str:
        """The SHA-256 of what the roster says."""
        return digest(
            {
                "shifts": [
                    [sorted(s.days), list(s.counters), s.span.from_minute, s.span.until_minute]
                    for s in self.shifts
                ],
                "breaks": [
                    [list(b.counters), b.span.from_minute, b.span.until_minute] for b in self.breaks
                ],
            }
        )

    def staffed(self, counter: CounterId, day: date, hours: Hours) -> tuple[Span, ...]:
        """Return the spans of ``day`` in which ``counter`` is staffed, breaks not taken out."""
        opening = spans_of(hours, day)
        mine = [shift for shift in self.shifts if counter in shift.counters]
        if not mine:
            return opening
        return tuple(
            Span(
                from_minute=max(shift.span.from_minute, span.from_minute),
                until_minute=min(shift.span.until_minute, span.until_minute),
            )
            for shift in mine
            if day.weekday() in shift.days
            for span in opening
            if max(shift.span.from_minute, span.from_minute)
            < min(shift.span.until_minute, span.until_minute)
        )

    def breaks_of(self, counter: CounterId) -> tuple[Span, ...]:
        """Return the spans in which ``counter`` rests, in order."""
        spans = [rest.span for rest in self.breaks if counter in rest.counters]
        return tuple(sorted(spans, key=lambda span: span.from_minute))


def read_roster(path: Path, layout: Layout) -> Roster:
    """Return the roster in the file at ``path``, or raise ``BadFile`` with all its problems."""
    return roster_in(Source.of(path), layout)


def roster_in(source: Source, layout: Layout) -> Roster:
    """Return the roster that ``source`` holds, or raise ``BadFile`` with all its problems."""
    roster = roster_from(source.table(), layout)
    source.finish()
    return roster


def roster_from(table: Table, layout: Layout) -> Roster:
    """Return the roster in ``table``, noting every problem in its source."""
    shifts = []
    for part in table.tables("shifts"):
        days = part.days("days")
        shifts.append(Shift(days=days, counters=_counters(part, layout), span=part.span()))
        part.finish()
    breaks = []
    for part in table.tables("breaks"):
        breaks.append(Break(counters=_counters(part, layout), span=part.span()))
        part.finish()
    table.finish()
    return Roster(shifts=tuple(shifts), breaks=tuple(breaks))


def _counters(part: Table, layout: Layout) -> tuple[CounterId, ...]:
    found = tuple(CounterId(text) for text in part.texts("counters"))
    for counter in found:
        if counter not in layout.counter_of:
            part.complain("counters", f"no counter has the id {counter!r}")
    return found
