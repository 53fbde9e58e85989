"""Reading layout files: everything validated at once, one hash for one meaning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hall.domain.booking_file import booking_from
from hall.domain.canonical import digest
from hall.domain.hours import in_business_day
from hall.domain.identities import (
    APPOINTMENT,
    PRIORITY,
    RETURNED,
    WALK_IN,
    BundleId,
    ClassId,
    GroupId,
    HallId,
    LayoutHash,
    MatterCode,
)
from hall.domain.layout import (
    Bundle,
    CallRule,
    ClassRule,
    Counter,
    ExtraDay,
    Group,
    Hours,
    Layout,
    Material,
    Matter,
    Opening,
    Policy,
    Surge,
    Target,
)
from hall.domain.layout_counters import Known, counters_in, known
from hall.domain.layout_form import FORMAT, canonical_form
from hall.domain.nearby import Location
from hall.domain.reading import Source, Table

#: The rule when a layout file names no classes.
DEFAULT_CLASSES: dict[str, dict[str, float]] = {
    PRIORITY: {"credit_minutes": 30},
    APPOINTMENT: {"credit_minutes": 12},
    WALK_IN: {"credit_minutes": 0},
    RETURNED: {"credit_minutes": 5},
}


def read_layout(path: Path) -> Layout:
    """Return the layout in the file at ``path``.

    Raises:
        BadFile: with everything that is wrong with it.
    """
    return layout_in(Source.of(path))


def layout_in(source: Source) -> Layout:
    """Return the layout that ``source`` holds, or raise ``BadFile`` with all its problems."""
    layout = layout_from(source.table())
    source.finish()
    return layout


def layout_from(table: Table) -> Layout:
    """Return the layout in ``table``, noting every problem in its source."""
    if table.whole("format", least=1) != FORMAT:
        table.complain("format", f"should be {FORMAT}, the only one this program reads")
        table.source.finish()
    hall = table.table("hall")
    groups = tuple(_group(part) for part in table.tables("groups"))
    rule = _rule(table.table("call_rule", {}))
    names = Known(
        groups=tuple(group.id for group in groups), classes=tuple(c.id for c in rule.classes)
    )
    matters = tuple(_matter(part, names) for part in table.tables("matters"))
    hours = _hours(hall)
    layout = Layout(
        hash=LayoutHash(""),
        hall=HallId(hall.identity("id")),
        name=hall.name("name"),
        time_zone=_zone(hall),
        hours=hours,
        target=_target(hall.table("target", {})),
        surge=_surge(hall.table("surge", {})),
        seats=hall.whole("seats", 0),
        general_group=_general_group(hall, names),
        phone_tickets=hall.truth("phone_tickets", default=False),
        approval=hall.truth("approval", default=False),
        groups=groups,
        matters=matters,
        bundles=tuple(_bundle(part, matters) for part in table.tables("bundles")),
        counters=tuple(_by_night(counter, hours) for counter in counters_in(table, names)),
        rule=rule,
        booking=booking_from(table.table("booking", {})),
        walk=timedelta(minutes=hall.number("walk_minutes", 0, most=60)),
        location=_location(hall.table("location")) if "location" in hall else None,
        phone=hall.text("phone", ""),
        address=hall.name("address") if "address" in hall else None,
    )
    hall.finish()
    table.finish()
    _check(table, layout)
    return replace(layout, hash=LayoutHash(digest(canonical_form(layout))))


def _location(part: Table) -> Location:
    found = Location(
        latitude=part.number("latitude", least=-90, most=90),
        longitude=part.number("longitude", least=-180, most=180),
    )
    part.finish()
    return found


def _zone(hall: Table) -> str:
    zone = hall.text("time_zone")
    try:
        return ZoneInfo(zone or "UTC").key
    except (ValueError, OSError, KeyError):
        hall.complain("time_zone", f"is not a time zone like Asia/Shanghai: {zone!r}")
    return "UTC"


def _hours(hall: Table) -> Hours:
    openings = []
    stated = "opening" in hall or "extra_open" in hall
    for part in hall.tables("opening"):
        openings.append(Opening(days=part.days("days"), span=part.span()))
        part.finish()
    extra = []
    for part in hall.tables("extra_open"):
        extra.append(ExtraDay(date=part.date("date"), span=part.span()))
        part.finish()
    if not stated:
        hall.complain("opening", "is missing: the hall is never open")
    return Hours(
        openings=tuple(openings), closed=frozenset(hall.dates("closed")), extra_open=tuple(extra)
    )


def _target(part: Table) -> Target:
    found = Target(
        walk_in=timedelta(minutes=part.number("walk_in_minutes", 15)),
        appointment=timedelta(minutes=part.number("appointment_minutes", 5)),
        share=part.number("share", 0.9, most=1),
    )
    part.finish()
    return found


def _surge(part: Table) -> Surge:
    found = Surge(
        waiting_per_counter=part.whole("waiting_per_counter", 10, least=1),
        waiting=part.whole("waiting", 20, least=1),
        longest=timedelta(minutes=part.number("longest_minutes", 30)),
    )
    part.finish()
    return found


def _general_group(hall: Table, names: Known) -> GroupId | None:
    found = hall.text("general_group", "")
    known(hall, "general_group", found, "group", names.groups)
    return GroupId(found) if found else None


def _group(part: Table) -> Group:
    prefix = part.text("prefix")
    if prefix.strip() and not (len(prefix) == 1 and "A" <= prefix <= "Z"):
        part.complain("prefix", f"should be one letter from A to Z, not {prefix!r}")
    found = Group(id=GroupId(part.identity("id")), prefix=prefix, name=part.name("name"))
    part.finish()
    return found


def _matter(part: Table, names: Known) -> Matter:
    group = GroupId(part.text("group"))
    known(part, "group", group, "group", names.groups)
    found = Matter(
        code=MatterCode(part.identity("code")),
        group=group,
        name=part.name("name"),
        department=part.text("department", ""),
        handling=timedelta(minutes=part.number("handling_minutes", least=0.05, most=1440)),
        promised_days=part.whole("promised_days", 0),
        materials=tuple(_material(paper) for paper in part.tables("materials")),
        appointments=part.truth("appointments", default=False),
        daily_limit=part.whole("daily_limit", least=1) if "daily_limit" in part else None,
    )
    part.finish()
    return found


def _material(part: Table) -> Material:
    found = Material(
        id=part.identity("id"),
        name=part.name("name"),
        required=part.truth("required", default=True),
    )
    part.finish()
    return found


def _bundle(part: Table, matters: tuple[Matter, ...]) -> Bundle:
    codes = part.texts("matters")
    for index, code in enumerate(codes):
        known(part, f"matters[{index}]", code, "matter", [matter.code for matter in matters])
    found = Bundle(
        id=BundleId(part.identity("id")),
        name=part.name("name"),
        matters=tuple(MatterCode(code) for code in codes),
    )
    part.finish()
    return found


def _rule(part: Table) -> CallRule:
    classes = _class_rules(part)
    found = CallRule(
        policy=Policy(part.choice("policy", Policy.CLERK, list(Policy))),
        automatic_pause=timedelta(seconds=part.number("automatic_seconds", 10)),
        classes=classes,
        calls=part.whole("calls", 3, least=1, most=20),
        no_show_after=timedelta(seconds=part.number("no_show_seconds", 120)),
    )
    part.finish()
    return found


def _class_rules(part: Table) -> tuple[ClassRule, ...]:
    classes = part.table("classes", DEFAULT_CLASSES)
    rules: list[ClassRule] = []
    ids = classes.keys()
    for key in ids:
        piece = classes.table(key)
        rule = ClassRule(
            id=ClassId(key),
            credit=timedelta(minutes=piece.number("credit_minutes", 0)),
            weight=piece.number("weight", 1.0, most=1000),
            strict=piece.truth("strict", default=False),
            early=piece.truth("early", default=key == APPOINTMENT),
        )
        if rule.strict and rules and not rules[-1].strict:
            piece.complain("strict", f"a strict class must stand before {rules[-1].id!r}")
        rules.append(rule)
        piece.finish()
    if WALK_IN not in ids:
        part.complain("classes", f"has no {WALK_IN!r}, the class of everybody who just comes")
    return tuple(rules)


def _by_night(counter: Counter, hours: Hours) -> Counter:
    """Return the counter with the times of ``during`` after midnight in the right business day."""
    during = (replace(part, span=in_business_day(hours, part.span)) for part in counter.during)
    return replace(counter, during=tuple(during))


def _check(table: Table, layout: Layout) -> None:
    """Note what is missing altogether, stands twice, or is taken by no counter."""
    for what in ("groups", "matters", "counters"):
        if not getattr(layout, what) and not table.source.doubts(what):
            table.complain(what, "is missing; a hall has at least one")
    _once(table, "groups", "id", [group.id for group in layout.groups])
    _once(table, "groups", "prefix", [group.prefix for group in layout.groups])
    _once(table, "matters", "code", [matter.code for matter in layout.matters])
    _once(table, "bundles", "id", [bundle.id for bundle in layout.bundles])
    _once(table, "counters", "id", [counter.id for counter in layout.counters])
    _once(table, "counters", "number", [counter.number for counter in layout.counters])
    if table.source.doubts("counters"):
        return
    taken = {group for counter in layout.counters for group in counter.ever_takes()}
    for index, group in enumerate(layout.groups):
        if group.id not in taken:
            table.complain(f"groups[{index}]", f"no counter takes group {group.id!r}")


def _once(table: Table, what: str, key: str, values: Sequence[str | int]) -> None:
    first: dict[str | int, int] = {}
    for index, value in enumerate(values):
        if value and value in first:
            place = f"{what}[{first[value]}]"
            table.complain(f"{what}[{index}].{key}", f"{value!r} is the {key} of {place} already")
        first.setdefault(value, index)
