"""Scenario files: what is wrong is said with its place, all of it at once."""

from datetime import date
from pathlib import Path

import pytest

from hall.domain.reading import BadFile, Source
from simulation.scenario import Distribution, NoShows, Steady
from simulation.scenario_file import read_scenario, scenario_in
from tests.simulation.halls import EXAMPLES, layout_text

SCENARIOS = [
    path for path in sorted(EXAMPLES.glob("*/*.toml")) if "\n[demand]" in path.read_text("utf-8")
]

GOOD = f"""
format = 1
name = "good"
[run]
days = [ 2026-03-02 ]
[demand]
interval_minutes = 30
day_factor_cv = 0.1
[demand.per_hour]
a = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ]
b = 5
[demand.mix]
a = {{ a-1 = 1.0 }}
[demand.classes]
priority = 0.1
[demand.matters_per_visit]
counts = [ 0.8, 0.2 ]
[service.default]
distribution = "lognormal"
cv = 0.8
approach_seconds = 20
[service.a-1]
cv = 0.6
[patience]
distribution = "weibull"
mean_minutes = 60
shape = 1.2
in_vain_seconds = 60
[no_shows]
share = 0.05
seconds = 90
return_share = 0.5
return_minutes = 12
[appointments]
slot_minutes = 20
absent_seconds = 90
[staffing]
breaks = [ {{ counters = [ "1" ], from = "11:00", until = "11:20" }} ]
[layout_inline]
format = 1
{layout_text(groups=("a", "b"), at="layout_inline.")}
"""


def problems(old: str, new: str) -> list[str]:
    """Return what is said of the good file with one thing replaced."""
    assert old in GOOD
    with pytest.raises(BadFile) as bad:
        scenario_in(Source("bad.toml", GOOD.replace(old, new)), folder=Path())
    return bad.value.lines()


def test_a_good_file_says_what_it_says() -> None:
    scenario = scenario_in(Source("good.toml", GOOD), folder=Path())
    assert scenario.name == "good"
    assert scenario.run == (date(2026, 3, 2),)
    assert dict(scenario.demand.per_hour)["b"] == (5.0,)  # type: ignore[index]
    services = {str(code): service for code, service in scenario.services}
    assert services["a-1"].cv == 0.6
    assert services["b-1"].cv == 0.8
    assert services["a-1"].distribution is Distribution.LOGNORMAL
    assert scenario.approach_seconds == 20
    assert scenario.staffing.breaks[0].counters == ("1",)
    assert scenario.patience is not None
    assert scenario.patience.in_vain_seconds == 60
    assert scenario.no_shows == NoShows(share=0.05, seconds=90, return_share=0.5, return_minutes=12)
    assert scenario.appointments is not None
    assert scenario.appointments.absent_seconds == 90


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1\nname", "format = 2\nname", "format: should be 1"),
        ("8, 9, 10, 11, 12 ]", "8, 9 ]", "has 9 values, but 2026-03-02 has 12 intervals"),
        ("b = 5\n", "c = 5\n", "demand.per_hour.c: is not a group of the layout"),
        ("b = 5\n", "b = -5\n", "demand.per_hour.b: should be a number, or a list of numbers"),
        ("b = 5\n", 'b = "many"\n', "demand.per_hour.b: should be a number, or a list"),
        ("a-1 = 1.0", "x-1 = 1.0", "demand.mix.a.x-1: is not a matter of the group 'a'"),
        ("a-1 = 1.0", "a-1 = 0.0", "demand.mix.a: should have a weight above 0"),
        ("priority = 0.1", "prioriti = 0.1", "prioriti: is not a class of the layout"),
        ("priority = 0.1", "priority = 1.1", "demand.classes.priority: should be from 0 to 1"),
        ("priority = 0.1", "priority = 0.6\nappointment = 0.6", "add up to more than 1"),
        ("[ 0.8, 0.2 ]", "[ 0.8, 0.3 ]", "counts: should add up to 1, not 1.1"),
        ('"lognormal"', '"normal"', "service.default.distribution: should be one of"),
        ("[service.a-1]", "[service.z-1]", "service.z-1: is not a matter of the layout"),
        ("cv = 0.6", 'distribution = "empirical"', "values_minutes: belongs to"),
        ("mean_minutes = 60", "mean = 60", "patience.mean"),
        ("in_vain_seconds = 60", "in_vain_seconds = -1", "patience.in_vain_seconds: should be"),
        ("seconds = 90\nreturn", "seconds = 0\nreturn", "no_shows.seconds: should be"),
        ("share = 0.05", "share = 5", "no_shows.share: should be from 0 to 1"),
        ("absent_seconds = 90", "absent_seconds = -9", "appointments.absent_seconds: should be"),
        ('counters = [ "1" ]', 'counters = [ "9" ]', "no counter has the id '9'"),
        ("days = [ 2026-03-02 ]", "days = []", "run.days: names no day"),
        ("days = [ 2026-03-02 ]", "days = [ 1 ]", "should be a date"),
        ("days = [ 2026-03-02 ]", "", "give exactly one of days and steady"),
        (
            "days = [ 2026-03-02 ]",
            "steady = { horizon_minutes = 10, warm_up_minutes = 20 }",
            "warm_up_minutes: should be below horizon_minutes",
        ),
        (
            "days = [ 2026-03-02 ]",
            "steady = { horizon_minutes = 100 }",
            "demand.per_hour.a: has 12 values; a steady run takes one",
        ),
        ("interval_minutes = 30", "interval = 30", "demand.interval: is not known here"),
        ('takes = [ "*" ]', 'takes = [ "q" ]', "no group has the id 'q'"),
        ("[layout_inline]\nformat = 1", 'layout = "no.toml"', "layout"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, said: str) -> None:
    lines = problems(old, new)
    assert any(said in line for line in lines), lines
    assert all(line.startswith("bad.toml:") for line in lines)


