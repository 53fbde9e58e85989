"""Whoever does the runs, the answers are the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from distributed import LocalCluster

from hall.domain.reading import BadFile
from simulation.crew import crew
from simulation.replicate import Extent, each, replicate
from simulation.run import Runner
from simulation.scenario_file import read_scenario
from simulation.summary import replications_needed
from tests.simulation.golden.day import SCENARIO

EXTENT = Extent(replications=9)


def visitors(runner: Runner, seed: int, replication: int) -> int:
    return len(runner.visits(seed, replication))


@contextmanager
def a_cluster() -> Iterator[str]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def test_warm_processes_answer_as_this_one_does() -> None:
    golden = read_scenario(SCENARIO)
    alone = replicate([golden, golden], seed=3, extent=EXTENT)
    with crew(2) as team:
        assert replicate([golden, golden], seed=3, extent=EXTENT, crew=team) == alone
        # The same processes, another question.
        found = each(golden, visitors, seed=3, replications=5, crew=team)
    assert found == each(golden, visitors, seed=3, replications=5)
    assert [run["all"]["arrived"] for run in alone[0]][:5] == found


def test_a_precision_does_not_depend_on_who_does_the_runs() -> None:
    golden = read_scenario(SCENARIO)
    extent = Extent(precision=0.3)
    with crew(2) as team:
        there = replicate([golden], seed=3, extent=extent, crew=team)
    assert there == replicate([golden], seed=3, extent=extent)


def test_a_cluster_answers_as_this_process_does() -> None:
    golden = read_scenario(SCENARIO)
    with a_cluster() as address, crew(dask=address) as team:
        assert team.hands == 2
        there = replicate([golden], seed=3, extent=EXTENT, crew=team)
    assert there == replicate([golden], seed=3, extent=EXTENT)


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ([None] * 20, 15),  # nobody waits anywhere: there is nothing to know
        ([0.0] * 20, 15),
        ([5.0, 5.1] * 10, 15),
        ([5.0, 5.1] * 6, None),  # known, but not looked at again
        ([1.0, 9.0] * 10, None),
        ([1.0, 9.0] * 100, 71),
    ],
)
def test_a_mean_is_known_when_its_interval_stays_narrow(
    values: list[float | None], needed: int | None
) -> None:
    assert replications_needed(values, 0.2, fewest=10) == needed


def test_a_cluster_that_is_not_there_is_named() -> None:
    absent = "^nowhere: dask: no scheduler can be reached: "
    with pytest.raises(BadFile, match=absent), crew(dask="nowhere"):
        pass
