"""A layout as plain numbers for the model's hot path: lines, terms, paces."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from hall.dispatch.pick import Terms
from hall.dispatch.rule import class_on_next_stop, class_on_return, terms_of
from hall.domain.identities import APPOINTMENT, WALK_IN, ClassId, CounterId, GroupId
from hall.domain.layout import Counter, Layout, Policy
from hall.domain.moments import length_ms
from hall.domain.tickets import Line
from hall.measures.figures import MINUTE_MS
from simulation.calendar import Bell, Calendar, day_calendar, steady
from simulation.scenario import Scenario, Steady

#: A pace of 1.0, as a whole number.
PACE = 1_000_000
#: A counter does not take a line; a group and class have no such line.
NONE = -1
#: Policies that bind a ticket to a counter when it is issued.
BINDING = frozenset({Policy.SHORTEST_QUEUE, Policy.BOUND_AT_ISSUE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Takes:
    """What one counter takes for a part of the day."""

    groups: frozenset[int]
    #: How many groups that is; the fewer, the earlier it is given somebody.
    flexible: int
    terms: tuple[Terms, ...]
    #: Per line, how long its head must have waited, or ``NONE``.
    after_ms: tuple[int, ...]
    #: Lines whose heads cannot always be called at once, and after what wait they can.
    later: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One day of a hall; groups, classes, matters, counters and lines are known by position."""

    layout: Layout
    calendar: Calendar
    lines: tuple[Line, ...]
    #: Per group and class, the line that is bound to no counter.
    free_line: tuple[tuple[int, ...], ...]
    #: Per group, class and counter, the line bound to it; empty where the policy binds nobody.
    bound_line: tuple[tuple[tuple[int, ...], ...], ...]
    #: Per line, whether its head may be called before it is due.
    early: tuple[bool, ...]
    #: Per counter, what it takes when the day begins.
    takes: tuple[Takes, ...]
    #: Per counter, those who are bound to it: whom it still serves when its shift is over.
    bound_only: tuple[Takes, ...]
    #: What a counter takes after each ring of the calendar that switches it.
    switched: dict[tuple[int, int], Takes]
    #: Per counter and matter, in millionths.
    pace: tuple[tuple[int, ...], ...]
    group_of_matter: tuple[int, ...]
    #: Per class, the class of the next stop's line.
    class_again: tuple[int, ...]
    #: Per counter and group, how long it takes from there to a next stop.
    walk_ms: tuple[tuple[int, ...], ...]
    #: Per line, the line of those of it who come back after a call that they missed.
    line_again: tuple[int, ...]
    approach_ms: int
    pause_ms: int
    #: How long a counter waits for somebody who has left.
    in_vain_ms: int


def plan_of(scenario: Scenario, day: date | None) -> Plan:
    """Return the plan of one of the scenario's days; a steady run has no day."""
    layout, demand = scenario.layout, scenario.demand
    coming = {WALK_IN, *(class_ for class_, share in demand.classes if share > 0)}
    if sum(demand.matters_per_visit[1:]) > 0 or scenario.no_shows is not None:
        coming |= {class_on_return(layout, class_) for class_ in coming}
        coming |= {class_on_next_stop(layout, class_) for class_ in coming}
    if isinstance(scenario.run, Steady):
        counters = tuple(replace(counter, during=()) for counter in layout.counters)
        layout = replace(layout, counters=counters)
        calendar = steady(layout, horizon_ms=round(scenario.run.horizon_minutes * MINUTE_MS))
    else:
        assert day is not None  # noqa: S101
        calendar = day_calendar(layout, scenario.staffing, day)
    in_vain = scenario.patience.in_vain_seconds if scenario.patience else 0
    return make_plan(
        layout,
        calendar,
        classes=coming,
        approach_ms=round(scenario.approach_seconds * 1000),
        in_vain_ms=round(in_vain * 1000),
    )


