"""Everything that is estimated from a past, together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hall.domain.identities import APPOINTMENT, ClassId, GroupId
from hall.domain.layout import Layout
from simulation.calibration.appointments import Booked, booked
from simulation.calibration.arrivals import WEEK, Arrivals, Grid, Intervals, arrivals, intervals_of
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.columns import Columns
from simulation.calibration.day_factor import DayFactor, day_factor
from simulation.calibration.figures import Evidence, mean_interval, share, told, untold
from simulation.calibration.likelihood import Estimate
from simulation.calibration.patience import Manners, manners
from simulation.calibration.services import Work, approach, work
from simulation.calibration.staffing import Flags, Staffing, staffing
from simulation.past import PastDay
from simulation.scenario import Distribution, Service
from simulation.streams import Reals

#: What stands for the spread of a matter's time where too few were seen.
USUAL_SERVICE = Service(distribution=Distribution.LOGNORMAL, cv=0.8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimates:
    """What a past says, part by part."""

    layout: Layout
    seen: Columns
    day_factor: DayFactor | None
    arrivals: Arrivals
    booked: Booked | None
    work: Work
    approach: Evidence
    #: The calls that say how citizens behave.
    calls: Calls
    manners: Manners
    staffing: Staffing

    def classes(self) -> list[tuple[ClassId, int, int]]:
        """Return per class how many of all visits there were, missed appointments included."""
        unseen = self.booked.without_ticket if self.booked else 0
        whole = len(self.seen.visits.day) + unseen
        return [
            (rule.id, part + (unseen if rule.id == APPOINTMENT else 0), whole)
            for at, rule in enumerate(self.layout.rule.classes)
            for part in [int((self.seen.visits.class_ == at).sum())]
        ]

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what every number rests on."""
        found = self.manners
        return (
            *self.arrivals.evidence,
            _day_factor_evidence(self.day_factor, len(self.seen.days)),
            *_mix(self.seen, self.layout),
            *(share("class_share", n, of, **{"class": id_}) for id_, n, of in self.classes()),
            *self.work.evidence,
            self.approach,
            _of(found.mean_minutes, "patience_mean_minutes", round(found.left)),
            _of(found.shape, "patience_shape", round(found.left)),
            *_no_shows(found, self.calls),
            *(self.booked.evidence if self.booked else ()),
            *self.staffing.evidence,
        )


def estimate(
    seen: Columns, layout: Layout, days: Sequence[PastDay], *, interval_minutes: int
) -> Estimates:
    """Return everything that can be estimated.

    Args:
        seen: the past as columns, by the positions of ``layout``.
        layout: of the hall.
        days: the past itself, for who staffed the counters.
        interval_minutes: how fine the arrivals are.
    """
    classes = [rule.id for rule in layout.rule.classes]
    class_ = classes.index(APPOINTMENT) if APPOINTMENT in classes else len(classes)
    is_booked = seen.visits.class_ == class_
    by_chance = is_booked if is_booked.all() else ~is_booked
    bookings = booked(seen, class_)
    visits = len(by_chance) + (bookings.without_ticket if bookings else 0)
    factor = _day_factor(seen, by_chance)
    with_matters = {matter.group for matter in layout.matters}
    groups = tuple(group.id for group in layout.groups if group.id in with_matters)
    grid = intervals_of(layout, seen.days, interval_minutes=interval_minutes)
    calls, cv = _calls(seen), factor.cv if factor else 0.0
    return Estimates(
        layout=layout,
        seen=seen,
        day_factor=factor,
        arrivals=arrivals(
            _counts(seen, layout, groups, grid, by_chance),
            grid,
            groups,
            cv=cv,
            scale=visits / int(by_chance.sum()),
        ),
        booked=bookings,
        work=work(seen.services, layout, usual=USUAL_SERVICE),
        approach=approach(seen.approach * 60),
        calls=calls,
        manners=manners(calls),
        staffing=staffing(days, layout),
    )


def _day_factor(seen: Columns, rows: Flags) -> DayFactor | None:
    totals = np.bincount(seen.visits.day[rows], minlength=len(seen.days))
    return day_factor(totals, np.array([day.weekday() for day in seen.days]))


def _calls(seen: Columns) -> Calls:
    """Return the calls that say how citizens behave: of those who did not book, if there are any.

    Bookings are called before they are due when they come early, and never when they do not come.
    """
    others = seen.booked == 0
    return seen.calls.where(others) if others.any() else seen.calls


def _counts(
    seen: Columns, layout: Layout, groups: Sequence[GroupId], grid: Intervals, rows: Flags
) -> Grid:
    """Return how many visits came per weekday, group and interval."""
    counts = np.zeros((WEEK, len(groups), len(grid.minutes)))
    group_at = {at: groups.index(g.id) for at, g in enumerate(layout.groups) if g.id in groups}
    place = {minute: at for at, minute in enumerate(grid.minutes)}
    weekdays = [day.weekday() for day in seen.days]
    visits = seen.visits
    columns = (visits.day[rows], visits.minute[rows], visits.group[rows])
    for day, minute, group in zip(*(column.tolist() for column in columns), strict=True):
        at = place.get(minute)
        if group in group_at and at in grid.of_weekday.get(weekdays[day], ()):
            counts[weekdays[day], group_at[group], at] += 1
    return counts


def _day_factor_evidence(found: DayFactor | None, days: int) -> Evidence:
    if found is None:
        return untold("day_factor_cv", days)
    return told("day_factor_cv", found.cv, found.interval, found.n)


def _mix(seen: Columns, layout: Layout) -> Iterator[Evidence]:
    """Yield the shares of matters and of numbers of matters."""
    visits = seen.visits
    for at, matter in enumerate(layout.matters):
        group = [group.id for group in layout.groups].index(matter.group)
        mine = (visits.group == group) & (visits.matter >= 0)
        part = int((visits.matter[mine] == at).sum())
        yield share("mix", part, int(mine.sum()), group=matter.group, matter=matter.code)
    for many, count in enumerate(np.bincount(visits.matters).tolist()):
        if many:
            yield share("matters_share", count, len(visits.day), matters=str(many))


def _no_shows(found: Manners, calls: Calls) -> Iterator[Evidence]:
    called = calls.count(Seen.CAME, Seen.MISSED, Seen.CAME_BACK, Seen.GONE)
    missed, back = calls.count(Seen.MISSED, Seen.CAME_BACK), calls.count(Seen.CAME_BACK)
    if missed:
        yield _of(found.away, "no_show_share", called)
    else:
        yield share("no_show_share", 0, called)
    yield _of(found.returns, "return_share", missed)
    yield _of(found.return_minutes, "return_minutes", back)
    yield _seconds("no_show_seconds", calls.of(Seen.MISSED, Seen.CAME_BACK).lost * 60)
    yield _seconds("in_vain_seconds", calls.of(Seen.GONE).lost * 60)


def _seconds(figure: str, seconds: Reals) -> Evidence:
    if len(seconds) < 2:  # noqa: PLR2004 - one has no interval
        return untold(figure, len(seconds))
    return told(figure, float(seconds.mean()), mean_interval(seconds), len(seconds))


def _of(found: Estimate | None, figure: str, n: int) -> Evidence:
    return untold(figure, n) if found is None else told(figure, found.value, found.interval, n)
