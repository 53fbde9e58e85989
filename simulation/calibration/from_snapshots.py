"""A scenario from snapshots of queues; what they cannot show is said."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from hall.domain.hours import spans_of
from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout, Name
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Roster
from simulation.calibration.arrivals import (
    Arrivals,
    Intervals,
    arrivals,
    intervals_of,
    typical_days,
)
from simulation.calibration.calibrate import Calibration, Options
from simulation.calibration.charts import arrival_charts
from simulation.calibration.day_factor import day_factor
from simulation.calibration.estimates import USUAL_SERVICE
from simulation.calibration.figures import Evidence, around, told, untold
from simulation.calibration.services import with_times
from simulation.calibration.snapshots import Queue, Seen, busy, counts
from simulation.scenario import Demand, Scenario

#: Fewer calls while somebody waits say nothing about how long a matter takes.
ENOUGH = 30
#: What snapshots of queues never show.
UNSEEN = (
    Name(
        zh="快照不显示每次办理：办理时长只由有人等候时的叫号速度推算，含到窗和过号；"
        "变异系数按 0.8 假定。",
        en="Snapshots show no single service: how long one takes is only worked out from the pace "
        "of calls while somebody waits, the approach and missed calls included; its cv of 0.8 is "
        "assumed.",
    ),
    Name(
        zh="快照无法得知耐心、过号、预约、优先类别、事项构成、一次来访的事项数和各窗口的快慢；"
        "方案中没有这些，同一类别的事项时长相同。",
        en="Patience, no-shows, appointments, classes, the mix of matters, matters per visit and "
        "the pace of counters cannot be told from snapshots. They are not in the scenario, and "
        "the matters of a group take equally long.",
    ),
    Name(
        zh="快照不显示窗口何时开关；方案按窗口设置全时段开窗。",
        en="Snapshots do not show which counter was open when: in the scenario all counters of the "
        "layout are, all day.",
    ),
    Name(
        zh="叫号在两次快照之间按直线推算，所以来访时间有几分钟的误差，区间略窄。",
        en="Between snapshots calls are read on a straight line, so that arrivals are a few "
        "minutes off, and the intervals somewhat too narrow.",
    ),
)


def calibrate_snapshots(
    seen: Seen, queues: Sequence[Queue], layout: Layout, options: Options
) -> Calibration:
    """Return the scenario of some snapshots.

    Args:
        seen: snapshots by group and day.
        queues: which queue is which group.
        layout: of the hall, with its opening hours and counters.
        options: which days, and how fine the intervals of arrivals are.

    Raises:
        BadFile: no day can be used.
    """
    days = _days(seen, layout, options)
    intervals = intervals_of(layout, days, interval_minutes=options.interval_minutes)
    groups = [queue.group for queue in queues]
    totals = [counts(seen, queues, intervals, [day]).sum() for day in days]
    factor = day_factor(np.rint(totals).astype(np.int64), np.array([d.weekday() for d in days]))
    cv = factor.cv if factor else 0.0
    grid = counts(seen, queues, intervals, days)
    arrived = arrivals(grid, intervals, groups, cv=cv, scale=1.0)
    minutes = {queue.group: _handling(seen, queue, days, intervals) for queue in queues}
    cv_known = untold("day_factor_cv", len(days))
    if factor is not None:
        cv_known = told("day_factor_cv", factor.cv, factor.interval, factor.n)
    waits = _waits(seen, queues, arrived, days)
    return Calibration(
        scenario=_scenario(layout, arrived, minutes, days, cv, options),
        evidence=(*arrived.evidence, cv_known, *minutes.values(), *waits),
        warnings=(*UNSEEN, *options.unseen),
        days=tuple(days),
        visits=int(grid.sum()),
        layout_hash=layout.hash,
        charts=tuple(arrival_charts(arrived, layout)),
    )


def _days(seen: Seen, layout: Layout, options: Options) -> list[date]:
    every = {day for by_day in seen.values() for day in by_day}
    days = [
        day
        for day in sorted(every)
        if spans_of(layout.hours, day)
        and (options.since is None or day >= options.since)
        and (options.until is None or day <= options.until)
    ]
    if not days:
        problem = Problem(at="date", problem="none of the days is an open day of the layout")
        raise BadFile(options.name or "snapshots", [problem])
    return days


def _handling(seen: Seen, queue: Queue, days: Sequence[date], intervals: Intervals) -> Evidence:
    """Return how long one call takes a counter while somebody waits, in minutes."""
    stretches = [
        stretch
        for day in days
        if day in seen[queue.group] and day.weekday() in intervals.of_weekday
        for stretch in busy(
            seen[queue.group][day],
            queue.before_first,
            intervals.minutes[intervals.of_weekday[day.weekday()][0]],
        )
    ]
    calls = sum(count for _, count in stretches)
    if calls < ENOUGH:
        return untold("service_minutes", round(calls), group=queue.group)
    minutes, count = (np.array(column) for column in zip(*stretches, strict=True))
    ratio = float(minutes.sum() / calls)
    error = float(np.sqrt(np.sum((minutes - ratio * count) ** 2)) / minutes.sum())
    return told("service_minutes", ratio, around(ratio, error), round(calls), group=queue.group)


def _waits(
    seen: Seen, queues: Sequence[Queue], arrived: Arrivals, days: Sequence[date]
) -> Iterator[Evidence]:
    """Yield the mean wait of each group by Little's law: how many wait over how many come."""
    first, last = arrived.intervals.minutes[0], arrived.intervals.minutes[-1] + 60
    for at, queue in enumerate(queues):
        waiting = [
            snapshot.waiting
            for day in days
            for snapshot in seen[queue.group].get(day, ())
            if first <= snapshot.minute < last
        ]
        a_day = float(arrived.counts[at].sum()) / len(days)
        if not waiting or not a_day:
            yield untold("waiting_minutes", 0, group=queue.group)
            continue
        open_minutes = float(arrived.intervals.hours.sum() * 60)
        wait = float(np.mean(waiting)) * open_minutes / a_day
        yield Evidence(
            figure="waiting_minutes", of=(("group", queue.group),), value=wait, n=len(waiting)
        )


def _scenario(
    layout: Layout,
    arrived: Arrivals,
    minutes: dict[GroupId, Evidence],
    days: Sequence[date],
    cv: float,
    options: Options,
) -> Scenario:
    known: dict[MatterCode, float] = {}
    for matter in layout.matters:
        found = minutes.get(matter.group)
        if found is not None and found.value is not None:
            known[matter.code] = round(found.value, 3)
    return Scenario(
        file=options.name,
        name=options.name,
        layout=with_times(layout, known),
        run=typical_days(layout, days),
        demand=Demand(
            interval_minutes=options.interval_minutes,
            day_factor_cv=round(cv, 4),
            per_hour=arrived.usual_rates(),
            mix=tuple(
                (group.id, tuple((m.code, 1.0) for m in layout.matters if m.group == group.id))
                for group in layout.groups
            ),
            classes=(),
            matters_per_visit=(1.0,),
            weekdays=arrived.weekdays(),
        ),
        services=tuple((matter.code, USUAL_SERVICE) for matter in layout.matters),
        approach_seconds=0.0,
        patience=None,
        appointments=None,
        staffing=Roster(),
    )
