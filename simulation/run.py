"""One scenario, ready to run: each replication is the same, wherever and whenever it is run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any

from hall.domain.identities import TicketId
from hall.domain.trace import Trace
from hall.measures.figures import MINUTE_MS, Figures
from hall.measures.measure import Measures, Openings, measure
from simulation.demand import People
from simulation.engine import Simulate, engine
from simulation.plan import Plan, plan_of
from simulation.scenario import Scenario, Steady
from simulation.streams import Key
from simulation.visits import Booked, Visits

#: What of a scenario says nothing about who comes; its layout does so by matters and classes, and,
#: where the hall's rules give the slots, by all that these are made of.
_NOT_THEIRS = frozenset({"file", "name", "layout", "staffing"})
#: For how many sets of people those of the latest replication are remembered.
_KNOWN = 8


class Runner:
    """One scenario, ready to run any of its replications."""

    def __init__(self, scenario: Scenario, simulate: Simulate | None = None) -> None:
        days = (None,) if isinstance(scenario.run, Steady) else scenario.run
        self.scenario = scenario
        self._simulate = simulate or engine()
        self.days: list[tuple[date | None, Plan]] = [(day, plan_of(scenario, day)) for day in days]
        self._drawn = _drawn(_Who(facts=who_comes(scenario), scenario=scenario))

    def visits(self, seed: int, replication: int, at: int = 0) -> Visits:
        """Return who comes on one day of a replication, by its position among the days."""
        day, plan = self.days[at]
        key = Key(seed=seed, replication=replication, day=day.toordinal() if day else 0)
        return self._drawn.visits(key, plan.calendar.openings)

    def trace(self, seed: int, replication: int, at: int = 0) -> Trace:
        """Return what happens on one day of a replication."""
        return self._simulate(self.days[at][1], self.visits(seed, replication, at))

    def measures(self, seed: int, replication: int) -> Measures:
        """Return the figures of one replication over all its days."""
        run, layout = self.scenario.run, self.scenario.layout
        if isinstance(run, Steady):
            since, until = run.warm_up_minutes * MINUTE_MS, run.horizon_minutes * MINUTE_MS
            trace = self.trace(seed, replication)
            period = {"since_ms": round(since), "until_ms": round(until)}
            return measure(trace, layout, days=[], **period, by_matter=True)
        traces = [self.trace(seed, replication, at) for at in range(len(self.days))]
        openings = [plan.calendar.openings for _, plan in self.days]
        found = measure(_together(traces), layout, days=openings, by_matter=True)
        found["all"].update(self._of_bookings(seed, replication, found["all"]["utilization"]))
        return found

    def _of_bookings(self, seed: int, replication: int, utilization: float | None) -> Figures:
        """Return what became of those who wanted an appointment, and what that costs in idleness.

        Nothing where the scenario does not say how those come who booked.
        """
        if self.scenario.appointments is None:
            return {}
        days = [self.visits(seed, replication, at).bookings for at in range(len(self.days))]
        found = sum((day for day in days if day is not None), Booked())
        return {
            "idle_share": None if utilization is None else 1 - utilization,
            "booked": found.booked,
            "no_slot": found.no_slot,
            "missed_appointments": found.missed,
            "late_appointments": found.late,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Who:
    """Who comes to a scenario; another layout that tells them apart as finely meets the same."""

    facts: tuple[Any, ...]
    scenario: Scenario = field(compare=False)


class _Drawn:
    """The visits of the latest replication, so that the next layout need not draw them again."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._of = (0, 0)
        self._visits: dict[tuple[int, tuple[tuple[int, int], ...]], Visits] = {}

    def visits(self, key: Key, openings: Openings) -> Visits:
        """Return who comes on a day with these openings."""
        if self._of != (key.seed, key.replication):
            self._visits.clear()
            self._of = (key.seed, key.replication)
        day = key.day, tuple(openings)
        if day not in self._visits:
            self._visits[day] = self._people.draw(key, openings)
        return self._visits[day]


@lru_cache(_KNOWN)
def _drawn(who: _Who) -> _Drawn:
    return _Drawn(People(who.scenario))


def who_comes(scenario: Scenario) -> tuple[Any, ...]:
    """Return all of a scenario that decides who comes to it, and what they bring."""
    theirs = (getattr(scenario, f.name) for f in fields(Scenario) if f.name not in _NOT_THEIRS)
    layout = scenario.layout
    classes = tuple(rule.id for rule in layout.rule.classes)
    facts = (*theirs, layout.matters, classes)
    if scenario.appointments and scenario.appointments.by_rules:
        # What the slots are made of.
        facts += (layout.booking, layout.hours, layout.zone, layout.counters, scenario.staffing)
    return facts


def _together(traces: Sequence[Trace]) -> Trace:
    """Return the traces of several days as one; a ticket number of each day is another ticket."""
    if len(traces) == 1:
        return traces[0]
    together = Trace()
    for day, trace in enumerate(traces):
        for table in Trace.__slots__:
            here, there = getattr(together, table), getattr(trace, table)
            for name in here.__slots__:
                column = getattr(there, name)
                if name == "ticket":
                    column = [TicketId(f"{day}/{ticket}") for ticket in column]
                getattr(here, name).extend(column)
    return together
