"""A layout: which counters a hall has, what each takes, and by which rule they call."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from hall.domain.booking import Booking
from hall.domain.identities import (
    APPOINTMENT,
    BundleId,
    ClassId,
    CounterId,
    GroupId,
    HallId,
    LayoutHash,
    MatterCode,
)
from hall.domain.nearby import Location


class Policy(StrEnum):
    """How a waiting citizen and a free counter find each other."""

    #: The clerk presses next. 窗口人员按键叫号
    CLERK = "clerk"
    #: A ready counter is given the next ticket after a short pause. 自动叫号
    AUTOMATIC = "automatic"
    #: Each ticket is bound, when issued, to the counter with the shortest queue. 排最短队
    SHORTEST_QUEUE = "shortest_queue"
    #: Each ticket is bound to a counter when issued, in turn. 取号即定窗口
    BOUND_AT_ISSUE = "bound_at_issue"


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What a thing is called, in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the name in ``language``, Chinese for every ``zh…``, else English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A part of a day, half-open, in minutes after its midnight; 1440 and more: next morning."""

    from_minute: int
    until_minute: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A span in which the hall is open on some days of the week (0 is Monday)."""

    days: frozenset[int]
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraDay:
    """A span of one date on which the hall is open although the week says otherwise (调休)."""

    date: date
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """How long a citizen may wait, and which share of them."""

    walk_in: timedelta
    appointment: timedelta
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Surge:
    """When waiting has grown so much that the manager is warned."""

    waiting_per_counter: int
    waiting: int
    longest: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When the hall is open: the week, the dates it is closed, the dates it opens besides."""

    openings: tuple[Opening, ...]
    closed: frozenset[date]
    extra_open: tuple[ExtraDay, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A matter group: one number series, one choice on the kiosk."""

    id: GroupId
    prefix: str
    name: Name


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """A paper to bring."""

    id: str
    name: Name
    required: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What a citizen came for."""

    code: MatterCode
    group: GroupId
    name: Name
    department: str
    handling: timedelta
    promised_days: int
    materials: tuple[Material, ...]
    appointments: bool
    daily_limit: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """Several matters of one life event, done in one visit (一件事)."""

    id: BundleId
    name: Name
    matters: tuple[MatterCode, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class During:
    """A span of the day in which a counter takes something else."""

    span: Span
    takes: tuple[GroupId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A group that a counter helps with once the head of a line of it has waited so long."""

    group: GroupId
    after: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Counter:
    """One staffed place."""

    id: CounterId
    number: int
    name: Name
    zone: str
    takes: tuple[GroupId, ...]
    classes: tuple[ClassId, ...]
    during: tuple[During, ...]
    bonus: tuple[tuple[GroupId, timedelta], ...]
    backup: tuple[Backup, ...]
    pace: tuple[tuple[GroupId, float], ...]

    def takes_at(self, minute: int) -> tuple[GroupId, ...]:
        """Return the groups the counter takes ``minute`` minutes after midnight of the day."""
        for part in self.during:
            if part.span.from_minute <= minute < part.span.until_minute:
                return part.takes
        return self.takes

    def ever_takes(self) -> frozenset[GroupId]:
        """Return every group that the counter takes at some time of the day, backup included."""
        extra = {group for part in self.during for group in part.takes}
        return frozenset({*self.takes, *extra, *(help_.group for help_ in self.backup)})

    def pace_for(self, group: GroupId) -> float:
        """Return the factor on handling time at this counter, 1.1 being 10 % longer."""
        return dict(self.pace).get(group, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassRule:
    """What a class is worth when heads of lines are compared."""

    id: ClassId
    credit: timedelta
    weight: float
    strict: bool
    early: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRule:
    """The rule by which the next ticket is chosen; ``classes`` stand in the order of the file."""

    policy: Policy
    automatic_pause: timedelta
    classes: tuple[ClassRule, ...]
    calls: int
    no_show_after: timedelta


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A whole hall as its layout file describes it; immutable, known and compared by its hash."""

    hash: LayoutHash
    hall: HallId
    name: Name
    time_zone: str
    hours: Hours
    target: Target
    surge: Surge
    seats: int
    general_group: GroupId | None
    phone_tickets: bool
    #: Whether a second person has to agree before another layout comes into force.
    approval: bool
    groups: tuple[Group, ...]
    matters: tuple[Matter, ...]
    bundles: tuple[Bundle, ...]
    counters: tuple[Counter, ...]
    rule: CallRule
    booking: Booking
    #: How long it takes to walk to a counter of another zone.
    walk: timedelta = timedelta()
    #: Where the hall is, if it says so: others are found by their distance.
    location: Location | None = None
    #: What citizens are told who want to call, and to find the hall.
    phone: str = ""
    address: Name | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The hall's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def group_of(self) -> dict[GroupId, Group]:
        """Groups by id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def matter_of(self) -> dict[MatterCode, Matter]:
        """Matters by code."""
        return {matter.code: matter for matter in self.matters}

    @cached_property
    def bundle_of(self) -> dict[BundleId, Bundle]:
        """Bundles by id."""
        return {bundle.id: bundle for bundle in self.bundles}

    @cached_property
    def counter_of(self) -> dict[CounterId, Counter]:
        """Counters by id."""
        return {counter.id: counter for counter in self.counters}

    @cached_property
    def class_of(self) -> dict[ClassId, ClassRule]:
        """Classes by id."""
        return {rule.id: rule for rule in self.rule.classes}

    def walk_from(self, counter: CounterId, *, to: GroupId) -> timedelta:
        """Return how long it takes to the next stop; nothing where its group is taken nearby."""
        here = self.counter_of.get(counter)
        zones = {each.zone for each in self.counters if to in each.ever_takes()}
        return timedelta() if here is None or here.zone in zones else self.walk

    def target_of(self, class_: ClassId) -> timedelta:
        """Return how long a citizen of ``class_`` may wait."""
        return self.target.appointment if class_ == APPOINTMENT else self.target.walk_in
