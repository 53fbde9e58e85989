"""Scenarios changed in one respect each, for the same people: what planners try.

Every function is pure: it takes a scenario and returns another one. A changed layout has its own
hash, the one that a layout file of the same meaning has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from hall.domain.canonical import digest
from hall.domain.identities import (
    APPOINTMENT,
    ClassId,
    CounterId,
    GroupId,
    LayoutHash,
    MatterCode,
)
from hall.domain.layout import Counter, Layout, Name, Policy
from hall.domain.layout_form import canonical_form
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Break, Roster
from simulation.scenario import USUAL_SLOT, Appointments, Distribution, Rates, Scenario, Service

#: Bookings where a scenario states none: slots of 20 minutes, 17 % missed (the mean of the
#: districts of Berlin), the others 5 minutes early on the mean.
BOOKINGS = Appointments(
    slot_minutes=USUAL_SLOT,
    no_show_share=0.17,
    unpunctuality_mean_minutes=-5,
    unpunctuality_sd_minutes=8,
)
#: How a matter's time varies where a scenario states nothing.
SERVICE = Service(distribution=Distribution.LOGNORMAL, cv=0.8)

#: What another layout must have.
_NEEDED = "is missing there, and people come for it"


def with_name(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario under another name."""
    return replace(scenario, name=name)


def with_pace(
    scenario: Scenario, factor: float, counters: Iterable[CounterId] | None = None
) -> Scenario:
    """Return the scenario with every pace, or those of some counters, ``factor`` times as long."""
    layout = scenario.layout
    chosen = _chosen(scenario, counters)
    return _with_counters(
        scenario, [_paced(c, factor) if c.id in chosen else c for c in layout.counters]
    )


def with_group_pace(
    scenario: Scenario, counter: CounterId, paces: Mapping[GroupId, float]
) -> Scenario:
    """Return the scenario with stated paces at one counter, its others as they are."""
    _chosen(scenario, [counter])
    return _with_counters(
        scenario,
        [
            replace(c, pace=tuple(sorted({**dict(c.pace), **paces}.items())))
            if c.id == counter
            else c
            for c in scenario.layout.counters
        ],
    )


def with_takes(scenario: Scenario, takes: Mapping[CounterId, Iterable[GroupId]]) -> Scenario:
    """Return the scenario with counters that take other groups, all day.

    Raises:
        BadFile: a counter or a group is not in the layout, or no counter takes some group.
    """
    layout = scenario.layout
    _chosen(scenario, takes)
    wanted = {counter: set(groups) for counter, groups in takes.items()}
    unknown = {g for groups in wanted.values() for g in groups} - set(layout.group_of)
    refuse(scenario, "layout.groups", unknown, "is not a group of the layout")
    return _with_counters(
        scenario,
        [
            replace(c, takes=_in_order(layout, wanted[c.id]), during=()) if c.id in wanted else c
            for c in layout.counters
        ],
    )


def with_comprehensive(scenario: Scenario, counters: Iterable[CounterId] | None = None) -> Scenario:
    """Return the scenario with all counters, or some, comprehensive: they take every group."""
    every = [group.id for group in scenario.layout.groups]
    return with_takes(scenario, dict.fromkeys(_chosen(scenario, counters), every))


def with_group_moved(scenario: Scenario, group: GroupId, counters: Iterable[CounterId]) -> Scenario:
    """Return the scenario with a group that only these counters take."""
    chosen = _chosen(scenario, counters)
    return with_takes(
        scenario,
        {
            c.id: {*c.takes, group} if c.id in chosen else set(c.takes) - {group}
            for c in scenario.layout.counters
            if (group in c.takes) != (c.id in chosen)
        },
    )


