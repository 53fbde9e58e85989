"""How busy counters would be on paper: expected work over staffed time."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from hall.domain.hours import common
from hall.domain.identities import APPOINTMENT, GroupId
from hall.domain.layout import Layout
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import openings_ms
from simulation.arrivals import intervals
from simulation.scenario import Distribution, Scenario, Steady

HOUR_MS = 60 * MINUTE_MS


def busy_on_paper(scenario: Scenario) -> float:
    """Return expected work ÷ staffed time of all counters, the calls' approach included.

    A figure below 1 looks possible, and says nothing of peaks, of chance, and of who takes what.
    """
    if isinstance(scenario.run, Steady):
        visits = {group: sum(rates) / len(rates) for group, rates in scenario.demand.per_hour}
        return _work(scenario, visits) / (len(scenario.layout.counters) * 60)
    work = sum(_work(scenario, dict(_visits(scenario, day))) for day in scenario.run)
    return work / sum(_staffed_minutes(scenario, day) for day in scenario.run)


def loads(scenario: Scenario) -> dict[GroupId, float]:
    """Return the share of each group in the expected work of the scenario's first day."""
    per_visit = _minutes_of_a_visit(scenario)
    if isinstance(scenario.run, Steady):
        visits = {group: rates[0] for group, rates in scenario.demand.per_hour}
    else:
        visits = dict(_visits(scenario, scenario.run[0]))
    work = {group: many * per_visit[group] for group, many in visits.items()}
    return {group: one / sum(work.values()) for group, one in work.items()}


def _work(scenario: Scenario, visits: dict[GroupId, float]) -> float:
    """Return the expected minutes of work that some visits bring."""
    layout, per_visit = scenario.layout, _minutes_of_a_visit(scenario)
    rule, shares = scenario.appointments, dict(scenario.demand.classes)
    booked, comes = shares.get(APPOINTMENT, 0.0), 1.0
    if rule is not None:
        given_out = 1.0 if rule.by_rules else rule.given_out(layout)
        comes = given_out * (1 - rule.no_show_share)
    approach = scenario.approach_seconds / 60
    return (1 - booked + booked * comes) * sum(
        many * (per_visit[group] * _mean_pace(layout, group) + approach)
        for group, many in visits.items()
    )


def _visits(scenario: Scenario, day: date) -> Iterator[tuple[GroupId, float]]:
    demand = scenario.demand
    openings = openings_ms(scenario.layout, [day])[0]
    starts, ends = intervals(openings, demand.interval_minutes * MINUTE_MS)
    hours = (ends - starts) / HOUR_MS
    for group, rates in demand.rates_on(day.weekday()):
        yield group, float(np.sum(hours * np.broadcast_to(rates, hours.shape)))


def _minutes_of_a_visit(scenario: Scenario) -> dict[GroupId, float]:
    """Return the mean work of a visit that begins in each group, further matters included."""
    demand = scenario.demand
    first = {
        group: sum(_mean_minutes(scenario, code) * weight for code, weight in mix)
        / (sum(weight for _, weight in mix) or 1)
        for group, mix in demand.mix
    }
    came = {group: sum(rates) / len(rates) for group, rates in demand.per_hour}
    total = sum(came.values())
    of_any = sum(many * first[group] for group, many in came.items()) / total
    further = sum(share * at for at, share in enumerate(demand.matters_per_visit))
    return {group: minutes + further * of_any for group, minutes in first.items()}


def _mean_minutes(scenario: Scenario, code: str) -> float:
    service = next(found for matter, found in scenario.services if matter == code)
    if service.distribution is Distribution.EMPIRICAL:
        return sum(service.values_minutes) / len(service.values_minutes)
    matter = next(matter for matter in scenario.layout.matters if matter.code == code)
    return matter.handling.total_seconds() / 60


def _mean_pace(layout: Layout, group: GroupId) -> float:
    paces = [c.pace_for(group) for c in layout.counters if group in c.takes]
    return sum(paces) / len(paces) if paces else 1.0


def _staffed_minutes(scenario: Scenario, day: date) -> int:
    layout, roster = scenario.layout, scenario.staffing
    total = 0
    for counter in layout.counters:
        staffed = roster.staffed(counter.id, day, layout.hours)
        resting = common(staffed, list(roster.breaks_of(counter.id)))
        total += sum(span.until_minute - span.from_minute for span in staffed)
        total -= sum(span.until_minute - span.from_minute for span in resting)
    return total
