"""The studio's own rules: what its controls ask for, what its charts and tables show."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from hall.domain.identities import CounterId, GroupId
from hall.domain.layout import Policy, Span
from hall.domain.layout_file import layout_in, read_layout
from hall.domain.reading import BadFile, Source
from hall.domain.roster import Break, Roster
from simulation.scenario import Scenario
from simulation.scenario_form import layout_text, scenario_form, scenario_of
from simulation.studio import change as changing
from simulation.studio.change import Change, change_of
from simulation.studio.controls import Impossible, change_in, check, controls
from simulation.studio.evidence import evidence
from simulation.studio.result_pages import learning_curve
from simulation.studio.sheets import workbook
from simulation.studio.tables import tables
from simulation.studio.trade_tables import chart_data, curve_table, figures_table
from simulation.studio.typed import typed_scenario
from simulation.studio.work import Voice, work
from simulation.trade.curve import Asked, curve
from simulation.trade.form import curve_form
from simulation.trade.settings import Setting
from tests.halls import EXAMPLES

MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def silo() -> Scenario:
    """Twelve special counters, from the minutes typed into the layout."""
    layout = read_layout(EXAMPLES / "twelve" / "silo.toml")
    return typed_scenario(layout, Roster(), visitors=240, days=[MONDAY])


@contextmanager
def _in_english() -> Iterator[None]:
    """Speak English, as a request of somebody who does."""
    app = Flask("test")
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def _sent(base: Scenario, fields: Mapping[str, Sequence[str]] | None = None) -> MultiDict[str, str]:
    """Return what the editor sends when nothing but ``fields`` was changed."""
    shown = controls(base, Change())
    pairs = [("open", counter["id"]) for counter in shown["counters"]]
    for counter in shown["counters"]:
        pairs += [(f"takes-{counter['id']}", group) for group in counter["takes"]]
    fields = fields or {}
    kept = [pair for pair in pairs if pair[0] not in fields]
    return MultiDict(kept + [(name, value) for name, some in fields.items() for value in some])


def test_controls_that_were_not_touched_change_nothing(silo: Scenario) -> None:
    assert change_in(_sent(silo), silo) == Change()


def test_the_editor_s_form_becomes_a_change_and_back(silo: Scenario) -> None:
    groups = [group.id for group in silo.layout.groups]
    sent = _sent(
        silo,
        {
            "takes-1": list(groups),
            "open": [str(n) for n in range(1, 12)],
            "pace": ["8"],
            "growth": ["-10"],
            "policy": ["shortest_queue"],
            "break-counters": ["2, 3"],
            "break-from": ["12:00"],
            "break-until": ["12:45"],
        },
    )
    change = change_in(sent, silo)
    rest = Break(
        counters=(CounterId("2"), CounterId("3")), span=Span(from_minute=720, until_minute=765)
    )
    assert change == Change(
        closed=(CounterId("12"),),
        takes=((CounterId("1"), tuple(groups)),),
        pace=1.08,
        growth=0.9,
        policy=Policy.SHORTEST_QUEUE,
        breaks=(rest,),
    )
    assert change_of(json.loads(json.dumps(change.form))) == change


@pytest.mark.parametrize(
    ("since", "until", "counters"),
    [("13:00", "12:00", "1"), ("noon", "13:00", "1"), ("12:00", "13:00", "99")],
)
def test_a_break_that_cannot_be_is_refused(
    silo: Scenario, since: str, until: str, counters: str
) -> None:
    sent = _sent(
        silo,
        {"break-counters": [counters], "break-from": [since], "break-until": [until]},
    )
    with _in_english(), pytest.raises(Impossible):
        change_in(sent, silo)


def test_a_group_that_nobody_takes_any_more_is_named(silo: Scenario) -> None:
    with _in_english(), pytest.raises(Impossible, match="No counter takes W any more"):
        check(silo, Change(closed=(CounterId("12"),)))


def test_only_counters_that_take_more_become_slower(silo: Scenario) -> None:
    every = tuple(group.id for group in silo.layout.groups)
    plan = changing.after(silo, Change(takes=((CounterId("1"), every),), pace=1.1), name="plan")
    paces = {counter.id: counter.pace_for(GroupId("a")) for counter in plan.layout.counters}
    assert (paces[CounterId("1")], paces[CounterId("2")]) == (1.1, 1.0)


def test_a_plan_that_leaves_a_group_to_nobody_says_which(silo: Scenario) -> None:
    with pytest.raises(BadFile, match="taken by no counter"):
        changing.after(silo, Change(closed=(CounterId("12"), CounterId("11"))), name="plan")


def test_typed_in_minutes_bring_so_many_people(silo: Scenario) -> None:
    interval = silo.demand.interval_minutes / 60
    came = sum(rate * interval for _, rates in silo.demand.per_hour for rate in rates)
    assert came == pytest.approx(240)


def test_a_scheduled_layout_has_the_hash_of_the_report(silo: Scenario) -> None:
    plan = changing.after(silo, Change(added=(CounterId("1"),)), name="plan")
    assert layout_in(Source("plan", layout_text(plan.layout))).hash == plan.layout.hash


@pytest.fixture(scope="module")
def found(silo: Scenario) -> dict[str, object]:
    """A comparison: one more counter like the first."""
    document = {
        "base": scenario_form(silo),
        "change": Change(added=(CounterId("1"),)).form,
        "name": "one more",
        "seed": 1,
        "days": 5,
    }
    told = io.StringIO()
    line = json.dumps({"kind": "comparison", "document": document})
    work(iter([line]), Voice(told))
    lines = [json.loads(said) for said in told.getvalue().splitlines()]
    assert lines[0] == {"done": 1, "known": 5}
    result: dict[str, object] = lines[-1]["result"]
    return result


def test_a_comparison_gives_both_plans_the_same_people(found: dict[str, object]) -> None:
    difference = found["difference"]["all"]  # type: ignore[index]
    assert difference["arrived"] == [0, 0, 0]
    assert difference["wait_minutes"][0] <= 0


def test_every_half_hour_has_counters_and_waits(found: dict[str, object]) -> None:
    times = found["times"]
    course = found["sides"]["after"]["course"]  # type: ignore[index]
    assert times[0] == "08:00"  # type: ignore[index]
    for values in (course["need"], course["open"], *course["wait"].values()):
        assert len(values) == len(times)  # type: ignore[arg-type]
    assert max(course["open"]) == 13
    assert course["within"][-1] == 1


def test_a_played_day_numbers_everybody_in_order(found: dict[str, object]) -> None:
    citizens = found["sides"]["before"]["day"]["citizens"]  # type: ignore[index]
    firsts = [row[0] for row in citizens if row[0].startswith("A")]
    assert firsts[:2] == ["A001", "A002"]
    assert len(set(firsts)) == len(firsts)


def test_a_change_that_cannot_be_is_told_as_a_problem(silo: Scenario) -> None:
    document = {
        "base": scenario_form(silo),
        "change": {"closed": [str(n) for n in range(1, 13)]},
        "name": "nobody",
        "seed": 1,
        "days": 5,
    }
    told = io.StringIO()
    work(iter([json.dumps({"kind": "comparison", "document": document})]), Voice(told))
    (line,) = told.getvalue().splitlines()
    assert "taken by no counter" in json.loads(line)["problem"]


def test_the_workbook_has_every_table(found: dict[str, object]) -> None:
    layout = scenario_of(found["scenario"]).layout  # type: ignore[arg-type]
    with _in_english():
        made = tables(found, layout)
        book = load_workbook(io.BytesIO(workbook(made, [("Seed", "1")])))
    assert len(book.sheetnames) == len(made) + 1
    sheet = book["How busy the counters are"]
    assert sheet.cell(row=2, column=1).value == "Counter 1"
    assert sheet.max_row == 14


def test_everything_counters_did_on_the_played_day_has_a_row(found: dict[str, object]) -> None:
    layout = scenario_of(found["scenario"]).layout  # type: ignore[arg-type]
    with _in_english():
        rows = tables(found, layout)["steps"].rows
    played = [found["sides"][side]["day"] for side in ("before", "after")]  # type: ignore[index]
    assert len(rows) == sum(len(day["counters"]) for day in played)
    assert rows[0][:3] == ["As it is", "Counter 1", "08:00:00"]
    assert {row[4] for row in rows} == {"Free", "Serving"}
    last = [row for row in rows if row[:2] == ["The plan", "Counter 13"]]
    assert [row[2] for row in last[1:]] == [row[3] for row in last[:-1]]


def test_evidence_is_told_in_words_without_the_names_of_clerks(silo: Scenario) -> None:
    group = silo.layout.groups[0]
    found: list[dict[str, object]] = [
        {"figure": "visits_per_hour", "group": group.id, "from": "08:00"}
        | {"value": 2.5, "ci95": [2.0, 3.125], "n": 40},
        {"figure": "pace", "worker": "wang", "value": 1.1, "ci95": [1.0, 1.2], "n": 300},
        {"figure": "no_show_share", "value": 0.125, "ci95": [0.1, 0.15], "n": 1000},
        {"figure": "weekday_level", "weekday": "mon", "value": None, "ci95": None, "n": 0},
    ]
    with _in_english():
        rows = evidence(found, silo.layout).rows
    assert rows == [
        ["takes so much longer", "one of the clerks", "1.1", "1", "1.2", "300"],
        ["there but missed the call, %", "The whole hall", "12.5", "10", "15", "1000"],
        ["beside the mean day", "Monday", "cannot be told", "–", "–", "0"],
        ["visits per hour", f"{group.name.en} · 08:00", "2.5", "2", "3.12", "40"],
    ]


def test_the_band_of_the_learning_curve_is_that_of_the_difference() -> None:
    def week(mean: float | None, change: float | None, *ends: float | None) -> dict[str, object]:
        return {
            "week": 4,
            "figures": {"wait_minutes": {"mean": mean, "ci95": [1.0, 30.0]}},
            "changes": {"wait_minutes": {"mean": change, "ci95": list(ends)}},
        }

    weeks = [week(12.0, 2.0, 1.5, 2.5), week(12.0, 2.0, None, None), week(None, None, None, None)]
    assert [tuple(point.values()) for point in learning_curve({"learning": {"weeks": weeks}})] == [
        (4, 12.0, 11.5, 12.5, 10.0),
        (4, 12.0, None, None, 10.0),
        (4, None, None, None, None),
    ]
    assert learning_curve(None) == []


@pytest.fixture(scope="module")
def traded(silo: Scenario) -> dict[str, Any]:
    """A curve over the credit of a hall in which 40 of 100 are supposed to book."""
    document = {
        "base": scenario_form(silo),
        "over": "credit",
        "booked": 0.4,
        "name": "credit",
        "seed": 1,
        "days": 5,
    }
    told = io.StringIO()
    work(iter([json.dumps({"kind": "trade", "document": document})]), Voice(told))
    lines = [json.loads(said) for said in told.getvalue().splitlines()]
    result: dict[str, Any] = lines[-1]["result"]
    assert lines[0] == {"done": 1, "known": 5 * len(result["points"])}
    return result


def test_a_curve_has_a_row_for_every_value_and_marks_the_present_one(
    traded: dict[str, Any],
) -> None:
    with _in_english():
        table = curve_table(traded)
    assert [row[0] for row in table.rows] == [
        *("0 (now)", "3", "6", "9", "12", "15", "20", "30", "always first"),
    ]
    assert all(len(row) == len(table.head) for row in table.rows)
    assert table.head[1] == "walk-ins 90 %, min"
    assert "found no slot, a day" not in table.head


def test_the_charts_of_a_curve_are_drawn_from_what_the_table_says(traded: dict[str, Any]) -> None:
    with _in_english():
        data, table = chart_data(traded), curve_table(traded)
    assert data["now"] == 0
    assert data["numbers"][-1] == "strict"
    first = traded["points"][0]["figures"]["walk_in"]["wait_p90_minutes"]
    assert data["waits"]["walk_in"][0] == pytest.approx([first["mean"], *first["ci95"]], abs=0.001)
    assert str(table.rows[0][1]).startswith(f"{data['waits']['walk_in'][0][0]:.1f} ±")
    assert json.dumps(data)


def test_a_curve_without_booked_citizens_says_nothing_of_them(silo: Scenario) -> None:
    asked = Asked(setting=Setting.BOOKED, values=(), days=2)
    with _in_english():
        (row,) = curve_table(curve_form(curve(silo, asked))).rows
    assert row[0] == "0% (now)"
    assert row[-1] == "walk-ins"
    assert row[4:7] == ["–", "–", "–"]


def test_the_workbook_of_a_curve_has_the_ends_and_the_changes(traded: dict[str, Any]) -> None:
    with _in_english():
        made = figures_table(traded)
        book = load_workbook(io.BytesIO(workbook({made.name: made}, [("Seed", "1")])))
    sheet = book["Every value"]
    assert sheet.max_row == 1 + len(traded["points"])
    assert sheet.cell(row=1, column=5).value == "against now"
    change = traded["points"][-1]["changes"]["walk_in"]["wait_p90_minutes"]["mean"]
    assert sheet.cell(row=sheet.max_row, column=5).value == pytest.approx(change, abs=0.001)