def with_more_counters(scenario: Scenario, like: CounterId, number: int = 1) -> Scenario:
    """Return the scenario with more counters like one that it has, and its shifts and breaks."""
    layout = scenario.layout
    _chosen(scenario, [like])
    first = max(counter.number for counter in layout.counters) + 1
    known = set(layout.counter_of)
    added: list[Counter] = []
    for at in range(first, first + number):
        id_ = CounterId(_free_id(str(at), known))
        known.add(id_)
        name = Name(zh=f"{at} 号窗口", en=f"Counter {at}")
        added.append(replace(layout.counter_of[like], id=id_, number=at, name=name))
    ids = tuple(counter.id for counter in added)
    varied = _with_counters(scenario, [*layout.counters, *added])
    return replace(varied, staffing=_alike(scenario.staffing, like, ids))


def without_counters(scenario: Scenario, counters: Iterable[CounterId]) -> Scenario:
    """Return the scenario without some counters.

    Raises:
        BadFile: a counter is not in the layout, or no counter takes some group any more.
    """
    gone = _chosen(scenario, counters)
    varied = _with_counters(scenario, [c for c in scenario.layout.counters if c.id not in gone])
    return with_staffing(varied, scenario.staffing)


def with_layout(scenario: Scenario, layout: Layout) -> Scenario:
    """Return the scenario's people in another layout; its roster as far as counters remain.

    Handling times are those of the layout. How a matter's time varies is as it was; a matter that
    is new comes from nobody.

    Raises:
        BadFile: the layout lacks a group or a matter for which people come.
    """
    demand, services = scenario.demand, dict(scenario.services)
    every = [*demand.per_hour, *(part for _, rates in demand.weekdays for part in rates)]
    coming = {group for group, rates in every if any(rates)}
    wanted = {code for _, mix in demand.mix for code, weight in mix if weight}
    codes = {c for c in wanted if scenario.layout.matter_of[c].group in coming}
    refuse(scenario, "layout.groups", coming - set(layout.group_of), _NEEDED)
    refuse(scenario, "layout.matters", codes - set(layout.matter_of), _NEEDED)
    classes = {class_ for class_, share in demand.classes if share}
    refuse(scenario, "layout.call_rule", classes - set(layout.class_of), _NEEDED)
    varied = replace(
        scenario,
        layout=layout,
        demand=replace(
            demand,
            per_hour=_known(demand.per_hour, layout),
            weekdays=tuple((day, _known(rates, layout)) for day, rates in demand.weekdays),
            mix=tuple((group.id, _mix_of(scenario, layout, group.id)) for group in layout.groups),
            classes=tuple(part for part in demand.classes if part[0] in layout.class_of),
        ),
        services=tuple((m.code, services.get(m.code, SERVICE)) for m in layout.matters),
    )
    return with_staffing(varied, scenario.staffing)


def _known(rates: Rates, layout: Layout) -> Rates:
    return tuple(part for part in rates if part[0] in layout.group_of)


def with_policy(scenario: Scenario, policy: Policy) -> Scenario:
    """Return the scenario with another way for citizens and free counters to find each other."""
    layout = scenario.layout
    return with_changed_layout(scenario, replace(layout, rule=replace(layout.rule, policy=policy)))


