"""Reading and writing layout files: everything validated at once, one hash for one meaning."""

from collections import Counter as Tally
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hall.domain.canonical import digest
from hall.domain.identities import (
    APPOINTMENT,
    PRIORITY,
    RETURNED,
    WALK_IN,
    BundleId,
    ClassId,
    CounterId,
    GroupId,
    HallId,
    LayoutHash,
    MatterCode,
)
from hall.domain.layout import (
    Backup,
    Bundle,
    CallRule,
    ClassRule,
    Counter,
    During,
    ExtraDay,
    Group,
    Hours,
    Layout,
    Material,
    Matter,
    Name,
    Opening,
    Policy,
    Surge,
    Target,
)
from hall.domain.layout_form import canonical_form
from hall.domain.reading import Source, Table

FORMAT = 1
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
    if table.whole("format") != FORMAT:
        table.complain("format", f"should be {FORMAT}")
    hall = table.table("hall")
    groups = tuple(_group(part) for part in table.tables("groups"))
    matters = tuple(_matter(part) for part in table.tables("matters"))
    rule = _rule(table.table("call_rule", {}))
    ids = tuple(group.id for group in groups)
    counters = tuple(_counter(part, ids) for part in table.tables("counters"))
    counters = _helped(table, counters)
    bundles = tuple(_bundle(part) for part in table.tables("bundles"))
    layout = Layout(
        hash=LayoutHash(""),
        hall=HallId(hall.text("id")),
        name=hall.name("name"),
        time_zone=_zone(hall),
        hours=_hours(hall),
        target=_target(hall.table("target", {})),
        surge=_surge(hall.table("surge", {})),
        seats=hall.whole("seats", 0),
        general_group=GroupId(hall.text("general_group", "")) or None,
        phone_tickets=hall.truth("phone_tickets", default=False),
        groups=groups,
        matters=matters,
        bundles=bundles,
        counters=counters,
        rule=rule,
    )
    hall.finish()
    table.finish()
    _check_names(table, layout)
    _check_counters(table, layout)
    return replace(layout, hash=LayoutHash(digest(canonical_form(layout))))


def _zone(hall: Table) -> str:
    zone = hall.text("time_zone")
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        hall.complain("time_zone", f"is not a time zone like Asia/Shanghai: {zone!r}")
        return "UTC"
    return zone


def _hours(hall: Table) -> Hours:
    openings = []
    for part in hall.tables("opening"):
        openings.append(Opening(days=part.days("days"), span=part.span()))
        part.finish()
    extra = []
    for part in hall.tables("extra_open"):
        extra.append(ExtraDay(date=part.date("date"), span=part.span()))
        part.finish()
    if not openings and not extra:
        hall.complain("opening", "the hall is never open")
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


def _group(part: Table) -> Group:
    prefix = part.text("prefix")
    if prefix and not (len(prefix) == 1 and "A" <= prefix <= "Z"):
        part.complain("prefix", f"should be one letter from A to Z, not {prefix!r}")
    found = Group(id=GroupId(part.text("id")), prefix=prefix, name=part.name("name"))
    part.finish()
    return found


def _matter(part: Table) -> Matter:
    limit = part.whole("daily_limit", least=1) if "daily_limit" in part else None
    found = Matter(
        code=MatterCode(part.text("code")),
        group=GroupId(part.text("group")),
        name=part.name("name"),
        department=part.text("department", ""),
        handling=timedelta(minutes=part.number("handling_minutes", least=0.05, most=1440)),
        promised_days=part.whole("promised_days", 0),
        materials=tuple(_material(paper) for paper in part.tables("materials")),
        appointments=part.truth("appointments", default=False),
        daily_limit=limit,
    )
    part.finish()
    return found


def _material(part: Table) -> Material:
    found = Material(
        id=part.text("id"), name=part.name("name"), required=part.truth("required", default=True)
    )
    part.finish()
    return found


def _bundle(part: Table) -> Bundle:
    matters = tuple(MatterCode(code) for code in part.texts("matters"))
    found = Bundle(id=BundleId(part.text("id")), name=part.name("name"), matters=matters)
    part.finish()
    return found


def _groups(part: Table, key: str, ids: tuple[GroupId, ...]) -> tuple[GroupId, ...]:
    found = tuple(GroupId(text) for text in part.texts(key))
    return ids if "*" in found else found


def _counter(part: Table, ids: tuple[GroupId, ...]) -> Counter:
    identity = part.text("id")
    if not identity.isdigit() and "number" not in part:
        part.complain("number", "is missing, and the id is not a number")
    number = part.whole("number", int(identity) if identity.isdigit() else 1, least=1, most=9999)
    name = (
        part.name("name") if "name" in part else Name(zh=f"{number} 号窗口", en=f"Counter {number}")
    )
    during = []
    for piece in part.tables("during"):
        during.append(During(span=piece.span(), takes=_groups(piece, "takes", ids)))
        piece.finish()
    backup = []
    for piece in part.tables("backup"):
        group = GroupId(piece.text("group"))
        backup.append(Backup(group=group, after=timedelta(minutes=piece.number("after_minutes"))))
        piece.finish()
    found = Counter(
        id=CounterId(identity),
        number=number,
        name=name,
        zone=part.text("zone", ""),
        takes=_groups(part, "takes", ids),
        classes=tuple(ClassId(text) for text in part.texts("classes", [])),
        during=tuple(during),
        bonus=tuple(
            (GroupId(key), timedelta(minutes=value))
            for key, value in _by_group(part, "bonus_minutes", least=0)
        ),
        backup=tuple(backup),
        pace=tuple((GroupId(key), value) for key, value in _by_group(part, "pace", least=0.05)),
    )
    part.finish()
    return found


