"""How many counters are needed: the frame, the start, the search and what is said about it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hall.domain.hours import spans_of
from hall.domain.reading import BadFile, Source
from simulation.__main__ import main
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario, scenario_in
from simulation.scenario_form import scenario_text
from simulation.sizing.form import sizing_form
from simulation.sizing.frame import Frame, Wish, frame_of
from simulation.sizing.load import loads, start, stationary
from simulation.sizing.shares import Shares
from simulation.sizing.size import Sizing, size
from simulation.sizing.staffed import Counts, staffed
from simulation.sizing.trial import trial_of
from tests.simulation.halls import EXAMPLES, a_steady_scenario, layout_text

TEN_MINUTES = Wish(minutes=10)
TWO = 'takes = [ "a" ]', 'takes = [ "b" ]'


def a_scenario(
    *, counters: int | list[str] = 3, groups: str = "a", per_hour: str = "60", more: str = ""
) -> Scenario:
    """Return a day from 9 to 12 and from 13 to 16, with services of four minutes."""
    rates = "\n".join(f"{group} = {per_hour}" for group in groups)
    layout = layout_text(counters=counters, groups=groups, handling_minutes=4, at="layout_inline.")
    text = f"""
format = 1
[run]
days = [ 2026-03-02 ]
[demand.per_hour]
{rates}
[service.default]
cv = 0.8
[layout_inline]
format = 1
{layout}
{more}
"""
    return scenario_in(Source("small", text), folder=Path())


def shares_on_new_days(found: Sizing, *, seed: int, days: int) -> Shares:
    """Return the shares of a sizing on days that it has never seen."""
    runner, trial = Runner(found.scenario), trial_of(found.frame)
    return Shares(rows=np.array([trial.shares(runner, seed, number) for number in range(days)]))


def staffed_at(scenario: Scenario, minute: int) -> int:
    """Return how many counters are staffed at a minute of the scenario's first day."""
    assert isinstance(scenario.run, tuple)
    day, layout = scenario.run[0], scenario.layout
    spans = [scenario.staffing.staffed(c.id, day, layout.hours) for c in layout.counters]
    return sum(any(s.from_minute <= minute < s.until_minute for s in each) for each in spans)


def a_frame(**kinds: object) -> Frame:
    return frame_of(a_scenario(**kinds), Wish())  # type: ignore[arg-type]


def test_counters_that_take_the_same_are_one_kind() -> None:
    counters = ['takes = [ "a" ]', 'takes = [ "*" ]', 'takes = [ "a" ]', 'takes = [ "b", "a" ]']
    frame = a_frame(counters=counters, groups="abc")
    assert [(kind.key, len(kind.counters)) for kind in frame.kinds] == [
        ("a", 2),
        ("*", 1),
        ("a+b", 1),
    ]


def test_groups_that_share_no_counter_are_sized_apart() -> None:
    counters = ['takes = [ "a" ]', 'takes = [ "b" ]', 'takes = [ "b", "c" ]']
    frame = a_frame(counters=counters, groups="abc")
    assert [sorted(part.groups) for part in frame.parts] == [["a"], ["b", "c"]]
    assert [(aim.name, aim.part) for aim in frame.aims] == [
        *(("*", None), ("a", 0), ("b+c", 1)),
        *(("b", None), ("c", None)),
    ]


def test_a_green_channel_joins_nothing_and_stays_as_it_is() -> None:
    green = 'takes = [ "*" ]\nclasses = [ "priority" ]'
    scenario = a_scenario(counters=[*TWO, green], groups="ab", per_hour="20")
    found = size(scenario, Wish(), replications=24)
    assert [sorted(part.groups) for part in found.frame.parts] == [["a"], ["b"]]
    kinds = [kind.key for kind in found.frame.kinds]
    assert found.counts[kinds.index("*/priority")].tolist() == [1] * 12


