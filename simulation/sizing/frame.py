"""What is sized: the half hours of a day, the kinds of counters, and what is promised to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hall.domain.hours import moment, spans_of
from hall.domain.identities import APPOINTMENT, ClassId, GroupId
from hall.domain.layout import Counter, Layout, Name, Span, Target
from hall.domain.moments import to_ms
from hall.domain.reading import BadFile, Problem
from simulation.scenario import Scenario, Steady

#: What is written for a counter that takes every group.
EVERY = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Counters that take the same; ``key`` is ``*``, a group, or groups joined by ``+``."""

    key: str
    groups: frozenset[GroupId]
    #: Only these classes; empty for all.
    classes: tuple[ClassId, ...]
    counters: tuple[Counter, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of the hall that shares no counter with the others: kinds by position, and groups."""

    kinds: tuple[int, ...]
    groups: frozenset[GroupId]
    #: Which of its kinds takes most groups: where one more counter helps most.
    flexible: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """A promise: such a share of some stops is called within a time."""

    name: str
    #: Which part of the hall it constrains; ``None`` if it is only reported.
    part: int | None
    groups: frozenset[GroupId]
    #: Only this class, or all.
    class_: ClassId | None
    target: Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What was asked for beyond the layout's own target; nothing stands for that."""

    minutes: float | None = None
    appointment_minutes: float | None = None
    share: float | None = None
    #: Of a group or class of its own: name, minutes, share or nothing.
    named: tuple[tuple[str, float, float | None], ...] = ()
    interval_minutes: int = 30
    #: Whether only the counters that are there may be used.
    keeps_counters: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Everything that stays while numbers of counters are tried."""

    #: With one day.
    scenario: Scenario
    day: date
    #: The intervals of open time, in minutes of the day and in milliseconds.
    spans: tuple[Span, ...]
    periods: tuple[tuple[int, int], ...]
    kinds: tuple[Kind, ...]
    parts: tuple[Part, ...]
    #: The first is that of all stops.
    aims: tuple[Aim, ...]
    keeps_counters: bool

    @property
    def hours(self) -> tuple[float, ...]:
        """How long each interval is."""
        return tuple((span.until_minute - span.from_minute) / 60 for span in self.spans)


def frame_of(scenario: Scenario, wish: Wish) -> Frame:
    """Return what is to be sized: the first day of the scenario.

    Raises:
        BadFile: a steady run has no half hours; the wish names what the layout does not have.
    """
    if isinstance(scenario.run, Steady):
        problem = "a steady run has no half hours to size; name days"
        raise BadFile(scenario.file, [Problem(at="run", problem=problem)])
    day, layout = scenario.run[0], scenario.layout
    kinds = kinds_of(layout)
    parts = tuple(_parts(layout, kinds))
    spans = tuple(_intervals(spans_of(layout.hours, day), wish.interval_minutes))
    return Frame(
        scenario=replace(scenario, run=(day,)),
        day=day,
        spans=spans,
        periods=tuple(
            (_ms(layout, day, span.from_minute), _ms(layout, day, span.until_minute))
            for span in spans
        ),
        kinds=kinds,
        parts=parts,
        aims=tuple(_aims(scenario, wish, parts)),
        keeps_counters=wish.keeps_counters,
    )


def kinds_of(layout: Layout) -> tuple[Kind, ...]:
    """Return the kinds of counters of a layout, by what they take when the day begins."""
    alike: dict[tuple[frozenset[GroupId], tuple[ClassId, ...]], list[Counter]] = {}
    for counter in layout.counters:
        alike.setdefault((frozenset(counter.takes), counter.classes), []).append(counter)
    return tuple(
        Kind(
            key=_key(layout, groups, classes),
            groups=groups,
            classes=classes,
            counters=tuple(counters),
        )
        for (groups, classes), counters in alike.items()
    )


def _key(layout: Layout, groups: frozenset[GroupId], classes: tuple[ClassId, ...]) -> str:
    """Return how a kind is written: what it takes, and which classes if not all."""
    named = [group.id for group in layout.groups if group.id in groups]
    takes = EVERY if len(named) == len(layout.groups) else "+".join(named)
    return f"{takes}/{'+'.join(classes)}" if classes else takes


def kind_name(layout: Layout, kind: Kind) -> Name:
    """Return how a kind of counters is called: comprehensive, or by what it takes."""
    if len(kind.groups) == len(layout.groups):
        zh, en = "综合窗口", "comprehensive counters"
    else:
        names = [group.name for group in layout.groups if group.id in kind.groups]
        zh = f"“{'、'.join(name.zh for name in names)}”窗口"
        en = f"counters for {', '.join(name.en for name in names)}"
    only = f"({', '.join(kind.classes)})" if kind.classes else ""
    return Name(zh=f"{zh}{only}", en=f"{en} {only}".strip())


def _parts(layout: Layout, kinds: Sequence[Kind]) -> Iterator[Part]:
    """Yield the parts of a hall: groups that some counter joins are in one.

    Counters for some classes only, where others take their groups for all, join nothing.
    """
    sized = [at for at, kind in enumerate(kinds) if not is_extra(kinds, kind)]
    together: list[frozenset[GroupId]] = []
    for groups in (kinds[at].groups for at in sized):
        touching = [part for part in together if part & groups]
        together = [part for part in together if part not in touching]
        together.append(groups.union(*touching))
    order = [group.id for group in layout.groups]
    for groups in sorted(together, key=lambda part: min(map(order.index, part))):
        mine = tuple(at for at in sized if kinds[at].groups <= groups)
        flexible = max(mine, key=lambda at: (not kinds[at].classes, len(kinds[at].groups)))
        yield Part(kinds=mine, groups=groups, flexible=flexible)


def is_extra(kinds: Sequence[Kind], kind: Kind) -> bool:
    """Whether a kind is a green channel: for some classes, beside counters for all of them.

    How many of those there are is the hall's choice; they are staffed all day and not sized.
    """
    for_all = frozenset[GroupId]().union(*(k.groups for k in kinds if not k.classes))
    return bool(kind.classes) and kind.groups <= for_all


def _aims(scenario: Scenario, wish: Wish, parts: Sequence[Part]) -> Iterator[Aim]:
    """Yield the promises: to all, to each part of the hall, and to whom the wish names."""
    layout = scenario.layout
    target = _target(layout.target, wish)
    alone = len(parts) == 1
    every = frozenset(layout.group_of)
    yield Aim(name=EVERY, part=0 if alone else None, groups=every, class_=None, target=target)
    if not alone:
        for at, part in enumerate(parts):
            name = "+".join(group for group in layout.group_of if group in part.groups)
            yield Aim(name=name, part=at, groups=part.groups, class_=None, target=target)
    yield from _told(target, parts)
    for name, minutes, share in wish.named:
        if name not in layout.group_of and name not in layout.class_of:
            problem = f"the layout has no group and no class {name!r}"
            raise BadFile(scenario.file, [Problem(at="target", problem=problem)])
        own = _target(target, Wish(minutes=minutes, appointment_minutes=minutes, share=share))
        for at, part in enumerate(parts):
            if name in layout.group_of and name not in part.groups:
                continue
            yield Aim(
                name=name,
                part=at,
                groups=frozenset({GroupId(name)}) if name in layout.group_of else part.groups,
                class_=ClassId(name) if name not in layout.group_of else None,
                target=own,
            )


def _told(target: Target, parts: Sequence[Part]) -> Iterator[Aim]:
    """Yield each group of the parts with several kinds of counters: to see where it hurts."""
    for part in parts:
        if len(part.kinds) > 1:
            for group in sorted(part.groups):
                groups = frozenset({group})
                yield Aim(name=group, part=None, groups=groups, class_=None, target=target)


def _target(target: Target, wish: Wish) -> Target:
    """Return the target as it was wished."""
    booked = wish.appointment_minutes
    return Target(
        walk_in=target.walk_in if wish.minutes is None else timedelta(minutes=wish.minutes),
        appointment=target.appointment if booked is None else timedelta(minutes=booked),
        share=target.share if wish.share is None else wish.share,
    )


def promised_minutes(aim: Aim) -> float:
    """Return within how many minutes a promise is kept; that to walk-ins where there are two."""
    booked = aim.class_ == APPOINTMENT
    return (aim.target.appointment if booked else aim.target.walk_in).total_seconds() / 60


def _intervals(openings: Sequence[Span], minutes: int) -> Iterator[Span]:
    """Yield intervals of open time; the last of an opening may be short."""
    for opening in openings:
        for start in range(opening.from_minute, opening.until_minute, minutes):
            until = min(start + minutes, opening.until_minute)
            yield Span(from_minute=start, until_minute=until)


def _ms(layout: Layout, day: date, minute: int) -> int:
    return to_ms(moment(layout.zone, day, minute))
