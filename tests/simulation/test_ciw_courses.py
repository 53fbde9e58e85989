"""The model against Ciw: breaks, no-shows and returns; several matters at special counters.

Every single call is the same. Ciw has a break as a shift without servers; a no-show as a short
service; a return as a stay at a second node, after which a discipline gives the place earned.
"""

from dataclasses import dataclass, replace
from typing import Any

import ciw
import numpy as np
from typing_extensions import override

from hall.domain.trace import ABSENT, Trace
from simulation.calendar import Bell, Ring
from simulation.model import simulate
from simulation.visits import FOR_EVER, Visits
from tests.simulation.ciw_peer import Drawn, InOrder, Untied
from tests.simulation.halls import a_layout, a_steady_plan, some_visits

VISITS, COUNTERS = 15_000, 5
#: After every so long all counters have a break; no service is longer.
EVERY_MS, BREAK_MS = 7_200_000, 1_200_000


@dataclass(frozen=True)
class Course:
    """When each visit was called, in order, and when those who left did."""

    calls: dict[int, list[int]]
    left: dict[int, int]


class InVain(ciw.dists.Distribution):  # type: ignore[misc]
    """How long a counter is occupied: the first time in vain by those who are not there."""

    def __init__(self, visits: Visits) -> None:
        self.visits = visits

    def sample(self, t: float | None = None, ind: Any = None) -> int:  # noqa: ARG002
        row = int(ind.id_number) - 1
        is_back = bool(ind.data_records)
        return (
            self.visits.work[row][0]
            if is_back
            else self.visits.in_vain[row] or self.visits.work[row][0]
        )


class FirstTime(Drawn):
    """Patience of those who have not been called; who comes back stays."""

    @override
    def sample(self, t: float | None = None, ind: Any = None) -> Any:
        return float("inf") if ind.data_records else super().sample(t, ind)


def by_place(individuals: list[Any], _now: float) -> Any:
    """Return who has the earliest place; those who came back have kept theirs."""
    return min(individuals, key=lambda individual: individual.id_number)


def course_of(run: Any) -> Course:
    """Return what Ciw says happened at its first node."""
    calls: dict[int, list[int]] = {}
    left = {}
    for record in sorted(run.get_all_records(), key=lambda record: record.arrival_date):
        if record.record_type == "renege":
            left[record.id_number - 1] = int(record.exit_date)
        elif record.node == 1:
            calls.setdefault(record.id_number - 1, []).append(int(record.service_start_date))
    return Course(calls=calls, left=left)


def course_in(trace: Trace) -> Course:
    """Return what the model says happened; each visit has one stop."""
    stops, missed = trace.stops, trace.missed
    calls = {row: [called] for row, called in enumerate(stops.called) if called != ABSENT}
    for ticket, again in zip(missed.ticket, missed.again, strict=True):
        if again != ABSENT:
            calls[int(ticket) - 1].append(again)
    left = {r: stops.finished[r] for r in range(len(stops)) if r not in calls}
    return Course(calls=calls, left=left)


def breaks(until_ms: int) -> list[Ring]:
    """Return the breaks of all counters at once."""
    return [
        Ring(at_ms=at, bell=bell, counter=counter)
        for start in range(EVERY_MS, until_ms, EVERY_MS + BREAK_MS)
        for at, bell in ((start, Bell.PAUSE), (start + BREAK_MS, Bell.RESUME))
        for counter in range(COUNTERS)
    ]


def absent_minded() -> Visits:
    """Return visits of whom some are not there when called, and some of those come back."""
    rng = np.random.default_rng(3)
    is_away = rng.random(VISITS) < 0.1
    returns = is_away & (rng.random(VISITS) < 0.6)
    back = np.where(returns, 1 + rng.exponential(300_000, VISITS).astype(int), FOR_EVER)
    return some_visits(
        np.cumsum(1 + rng.exponential(12_500, VISITS).astype(int)).tolist(),
        (1 + rng.exponential(60_000, VISITS).astype(int)).tolist(),
        patience=(1 + rng.exponential(150_000, VISITS).astype(int)).tolist(),
        in_vain=np.where(is_away, 45_000, 0).tolist(),
        back=back.tolist(),
    )


