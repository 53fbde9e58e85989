"""Reading the counters of a layout file, and what stands in it by the name of something else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import get_close_matches

from hall.domain.identities import ClassId, CounterId, GroupId
from hall.domain.layout import Backup, Counter, During, Name
from hall.domain.reading import Table, did_you_mean

EVERY_GROUP = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The groups and classes of a file, by which the rest of it may speak."""

    groups: tuple[GroupId, ...]
    classes: tuple[ClassId, ...]


def known(part: Table, key: str, found: str, what: str, among: Sequence[str]) -> None:
    """Note that ``found`` is none of ``among``, unless those could not be read themselves."""
    if found and found not in among and among and all(among):
        close = get_close_matches(found, among, n=1)
        part.complain(key, f"no {what} has the id {found!r}{did_you_mean(close)}")


def counters_in(table: Table, names: Known) -> tuple[Counter, ...]:
    """Return the counters of a layout file, with what ``[[help]]`` lets them take besides."""
    counters = tuple(_counter(part, names) for part in table.tables("counters"))
    more: dict[CounterId, tuple[GroupId, ...]] = {}
    for part in table.tables("help"):
        counter = CounterId(part.text("counter"))
        known(part, "counter", counter, "counter", [c.id for c in counters])
        more[counter] = more.get(counter, ()) + _groups(part, "groups", names)
        part.finish()
    return tuple(
        replace(counter, takes=tuple(dict.fromkeys((*counter.takes, *more.get(counter.id, ())))))
        for counter in counters
    )


def _counter(part: Table, names: Known) -> Counter:
    identity = part.identity("id")
    number = _number(part, identity)
    found = Counter(
        id=CounterId(identity),
        number=number,
        name=_name(part, number),
        zone=part.text("zone", ""),
        takes=_groups(part, "takes", names),
        classes=_classes(part, names),
        during=tuple(_during(piece, names) for piece in part.tables("during")),
        bonus=tuple(
            (group, timedelta(minutes=minutes))
            for group, minutes in _by_group(part, "bonus_minutes", names, least=0)
        ),
        backup=tuple(_backup(piece, names) for piece in part.tables("backup")),
        pace=_by_group(part, "pace", names, least=0.05),
    )
    part.finish()
    return found


def _number(part: Table, identity: str) -> int:
    plain = identity.isascii() and identity.isdigit()
    if "number" in part or plain:
        return part.whole("number", int(identity) if plain else 1, least=1, most=9999)
    if identity:
        part.complain("number", "is missing, and the id is not a number")
    return 0


def _name(part: Table, number: int) -> Name:
    if "name" in part:
        return part.name("name")
    return Name(zh=f"{number} 号窗口", en=f"Counter {number}")


def _groups(part: Table, key: str, names: Known) -> tuple[GroupId, ...]:
    found = part.texts(key)
    if EVERY_GROUP in found:
        return names.groups
    for index, group in enumerate(found):
        known(part, f"{key}[{index}]", group, "group", names.groups)
    return tuple(GroupId(group) for group in dict.fromkeys(found))


def _classes(part: Table, names: Known) -> tuple[ClassId, ...]:
    found = part.texts("classes", [])
    for index, class_ in enumerate(found):
        known(part, f"classes[{index}]", class_, "class", names.classes)
    return tuple(ClassId(class_) for class_ in found)


def _during(part: Table, names: Known) -> During:
    found = During(span=part.span(), takes=_groups(part, "takes", names))
    part.finish()
    return found


def _backup(part: Table, names: Known) -> Backup:
    group = GroupId(part.text("group"))
    known(part, "group", group, "group", names.groups)
    found = Backup(group=group, after=timedelta(minutes=part.number("after_minutes")))
    part.finish()
    return found


def _by_group(
    part: Table, key: str, names: Known, *, least: float
) -> tuple[tuple[GroupId, float], ...]:
    """Return the numbers of a table whose keys are groups, in the order of the groups' names."""
    numbers = part.table(key, {})
    groups = numbers.keys()
    for group in groups:
        known(numbers, group, group, "group", names.groups)
    return tuple(sorted((GroupId(group), numbers.number(group, least=least)) for group in groups))
