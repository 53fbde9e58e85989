"""What is needed: how many counters of each kind in each piece of each day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hall.domain.hours import spans_of, without
from hall.domain.layout import Counter, Span
from simulation.scenario import Scenario
from simulation.sizing.frame import Kind, kinds_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A piece of a day in which the need is the same, and the need by kind of counter."""

    day: int
    span: Span
    needed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """The need of several days, cut so finely that a clerk is there for a whole piece or not."""

    days: tuple[date, ...]
    kinds: tuple[Kind, ...]
    pieces: tuple[Piece, ...]

    @property
    def hours(self) -> float:
        """How many counter hours are needed."""
        return sum(sum(piece.needed) * length(piece.span) for piece in self.pieces)


def length(span: Span) -> float:
    """Return how many hours a span is long."""
    return (span.until_minute - span.from_minute) / 60


def need_of(scenarios: Sequence[Scenario], days: Sequence[date], step: int) -> Need:
    """Return what some scenarios of one hall need: the counters that they have staffed.

    Args:
        scenarios: a day's need is that of the first scenario that names it among its days, or
            else of the first one that names the same day of the week, or else of the first.
        days: the days of the roster.
        step: how finely a day is cut, in minutes; where a need changes is always a cut.
    """
    kinds = kinds_of(largest(scenarios).layout)
    pieces = [
        piece
        for at, day in enumerate(days)
        for piece in _pieces(_meant(scenarios, day), kinds, at, day, step)
    ]
    return Need(days=tuple(days), kinds=kinds, pieces=tuple(pieces))


def largest(scenarios: Sequence[Scenario]) -> Scenario:
    """Return the scenario with the most counters: its layout has room for everybody's need."""
    return max(scenarios, key=lambda scenario: len(scenario.layout.counters))


def _meant(scenarios: Sequence[Scenario], day: date) -> Scenario:
    """Return the scenario that says what a day needs."""

    def distance(scenario: Scenario) -> int:
        named = scenario.run if isinstance(scenario.run, tuple) else ()
        if day in named:
            return 0
        return 1 if day.weekday() in {other.weekday() for other in named} else 2

    return min(scenarios, key=distance)


def _pieces(
    scenario: Scenario, kinds: Sequence[Kind], at: int, day: date, step: int
) -> Iterator[Piece]:
    there = {kind.key: kind.counters for kind in kinds_of(scenario.layout)}
    staffed = [
        [_staffed(scenario, counter, day) for counter in there.get(kind.key, ())] for kind in kinds
    ]
    for opening in spans_of(scenario.layout.hours, day):
        cuts = set(range(opening.from_minute, opening.until_minute, step))
        for span in (span for kind in staffed for spans in kind for span in spans):
            cuts |= {span.from_minute, span.until_minute}
        inside = [cut for cut in cuts if opening.from_minute <= cut < opening.until_minute]
        ends = [*sorted(inside)[1:], opening.until_minute]
        for since, until in zip(sorted(inside), ends, strict=True):
            needed = tuple(
                sum(
                    any(s.from_minute <= since and until <= s.until_minute for s in spans)
                    for spans in kind
                )
                for kind in staffed
            )
            if any(needed):
                yield Piece(day=at, span=Span(from_minute=since, until_minute=until), needed=needed)


def _staffed(scenario: Scenario, counter: Counter, day: date) -> tuple[Span, ...]:
    """Return when a scenario has a counter staffed, its breaks taken out."""
    roster, hours = scenario.staffing, scenario.layout.hours
    return without(roster.staffed(counter.id, day, hours), roster.breaks_of(counter.id))
