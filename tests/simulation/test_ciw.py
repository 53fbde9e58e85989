"""The model against Ciw, a peer: the same people, and every single wait is the same.

Here with priorities and reneging; breaks, no-shows, returns and several matters are elsewhere. Ciw
knows no counters that take some groups and not others: for these see the theory.
"""

from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np
import pytest

from hall.domain.trace import ABSENT, Outcome, Trace
from simulation.model import simulate
from simulation.visits import Visits
from tests.simulation.ciw_peer import Drawn, InOrder, Untied
from tests.simulation.halls import STRICT, a_layout, a_steady_plan, some_visits

#: The classes of ``STRICT``; Ciw takes those who come at one moment in the order of these names.
CLASSES = ("0 priority", "1 appointment", "2 walk_in")
COUNTERS = 5
VISITS = 30_000


def people(*, grain_ms: int, seed: int) -> Visits:
    """Return visits in three classes, all times whole multiples of a grain; a coarse one ties."""
    rng = np.random.default_rng(seed)

    def times(mean_ms: float) -> list[int]:
        drawn = np.rint(rng.exponential(mean_ms / grain_ms, VISITS)).astype(int) * grain_ms
        return np.maximum(drawn, grain_ms).tolist()  # type: ignore[no-any-return]

    class_ = rng.choice(3, VISITS, p=[0.1, 0.3, 0.6])
    arrival = np.cumsum(np.rint(rng.exponential(12_500 / grain_ms, VISITS)).astype(int) * grain_ms)
    order = np.lexsort((class_, arrival))
    return some_visits(
        arrival[order].tolist(),
        times(60_000),
        class_=class_[order].tolist(),
        patience=times(150_000),
    )


@dataclass(frozen=True)
class Peer:
    """What Ciw says of each visit: its wait until served, or when it left."""

    wait: dict[int, int]
    left: dict[int, int]


def ciw_says(visits: Visits) -> Peer:
    arrivals: dict[str, Any] = {}
    for at, name in enumerate(CLASSES):
        mine = [a for a, c in zip(visits.arrival, visits.class_, strict=True) if c == at]
        gaps = np.diff([0, *mine]).tolist()
        arrivals[name] = [ciw.dists.Sequential([*gaps, float("inf")])]
    network = ciw.create_network(
        arrival_distributions=arrivals,
        service_distributions={name: [Drawn([w for (w,) in visits.work])] for name in CLASSES},
        reneging_time_distributions={name: [Drawn(visits.patience)] for name in CLASSES},
        priority_classes={name: at for at, name in enumerate(CLASSES)},
        number_of_servers=[COUNTERS],
    )
    run = Untied(network, node_class=InOrder)
    run.simulate_until_max_customers(len(visits), method="Finish")
    records = run.get_all_records()
    return Peer(
        wait={r.id_number - 1: int(r.waiting_time) for r in records if r.record_type == "service"},
        left={r.id_number - 1: int(r.exit_date) for r in records if r.record_type == "renege"},
    )


def model_says(trace: Trace) -> Peer:
    stops = trace.stops
    rows = range(len(stops))
    return Peer(
        wait={r: stops.called[r] - stops.due[r] for r in rows if stops.called[r] != ABSENT},
        left={r: stops.finished[r] for r in rows if stops.outcome[r] is Outcome.ABANDONED},
    )


@pytest.mark.parametrize(("grain_ms", "seed"), [(1, 1), (5_000, 2)])
def test_every_single_wait_is_the_same(grain_ms: int, seed: int) -> None:
    visits = people(grain_ms=grain_ms, seed=seed)
    layout = a_layout(counters=COUNTERS, classes=STRICT)
    trace = simulate(a_steady_plan(layout, horizon_ms=visits.arrival[-1] + 1), visits)
    ours, theirs = model_says(trace), ciw_says(visits)
    assert len(ours.wait) + len(ours.left) == VISITS
    assert len(ours.left) > VISITS / 100
    assert ours == theirs
