"""One scenario, ready to run: each replication is the same, wherever and whenever it is run."""

from collections.abc import Sequence
from datetime import date

from hall.domain.identities import TicketId
from hall.domain.trace import States, Stops, Trace
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Measures, measure
from simulation.demand import People
from simulation.model import simulate
from simulation.plan import Plan, plan_of
from simulation.scenario import Scenario, Steady
from simulation.streams import Key
from simulation.visits import Visits


class Runner:
    """One scenario, ready to run any of its replications."""

    def __init__(self, scenario: Scenario) -> None:
        days = (None,) if isinstance(scenario.run, Steady) else scenario.run
        self.scenario = scenario
        self.days: list[tuple[date | None, Plan]] = [(day, plan_of(scenario, day)) for day in days]
        self._people = People(scenario)

    def visits(self, seed: int, replication: int, at: int = 0) -> Visits:
        """Return who comes on one day of a replication, by its position among the days."""
        day, plan = self.days[at]
        key = Key(seed=seed, replication=replication, day=day.toordinal() if day else 0)
        return self._people.draw(key, plan.calendar.openings)

    def trace(self, seed: int, replication: int, at: int = 0) -> Trace:
        """Return what happens on one day of a replication."""
        return simulate(self.days[at][1], self.visits(seed, replication, at))

    def measures(self, seed: int, replication: int) -> Measures:
        """Return the figures of one replication over all its days."""
        run, layout = self.scenario.run, self.scenario.layout
        if isinstance(run, Steady):
            since, until = run.warm_up_minutes * MINUTE_MS, run.horizon_minutes * MINUTE_MS
            trace = self.trace(seed, replication)
            return measure(trace, layout, days=[], since_ms=round(since), until_ms=round(until))
        traces = [self.trace(seed, replication, at) for at in range(len(self.days))]
        openings = [plan.calendar.openings for _, plan in self.days]
        return measure(_together(traces), layout, days=openings)


def _together(traces: Sequence[Trace]) -> Trace:
    """Return the traces of several days as one; a ticket number of each day is another ticket."""
    if len(traces) == 1:
        return traces[0]
    stops, states = Stops(), States()
    for day, trace in enumerate(traces):
        stops.ticket.extend(TicketId(f"{day}/{ticket}") for ticket in trace.stops.ticket)
        for name in Stops.__slots__:
            if name != "ticket":
                getattr(stops, name).extend(getattr(trace.stops, name))
        for name in States.__slots__:
            getattr(states, name).extend(getattr(trace.states, name))
    return Trace(stops=stops, states=states)