def test_where_counters_share_groups_more_come_where_it_hurts() -> None:
    chained = ['takes = [ "a", "b" ]', 'takes = [ "b", "c" ]']
    scenario = a_scenario(counters=chained, groups="abc", per_hour="10")
    rates = tuple((group, (60.0 if group == "c" else 5.0,)) for group in "abc")
    busy = replace(scenario, demand=replace(scenario.demand, per_hour=rates))  # type: ignore[arg-type]
    found = size(busy, Wish(), replications=24)
    first, second = found.counts.sum(axis=1).tolist()
    assert second > 3 * first
    assert found.shares.mean[0].min() > 0.9


def test_a_steady_run_cannot_be_sized() -> None:
    scenario = a_steady_scenario(counters=1, per_hour=10, horizon_minutes=100)
    with pytest.raises(BadFile, match="run: a steady run has no half hours"):
        frame_of(scenario, Wish())


def test_a_promise_to_nobody_is_refused() -> None:
    with pytest.raises(BadFile, match="no group and no class 'taxes'"):
        frame_of(a_scenario(), Wish(named=(("taxes", 5, None),)))


@pytest.mark.parametrize("promise", ["tax", "tax=0", "tax=5:2", "tax=soon"])
def test_a_promise_that_cannot_be_read_is_told(
    promise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["size", "any.toml", "--target", promise])
    assert left.value.code == 2
    assert f"should be like tax=10 or tax=10:0.95, not '{promise}'" in capsys.readouterr().err


def test_the_offered_load_lags_behind_the_arrivals() -> None:
    frame = a_frame()
    runner = Runner(frame.scenario)
    (load,) = loads(frame, runner, [runner.visits(1, number) for number in range(200)])
    assert load.minutes == pytest.approx(4, rel=0.02)
    assert load.per_hour == pytest.approx([60] * 12, rel=0.05)
    assert load.offered[1:6] == pytest.approx([4] * 5, rel=0.05)
    assert load.offered[0] < 3.7


def test_the_start_has_more_than_the_load_and_no_fewer_for_a_shorter_promise() -> None:
    frame = a_frame()
    runner = Runner(frame.scenario)
    found = loads(frame, runner, [runner.visits(1, number) for number in range(20)])
    short = frame_of(a_scenario(), Wish(minutes=1))
    assert (start(frame, found)[0] >= found[0].offered).all()
    assert start(short, found).sum() > start(frame, found).sum()


def test_stationary_staffing_keeps_the_promise_of_erlang_c() -> None:
    frame = a_frame()
    runner = Runner(frame.scenario)
    (load,) = loads(frame, runner, [runner.visits(1, number) for number in range(20)])
    steady = replace(load, per_hour=np.array([60.0]), minutes=4.0)
    assert stationary(steady, minutes=0.001, share=0.5).tolist() == [6]
    assert stationary(steady, minutes=10, share=0.9).tolist() == [5]


def test_so_many_counters_are_staffed_and_what_is_written_reads_the_same(tmp_path: Path) -> None:
    frame = a_frame(counters=3)
    counts: Counts = np.array([[1, 2, 5, 4, 1, 1, 1, 1, 2, 2, 1, 1]])
    scenario = staffed(frame, counts)
    starts = [span.from_minute for span in frame.spans]
    assert [staffed_at(scenario, minute) for minute in starts] == counts[0].tolist()
    assert staffed_at(scenario, 12 * 60 + 30) == 0
    (tmp_path / "sized.toml").write_text(scenario_text(scenario), "utf-8")
    again = read_scenario(tmp_path / "sized.toml")
    assert again.layout.hash == scenario.layout.hash != frame.scenario.layout.hash
    assert Runner(again).trace(1, 0).stops.called == Runner(scenario).trace(1, 0).stops.called


def test_a_counter_that_is_never_needed_is_never_staffed() -> None:
    frame = a_frame(counters=3)
    scenario = staffed(frame, np.ones((1, 12), dtype=np.int64))
    assert scenario.layout.hash == frame.scenario.layout.hash
    hours = scenario.layout.hours
    spans = [scenario.staffing.staffed(c.id, frame.day, hours) for c in scenario.layout.counters]
    assert spans == [spans_of(hours, date(2026, 3, 2)), (), ()]


