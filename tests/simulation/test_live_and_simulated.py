"""The live hall and the simulation, given the same people, make the same calls."""

import heapq
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from hall.context import Context
from hall.dispatch.pick import pick_counter
from hall.domain.events import EventName
from hall.domain.folding import fold
from hall.domain.identities import ClassId, CounterId, MatterCode, TicketId
from hall.domain.moments import from_ms, read, to_ms
from hall.domain.reading import Source
from hall.domain.trace import Stops
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import Issued, issue_ticket
from hall.operations.serve import come_back, finish, no_show, start
from simulation.demand import People
from simulation.model import simulate
from simulation.plan import PACE, Plan, plan_of
from simulation.scenario import Scenario
from simulation.scenario_file import scenario_in
from simulation.streams import Key
from simulation.visits import Visits
from tests.halls import MANAGER, FakeClock, WorkingHall, a_hall

#: Special and comprehensive counters on two floors, priority, several matters, bonuses.
LAYOUT = """
format = 1
[hall]
id = "mixed"
name = { zh = "混合厅", en = "Mixed" }
time_zone = "Asia/Shanghai"
opening = [ { days = "mon-sun", from = "09:00", until = "15:00" } ]
walk_minutes = WALK
[[groups]]
id = "tax"
prefix = "A"
name = { zh = "税务", en = "Tax" }
[[groups]]
id = "social"
prefix = "F"
name = { zh = "社保", en = "Social" }
[[groups]]
id = "house"
prefix = "K"
name = { zh = "房产", en = "House" }
[[matters]]
code = "tax-1"
group = "tax"
name = { zh = "税一", en = "Tax 1" }
handling_minutes = 6
[[matters]]
code = "social-1"
group = "social"
name = { zh = "社一", en = "Social 1" }
handling_minutes = 8
[[matters]]
code = "house-1"
group = "house"
name = { zh = "房一", en = "House 1" }
handling_minutes = 12
[[counters]]
id = "1"
takes = [ "tax" ]
[[counters]]
id = "2"
takes = [ "social" ]
pace = { social = 0.9 }
[[counters]]
id = "3"
zone = "2F"
takes = [ "house" ]
[[counters]]
id = "4"
zone = "2F"
takes = [ "*" ]
bonus_minutes = { house = 4 }
pace = { tax = 1.2, social = 1.2, house = 1.2 }
[[counters]]
id = "5"
takes = [ "tax", "social" ]
[call_rule]
policy = "POLICY"
"""
SCENARIO = """
format = 1
name = "mixed"
layout = "layout.toml"
[run]
days = [ 2026-03-02 ]
[demand]
interval_minutes = 60
[demand.per_hour]
tax = 12
social = 11
house = 5
[demand.classes]
priority = 0.15
[demand.matters_per_visit]
counts = [ 0.6, 0.3, 0.1 ]
[service.default]
distribution = "lognormal"
cv = 0.8
approach_seconds = 20
[patience]
distribution = "none"
[no_shows]
share = 0.1
seconds = 90
return_share = 0.6
return_minutes = 10
"""


