"""The halls that are shipped: they load, are as large as they claim, and can be made again."""

import runpy
import tomllib
from pathlib import Path
from statistics import fmean, stdev

import pytest

from hall.dispatch.starvation import CLEAR_LETTERS, warnings
from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.layout_file import read_layout
from hall.domain.roster import read_roster
from simulation.run import Runner
from simulation.scenario_file import read_scenario

EXAMPLES = Path(__file__).parents[2] / "examples"
LAYOUTS = sorted(
    path for path in EXAMPLES.glob("*/*.toml") if "hall" in tomllib.loads(path.read_text("utf-8"))
)
SCENARIOS = sorted(
    path for path in EXAMPLES.glob("*/*.toml") if "run" in tomllib.loads(path.read_text("utf-8"))
)


def layout_of(name: str) -> Layout:
    return read_layout(EXAMPLES / name)


@pytest.mark.parametrize(
    ("name", "counters"),
    [
        ("twelve/silo.toml", 12),
        ("twelve/pooled.toml", 12),
        ("xinglongtai/before-layout.toml", 75),
        ("xinglongtai/after-layout.toml", 34),
        ("dongcheng/layout.toml", 61),
        ("wola/layout.toml", 31),
        ("yunxi/layout.toml", 12),
        ("go/before-layout.toml", 25),
        ("go/after-layout.toml", 22),
        ("steps/before-layout.toml", 24),
        ("steps/after-layout.toml", 17),
        ("no/before-layout.toml", 50),
        ("no/after-layout.toml", 12),
        ("beside/layout.toml", 4),
    ],
)
def test_a_shipped_hall_has_as_many_counters_as_it_claims(name: str, counters: int) -> None:
    assert len(layout_of(name).counters) == counters


def test_every_shipped_layout_is_counted_above() -> None:
    assert len(LAYOUTS) == 14


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_group_of_a_shipped_scenario_is_asked_for(path: Path) -> None:
    scenario = read_scenario(path)
    asked_for = {group for group, rates in scenario.demand.per_hour if sum(rates) > 0}
    assert asked_for == {group.id for group in scenario.layout.groups}


def test_every_toml_file_is_a_layout_a_scenario_or_who_works() -> None:
    rest = set(EXAMPLES.rglob("*.toml")) - {*LAYOUTS, *SCENARIOS}
    assert rest == {EXAMPLES / "yunxi" / "roster.toml", EXAMPLES / "twelve" / "staff.toml"}


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shipped_hall_warns_of_letters_only_when_the_clear_ones_are_used_up(path: Path) -> None:
    layout = read_layout(path)
    few = len(layout.groups) <= len(CLEAR_LETTERS)
    found = [
        (text.startswith("letters "), "not used" not in text)
        for text in (warning.en for warning in warnings(layout))
    ]
    assert found == ([] if few else [(True, True)])


def test_the_reform_of_xinglongtai_changes_its_counters_and_seats_alone() -> None:
    before, after = (layout_of(f"xinglongtai/{when}-layout.toml") for when in ("before", "after"))
    assert (before.hall, before.hours, before.target, before.rule) == (
        after.hall,
        after.hours,
        after.target,
        after.rule,
    )
    assert (before.groups, before.matters, before.bundles) == (
        after.groups,
        after.matters,
        after.bundles,
    )


def test_xinglongtai_goes_from_special_to_comprehensive_counters() -> None:
    before, after = (layout_of(f"xinglongtai/{when}-layout.toml") for when in ("before", "after"))
    assert {len(counter.takes) for counter in before.counters} == {1}
    assert {len(counter.takes) for counter in after.counters} == {len(after.groups)}


def test_the_same_citizens_come_to_xinglongtai_before_and_after() -> None:
    before, after = (
        read_scenario(EXAMPLES / f"xinglongtai/{when}.toml") for when in ("before", "after")
    )
    assert (before.demand, before.services, before.patience, before.run) == (
        after.demand,
        after.services,
        after.patience,
        after.run,
    )


def test_xinglongtai_waited_the_published_ten_minutes_before() -> None:
    runner = Runner(read_scenario(EXAMPLES / "xinglongtai" / "before.toml"))
    waits = [runner.measures(1, replication)["all"]["wait_minutes"] for replication in range(40)]
    known = [wait for wait in waits if wait is not None]
    half_width = 1.96 * stdev(known) / len(known) ** 0.5
    assert abs(fmean(known) - 10) < half_width < 1.5


def test_dongcheng_has_the_published_cases_and_enquiries() -> None:
    demand = read_scenario(EXAMPLES / "dongcheng" / "day.toml").demand
    hours = demand.interval_minutes / 60
    daily = {group: sum(rates) * hours for group, rates in demand.per_hour}
    assert daily.pop(GroupId("enquiry")) == pytest.approx(597, rel=0.005)
    assert sum(daily.values()) == pytest.approx(618, rel=0.005)


def test_yunxi_is_staffed_alike_live_and_simulated() -> None:
    scenario = read_scenario(EXAMPLES / "yunxi" / "day.toml")
    assert scenario.staffing == read_roster(EXAMPLES / "yunxi" / "roster.toml", scenario.layout)


def test_the_first_ticket_of_yunxi_is_an_a() -> None:
    layout = layout_of("yunxi/layout.toml")
    assert layout.general_group is not None
    assert layout.group_of[layout.general_group].prefix == "A"


def test_yunxi_is_open_at_any_hour() -> None:
    (opening,) = layout_of("yunxi/layout.toml").hours.openings
    assert len(opening.days) == 7
    assert (opening.span.from_minute, opening.span.until_minute) == (0, 24 * 60)


@pytest.mark.parametrize("minute", [11 * 60 + 30, 11 * 60 + 59, 12 * 60, 12 * 60 + 29])
def test_half_of_yunxi_goes_on_over_lunch(minute: int) -> None:
    layout = layout_of("yunxi/layout.toml")
    roster = read_roster(EXAMPLES / "yunxi" / "roster.toml", layout)
    resting = {
        counter.id
        for counter in layout.counters
        for rest in roster.breaks_of(counter.id)
        if rest.from_minute <= minute < rest.until_minute
    }
    assert len(resting) == 6


def test_wola_is_derived_from_its_snapshots_byte_for_byte(tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLES / "wola" / "derive.py"))["derive"](tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {
        name: (EXAMPLES / "wola" / name).read_bytes() for name in ("layout.toml", "day.toml")
    }


def test_a_call_out_of_turn_is_not_counted_at_wola() -> None:
    longest_rise = runpy.run_path(str(EXAMPLES / "wola" / "derive.py"))["longest_rise"]
    shown = [1, 3, 247, 4, 2, 4, 6]
    assert [shown[index] for index in longest_rise(shown)] == [1, 3, 4, 4, 6]
