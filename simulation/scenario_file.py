"""Reading scenario files: everything validated at once, like layouts."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hall.domain.hours import spans_of
from hall.domain.identities import ClassId, GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_from, read_layout
from hall.domain.reading import DAYS, Source, Table
from hall.domain.roster import roster_from
from simulation.scenario import Demand, Distribution, Rates, Scenario, Service, Steady
from simulation.scenario_manners import appointments_from, no_shows_from, patience_from

FORMAT = 1
_Weekdays = tuple[tuple[int, Rates], ...]
#: How far shares that must add up to 1 may be from it, for rounding.
ROUNDING = 0.001


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in the file at ``path``; its layout's path is relative to it.

    Raises:
        BadFile: with everything that is wrong with it, or with its layout.
    """
    return scenario_in(Source.of(path), folder=path.parent)


def scenario_in(source: Source, *, folder: Path) -> Scenario:
    """Return the scenario that ``source`` holds, or raise ``BadFile`` with all its problems."""
    table = source.table()
    if table.whole("format") != FORMAT:
        table.complain("format", f"should be {FORMAT}")
    layout = _layout(table, folder)
    name = table.text("name", Path(source.file).stem)
    run = _run(table.table("run"), layout)
    demand = _demand(table.table("demand"), layout, run)
    services, approach = _services(table.table("service"), layout)
    scenario = Scenario(
        file=source.file,
        name=name,
        layout=layout,
        run=run,
        demand=demand,
        services=services,
        approach_seconds=approach,
        patience=patience_from(table.table("patience", {"distribution": "none"})),
        appointments=appointments_from(table, layout, run),
        staffing=roster_from(table.table("staffing", {}), layout),
        no_shows=no_shows_from(table),
    )
    table.finish()
    source.finish()
    return scenario


def _layout(table: Table, folder: Path) -> Layout:
    """Return the layout; without one nothing else can be judged, so its problems come alone."""
    if ("layout" in table) == ("layout_inline" in table):
        table.complain("layout", "give exactly one of layout and [layout_inline]")
        table.source.finish()
    if "layout" in table:
        path = table.text("layout")
        table.source.finish()
        return read_layout(folder / path)
    layout = layout_from(table.table("layout_inline"))
    table.source.finish()
    return layout


def _run(part: Table, layout: Layout) -> tuple[date, ...] | Steady:
    if ("days" in part) == ("steady" in part):
        part.complain("", "give exactly one of days and steady")
    if "steady" in part:
        steady = part.table("steady")
        found = Steady(
            horizon_minutes=steady.number("horizon_minutes", least=1),
            warm_up_minutes=steady.number("warm_up_minutes", 0),
        )
        if found.warm_up_minutes >= found.horizon_minutes:
            steady.complain("warm_up_minutes", "should be below horizon_minutes")
        steady.finish()
        part.finish()
        return found
    days = part.dates("days")
    part.finish()
    if not days:
        part.complain("days", "names no day")
    for at, day in enumerate(days):
        if not spans_of(layout.hours, day):
            part.complain(f"days[{at}]", f"the hall is closed on {day}")
    return days


def _demand(part: Table, layout: Layout, run: tuple[date, ...] | Steady) -> Demand:
    interval = part.whole("interval_minutes", 30, least=1, most=1440)
    intervals = _intervals(layout, run, interval)
    weekdays = _weekdays(part.table("weekdays", {}), layout, intervals)
    per_hour = _per_hour(part.table("per_hour"), layout, intervals, weekdays)
    found = Demand(
        interval_minutes=interval,
        day_factor_cv=part.number("day_factor_cv", 0, most=5),
        per_hour=per_hour,
        weekdays=weekdays,
        mix=_mix(part.table("mix", {}), layout),
        classes=_classes(part.table("classes", {}), layout),
        matters_per_visit=_counts(part.table("matters_per_visit", {"counts": [1.0]})),
    )
    part.finish()
    return found