def _by_group(part: Table, key: str, *, least: float) -> list[tuple[str, float]]:
    """Return the numbers of a table whose keys are groups, in the order of the groups' names."""
    inner = part.table(key, {})
    return sorted((group, inner.number(group, least=least)) for group in inner.keys())


def _helped(table: Table, counters: tuple[Counter, ...]) -> tuple[Counter, ...]:
    """Return the counters with what ``[[help]]`` lets them take besides."""
    more: dict[CounterId, tuple[GroupId, ...]] = {}
    for part in table.tables("help"):
        counter = CounterId(part.text("counter"))
        if counter not in {c.id for c in counters}:
            part.complain("counter", f"no counter has the id {counter!r}")
        more[counter] = more.get(counter, ()) + tuple(GroupId(g) for g in part.texts("groups"))
        part.finish()
    return tuple(
        replace(c, takes=tuple(dict.fromkeys((*c.takes, *more.get(c.id, ()))))) for c in counters
    )


def _rule(part: Table) -> CallRule:
    policy = Policy(part.choice("policy", Policy.CLERK, list(Policy)))
    classes_part = part.table("classes", DEFAULT_CLASSES)
    classes = []
    for key in classes_part.keys():
        piece = classes_part.table(key)
        classes.append(
            ClassRule(
                id=ClassId(key),
                credit=timedelta(minutes=piece.number("credit_minutes", 0)),
                weight=piece.number("weight", 1.0, most=1000),
                strict=piece.truth("strict", default=False),
                early=piece.truth("early", default=key == APPOINTMENT),
            )
        )
        piece.finish()
    if WALK_IN not in {rule.id for rule in classes}:
        part.complain("classes", f"has no {WALK_IN}")
    strict = [rule.strict for rule in classes]
    if strict != sorted(strict, reverse=True):
        part.complain("classes", "strict classes must stand before all others")
    found = CallRule(
        policy=policy,
        automatic_pause=timedelta(seconds=part.number("automatic_seconds", 10)),
        classes=tuple(classes),
        calls=part.whole("calls", 3, least=1, most=20),
        no_show_after=timedelta(seconds=part.number("no_show_seconds", 120)),
    )
    part.finish()
    return found


def _check_names(table: Table, layout: Layout) -> None:
    """Note what stands twice and what names something that is not there."""
    unique = {
        "groups": [str(group.id) for group in layout.groups],
        "matters": [str(matter.code) for matter in layout.matters],
        "bundles": [str(bundle.id) for bundle in layout.bundles],
        "counters": [str(counter.id) for counter in layout.counters],
        "prefix of groups": [group.prefix for group in layout.groups],
        "number of counters": [str(counter.number) for counter in layout.counters],
    }
    for what, values in unique.items():
        for value, times in Tally(values).items():
            if times > 1:
                table.complain(
                    what.split()[-1], f"{what.split()[0]} {value!r} stands {times} times"
                )
    groups, matters = set(layout.group_of), set(layout.matter_of)
    for index, matter in enumerate(layout.matters):
        if matter.group not in groups:
            table.complain(f"matters[{index}].group", f"no group has the id {matter.group!r}")
    for index, bundle in enumerate(layout.bundles):
        for code in bundle.matters:
            if code not in matters:
                table.complain(f"bundles[{index}].matters", f"no matter has the code {code!r}")
    if layout.general_group is not None and layout.general_group not in groups:
        table.complain("hall.general_group", f"no group has the id {layout.general_group!r}")


def _check_counters(table: Table, layout: Layout) -> None:
    """Note counters that take what is not there, and groups that no counter takes."""
    groups, classes = set(layout.group_of), set(layout.class_of)
    for index, counter in enumerate(layout.counters):
        at = f"counters[{index}]"
        named = {*counter.ever_takes(), *dict(counter.bonus), *dict(counter.pace)}
        for group in sorted(named - groups):
            table.complain(f"{at}.takes", f"no group has the id {group!r}")
        for class_ in sorted(set(counter.classes) - classes):
            table.complain(f"{at}.classes", f"no class has the id {class_!r}")
    taken = {group for counter in layout.counters for group in counter.ever_takes()}
    for index, group in enumerate(layout.groups):
        if group.id not in taken:
            table.complain(f"groups[{index}]", f"no counter takes group {group.id!r}")
    for what in ("groups", "matters", "counters"):
        if not getattr(layout, what):
            table.complain(what, "there is none")