def with_demand(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with ``factor`` times as many visits, booked ones too."""
    demand = scenario.demand

    def grown(rates: Rates) -> Rates:
        return tuple((group, tuple(rate * factor for rate in some)) for group, some in rates)

    weekdays = tuple((weekday, grown(rates)) for weekday, rates in demand.weekdays)
    return replace(
        scenario, demand=replace(demand, per_hour=grown(demand.per_hour), weekdays=weekdays)
    )


def with_booked(scenario: Scenario, share: float) -> Scenario:
    """Return the scenario with a share of all visits booked; without bookings so far, ``BOOKINGS``.

    Raises:
        BadFile: the layout has no class for appointments, or the shares exceed 1.
    """
    demand = scenario.demand
    if APPOINTMENT not in scenario.layout.class_of:
        refuse(scenario, "layout.call_rule", [APPOINTMENT], "is missing among the classes")
    others = tuple(part for part in demand.classes if part[0] != APPOINTMENT)
    if sum(other for _, other in others) + share > 1:
        refuse(scenario, "demand.classes", [APPOINTMENT], "leaves shares that exceed 1")
    classes = (*others, (ClassId(APPOINTMENT), share)) if share else others
    appointments = scenario.appointments or (BOOKINGS if share else None)
    return replace(scenario, demand=replace(demand, classes=classes), appointments=appointments)


def with_breaks(scenario: Scenario, breaks: Sequence[Break]) -> Scenario:
    """Return the scenario with other breaks; shifts as they are."""
    return with_staffing(scenario, replace(scenario.staffing, breaks=tuple(breaks)))


def with_staffing(scenario: Scenario, roster: Roster) -> Scenario:
    """Return the scenario with another roster, as far as its counters are in the layout."""
    known = scenario.layout.counter_of
    shifts = [
        replace(s, counters=tuple(c for c in s.counters if c in known)) for s in roster.shifts
    ]
    breaks = [
        replace(b, counters=tuple(c for c in b.counters if c in known)) for b in roster.breaks
    ]
    left = Roster(
        shifts=tuple(shift for shift in shifts if shift.counters),
        breaks=tuple(rest for rest in breaks if rest.counters),
    )
    return replace(scenario, staffing=left)


def _with_counters(scenario: Scenario, counters: Sequence[Counter]) -> Scenario:
    layout = scenario.layout
    taken = {group for counter in counters for group in counter.ever_takes()}
    left = [group.id for group in layout.groups if group.id not in taken]
    refuse(scenario, "layout.groups", left, "is taken by no counter")
    return with_changed_layout(scenario, replace(layout, counters=tuple(counters)))


def with_changed_layout(scenario: Scenario, layout: Layout) -> Scenario:
    """Return the scenario with a layout that was changed, under the hash of what it says now."""
    known = replace(layout, hash=LayoutHash(digest(canonical_form(layout))))
    return replace(scenario, layout=known)


def _chosen(scenario: Scenario, counters: Iterable[CounterId] | None) -> set[CounterId]:
    """Return the counters that are meant, all of them if none is named."""
    known = scenario.layout.counter_of
    if counters is None:
        return set(known)
    chosen = set(counters)
    refuse(scenario, "layout.counters", chosen - set(known), "is not a counter of the layout")
    return chosen


def refuse(scenario: Scenario, at: str, names: Iterable[str], why: str) -> None:
    """Raise what cannot be done, naming each of ``names``; nothing if there is none."""
    problems = [Problem(at=at, problem=f"{name!r} {why}") for name in sorted(names)]
    if problems:
        raise BadFile(scenario.file, problems)


def _paced(counter: Counter, factor: float) -> Counter:
    groups = counter.ever_takes() | {group for group, _ in counter.pace}
    paces = {group: round(counter.pace_for(group) * factor, 9) for group in groups}
    return replace(counter, pace=tuple(sorted(paces.items())))


def _in_order(layout: Layout, groups: set[GroupId]) -> tuple[GroupId, ...]:
    return tuple(group.id for group in layout.groups if group.id in groups)


def _free_id(wanted: str, known: set[CounterId]) -> str:
    return wanted if wanted not in known else _free_id(f"{wanted}-new", known)


def _alike(roster: Roster, like: CounterId, ids: tuple[CounterId, ...]) -> Roster:
    """Return the roster with counters that have the shifts and breaks of another."""

    def more(counters: tuple[CounterId, ...]) -> tuple[CounterId, ...]:
        return counters + ids if like in counters else counters

    return Roster(
        shifts=tuple(replace(s, counters=more(s.counters)) for s in roster.shifts),
        breaks=tuple(replace(b, counters=more(b.counters)) for b in roster.breaks),
    )


def _mix_of(
    scenario: Scenario, layout: Layout, group: GroupId
) -> tuple[tuple[MatterCode, float], ...]:
    """Return the mix of a group as it was, without matters that the layout has no more."""
    was = dict(scenario.demand.mix).get(group)
    mine = [matter.code for matter in layout.matters if matter.group == group]
    if was is None:
        return tuple((code, 1.0) for code in mine)
    return tuple((code, weight) for code, weight in was if code in mine)