def _intervals(
    layout: Layout, run: tuple[date, ...] | Steady, interval: int
) -> list[tuple[date, int]]:
    """Return how many intervals of open time each day has, all openings in a row."""
    if isinstance(run, Steady):
        return []
    return [
        (
            day,
            sum(
                -(-(span.until_minute - span.from_minute) // interval)
                for span in spans_of(layout.hours, day)
            ),
        )
        for day in run
    ]


def _per_hour(
    part: Table, layout: Layout, intervals: list[tuple[date, int]], weekdays: _Weekdays = ()
) -> Rates:
    """Return the rates of a table, one value or one for each interval of the days they are for."""
    found = []
    with_matters = {matter.group for matter in layout.matters}
    named = part.keys()
    for key in named:
        rates = _rates(part, key)
        if key not in with_matters:
            part.complain(key, "is not a group of the layout that has matters")
        if len(rates) > 1:
            others = {weekday for weekday, instead in weekdays if key in dict(instead)}
            mine = [pair for pair in intervals if pair[0].weekday() not in others]
            if mine or not intervals:
                _check_length(part, key, len(rates), mine)
        found.append((GroupId(key), rates))
    several = [found, *(instead for _, instead in weekdays)]
    if not any(rate for some in several for _, rates in some for rate in rates):
        part.complain("", "nobody comes: no group has a rate above 0")
    return tuple(found)


def _weekdays(part: Table, layout: Layout, intervals: list[tuple[date, int]]) -> _Weekdays:
    """Return the rates that hold on some days of the week instead."""
    found = []
    named = part.keys()
    for key in named:
        if key not in DAYS:
            part.complain(key, f"should be one of {', '.join(DAYS)}")
            continue
        weekday = DAYS.index(key)
        mine = [pair for pair in intervals if pair[0].weekday() == weekday]
        inner = part.table(key)
        found.append((weekday, _per_hour(inner, layout, mine)))
    return tuple(sorted(found))


def _rates(part: Table, key: str) -> tuple[float, ...]:
    """Return the rates of a group: one number, or a list of them."""
    value: Any = part.take(key, 0, (int, float, list), "a number, or a list of numbers")
    values = value if isinstance(value, list) else [value or 0]
    rates = [rate for rate in values if type(rate) in (int, float) and rate >= 0]
    if len(rates) < len(values) or not rates:
        part.complain(key, "should be a number, or a list of numbers, none below 0")
        return ()
    return tuple(float(rate) for rate in rates)


def _check_length(part: Table, key: str, length: int, intervals: list[tuple[date, int]]) -> None:
    if not intervals:
        part.complain(key, f"has {length} values; a steady run takes one")
    for day, needed in dict.fromkeys((day, n) for day, n in intervals if n != length):
        part.complain(key, f"has {length} values, but {day} has {needed} intervals of open time")
        break


def _mix(
    part: Table, layout: Layout
) -> tuple[tuple[GroupId, tuple[tuple[MatterCode, float], ...]], ...]:
    given: dict[str, tuple[tuple[MatterCode, float], ...]] = {}
    named = part.keys()
    for key in named:
        inner = part.table(key)
        codes = {m.code for m in layout.matters if m.group == key}
        if key not in layout.group_of:
            part.complain(key, "is not a group of the layout")
            continue
        weights = []
        inside = inner.keys()
        for code in inside:
            if code not in codes:
                inner.complain(code, f"is not a matter of the group {key!r}")
            weights.append((MatterCode(code), inner.number(code)))
        if not sum(weight for _, weight in weights):
            part.complain(key, "should have a weight above 0")
        given[key] = tuple(weights)
    return tuple(
        (group.id, given.get(group.id, _equal(layout, group.id))) for group in layout.groups
    )


def _equal(layout: Layout, group: GroupId) -> tuple[tuple[MatterCode, float], ...]:
    return tuple((matter.code, 1.0) for matter in layout.matters if matter.group == group)


def _classes(part: Table, layout: Layout) -> tuple[tuple[ClassId, float], ...]:
    found = []
    named = part.keys()
    for key in named:
        if key not in layout.class_of:
            part.complain(key, "is not a class of the layout")
        found.append((ClassId(key), part.number(key, most=1)))
    if sum(share for _, share in found) > 1 + ROUNDING:
        part.complain("", "the shares add up to more than 1")
    return tuple(found)


def _counts(part: Table) -> tuple[float, ...]:
    counts = part.numbers("counts")
    part.finish()
    if counts and abs(sum(counts) - 1) > ROUNDING:
        part.complain("counts", f"should add up to 1, not {sum(counts):g}")
    return counts or (1.0,)


def _services(part: Table, layout: Layout) -> tuple[tuple[tuple[MatterCode, Service], ...], float]:
    """Return the service of every matter, and the approach."""
    default_part = part.table("default", {})
    approach = default_part.number("approach_seconds", 0, most=3600)
    default = _service(default_part, Service(distribution=Distribution.LOGNORMAL, cv=0.8))
    known: dict[str, Service] = {}
    named = part.keys()
    for key in named:
        inner = part.table(key)
        if key not in layout.matter_of:
            part.complain(key, "is not a matter of the layout")
        known[key] = _service(inner, default)
    services = tuple((matter.code, known.get(matter.code, default)) for matter in layout.matters)
    return services, approach


def _service(part: Table, default: Service) -> Service:
    named = part.choice("distribution", default.distribution, list(Distribution))
    found = replace(
        default,
        distribution=Distribution(named),
        cv=part.number("cv", default.cv, most=20),
        values_minutes=part.numbers("values_minutes", list(default.values_minutes)),
    )
    if (found.distribution is Distribution.EMPIRICAL) != bool(found.values_minutes):
        part.complain("values_minutes", "belongs to the distribution empirical, which needs it")
    part.finish()
    return found