def test_the_pooled_hall_keeps_its_promise_every_half_hour_with_fewer_than_by_formula() -> None:
    scenario = read_scenario(EXAMPLES / "twelve" / "pooled-1000.toml")
    found = size(scenario, TEN_MINUTES, replications=72)
    shares = shares_on_new_days(found, seed=77, days=150)
    assert (shares.mean + 2 * shares.error >= 0.9).all()
    assert found.counter_hours <= 0.97 * found.stationary_hours


def test_every_special_counter_keeps_the_promise_for_its_own_group() -> None:
    found = size(
        a_scenario(counters=list(TWO), groups="ab", per_hour="30"), Wish(), replications=48
    )
    shares = shares_on_new_days(found, seed=5, days=100)
    own = [row for row, aim in enumerate(found.frame.aims) if aim.part is not None]
    assert len(own) == 2
    assert (shares.mean[own] + 2 * shares.error[own] >= 0.9).all()


def test_a_promise_of_its_own_to_a_group_costs_counters() -> None:
    scenario = a_scenario(counters=3, groups="ab", per_hour="30")
    strict = Wish(named=(("a", 1, 0.95),))
    found = size(scenario, strict, replications=24)
    assert found.counter_hours > size(scenario, Wish(), replications=24).counter_hours
    assert found.shares.mean[1].min() > 0.9


def test_busy_days_cost_counters_and_it_is_said_why() -> None:
    busy = a_scenario(more="")
    busy = replace(busy, demand=replace(busy.demand, day_factor_cv=0.3))
    found = size(busy, Wish(), replications=48)
    form = sizing_form(found)
    assert form["day_factor"]["counter_hours"] > 0
    assert found.counter_hours > size(a_scenario(), Wish(), replications=48).counter_hours
    assert "Busy days lengthen waits" in form["day_factor"]["en"]
    assert "忙的日子" in form["day_factor"]["zh"]


def test_a_hall_without_enough_counters_is_told_where_it_falls_short() -> None:
    wish = Wish(keeps_counters=True)
    found = size(a_scenario(counters=3), wish, replications=24)
    assert found.counts.max() == 3
    said = [text["en"] for text in sizing_form(found)["texts"]]
    (missed,) = [text for text in said if "no counter is left to add" in text]
    assert missed.startswith("For all groups less is reached than the promised 90 %")
    assert missed.count("–") > 1
    assert "The hall has enough counters." not in said


def test_a_promise_that_no_hall_keeps_takes_every_counter_there_is() -> None:
    # Beyond what three counters can do, nothing is kept with two of them either.
    wish = Wish(minutes=1, keeps_counters=True)
    found = size(a_scenario(counters=3, per_hour="90"), wish, replications=8)
    assert (found.counts == 3).all()


def test_one_more_counter_buys_a_share_and_one_less_costs_more() -> None:
    (points,) = size(a_scenario(), Wish(), replications=24).curves
    shares = [point.figures["within_target_share"].mean or 0 for point in points]
    assert [point.more for point in points] == [-2, -1, 0, 1, 2, 3]
    assert shares == sorted(shares)
    assert shares[2] - shares[1] > shares[3] - shares[2]


def test_size_prints_the_contract_and_writes_a_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day.toml").write_text(scenario_text(a_scenario()), "utf-8")
    out = tmp_path / "sized.toml"
    arguments = [str(tmp_path / "day.toml"), "--replications", "24", "--out", str(out)]
    assert main(["size", *arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    first = found["intervals"][0]
    assert (first["from"], first["until"]) == ("09:00", "09:30")
    assert set(first["counters"]) == {"*"}
    assert set(first["attained_share"]) == {"mean", "ci95"}
    counts = [interval["counters"]["*"] for interval in found["intervals"]]
    assert found["counter_hours"] == sum(counts) / 2
    scenario = read_scenario(out)
    assert staffed_at(scenario, 9 * 60) == counts[0]
    assert main(["size", *arguments, "--language", "zh"]) == 0
    assert "窗口小时" in capsys.readouterr().out