@dataclass(kw_only=True)
class Clerks:
    """Clerks who press next the moment they are free, and citizens as they were drawn."""

    hall: WorkingHall
    plan: Plan
    visits: Visits
    #: What happens next: when, its rank at equal times, what, for which counter or visit.
    agenda: list[tuple[int, int, str, int]] = field(default_factory=list)
    visit_of: dict[TicketId, int] = field(default_factory=dict)
    at: dict[int, TicketId] = field(default_factory=dict)
    idle_since: dict[int, int] = field(default_factory=dict)
    #: Visits that are not there at their first call.
    absent: set[int] = field(default_factory=set)

    def work_through(self) -> None:
        """Let everybody come and be served."""
        counters = len(self.plan.layout.counters)
        self.absent = {visit for visit, wait in enumerate(self.visits.in_vain) if wait}
        for visit, arrival in enumerate(self.visits.arrival):
            heapq.heappush(self.agenda, (arrival, 2 + counters, "comes", visit))
        self._move_to(self.plan.calendar.openings[0][0])
        for k in range(counters):
            self.hall.do(open_counter, MANAGER, counter=self._id(k))
            self.idle_since[k] = self.plan.calendar.openings[0][0]
        while self.agenda:
            now, _, what, which = heapq.heappop(self.agenda)
            self._move_to(now)
            getattr(self, f"_{what}")(which, now)

    def _comes(self, visit: int, now: int) -> None:
        self.visit_of[self._issued(visit).ticket.id] = visit
        self._offer(now)

    def _issued(self, visit: int) -> Issued:
        class_ = ClassId(self.plan.layout.rule.classes[self.visits.class_[visit]].id)
        return self.hall.do(issue_ticket, MANAGER, matters=self._matters(visit), class_=class_)

    def _matters(self, visit: int) -> tuple[MatterCode, ...]:
        return tuple(self.plan.layout.matters[m].code for m in self.visits.matters[visit])

    def _starts(self, k: int, _: int) -> None:
        self.hall.do(start, MANAGER, ticket=self.at[k])

    def _ends(self, k: int, now: int) -> None:
        after = self.hall.do(finish, MANAGER, ticket=self.at.pop(k), outcomes={})
        if after.status == "waiting":
            due_ms = to_ms(after.due_at)
            if due_ms > now:
                heapq.heappush(self.agenda, (due_ms, 1, "arrives", k))
            self._offer(now)
        self._press_next(k, now)

    def _arrives(self, _: int, now: int) -> None:
        """Let somebody arrive at the zone of the next stop."""
        self._offer(now)

    def _misses(self, k: int, now: int) -> None:
        ticket = self.at.pop(k)
        self.hall.do(no_show, MANAGER, ticket=ticket)
        visit = self.visit_of[ticket]
        self.absent.remove(visit)
        back = now + self.visits.back[visit]
        if back < self.plan.calendar.openings[-1][1]:
            last = 3 + len(self.plan.layout.counters)
            heapq.heappush(self.agenda, (back, last, "returns", visit))
        self._press_next(k, now)

    def _returns(self, visit: int, now: int) -> None:
        ticket = next(ticket for ticket, known in self.visit_of.items() if known == visit)
        self.hall.do(come_back, MANAGER, ticket=ticket)
        self._offer(now)

    def _offer(self, now: int) -> None:
        """Let the idle counter press next whom the rule would give the newcomer."""
        idle = sorted(self.idle_since)
        lines = self.hall.context.ask(self.hall.id, lambda view: view.lines())
        takes = [self.plan.layout.counters[k] for k in idle]
        able = [
            any(
                w.line.group in counter.takes
                and (w.due_ms <= now or self.plan.layout.class_of[w.line.class_].early)
                and (w.line.counter is None or w.line.counter == counter.id)
                for w in lines
            )
            for counter in takes
        ]
        best = pick_counter(able, [len(c.takes) for c in takes], [self.idle_since[k] for k in idle])
        if best >= 0:
            self._press_next(idle[best], now)

    def _press_next(self, k: int, now: int) -> None:
        call = self.hall.do(call_next, MANAGER, counter=self._id(k))
        if call is None:
            self.idle_since.setdefault(k, now)
            return
        self.idle_since.pop(k, None)
        self.at[k] = call.ticket.id
        visit = self.visit_of[call.ticket.id]
        if visit in self.absent:
            until = now + self.visits.in_vain[visit]
            heapq.heappush(self.agenda, (until, 2 + k, "misses", k))
            return
        begins = now + self.plan.approach_ms
        heapq.heappush(self.agenda, (begins, 2 + k, "starts", k))
        heapq.heappush(self.agenda, (begins + self._takes(k, call.ticket.id), 2 + k, "ends", k))

    def _takes(self, k: int, ticket: TicketId) -> int:
        """Return how long the matters take that the counter does of this visit."""
        found = self.hall.context.ask(self.hall.id, lambda view: view.ticket(ticket))
        open_, counter = set(found.open_matters), self.plan.layout.counters[k]
        here = {*counter.takes, found.line.group}
        visit = self.visit_of[ticket]
        pairs = zip(self.visits.matters[visit], self.visits.work[visit], strict=True)
        return sum(
            (work * self.plan.pace[k][matter] + PACE // 2) // PACE or 1
            for matter, work in pairs
            if self.plan.layout.matters[matter].code in open_
            and self.plan.layout.matters[matter].group in here
        )

    def _id(self, k: int) -> CounterId:
        return self.plan.layout.counters[k].id

    def _move_to(self, now_ms: int) -> None:
        self.hall.clock.now = from_ms(now_ms)


def layout_text(*, walk: int) -> str:
    return LAYOUT.replace("POLICY", "clerk").replace("WALK", str(walk))


def _scenario(folder: Path, *, walk: int) -> Scenario:
    (folder / "layout.toml").write_text(layout_text(walk=walk), "utf-8")
    return scenario_in(Source("scenario.toml", SCENARIO), folder=folder)


def calls(stops: Stops, visits: list[int]) -> list[tuple[int, int, int, CounterId | None]]:
    """Return each first call: when, of which visit, for which of its stops, at which counter."""
    return sorted(
        (stops.called[row], visits[row], stops.stop[row], stops.counter[row])
        for row in range(len(stops))
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("seed", "walk"), [(1, 0), (2, 3)])
def test_the_live_hall_and_the_simulation_make_the_same_calls_in_the_same_order(
    context: Context, clock: FakeClock, tmp_path: Path, seed: int, walk: int
) -> None:
    scenario = _scenario(tmp_path, walk=walk)
    plan = plan_of(scenario, scenario.run[0])  # type: ignore[index]
    visits = People(scenario).draw(Key(seed=seed, replication=0, day=0), plan.calendar.openings)
    simulated = simulate(plan, visits).stops
    hall = a_hall(context, clock, layout_text(walk=walk))
    clerks = Clerks(hall=hall, plan=plan, visits=visits)
    clerks.work_through()
    events = hall.events()
    live = fold(events).stops
    told = calls(live, [clerks.visit_of[ticket] for ticket in live.ticket])
    expected = calls(simulated, [int(ticket) - 1 for ticket in simulated.ticket])
    called = sum(event.name is EventName.TICKET_CALLED for event in events)
    came_back = sum(event.name is EventName.TICKET_CAME_BACK for event in events)
    assert came_back > 0
    assert called == len(live) + came_back > len(visits)
    assert told == expected
    nexts = [event for event in events if event.name is EventName.TICKET_QUEUED_AGAIN]
    walks = {read(event.details["due_at"]) - event.at for event in nexts}
    assert walks == {timedelta(), timedelta(minutes=walk)}