def make_plan(
    layout: Layout,
    calendar: Calendar,
    *,
    classes: Iterable[ClassId],
    approach_ms: int = 0,
    in_vain_ms: int = 0,
) -> Plan:
    """Return the plan of a layout for a day; only lines of ``classes`` are ever looked at."""
    known, groups = [rule.id for rule in layout.rule.classes], [g.id for g in layout.groups]
    lines = tuple(_lines(layout, set(classes)))
    place = {line: at for at, line in enumerate(lines)}
    bound = [counter.id for counter in layout.counters if layout.rule.policy in BINDING]

    def at(group: GroupId, class_: ClassId, counter: CounterId | None = None) -> int:
        return place.get(Line(group=group, class_=class_, counter=counter), NONE)

    return Plan(
        layout=layout,
        calendar=calendar,
        lines=lines,
        free_line=tuple(tuple(at(g, c) for c in known) for g in groups),
        bound_line=tuple(tuple(tuple(at(g, c, k) for k in bound) for c in known) for g in groups),
        early=tuple(layout.class_of[line.class_].early for line in lines),
        takes=tuple(_takes(layout, counter, lines, minute=0) for counter in layout.counters),
        bound_only=tuple(_bound_only(layout, counter, lines) for counter in layout.counters),
        switched=_switched(layout, calendar, lines),
        pace=tuple(_paces(layout, counter) for counter in layout.counters),
        group_of_matter=tuple(groups.index(matter.group) for matter in layout.matters),
        class_again=tuple(known.index(class_on_next_stop(layout, class_)) for class_ in known),
        walk_ms=tuple(_walks(layout, counter) for counter in layout.counters),
        line_again=tuple(
            at(own.group, class_on_return(layout, own.class_), own.counter) for own in lines
        ),
        approach_ms=approach_ms,
        pause_ms=_pause_ms(layout),
        in_vain_ms=in_vain_ms,
    )


def _switched(
    layout: Layout, calendar: Calendar, lines: Sequence[Line]
) -> dict[tuple[int, int], Takes]:
    """Return what each counter takes after each ring that switches it."""
    return {
        (ring.counter, ring.minute): _takes(
            layout, layout.counters[ring.counter], lines, minute=ring.minute
        )
        for ring in calendar.rings
        if ring.bell is Bell.SWITCH
    }


def _lines(layout: Layout, wanted: set[ClassId]) -> Iterator[Line]:
    classes = [rule.id for rule in layout.rule.classes if rule.id in wanted]
    for group in layout.groups:
        for class_ in classes:
            yield Line(group=group.id, class_=class_)
            if layout.rule.policy in BINDING:
                for counter in layout.counters:
                    yield Line(group=group.id, class_=class_, counter=counter.id)


def _takes(layout: Layout, counter: Counter, lines: Sequence[Line], *, minute: int) -> Takes:
    found = [
        terms
        for at, line in enumerate(lines)
        if (terms := terms_of(layout, counter, line, minute=minute, at=at)) is not None
    ]
    after = {terms.line: terms.after_ms for terms in found}
    here = set(counter.takes_at(minute))
    return Takes(
        groups=frozenset(at for at, group in enumerate(layout.groups) if group.id in here),
        flexible=len(here),
        # Plain tuples: they are taken apart twice as fast as named ones.
        terms=tuple(cast("Terms", tuple(terms)) for terms in found),
        after_ms=tuple(after.get(at, NONE) for at in range(len(lines))),
        later=tuple(
            (t.line, t.after_ms)
            for t in found
            if t.after_ms or (not t.early and (lines[t.line].class_ == APPOINTMENT or layout.walk))
        ),
    )


def _bound_only(layout: Layout, counter: Counter, lines: Sequence[Line]) -> Takes:
    alone = replace(counter, takes=(), during=(), backup=())
    return _takes(layout, alone, lines, minute=0)


def _paces(layout: Layout, counter: Counter) -> tuple[int, ...]:
    return tuple(round(counter.pace_for(matter.group) * PACE) for matter in layout.matters)


def _walks(layout: Layout, counter: Counter) -> tuple[int, ...]:
    return tuple(length_ms(layout.walk_from(counter.id, to=g.id)) for g in layout.groups)


def _pause_ms(layout: Layout) -> int:
    """Return the pause before a ready counter is given the next ticket by itself."""
    automatic = layout.rule.policy is Policy.AUTOMATIC
    return length_ms(layout.rule.automatic_pause) if automatic else 0
