"""What a citizen can choose on the touch screen, and what they have chosen so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hall.domain.identities import MatterCode
from hall.domain.layout import Group, Layout, Material, Matter, Name
from hall.operations.issue import MOST_MATTERS

T = TypeVar("T")

#: What a group's id says of its picture; the first word found in the id counts.
ICONS = {
    "social": "shield-heart",
    "pension": "shield-heart",
    "medical": "stethoscope",
    "health": "stethoscope",
    "household": "id",
    "police": "id",
    "resid": "id",
    "property": "home-edit",
    "estate": "home-edit",
    "housing-fund": "coin-yuan",
    "fund": "coin-yuan",
    "housing": "home",
    "tax": "receipt-tax",
    "business": "building-store",
    "company": "building-store",
    "market": "building-store",
    "vehicle": "car",
    "traffic": "car",
    "transport": "car",
    "birth": "baby-carriage",
    "civil": "users",
}
OTHER_ICON = "file-text"
HINTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupChoice:
    """A group as the touch screen offers it: a picture, and some matters it stands for."""

    id: str
    name: Name
    icon: str
    hints: tuple[Name, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Generic[T]):
    """One page of a long list."""

    items: tuple[T, ...]
    number: int
    count: int


def group_choices(layout: Layout) -> tuple[GroupChoice, ...]:
    """Return the groups that have matters, in the order of the layout."""
    return tuple(
        GroupChoice(
            id=group.id,
            name=group.name,
            icon=_icon(group),
            hints=tuple(matter.name for matter in of_group(layout, group)[:HINTS]),
        )
        for group in layout.groups
        if of_group(layout, group)
    )


def of_group(layout: Layout, group: Group) -> tuple[Matter, ...]:
    """Return the matters of a group, in the order of the layout."""
    return tuple(matter for matter in layout.matters if matter.group == group.id)


def _icon(group: Group) -> str:
    return next((icon for word, icon in ICONS.items() if word in group.id), OTHER_ICON)


def part(items: Sequence[T], *, number: int, size: int) -> Part[T]:
    """Return one page of a list; a number beyond its ends is the nearest page there is.

    Example:
        >>> part("ABCDE", number=2, size=2)
        Part(items=('C', 'D'), number=2, count=3)
    """
    count = max(1, -(-len(items) // size))
    number = min(max(number, 1), count)
    return Part(items=tuple(items[(number - 1) * size : number * size]), number=number, count=count)


def chosen(layout: Layout, codes: Iterable[str]) -> tuple[Matter, ...]:
    """Return the matters that these codes name, each once, as many as one visit may have."""
    known = [layout.matter_of.get(MatterCode(code)) for code in dict.fromkeys(codes)]
    return tuple(matter for matter in known if matter is not None)[:MOST_MATTERS]


def papers(matters: Iterable[Matter]) -> tuple[Material, ...]:
    """Return the papers that some matters need, each once; needed by one is needed."""
    found: dict[str, Material] = {}
    for matter in matters:
        for paper in matter.materials:
            if paper.id not in found or paper.required:
                found[paper.id] = paper
    return tuple(found.values())
