"""A scenario: a layout, who comes to it, how long they take, and who staffs its counters."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hall.domain.booking import given_out
from hall.domain.identities import ClassId, GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.roster import Roster

#: How long a slot is where nothing is said of it, in minutes.
USUAL_SLOT = 20

#: Visits per hour by group: one value is flat, else one per interval of open time.
Rates = tuple[tuple[GroupId, tuple[float, ...]], ...]


class Distribution(StrEnum):
    """The shape of service times; their mean is the matter's handling time."""

    #: Skewed, never negative: what service times usually look like. 对数正态
    LOGNORMAL = "lognormal"
    #: Without memory. 指数
    EXPONENTIAL = "exponential"
    #: Between exponential and always the same. 伽马
    GAMMA = "gamma"
    #: Always the same. 固定
    DETERMINISTIC = "deterministic"
    #: Drawn from values that were seen; they bring their own mean. 实测
    EMPIRICAL = "empirical"


@dataclass(frozen=True, kw_only=True, slots=True)
class Steady:
    """A run without hours, roster or day factor; what is due in the warm-up does not count."""

    horizon_minutes: float
    warm_up_minutes: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Who comes."""

    interval_minutes: int
    day_factor_cv: float
    #: Visits per hour: one value is flat, else one per interval of open time.
    per_hour: Rates
    #: The first matter of a visit within its group, as weights; every group is here.
    mix: tuple[tuple[GroupId, tuple[tuple[MatterCode, float], ...]], ...]
    #: Shares of all visits; the rest walks in.
    classes: tuple[tuple[ClassId, float], ...]
    #: Shares of visits with one matter, two, three and so on.
    matters_per_visit: tuple[float, ...]
    #: Per day of the week (0 is Monday), rates that hold on it instead.
    weekdays: tuple[tuple[int, Rates], ...] = ()

    def rates_on(self, weekday: int | None) -> Rates:
        """Return the visits per hour on a day of the week, by group; without one the usual."""
        for day, rates in self.weekdays:
            if day == weekday:
                return tuple({**dict(self.per_hour), **dict(rates)}.items())
        return self.per_hour


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """How long a matter takes, around the handling time of the layout."""

    distribution: Distribution
    cv: float
    values_minutes: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long citizens wait before they leave: a Weibull distribution."""

    mean_minutes: float
    shape: float
    #: How long a counter waits for somebody who has left; 0: that shows at once.
    in_vain_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NoShows:
    """Who has not left, but is not there when called, and who of them comes back."""

    share: float
    #: How long a counter waits for them.
    seconds: float
    return_share: float
    #: How long after that they come back, on the mean: an exponential distribution.
    return_minutes: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointments:
    """Who booked, how many of them never come, and how punctual the others are."""

    #: Nothing: as long as the layout's, which only ``by_rules`` can leave to it.
    slot_minutes: int | None
    no_show_share: float
    unpunctuality_mean_minutes: float
    unpunctuality_sd_minutes: float
    #: How long a counter waits for those who never come; nothing: they have no place in line.
    absent_seconds: float | None = None
    #: So many times as many are booked into the first slot of an opening (Bailey–Welch).
    first_block: int = 1
    #: Whether as many more are booked as never come; nothing, by the rules: as the layout says.
    overbooking: bool | None = None
    #: Whether the hall's rules of booking give the slots, and say who is early and who late.
    by_rules: bool = False
    #: Which share of them staff book, who have a share of counter time besides; by the rules.
    by_staff: float = 0.0

    def given_out(self, layout: Layout) -> float:
        """Return how many times as many appointments are given because some never come."""
        usual = self.by_rules and layout.booking.overbooking
        overbooks = usual if self.overbooking is None else self.overbooking
        return given_out(self.no_show_share) if overbooks else 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Everything a run needs; ``run`` names the days or is a steady run."""

    file: str
    name: str
    layout: Layout
    run: tuple[date, ...] | Steady
    demand: Demand
    services: tuple[tuple[MatterCode, Service], ...]
    approach_seconds: float
    patience: Patience | None
    appointments: Appointments | None
    staffing: Roster
    no_shows: NoShows | None = None