def ciw_course(visits: Visits) -> Course:
    gaps = np.diff([0, *visits.arrival]).tolist()
    shifts = ciw.Schedule(
        numbers_of_servers=[COUNTERS, 0], shift_end_dates=[EVERY_MS, EVERY_MS + BREAK_MS]
    )
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")]), None],
        service_distributions=[InVain(visits), Drawn(visits.back)],
        reneging_time_distributions=[FirstTime(visits.patience), None],
        routing=ciw.routing.ProcessBased(
            lambda ind, _: [2, 1] if visits.back[ind.id_number - 1] < FOR_EVER else []
        ),
        service_disciplines=[by_place, ciw.disciplines.FIFO],
        number_of_servers=[shifts, float("inf")],
    )
    run = Untied(network, node_class=InOrder)
    run.simulate_until_max_customers(len(visits), method="Finish")
    return course_of(run)


def model_course(visits: Visits) -> Course:
    horizon = 2 * visits.arrival[-1]
    plan = a_steady_plan(a_layout(counters=COUNTERS), horizon_ms=horizon)
    rings = sorted([*plan.calendar.rings, *breaks(horizon)])
    plan = replace(plan, calendar=replace(plan.calendar, rings=tuple(rings)))
    return course_in(simulate(plan, visits))


def test_breaks_no_shows_and_returns_are_the_same() -> None:
    visits = absent_minded()
    ours, theirs = model_course(visits), ciw_course(visits)
    assert sum(len(calls) == 2 for calls in ours.calls.values()) > VISITS / 25
    assert len(ours.left) > VISITS / 100
    assert ours == theirs


GROUPS, COUNTERS_OF = ("a", "b", "c"), (3, 2, 2)
#: Per stop, by visit and group: whether it was called, and how long it waited until then.
Waited = dict[tuple[int, str], tuple[bool, int]]


def errands() -> Visits:
    """Return visits with one to three matters, each at counters of its own."""
    rng = np.random.default_rng(4)
    arrival = np.cumsum(1 + rng.exponential(30_000, VISITS).astype(int)).tolist()
    matters = [tuple(rng.permutation(3)[: rng.integers(1, 4)].tolist()) for _ in arrival]
    return replace(
        some_visits(
            arrival,
            [1] * VISITS,
            patience=(1 + rng.exponential(200_000, VISITS).astype(int)).tolist(),
        ),
        matters=matters,
        work=[tuple((1 + rng.exponential(42_000, len(m)).astype(int)).tolist()) for m in matters],
    )


def ciw_says(visits: Visits) -> Waited:
    matters, numbers = visits.matters, range(len(GROUPS))
    pairs = list(zip(matters, visits.work, strict=True))

    def arrivals(group: int) -> Any:
        mine = [at for at, m in zip(visits.arrival, matters, strict=True) if m[0] == group]
        return ciw.dists.Sequential([*np.diff([0, *mine]).tolist(), float("inf")])

    network = ciw.create_network(
        arrival_distributions=[arrivals(group) for group in numbers],
        service_distributions=[
            Drawn([dict(zip(m, w, strict=True)).get(group, 0) for m, w in pairs])
            for group in numbers
        ],
        reneging_time_distributions=[Drawn(visits.patience)] * len(GROUPS),
        routing=ciw.routing.ProcessBased(
            lambda ind, _: [group + 1 for group in matters[ind.id_number - 1][1:]]
        ),
        number_of_servers=list(COUNTERS_OF),
    )
    run = Untied(network, node_class=InOrder)
    run.simulate_until_max_customers(len(visits), method="Finish")
    return {
        (r.id_number, GROUPS[r.node - 1]): (r.record_type == "service", int(r.waiting_time))
        for r in run.get_all_records()
    }


def model_says(visits: Visits) -> Waited:
    counters = [
        f'takes = [ "{group}" ]'
        for group, count in zip(GROUPS, COUNTERS_OF, strict=True)
        for _ in range(count)
    ]
    layout = a_layout(counters=counters, groups=GROUPS)
    stops = simulate(a_steady_plan(layout, horizon_ms=visits.arrival[-1] + 1), visits).stops
    found = {}
    for row in range(len(stops)):
        is_called = stops.called[row] != ABSENT
        until = stops.called[row] if is_called else stops.finished[row]
        key = (int(stops.ticket[row]), str(stops.group[row]))
        found[key] = (is_called, until - stops.due[row])
    return found


def test_several_matters_at_special_counters_are_the_same() -> None:
    visits = errands()
    ours, theirs = model_says(visits), ciw_says(visits)
    assert len(ours) > 1.5 * VISITS
    assert sum(not called for called, _ in ours.values()) > VISITS / 25
    assert ours == theirs
