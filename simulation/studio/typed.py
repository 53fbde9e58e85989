"""A hall without a history: its layout's typed-in minutes, and a usual day of people."""

from collections.abc import Iterator, Sequence
from datetime import date

from hall.domain.hours import spans_of
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.roster import Roster
from simulation.scenario import Demand, Distribution, Scenario, Service

INTERVAL_MINUTES = 30
#: How full the hall gets over a morning and over an afternoon, from their first to their last
#: part: most come soon after opening, few before closing. An assumption, and said to be one.
_COURSE = (0.9, 1.35, 1.4, 1.2, 0.9, 0.6)
#: How much whole days differ, and service times of one matter; assumptions as well.
DAY_FACTOR_CV, SERVICE_CV = 0.13, 0.8


def typed_scenario(
    layout: Layout, roster: Roster, *, visitors: int, days: Sequence[date]
) -> Scenario:
    """Return a scenario of a layout whose handling minutes are believed as they stand.

    Args:
        layout: every group that has matters gets as many people as its counters can serve.
        roster: who staffs the counters.
        visitors: how many come on a day.
        days: open days of the layout with the same opening hours.
    """
    service = Service(distribution=Distribution.LOGNORMAL, cv=SERVICE_CV)
    return Scenario(
        file="studio",
        name="now",
        layout=layout,
        run=tuple(days),
        demand=_demand(layout, visitors, days[0]),
        services=tuple((matter.code, service) for matter in layout.matters),
        approach_seconds=0.0,
        patience=None,
        appointments=None,
        staffing=roster,
    )


def _demand(layout: Layout, visitors: int, day: date) -> Demand:
    """Return who comes: for every matter of a group equally many, all walking in."""
    mix = tuple(
        (group.id, tuple((m.code, 1.0) for m in layout.matters if m.group == group.id))
        for group in layout.groups
    )
    return Demand(
        interval_minutes=INTERVAL_MINUTES,
        day_factor_cv=DAY_FACTOR_CV,
        per_hour=tuple(_per_hour(layout, visitors, day)),
        mix=mix,
        classes=(),
        matters_per_visit=(1.0,),
    )


def _per_hour(
    layout: Layout, visitors: int, day: date
) -> Iterator[tuple[GroupId, tuple[float, ...]]]:
    """Yield how many come for each group that has matters, as its counters can serve them."""
    staffed = {matter.group: 0.0 for matter in layout.matters}
    for counter in layout.counters:
        for group in counter.takes:
            if group in staffed:
                staffed[group] += 1 / len(counter.takes)
    a_day = visitors / sum(staffed.values())
    hours = INTERVAL_MINUTES / 60
    weights = _weights(layout, day)
    for group, share in staffed.items():
        yield group, tuple(a_day * share * weight / hours for weight in weights)


def _weights(layout: Layout, day: date) -> list[float]:
    """Return which share of a day's people comes in each interval of its open time."""
    rough: list[float] = []
    for span in spans_of(layout.hours, day):
        parts = -(-(span.until_minute - span.from_minute) // INTERVAL_MINUTES)
        rough += [_COURSE[part * len(_COURSE) // parts] for part in range(parts)]
    return [weight / sum(rough) for weight in rough]
