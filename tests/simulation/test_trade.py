"""What bookings cost whom: the curve over one setting, what it says, and the command."""

import json
from dataclasses import replace
from datetime import timedelta
from math import inf
from pathlib import Path

import pytest

from hall.domain.identities import APPOINTMENT, PRIORITY, WALK_IN
from hall.domain.layout_file import layout_in
from hall.domain.reading import BadFile, Source
from simulation.__main__ import main
from simulation.crew import crew
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.scenario_form import layout_text
from simulation.trade.curve import Asked, Curve, curve
from simulation.trade.days import day_of, together
from simulation.trade.form import curve_form, value_of
from simulation.trade.names import ALL, IDLE, P90
from simulation.trade.says import says
from simulation.trade.settings import STRICT, Setting, in_order, present, usual_values, varied
from simulation.vary import with_booked, with_demand
from tests.simulation import halls

#: Walk-ins beside bookings: 4 counters, 12 minutes a visit, 3 appointments a slot of 12 minutes.
BESIDE = """
format = 1
name = "beside"
[run]
days = [ 2026-03-02, 2026-03-03 ]
[demand]
interval_minutes = 60
[demand.per_hour]
a = 20
[demand.classes]
appointment = 0.75
[service.default]
distribution = "exponential"
[patience]
distribution = "none"
[appointments]
slot_minutes = 12
no_show_share = 0.15
absent_seconds = 90
[layout_inline]
format = 1
"""
DEFAULT_CLASSES = "{ priority = {}, appointment = { credit_minutes = 12 }, walk_in = {} }"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hall as a scenario file."""
    layout = halls.layout_text(
        counters=4, handling_minutes=12, classes=DEFAULT_CLASSES, at="layout_inline."
    )
    path = tmp_path_factory.mktemp("trade") / "beside.toml"
    path.write_text(BESIDE + layout, "utf-8")
    return path


@pytest.fixture(scope="module")
def beside(file: Path) -> Scenario:
    """The hall, where appointments have a credit of 12 minutes."""
    return read_scenario(file)


@pytest.fixture(scope="module")
def over_credit(beside: Scenario) -> Curve:
    """The curve over the credit, from none to bookings always first."""
    return curve(beside, Asked(setting=Setting.CREDIT, values=(0, STRICT), days=20))


def test_credit_moves_waiting_from_booked_citizens_to_walk_ins(over_credit: Curve) -> None:
    walk_in, booked = (
        [point.figures[who][P90].mean or 0 for point in over_credit.points]
        for who in (WALK_IN, APPOINTMENT)
    )
    assert [point.value for point in over_credit.points] == [0, 12, STRICT]
    assert walk_in == sorted(walk_in)
    assert booked == sorted(booked, reverse=True)
    idle = [point.figures[ALL][IDLE].mean for point in over_credit.points]
    assert idle == pytest.approx([idle[0]] * 3, abs=0.005)


def test_the_present_value_is_the_hall_as_it_is(beside: Scenario, over_credit: Curve) -> None:
    now = over_credit.now
    assert now.scenario is beside
    change = now.changes[WALK_IN][P90]
    assert (change.mean, change.low, change.high) == (0, 0, 0)


def test_changes_are_surer_than_the_waits_that_differ_by_day(over_credit: Curve) -> None:
    first = over_credit.points[0]
    wait, change = (of[APPOINTMENT]["wait_minutes"] for of in (first.figures, first.changes))
    assert change.low is not None
    assert change.low > 0
    assert (change.half_width or inf) < (wait.half_width or 0)


def test_a_day_waits_as_the_measures_of_the_hall_say(beside: Scenario) -> None:
    runner = Runner(beside)
    days = [day_of(runner, 3, number) for number in range(2)]
    expected = runner.measures(3, 0)
    found = together(days)
    for who in (WALK_IN, APPOINTMENT):
        for name, value in found[who].items():
            many = 2 if name == "arrived" else 1
            assert (value or 0) * many == pytest.approx(expected["classes"][who][name])
    assert found[ALL][IDLE] == pytest.approx(1 - (expected["all"]["utilization"] or 0))
    overtime = expected["all"]["overtime_minutes"]
    assert found[ALL]["overtime_minutes"] == pytest.approx(overtime)


def test_a_steady_run_leaves_its_warm_up_out() -> None:
    steady = halls.a_steady_scenario(counters=1, per_hour=40, horizon_minutes=2000)
    runner = Runner(steady)
    expected = runner.measures(1, 0)["classes"][WALK_IN]
    assert together([day_of(runner, 1, 0)])[WALK_IN] == {
        name: pytest.approx(expected[name])
        for name in ("arrived", "wait_minutes", P90, "within_target_share", "abandoned_share")
    }


def test_the_figures_do_not_depend_on_who_runs_the_days(beside: Scenario) -> None:
    asked = Asked(setting=Setting.CREDIT, values=(6,), days=4)
    with crew(2) as hands:
        assert curve_form(curve(beside, asked, crew=hands)) == curve_form(curve(beside, asked))


@pytest.mark.parametrize(
    ("setting", "value", "was"),
    [
        (Setting.CREDIT, 5, 12),
        (Setting.CREDIT, STRICT, 12),
        (Setting.BOOKED, 0.2, 0.75),
        (Setting.SLOT, 30, 12),
        (Setting.FIRST_BLOCK, 3, 1),
        (Setting.OVERBOOKING, 1, 0),
    ],
)
def test_every_setting_can_be_read_and_set(
    beside: Scenario, setting: Setting, value: float, was: float
) -> None:
    assert present(beside, setting) == was
    other = varied(beside, setting, value)
    assert present(other, setting) == value
    assert varied(beside, setting, was) is beside
    assert layout_in(Source("plan", layout_text(other.layout))).hash == other.layout.hash


def test_strict_bookings_stay_behind_other_strict_classes(beside: Scenario) -> None:
    rule = beside.layout.rule
    classes = tuple(replace(each, strict=each.id == PRIORITY) for each in rule.classes)
    layout = replace(beside.layout, rule=replace(rule, classes=classes))
    strict = varied(replace(beside, layout=layout), Setting.CREDIT, STRICT)
    assert [each.id for each in strict.layout.rule.classes if each.strict] == [
        PRIORITY,
        APPOINTMENT,
    ]


def test_the_usual_values_leave_room_for_the_other_classes(beside: Scenario) -> None:
    demand = replace(beside.demand, classes=((PRIORITY, 0.25), (APPOINTMENT, 0.3)))
    values = usual_values(replace(beside, demand=demand), Setting.BOOKED)
    assert values[-1] == 0.7
    assert 0.3 in values


@pytest.mark.parametrize(
    ("setting", "value"),
    [(Setting.CREDIT, -1), (Setting.BOOKED, 1.5), (Setting.SLOT, 7.5), (Setting.SLOT, inf)],
)
def test_values_that_cannot_be_are_named(beside: Scenario, setting: Setting, value: float) -> None:
    with pytest.raises(BadFile, match=f"{setting.value}: should be .* not {value:g}"):
        in_order(beside, setting, [value])


def test_where_nobody_books_the_answer_says_how_to_suppose_it(beside: Scenario) -> None:
    nobody = with_booked(beside, 0)
    with pytest.raises(BadFile, match="nobody books"):
        curve(nobody, Asked(setting=Setting.CREDIT))
    (only,) = curve(nobody, Asked(setting=Setting.BOOKED, values=(), days=2)).points
    assert only.figures[APPOINTMENT][P90].mean is None


def _minutes(mean: float) -> str:
    return f"{mean:.0f}" if mean >= 10 else f"{mean:.1f}"


def test_a_curve_is_told_in_sentences(over_credit: Curve) -> None:
    waits = [
        [_minutes(point.figures[who][P90].mean or 0) for who in (WALK_IN, APPOINTMENT)]
        for point in over_credit.points
    ]
    now, ends, pays, kept = says(over_credit)
    assert now.en.startswith(
        f"Now, with 12 minutes' credit, 9 of 10 walk-ins wait at most {waits[1][0]} min and 9 of "
        f"10 booked citizens wait at most {waits[1][1]} min; counters are idle"
    )
    assert ends.zh == (
        f"预约不优先时分别为 {waits[0][0]} 和 {waits[0][1]} 分钟；"
        f"预约一律优先时分别为 {waits[2][0]} 和 {waits[2][1]} 分钟。"
    )
    assert pays.en.startswith("More credit only moves waiting from booked citizens to walk-ins")
    assert "none of these values" in kept.en


def test_a_promise_that_is_kept_names_its_values(beside: Scenario) -> None:
    target = replace(
        beside.layout.target, walk_in=timedelta(hours=9), appointment=timedelta(hours=9)
    )
    easy = replace(beside, layout=replace(beside.layout, target=target))
    *_, kept = says(curve(easy, Asked(setting=Setting.CREDIT, values=(0,), days=2)))
    assert kept.en.endswith("is kept for both with: every value.")
    assert kept.zh.endswith("对两者都做到：所有取值。")


def test_where_nobody_waits_there_is_nothing_to_weigh(beside: Scenario) -> None:
    calm = with_demand(beside, 0.2)
    nothing, _ = says(curve(calm, Asked(setting=Setting.CREDIT, values=(0,), days=2)))
    assert nothing.en.startswith("With every value hardly anybody waits")


def test_the_command_prints_a_table_and_sentences(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ("--values", "6", "strict", "--replications", "2")
    assert main(["trade", str(file), *few, "--language", "en"]) == 0
    text = capsys.readouterr().out
    assert "Now, with 12 minutes' credit" in text
    rows = [line.split("  ")[0] for line in text.splitlines()[-3:]]
    assert rows == ["6", "12 *", "always first"]
    assert main(["trade", str(file), *few, "--language", "zh"]) == 0
    assert "预约优先时间" in capsys.readouterr().out


def test_the_command_prints_one_document(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["trade", str(file), "--over", "booked", "--values", "0.5", "--booked", "0.25"]
    assert main([*asked, "--replications", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["over"], found["present"], found["days"]) == ("booked", 0.25, 2)
    assert [point["value"] for point in found["points"]] == [0.25, 0.5]
    assert found["target"] == {"minutes": {"walk_in": 15, "appointment": 5}, "share": 0.9}
    first = found["points"][0]
    assert set(first["figures"]) == {"walk_in", "appointment", "all"}
    assert first["changes"]["all"]["idle_share"]["mean"] == 0


@pytest.mark.parametrize(
    "more",
    [["--values", "soon"], ["--booked", "2"], ["--over", "weather"], ["--replications", "1"]],
)
def test_what_cannot_be_asked_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    try:
        status = main(["trade", str(file), *more])
    except SystemExit as end:
        status = int(end.code or 0)
    assert status == 2
    assert capsys.readouterr().err


def test_strict_is_a_word_on_the_command_line() -> None:
    assert value_of("strict") == STRICT
    assert value_of("7.5") == 7.5
