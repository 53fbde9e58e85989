"""The commands as they are typed."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hall.domain.events import event_in
from hall.domain.folding import fold
from simulation import rehearsal
from simulation.__main__ import main
from simulation.replicate import FEWEST, MOST
from simulation.run import Runner
from simulation.scenario_file import read_scenario
from tests.simulation.golden.day import SCENARIO
from tests.simulation.halls import EXAMPLES

FIGURES = {
    *("arrived", "served", "wait_minutes", "wait_p50_minutes", "wait_p90_minutes"),
    *("wait_p95_minutes", "waited_share", "within_target_share", "abandoned_share"),
    "no_show_share",
}
OF_ALL = FIGURES | {
    *("time_in_hall_minutes", "stops_per_visit", "waiting_max", "over_seats_share"),
    *("utilization", "overtime_minutes"),
}
OF_BOOKINGS = {"idle_share", "booked", "no_slot", "missed_appointments", "late_appointments"}


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_run_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "run", str(SCENARIO), "--replications", "3", "--seed", "5")
    assert (found["format"], found["name"], found["seed"]) == (1, "golden", 5)
    assert found["replications"] == 3
    assert found["layout_hash"] == read_scenario(SCENARIO).layout.hash
    measures = found["measures"]
    assert set(measures["all"]) == OF_ALL | OF_BOOKINGS
    assert set(measures["groups"]) == {"social", "tax", "house"}
    assert set(measures["classes"]) == {"priority", "appointment", "walk_in", "returned"}
    assert set(measures["classes"]["walk_in"]) == FIGURES
    assert set(measures["counters"]["1"]) == {"utilization", "overtime_minutes"}
    assert set(measures["matters"]["card"]) == FIGURES
    wait = measures["all"]["wait_minutes"]
    assert wait["ci95"][0] < wait["mean"] < wait["ci95"][1]
    reach = found["precision"]["half_width_minutes"]
    assert wait["mean"] + reach == pytest.approx(wait["ci95"][1])
    assert found["precision"]["most_replications"] == MOST


def test_the_same_command_prints_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("run", str(SCENARIO), "--replications", "2")
    assert document(capsys, *arguments) == document(capsys, *arguments)
    assert document(capsys, *arguments, "--seed", "2") != document(capsys, *arguments)


def test_compare_prints_scenarios_and_differences(capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(EXAMPLES / "twelve" / f"{name}-800.toml") for name in ("silo", "pooled")]
    found = document(capsys, "compare", *names, "--replications", "3")
    silo, pooled = found["scenarios"]
    (difference,) = found["differences"]
    assert (difference["scenario"], difference["against"]) == (pooled["name"], silo["name"])
    means = [each["measures"]["all"]["wait_minutes"]["mean"] for each in (difference, pooled, silo)]
    assert means[0] == pytest.approx(means[1] - means[2])
    assert set(difference["measures"]["all"]) == OF_ALL


def test_progress_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(SCENARIO), "--replications", "2", "--json"]) == 0
    printed = capsys.readouterr()
    assert "2/2" in printed.err
    assert printed.out.count("\n") == 1


@pytest.mark.parametrize(("language", "word"), [("zh", "平均等候"), ("en", "mean wait")])
def test_people_are_shown_tables_in_their_language(
    capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    arguments = ["compare", str(SCENARIO), str(SCENARIO), "--replications", "2"]
    assert main([*arguments, "--language", language]) == 0
    printed = capsys.readouterr().out
    assert word in printed
    assert "golden" in printed
    assert ("社保" in printed) == (language == "zh")


def test_events_are_the_journal_of_the_first_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "day.jsonl"
    arguments = ["run", str(SCENARIO), "--replications", "1", "--events", str(file)]
    assert main(arguments) == 0
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert capsys.readouterr().out
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["name"] for line in lines[:3]] == ["LayoutActivated", "RosterLoaded", "DayOpened"]
    assert lines[-1]["name"] == "DayClosed"
    events = [event_in(line) for line in lines]
    assert all(after.previous == before.hash for before, after in pairwise(events))
    assert fold(events) == Runner(read_scenario(SCENARIO)).trace(1, 0)
    called = next(line for line in lines if line["name"] == "TicketCalled")
    assert called["details"]["override"] is None
    assert {"class_", "waited_ms", "credit_ms", "score"} <= set(called["details"]["score"])


def test_a_bad_file_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(SCENARIO.read_text("utf-8").replace("cv = 0.5", "cv = -0.5"), "utf-8")
    assert main(["run", str(bad)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith(f"{bad}:")
    assert "service.pension.cv: should be from 0 to 20, not -0.5" in printed.err


def test_a_file_that_is_not_there_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["compare", str(SCENARIO), "no-such-file.toml"]) == 2
    assert (
        capsys.readouterr().err
        == "no-such-file.toml: file: cannot be read: No such file or directory\n"
    )


def test_events_that_cannot_be_written_are_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["run", str(SCENARIO), "--events", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}: file: cannot be written")


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        (("--replications", "0"), "a whole number, 1 or more"),
        (("--precision", "2"), "a number between 0 and 1"),
        (("--workers", "x"), "a whole number, 1 or more"),
        (("--seed", "-1"), "a whole number, 0 or more"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], option: tuple[str, str], wanted: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", str(SCENARIO), *option])
    assert stopped.value.code == 2
    name, value = option
    complaint = f"python -m simulation run: argument {name}: should be {wanted}, not {value!r}\n"
    assert capsys.readouterr().err == complaint


def test_a_roster_without_its_layout_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command in ("calibrate", "validate"):
        assert main([command, str(tmp_path), "--roster", "week.toml"]) == 2
        complaint = "week.toml: roster: can only be read with its layout (--layout)\n"
        assert capsys.readouterr().err == complaint


def test_a_token_that_cannot_be_read_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["rehearse", str(SCENARIO), "--server", "http://127.0.0.1:1"]
    assert main([*arguments, "--token-file", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}: file: cannot be read: ")


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("foo", "foo: server: should be a URL like http://"),
        ("http://hall:x", "http://hall:x: server: should be a URL like http://"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1: server: does not answer: "),
    ],
)
def test_a_server_that_is_not_there_is_one_line_and_exit_2(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    server: str,
    said: str,
) -> None:
    monkeypatch.setattr(rehearsal, "FIRST_ANSWER_SECONDS", 0.0)
    token = tmp_path / "token"
    token.write_text("t", "ascii")
    arguments = ["rehearse", str(SCENARIO), "--server", server, "--token-file", str(token)]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1


def test_one_scenario_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(SCENARIO)]) == 2
    assert f"{SCENARIO}: compare: give another scenario" in capsys.readouterr().err


def test_options_make_scenarios_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    twelve = EXAMPLES / "twelve"
    found = document(
        capsys,
        *("compare", str(twelve / "pooled-800.toml"), "--demand", "1.2", "--policy", "clerk"),
        *("--booked", "0.1", "--layout", str(twelve / "silo.toml"), "--pace", "1.1"),
        *("--replications", "2"),
    )
    assert [each["name"].partition("; ")[2].split(" ")[0] for each in found["scenarios"]] == [
        *("", "demand", "policy", "10%", "layout", "pace")
    ]
    arrived = [each["measures"]["all"]["arrived"]["mean"] for each in found["scenarios"]]
    assert arrived[1] > 1.1 * arrived[0]
    differences = {each["scenario"].partition("; ")[2]: each for each in found["differences"]}
    assert differences["pace × 1.1"]["measures"]["all"]["wait_minutes"]["mean"] > 0
    assert {each["kind"] for each in differences["demand × 1.2"]["lose"]} <= {
        *("group", "class", "matter")
    }


@pytest.mark.parametrize("option", [("--demand", "0"), ("--policy", "loud"), ("--booked", "2")])
def test_variations_that_make_no_sense_are_refused(
    capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["compare", str(SCENARIO), *option])
    assert stopped.value.code == 2
    assert option[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["不建议", "三个关键数字", "培训次序", "保留部分专窗", "取号排最短队"]),
        ("en", ["Don't", "Three numbers decide", "What to train next", "kept special", "shortest"]),
    ],
)
def test_a_reform_is_judged_in_plain_words(
    capsys: pytest.CaptureFixture[str], language: str, words: list[str]
) -> None:
    after, before = (str(EXAMPLES / "no" / f"{when}.toml") for when in ("after", "before"))
    arguments = ["break-even", after, "--against", before, "--replications", "4", "--plan", "1"]
    assert main([*arguments, "--language", language]) == 0
    printed = capsys.readouterr().out
    assert [word for word in words if word not in printed] == []


def test_a_stated_precision_decides_how_many_days_a_reform_is_judged_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    after, before = (str(EXAMPLES / "twelve" / f"{n}-1200.toml") for n in ("pooled", "silo"))
    arguments = ("break-even", after, "--against", before, "--precision", "0.3")
    assert FEWEST <= document(capsys, *arguments)["days"] < 60


def test_a_reform_is_not_judged_on_one_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["break-even", str(SCENARIO), "--against", str(SCENARIO), "--replications", "1"]) == 2
    )
    assert f"{SCENARIO}: replications: of one day nothing is certain" in capsys.readouterr().err


def test_break_even_prints_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    after, before = (str(EXAMPLES / "twelve" / f"{n}-800.toml") for n in ("pooled", "silo"))
    arguments = ("break-even", after, "--against", before, "--replications", "4", "--plan", "1")
    found = document(capsys, *arguments, "--first", "1.3", "--half-weeks", "6")
    low, high = found["break_even"]["mean"]["ci95"]
    assert low < found["break_even"]["mean"]["value"] < high
    assert found["verdict"] == "steps"
    assert found["reasons"][0].keys() == {"zh", "en"}
    assert found["learning"]["weeks"][0]["pace"] == 1.3
    assert len(found["plan"]["training"]["steps"]) == 1
