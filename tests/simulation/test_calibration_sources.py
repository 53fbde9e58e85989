"""Calibrating from files: journals, tables of other systems, snapshots; what is wrong is said."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tomli_w

from hall.domain.identities import MatterCode
from hall.domain.layout import Layout
from hall.domain.layout_file import read_layout
from hall.domain.moments import from_ms, written
from hall.domain.reading import BadFile
from hall.domain.trace import ABSENT, Outcome
from simulation.__main__ import main
from simulation.calibration.calibrate import Calibration, Options, calibrate
from simulation.calibration.from_snapshots import calibrate_snapshots
from simulation.calibration.snapshots import Snapshot, called, read_queues, read_snapshots
from simulation.calibration.tickets import read_tickets
from simulation.past import Past
from simulation.scenario_file import read_scenario
from simulation.scenario_form import layout_form
from tests.simulation.halls import EXAMPLES
from tests.simulation.journals import months
from tests.simulation.journals import written as journal_written
from tests.simulation.round_trip import HALL, a_hall, a_past, working_days

WOLA = EXAMPLES / "wola"
SNAPSHOTS = WOLA / "warsaw_halls_jan2020_5offices.csv.gz"
COLUMNS = (
    *("ticket", "group", "matter", "class", "issued", "called"),
    *("started", "finished", "counter", "outcome", "due"),
)


def a_table(past: Past, path: Path) -> Path:
    """Write the tickets of a past as another system might."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for day in past.days:
            stops = day.trace.stops
            for row in range(len(stops)):
                times = ("issued", "called", "started", "finished", "due")
                moments = {name: getattr(stops, name)[row] for name in times}
                outcome = stops.outcome[row]
                table.writerow(
                    {
                        "ticket": f"{day.day}/{stops.ticket[row]}",
                        "group": stops.group[row],
                        "matter": "+".join(stops.matters[row]),
                        "class": stops.class_[row],
                        "counter": stops.counter[row] or "",
                        "outcome": "served" if outcome is Outcome.QUEUED_AGAIN else outcome.value,
                        **{
                            name: "" if at == ABSENT else written(from_ms(at))
                            for name, at in moments.items()
                        },
                    }
                )
    return path


def single_matters(days: int = 10) -> Past:
    """Return a past in which nobody misses a call and every visit has one matter."""
    text = HALL.replace("counts = [ 0.9, 0.1 ]", "counts = [ 1.0 ]")
    text = text.replace("[no_shows]\nshare = 0.06", "[no_shows]\nshare = 0.0")
    return a_past(a_hall(days, text), seed=1)


def figures(found: Calibration, *names: str) -> list[tuple[object, ...]]:
    return [(e.figure, e.of, e.value, e.n) for e in found.evidence if e.figure in names]


def test_a_table_of_tickets_says_the_same_as_the_journal(tmp_path: Path) -> None:
    past = single_matters()
    table = read_tickets(a_table(past, tmp_path / "tickets.csv"), past.days[0].layout)

    ours, theirs = calibrate(past), calibrate(table)

    names = ("visits_per_hour", "day_factor_cv", "service_minutes", "mix", "class_share")
    assert figures(theirs, *names) == figures(ours, *names)
    assert figures(theirs, "patience_mean_minutes") == figures(ours, "patience_mean_minutes")


def test_a_row_after_a_missed_call_goes_on_with_the_visit(tmp_path: Path) -> None:
    at = "2026-03-02T09:"
    rows = [
        f"7,a,a-1,,{at}00,{at}10,,{at}12,1,no_show,",
        f"7,a,a-1,,{at}00,{at}30,{at}31,{at}40,1,,{at}20",
    ]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")

    trace = read_tickets(path, a_hall(1).layout).days[0].trace

    assert len(trace.stops) == 1
    assert trace.stops.outcome == [Outcome.SERVED]
    assert trace.stops.called == [trace.missed.called[0]]
    assert trace.missed.back[0] - trace.missed.ended[0] == 8 * 60_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number,issued\n", "tickets.csv:1: ticket: is no column"),
        ("ticket,group,issued\n1,a,noon\n", "tickets.csv:2: issued: should be a time like"),
        ("ticket,group,issued\n1,a,\n", "tickets.csv:2: issued: is missing"),
        (
            "ticket,group,issued,outcome\n1,a,2026-03-02T09:00,gone\n",
            "tickets.csv:2: outcome: should be one of served, no_show, abandoned, closed",
        ),
        ("ticket,group,issued\n", "tickets.csv: file: has no tickets"),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadFile) as bad:
        read_tickets(path, a_hall(1).layout)

    assert said in str(bad.value)


def a_journal(folder: Path, days: int = 6) -> Path:
    scenario = a_hall(days)
    return journal_written(folder / "journal.jsonl", months(scenario, working_days(days)))


