"""Two months of a known hall, forty times: intervals cover what is true, and nothing is off."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hall.domain.events import event_form
from simulation.calibration.calibrate import Calibration, Options, calibrate
from simulation.calibration.form import calibration_form
from simulation.journal import journal
from simulation.past import Past, read_past
from tests.simulation.round_trip import (
    PLAIN,
    Coverage,
    a_hall,
    a_past,
    is_cell,
    truths,
)

#: In one process: what is found once serves all of them.
pytestmark = pytest.mark.xdist_group("calibration_round_trip")

SEEDS = 40
#: Of forty; 95 % would be 38, and fewer than 34 once in three hundred times.
AT_LEAST = 34


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    """Calibrate two months of forty seeds."""
    scenario, found = a_hall(), Coverage()
    for seed in range(SEEDS):
        past = a_past(scenario, seed=seed)
        found.add(calibrate(past), truths(past, scenario, seed=seed))
    return found


def test_every_interval_covers_the_truth_in_34_of_40(coverage: Coverage) -> None:
    often = {whose: covered for whose, covered in coverage.covered.items() if not is_cell(whose)}

    assert {len(covered) for covered in often.values()} == {SEEDS}
    assert {whose: sum(c) for whose, c in often.items() if sum(c) < AT_LEAST} == {}
    assert {(name,) for name in PLAIN} <= set(often)


def test_rates_of_single_intervals_are_covered_as_often_as_they_say(coverage: Coverage) -> None:
    usual = [whose for whose in coverage.covered if is_cell(whose) and len(whose) == 3]
    weekly = [whose for whose in coverage.covered if is_cell(whose) and len(whose) == 4]

    assert len(usual) == 2 * 12
    assert len(weekly) == 2 * 12 * 5
    assert 0.92 <= coverage.share(usual) <= 0.98
    assert 0.90 <= coverage.share(weekly) <= 0.995


def test_the_hall_as_a_whole_is_found_within_2_percent(coverage: Coverage) -> None:
    assert abs(coverage.bias(("visits_per_hour",))) < 0.02
    for code in ("a-1", "a-2", "b-1"):
        assert abs(coverage.bias(("service_minutes", code))) < 0.02


def test_a_calibrated_hall_waits_as_the_hall_did() -> None:
    scenario = a_hall()
    past = a_past(scenario, seed=2)
    found = calibrate(past).scenario

    again = a_past(replace(found, run=scenario.run), seed=77)

    assert _mean_wait(again) == pytest.approx(_mean_wait(past), rel=0.35)
    assert _visits(again) == pytest.approx(_visits(past), rel=0.1)


def test_the_journal_says_the_same_as_what_happened(tmp_path: Path) -> None:
    scenario = a_hall(6)
    past = a_past(scenario, seed=1)
    lines, last = [], None
    for at, day in enumerate(past.days):
        roster = scenario.staffing if at == 0 else None
        events = journal(scenario.layout, day.trace, day=day.day, roster=roster, after=last)
        lines += [json.dumps(event_form(event), ensure_ascii=False) + "\n" for event in events]
        last = events[-1]
    file = tmp_path / "journal.jsonl"
    file.write_text("".join(lines), encoding="utf-8")

    read = calibrate(read_past(file), Options(name="hall"))

    assert _form(read) == _form(calibrate(past, Options(name="hall"))).replace(
        '"worker": "', '"worker": "clerk-'
    )


def _form(found: Calibration) -> str:
    return json.dumps(calibration_form(found), ensure_ascii=False)


def _visits(past: Past) -> int:
    return sum(len(set(day.trace.stops.ticket)) for day in past.days)


def _mean_wait(past: Past) -> float:
    waits = [
        max(called - due, 0)
        for day in past.days
        for called, due in zip(day.trace.stops.called, day.trace.stops.due, strict=True)
        if called >= 0
    ]
    return sum(waits) / len(waits) / 60_000
