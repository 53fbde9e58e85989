"""The days after a rollout beside what was forecast for them."""

import json
from datetime import date
from pathlib import Path

import pytest

from hall.measures.expectation import Expected
from simulation.__main__ import main
from simulation.afterwards import afterwards, expected_of, said
from simulation.past import Past, past_of
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from tests.simulation.journals import months, written

SCENARIO = Path(__file__).parent / "golden" / "scenario.toml"
DAYS = (date(2026, 3, 2), date(2026, 3, 3))
WAIT = Expected(mean=6, low=2, high=12)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(SCENARIO)


@pytest.fixture(scope="module")
def past(scenario: Scenario) -> Past:
    return past_of(months(scenario, DAYS))


@pytest.fixture(scope="module")
def expected(scenario: Scenario) -> dict[str, Expected]:
    runner = Runner(scenario)
    return expected_of([runner.measures(seed=9, replication=number) for number in range(40)])


def test_a_forecast_names_the_mean_and_where_days_lie(expected: dict[str, Expected]) -> None:
    wait = expected["wait_minutes"]
    assert wait.low < wait.mean < wait.high
    assert set(expected) >= {"arrived", "within_target_share", "utilization", "waiting_max"}


def test_days_of_the_very_model_come_out_as_expected(
    expected: dict[str, Expected], past: Past
) -> None:
    found = afterwards(expected, past, layout=past.days[0].layout.hash)
    assert found.days == DAYS
    inside = [one.figure for one in found.comparisons if one.is_inside]
    assert {"wait_minutes", "utilization", "arrived"} <= set(inside)
    assert found.texts[0].en == "2026-03-02 – 2026-03-03, 2 whole days"


@pytest.mark.parametrize(
    ("wait", "en", "zh"),
    [
        (Expected(mean=0.1, low=0, high=0.2), "above what was expected", "高于预计"),
        (Expected(mean=500, low=400, high=600), "below what was expected", "低于预计"),
        (Expected(mean=8, low=0, high=80), "as expected", "在预计之内"),
    ],
)
def test_it_says_in_words_whether_days_were_as_expected(
    past: Past, wait: Expected, en: str, zh: str
) -> None:
    (found,) = afterwards({"wait_minutes": wait}, past).comparisons
    assert said(found).en.startswith("mean wait: ")
    assert said(found).en.endswith(en)
    assert said(found).zh.endswith(zh)


def test_only_whole_days_under_the_layout_count(past: Past) -> None:
    found = afterwards({"wait_minutes": WAIT}, past, layout="another")
    assert found.days == ()
    assert found.comparisons[0].is_inside is None
    assert [text.en for text in found.texts] == [
        "no whole day has passed since",
        "mean wait: 2.0–12.0 min expected, nothing known yet",
    ]


def test_the_command_tells_a_report_beside_the_days(
    scenario: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = str(written(tmp_path / "journal.jsonl", months(scenario, DAYS[:1])))
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"expected": {"wait_minutes": {"mean": 6, "low": 2, "high": 12}}}))
    assert main(["validate", journal, "--forecast", str(report), "--json"]) == 0
    form = json.loads(capsys.readouterr().out)
    assert form["afterwards"]["figures"][0]["figure"] == "wait_minutes"
    assert main(["validate", journal, "--forecast", str(report), "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert "2026-03-02, one whole day" in told
    assert "mean wait: 2.0–12.0 min expected" in told
    report.write_text("{}")
    assert main(["validate", journal, "--forecast", str(report)]) == 2
    assert "report.json: expected: should be JSON" in capsys.readouterr().err
