"""A scenario from what was estimated; what could not be told is left out of it."""

import numpy as np

from hall.domain.identities import APPOINTMENT, WALK_IN, ClassId, GroupId, MatterCode
from hall.domain.reading import BadFile
from simulation.calibration.arrivals import typical_days
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.estimates import USUAL_SERVICE, Estimates
from simulation.calibration.services import with_times
from simulation.scenario import Demand, NoShows, Patience, Scenario
from simulation.vary import without_counters

#: What stands for when citizens come back where nobody did, in minutes.
_USUAL_RETURN = 10.0


def scenario_from(found: Estimates, *, name: str, interval_minutes: int) -> Scenario:
    """Return the scenario of some estimates.

    Args:
        found: what a past says.
        name: of the scenario.
        interval_minutes: how fine the arrivals are.
    """
    minutes = {time.code: round(time.mean_minutes, 3) for time in found.work.times}
    layout = with_times(found.layout, minutes, found.work.factors)
    known = {time.code: time.service for time in found.work.times}
    scenario = Scenario(
        file=name,
        name=name,
        layout=layout,
        run=typical_days(found.layout, found.seen.days),
        demand=_demand(found, interval_minutes),
        services=tuple((m.code, known.get(m.code, USUAL_SERVICE)) for m in layout.matters),
        approach_seconds=round(found.approach.value or 0.0, 1),
        patience=_patience(found),
        appointments=found.booked.rule if found.booked else None,
        staffing=found.staffing.roster,
        no_shows=_no_shows(found),
    )
    return _without_unused(scenario, found)


def _demand(found: Estimates, interval_minutes: int) -> Demand:
    visits, arrived = found.seen.visits, found.arrivals
    counts = np.bincount(visits.matters, minlength=2)[1:]
    return Demand(
        interval_minutes=interval_minutes,
        day_factor_cv=round(found.day_factor.cv, 4) if found.day_factor else 0.0,
        per_hour=arrived.usual_rates(),
        mix=tuple((group.id, _mix(found, group.id)) for group in found.layout.groups),
        classes=_classes(found),
        matters_per_visit=tuple((counts / counts.sum()).tolist()),
        weekdays=arrived.weekdays(),
    )


def _classes(found: Estimates) -> tuple[tuple[ClassId, float], ...]:
    """Return the share of each class; where rules give the slots, appointments of all who ask."""
    parts = found.classes()
    shares = {class_: part / whole for class_, part, whole in parts if class_ != WALK_IN and part}
    if APPOINTMENT in shares and found.booked and found.booked.rule.by_rules:
        others = sum(shares.values()) - shares[APPOINTMENT]
        shares[APPOINTMENT] = min(shares[APPOINTMENT] / found.booked.bookable, 1 - others)
    return tuple(shares.items())


def _mix(found: Estimates, group: GroupId) -> tuple[tuple[MatterCode, float], ...]:
    """Return how often each matter was the first, of those of a group; equal where nobody came."""
    matters = [(at, m.code) for at, m in enumerate(found.layout.matters) if m.group == group]
    counts = [int((found.seen.visits.matter == at).sum()) for at, _ in matters]
    total = sum(counts)
    return tuple(
        (code, count / total if total else 1.0)
        for (_, code), count in zip(matters, counts, strict=True)
    )


def _patience(found: Estimates) -> Patience | None:
    """Return the patience; who is found gone, or shows as a missed call, costs a counter time."""
    manners, calls = found.manners, found.calls
    if manners.mean_minutes is None or manners.shape is None:
        return None
    gone = calls.of(Seen.GONE)
    in_vain = gone if len(gone.lost) or not manners.silent_share else calls.of(Seen.MISSED)
    return Patience(
        mean_minutes=round(manners.mean_minutes.value, 3),
        shape=round(manners.shape.value, 4),
        in_vain_seconds=_seconds(in_vain),
    )


def _no_shows(found: Estimates) -> NoShows | None:
    manners, back = found.manners, found.manners.return_minutes
    if manners.away is None:
        return None
    return NoShows(
        share=round(manners.away.value, 5),
        seconds=max(_seconds(found.calls.of(Seen.MISSED, Seen.CAME_BACK)), 0.1),
        return_share=round(manners.returns.value, 4) if manners.returns else 0.0,
        return_minutes=round(back.value, 3) if back else _USUAL_RETURN,
    )


def _seconds(calls: Calls) -> float:
    """Return how long counters waited in vain, on the mean."""
    return round(float(calls.lost.mean()) * 60, 1) if len(calls.lost) else 0.0


def _without_unused(scenario: Scenario, found: Estimates) -> Scenario:
    """Return the scenario without counters that never opened, where others take their groups."""
    for counter in found.staffing.unused:
        try:
            scenario = without_counters(scenario, [counter])
        except BadFile:
            continue
    return scenario