def test_the_command_writes_a_scenario_that_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "calibrated.toml"

    status = main(["calibrate", str(a_journal(tmp_path)), "--out", str(out), "--json"])

    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {"scenario", "evidence", "warnings", "charts"} <= set(document)
    assert document["source"]["days"] == [day.isoformat() for day in working_days(6)]
    assert (
        read_scenario(out).demand.day_factor_cv == document["scenario"]["demand"]["day_factor_cv"]
    )
    for evidence in document["evidence"]:
        assert (evidence["value"] is None) or evidence["ci95"][0] <= evidence["value"] + 1e-9
        assert evidence["n"] >= 0


@pytest.mark.parametrize(("language", "word"), [("zh", "平均耐心"), ("en", "mean patience")])
def test_the_command_speaks_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    main(["calibrate", str(a_journal(tmp_path, 2)), "--language", language])

    said = capsys.readouterr().out
    assert word in said
    assert ("无法得知" if language == "zh" else "cannot be told") in said


def test_every_chart_is_drawn_with_its_text_as_text(tmp_path: Path) -> None:
    folder = tmp_path / "plots"

    main(["calibrate", str(a_journal(tmp_path, 3)), "--plots", str(folder), "--language", "zh"])

    drawn = {path.stem: ElementTree.parse(path) for path in folder.glob("*.svg")}  # noqa: S314
    assert {"arrivals-a", "arrivals-b", "days", "service-b-1", "patience", "counters"} <= set(drawn)
    words = "".join(drawn["days"].getroot().itertext())
    assert "每天来访" in words


def test_a_table_needs_a_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("ticket,group,issued\n", encoding="utf-8")

    assert main(["calibrate", str(path)]) == 2
    assert "--layout" in capsys.readouterr().err


def test_the_command_takes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    past = single_matters(4)
    table = a_table(past, tmp_path / "tickets.csv")

    status = main(
        ["calibrate", str(table), "--layout", str(a_layout_file(past, tmp_path)), "--json"]
    )

    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert any("first call" in warning["en"] for warning in document["warnings"])


def a_layout_file(past: Past, folder: Path) -> Path:
    path = folder / "layout.toml"
    path.write_text(tomli_w.dumps(layout_form(past.days[0].layout)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def wola() -> tuple[Layout, Calibration]:
    layout = read_layout(WOLA / "layout.toml")
    queues = read_queues(WOLA / "queues.csv", layout)
    seen = read_snapshots(SNAPSHOTS, "UD_Wola", queues)
    options = Options(since=date(2020, 1, 10), name="Wola")
    return layout, calibrate_snapshots(seen, queues, layout, options)


def test_snapshots_tell_arrivals_and_the_pace_of_calls(wola: tuple[Layout, Calibration]) -> None:
    layout, found = wola

    measured = read_scenario(WOLA / "day.toml")
    ours = dict(found.scenario.demand.rates_on(2))
    for group, rates in measured.demand.per_hour:
        if sum(rates) > 100:
            assert sum(ours[group]) == pytest.approx(sum(rates), rel=0.15)
    by_hand, by_us = (
        one.matter_of[MatterCode("vehicle")].handling / timedelta(minutes=1)
        for one in (layout, found.scenario.layout)
    )
    assert by_us == pytest.approx(by_hand, rel=0.15)
    assert by_us != by_hand


def test_snapshots_say_what_they_cannot_tell(wola: tuple[Layout, Calibration]) -> None:
    _, found = wola

    assert found.scenario.patience is None
    assert found.scenario.no_shows is None
    assert any("Patience" in w.en and "cannot be told" in w.en for w in found.warnings)
    untold = {dict(e.of).get("group") for e in found.evidence if e.value is None}
    assert {"waste", "child-benefit"} <= untold


def test_a_number_called_out_of_turn_does_not_count() -> None:
    shown = [None, 1, 3, 90, 5, 5, 2, 8]
    day = [
        Snapshot(minute=480 + 5 * at, waiting=4, counters=2, last=last)
        for at, last in enumerate(shown)
    ]

    assert called(day, 0, 480) == [(480, 0.0), (485, 1), (490, 3), (500, 5), (515, 8)]


def test_an_office_that_is_not_there_is_refused() -> None:
    layout = read_layout(WOLA / "layout.toml")
    queues = read_queues(WOLA / "queues.csv", layout)

    with pytest.raises(BadFile) as bad:
        read_snapshots(SNAPSHOTS, "UD_Nowhere", queues)

    assert "UD_Nowhere" in bad.value.lines()[0]


def test_two_tickets_are_few_but_no_mistake(tmp_path: Path) -> None:
    table = tmp_path / "tickets.csv"
    table.write_text(
        "ticket,issued,group,called,finished,counter,outcome\n"
        "1,2026-03-02T09:15:00,a,2026-03-02T09:20:00,2026-03-02T09:30:00,1,served\n"
        "2,2026-03-02T09:16:00,a,2026-03-02T09:25:00,,2,no_show\n",
        "utf-8",
    )
    layout = EXAMPLES / "twelve" / "pooled.toml"
    assert main(["calibrate", str(table), "--layout", str(layout), "--json"]) == 0