def test_the_line_is_named() -> None:
    assert problems("cv = 0.8", "cv = -1")[0].startswith("bad.toml:20: service.default.cv:")


def test_everything_wrong_is_said_at_once() -> None:
    lines = problems("b = 5\n[demand.mix]", "c = 5\n[demand.mix]\nz = { a-1 = 1 }")
    assert len(lines) == 2


def test_nobody_coming_is_a_mistake() -> None:
    rates = "a = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ]\nb = 5"
    assert "nobody comes" in problems(rates, "a = 0\nb = 0")[0]


def test_a_day_on_which_the_hall_is_closed_is_a_mistake() -> None:
    line = problems('{ days = "mon-sun", from = "09:00"', '{ days = "tue-sun", from = "09:00"')
    assert any("2026-03-02" in each for each in line)


def test_the_layout_is_found_beside_the_scenario(tmp_path: Path) -> None:
    head, _, _ = GOOD.partition("[layout_inline]")
    named = head.replace('name = "good"', 'layout = "hall.toml"')
    (tmp_path / "hall.toml").write_text(f"format = 1\n{layout_text(groups=('a', 'b'))}")
    (tmp_path / "scenario.toml").write_text(named)
    scenario = read_scenario(tmp_path / "scenario.toml")
    assert scenario.name == "scenario"
    assert scenario.layout.hall == "small"


def test_a_layout_that_is_wrong_is_named_itself(tmp_path: Path) -> None:
    head, _, _ = GOOD.partition("[layout_inline]")
    (tmp_path / "scenario.toml").write_text(head.replace('name = "good"', 'layout = "hall.toml"'))
    with pytest.raises(BadFile) as missing:
        read_scenario(tmp_path / "scenario.toml")
    assert missing.value.lines()[0].startswith(str(tmp_path / "hall.toml"))


def test_patience_switched_off_may_keep_its_numbers() -> None:
    text = GOOD.replace('distribution = "weibull"', 'distribution = "none"')
    assert scenario_in(Source("off.toml", text), folder=Path()).patience is None


def test_a_steady_run_takes_flat_rates() -> None:
    rates = "a = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ]"
    run = "steady = { horizon_minutes = 1000, warm_up_minutes = 50 }"
    text = GOOD.replace(rates, "a = 3").replace("days = [ 2026-03-02 ]", run)
    scenario = scenario_in(Source("steady.toml", text), folder=Path())
    assert scenario.run == Steady(horizon_minutes=1000, warm_up_minutes=50)


def test_appointments_need_their_class_in_the_layout() -> None:
    line = problems("appointment = { early = false }, ", "")[0]
    assert line.endswith("appointments: the layout has no class appointment")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_scenario_can_be_read(path: Path) -> None:
    assert read_scenario(path).demand.per_hour


def test_a_day_of_the_week_has_rates_of_its_own() -> None:
    text = GOOD.replace("[demand.mix]", "[demand.weekdays.mon]\na = 7\n[demand.mix]")

    demand = scenario_in(Source("good", text), folder=Path()).demand

    assert dict(demand.rates_on(0)) == {"a": (7,), "b": (5,)}
    assert demand.rates_on(1) == demand.rates_on(None) == demand.per_hour


def test_rates_of_a_weekday_say_where_they_are_wrong() -> None:
    new = "[demand.weekdays.monday]\na = 7\n[demand.weekdays.mon]\na = [ 1, 2 ]\n[demand.mix]"

    wrong = problems("[demand.mix]", new)

    assert [line.split(": ", 2)[1] for line in wrong] == [
        "demand.weekdays.monday",
        "demand.weekdays.mon.a",
    ]
    assert "has 2 values, but 2026-03-02 has 12" in wrong[1]


def test_usual_rates_need_no_value_for_the_hours_of_another_weekday() -> None:
    text = GOOD.replace("a = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ]", "a = [ 1, 2 ]")
    text = text.replace("[demand.mix]", "[demand.weekdays.mon]\na = 7\n[demand.mix]")

    demand = scenario_in(Source("good", text), folder=Path()).demand

    assert demand.per_hour[0] == ("a", (1, 2))
