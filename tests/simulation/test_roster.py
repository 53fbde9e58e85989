"""Who works when: the file, the rules of contracts, what binds, and what is written."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from icalendar import Calendar

from hall.domain.layout import Span
from hall.domain.reading import BadFile, Source
from simulation.__main__ import main
from simulation.roster.calendars import calendars, one_calendar
from simulation.roster.crews import Rule, works
from simulation.roster.form import roster_form, roster_text, texts
from simulation.roster.need import length
from simulation.roster.rights import Week, is_allowed
from simulation.roster.rota import Rota, fed_back, rota
from simulation.roster.staff import Staff
from simulation.roster.staff_file import read_staff, staff_in
from simulation.roster.workbook import workbook
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.scenario_form import scenario_text
from simulation.sizing.frame import Wish, frame_of
from simulation.sizing.staffed import staffed
from tests.simulation.halls import EXAMPLES
from tests.simulation.test_documents import block
from tests.simulation.test_sizing import TWO, a_scenario

MONDAY = date(2026, 3, 2)
#: One counter in every half hour of the small hall.
ONE = np.ones((1, 12), dtype=np.int64)
NOW = datetime(2026, 2, 20, 8, tzinfo=UTC)
WHOLE_DAY = '{ id = "day", from = "09:00", until = "16:00" }'
#: What the pooled hall with 1,000 visitors needs for 90 % within 10 minutes.
NEEDED = [7, 13, 17, 16, 14, 12, 9, 7, 8, 11, 13, 14, 13, 11, 9, 7]


def a_staff(
    scenario: Scenario,
    *clerks: str,
    contract: str = "",
    shifts: Sequence[str] = (WHOLE_DAY,),
    days: int = 1,
) -> Staff:
    """Return a staff: a table's keys for each clerk, one contract, some shifts."""
    named = [f'{{ id = "{at}"{f", {keys}" if keys else ""} }}' for at, keys in enumerate(clerks)]
    text = f"""
format = 1
days = {days}
shifts = [ {", ".join(shifts)} ]
contracts = [ {{ id = "full"{f", {contract}" if contract else ""} }} ]
clerks = [ {", ".join(named)} ]
"""
    return staff_in(Source("staff", text), scenario.layout, first=MONDAY)


def a_rota(scenario: Scenario, *clerks: str, contract: str = "", **kinds: object) -> Rota:
    return rota([scenario], a_staff(scenario, *clerks, contract=contract, **kinds))  # type: ignore[arg-type]


def the_pooled_hall() -> Scenario:
    """Return the pooled hall of twelve as it was sized, at first on one day."""
    scenario = read_scenario(EXAMPLES / "twelve" / "pooled-1000.toml")
    return staffed(frame_of(scenario, Wish()), np.array([NEEDED]))


def a_week_of_22(scenario: Scenario) -> Staff:
    kinds = [("early", "08:00", "14:30"), ("middle", "09:00", "15:00"), ("all", "08:00", "16:00")]
    rest = 'breaks = [ { minutes = 45, from = "11:00", until = "13:30" } ]'
    shifts = [f'{{ id = "{i}", from = "{f}", until = "{u}", {rest} }}' for i, f, u in kinds]
    leave = ["leave = [ 2026-03-04 ]" if at in {3, 7} else "" for at in range(22)]
    contract = "least_hours_per_week = 24, consecutive_days = 5"
    return a_staff(scenario, *leave, contract=contract, shifts=shifts, days=5)


def covered(found: Rota) -> list[tuple[int, ...]]:
    """Return how many counters of each kind have a clerk who may be there, piece by piece."""
    kind_of = {c.id: k for k, kind in enumerate(found.need.kinds) for c in kind.counters}
    counts = []
    for piece in found.need.pieces:
        seated: dict[str, int] = {}
        for duty in found.duties:
            for place in duty.places if duty.day == piece.day else ():
                inside = place.span.from_minute <= piece.span.from_minute
                if inside and piece.span.until_minute <= place.span.until_minute:
                    shift = found.staff.shifts[duty.shift]
                    kind = found.need.kinds[kind_of[place.counter]]
                    assert works(shift, duty.breaks, piece.span)
                    assert kind.groups <= found.staff.clerks[duty.clerk].skills
                    assert place.counter not in seated
                    seated[place.counter] = kind_of[place.counter]
        kinds = range(len(found.need.kinds))
        counts.append(tuple(list(seated.values()).count(kind) for kind in kinds))
    return counts


def rules(found: Rota) -> set[Rule]:
    """Return every rule that is named."""
    return {rule for short in found.shortfalls for rule in short.rules}


def test_a_week_of_22_clerks_is_covered_under_their_contracts_in_five_seconds() -> None:
    scenario = the_pooled_hall()
    staff = a_week_of_22(scenario)
    began = time.process_time()
    found = rota([scenario], staff)
    assert time.process_time() - began < 5
    assert found.shortfalls == ()
    assert found.gap < 0.02
    given = frozenset((duty.clerk, duty.day, duty.shift) for duty in found.duties)
    weeks = [Week.of(staff, clerk, given) for clerk in range(22)]
    assert all(is_allowed(staff, clerk, week) for clerk, week in enumerate(weeks))
    seated = covered(found)
    assert seated == list(found.staffed)
    pairs = zip(found.need.pieces, seated, strict=True)
    assert all(there >= piece.needed for piece, there in pairs)


def test_everybody_takes_the_breaks_of_the_shift_within_their_times() -> None:
    scenario = the_pooled_hall()
    found = rota([scenario], a_week_of_22(scenario))
    for duty in found.duties:
        (rest,) = duty.breaks
        assert rest.until_minute - rest.from_minute == 45
        assert 11 * 60 <= rest.from_minute < rest.until_minute <= 13 * 60 + 30


def test_hours_under_one_contract_are_alike() -> None:
    scenario = the_pooled_hall()
    hours = rota([scenario], a_week_of_22(scenario)).hours
    assert max(hours) - min(hours) < 8


def test_the_cheapest_cover_is_found_as_by_trying_everything() -> None:
    scenario = a_scenario(counters=2)
    shifts = [
        WHOLE_DAY,
        '{ id = "morning", from = "09:00", until = "12:00" }',
        '{ id = "afternoon", from = "13:00", until = "16:00" }',
    ]
    staff = a_staff(scenario, "", "", "", shifts=shifts)
    found = rota([scenario], staff)
    spans = [None, *(shift.span for shift in staff.shifts)]

    def cost(chosen: Sequence[Span | None]) -> float:
        mine = [span for span in chosen if span is not None]
        late = sum(
            length(piece.span)
            * max(
                0,
                2
                - sum(
                    s.from_minute <= piece.span.from_minute
                    and piece.span.until_minute <= s.until_minute
                    for s in mine
                ),
            )
            for piece in found.need.pieces
        )
        return 100 * late + sum(length(span) for span in mine)

    best = min(cost(chosen) for chosen in product(spans, repeat=3))
    assert found.cost + 100 * found.uncovered_hours == pytest.approx(best)


MORNING = '{ id = "morning", from = "09:00", until = "12:00" }'
NOON = '[ { minutes = 60, from = "09:00", until = "12:00" } ]'
RESTED = f'{{ id = "rested", from = "09:00", until = "16:00", breaks = {NOON} }}'


@pytest.mark.parametrize(
    ("rule", "clerks", "contract", "shifts", "days"),
    [
        (Rule.LEAVE, ["", "leave = [ 2026-03-02 ]"], "", [WHOLE_DAY], 1),
        (Rule.SKILLS, ['skills = [ "a" ]', 'skills = [ "a" ]'], "", [WHOLE_DAY], 1),
        (Rule.BREAKS, ["", ""], "", [RESTED], 1),
        (Rule.HOURS, ["", ""], "hours_per_week = 7", [WHOLE_DAY], 2),
        (Rule.DAYS, ["", ""], "days_per_week = 1", [WHOLE_DAY], 2),
        (Rule.CONSECUTIVE, ["", ""], "consecutive_days = 2", [WHOLE_DAY], 3),
        (Rule.REST, ["", ""], "rest_hours = 18", [WHOLE_DAY], 2),
        (Rule.CONTRACT_SHIFTS, ["", ""], 'shifts = [ "morning" ]', [MORNING, WHOLE_DAY], 1),
        (Rule.SHIFTS, ["", ""], "", [MORNING], 1),
        (Rule.CLERKS, [""], "", [WHOLE_DAY], 1),
    ],
)
def test_the_rule_that_binds_is_named_and_no_other(
    rule: Rule, clerks: list[str], contract: str, shifts: list[str], days: int
) -> None:
    scenario = a_scenario(counters=list(TWO), groups="ab")
    found = a_rota(scenario, *clerks, contract=contract, shifts=shifts, days=days)
    assert rules(found) == {rule}


def test_nothing_binds_where_everything_is_covered() -> None:
    scenario = a_scenario(counters=list(TWO), groups="ab")
    found = a_rota(scenario, "", "")
    assert (found.shortfalls, found.uncovered_hours) == ((), 0)


def test_what_binds_is_said_with_day_time_and_reason() -> None:
    scenario = a_scenario(counters=list(TWO), groups="ab")
    found = a_rota(scenario, "", 'name = "李四", leave = [ 2026-03-02 ]')
    said = [text for text in texts(found) if "李四" in text["zh"]]
    assert said
    assert said[0]["zh"].startswith("周一 3-2 09:00–12:00：“")
    assert said[0]["en"].startswith("Mon 3-2 09:00–12:00: 1 missing of the counters for ")
    assert "leave (李四)" in said[0]["en"]


def test_hours_that_a_contract_promises_and_leave_forbids_are_told() -> None:
    scenario = a_scenario(counters=1)
    away = 'name = "Li", leave = [ 2026-03-02 ]'
    found = a_rota(scenario, away, "", contract="least_hours_per_week = 14", days=2)
    (owed,) = [short for short in found.shortfalls if short.owed_to is not None]
    assert (owed.owed_to, owed.hours, owed.rules) == (0, 7, (Rule.LEAVE,))
    assert any("Li: the contract promises 14 hours" in text["en"] for text in texts(found))


def test_a_scenario_with_the_roster_staffs_the_counters_where_clerks_are(tmp_path: Path) -> None:
    scenario = the_pooled_hall()
    found = rota([scenario], a_week_of_22(scenario))
    (tmp_path / "week.toml").write_text(scenario_text(fed_back(found)), "utf-8")
    again = read_scenario(tmp_path / "week.toml")
    assert again.run == tuple(MONDAY + timedelta(days=at) for at in range(5))
    hours = again.layout.hours
    for piece, there in zip(found.need.pieces, found.staffed, strict=True):
        day = found.staff.days[piece.day]
        spans = [again.staffing.staffed(c.id, day, hours) for c in again.layout.counters]
        open_ = [
            any(
                s.from_minute <= piece.span.from_minute
                and piece.span.until_minute <= s.until_minute
                for s in mine
            )
            for mine in spans
        ]
        assert (sum(open_),) == there
    assert (Runner(again).measures(1, 0)["all"]["served"] or 0) > 4_000


def test_each_day_takes_its_need_from_the_scenario_that_names_it() -> None:
    quiet, busy = a_scenario(counters=1), a_scenario(counters=3)
    busy = replace(busy, run=(MONDAY + timedelta(days=1),))
    found = rota([quiet, busy], a_staff(busy, "", "", "", days=2))
    needed = {piece.day: piece.needed for piece in found.need.pieces}
    assert needed == {0: (1,), 1: (3,)}


def test_a_day_of_which_nobody_says_the_need_is_named() -> None:
    frame = frame_of(a_scenario(counters=1), Wish())
    monday = replace(frame.scenario.demand, weekdays=((1, (("a", (5.0,)),)),))  # type: ignore[arg-type]
    sized = staffed(replace(frame, scenario=replace(frame.scenario, demand=monday)), ONE)
    found = rota([sized], a_staff(sized, "", days=2))
    said = [text["en"] for text in texts(found)]
    assert any(text.startswith("Tue 3-3: the hall is open, but nothing says") for text in said)
    assert not any(text.startswith("Mon") for text in said)


def test_the_workbook_has_every_clerk_and_no_formula() -> None:
    scenario = a_scenario(counters=1)
    found = a_rota(scenario, 'name = "=1+1"', 'name = "李四", leave = [ 2026-03-02 ]')
    content = workbook(found, language="zh")
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["排班", "窗口", "需求与排班", "说明"]
    rows = list(book["排班"].values)
    assert [row[0] for row in rows[1:]] == ["=1+1", "李四"]
    assert [cell.data_type for cell in book["排班"]["A"]] == ["s"] * 3
    assert rows[2][1] == "假"


def test_a_calendar_has_shifts_at_the_halls_own_time() -> None:
    scenario = a_scenario(counters=1)
    zoned = replace(scenario, layout=replace(scenario.layout, time_zone="Asia/Shanghai"))
    found = a_rota(zoned, 'name = "Zhang"', 'name = "Li"')
    (duty,) = found.duties
    everybody = Calendar.from_ical(one_calendar(found, now=NOW, language="en"))
    (event,) = everybody.walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert [zone["TZID"] for zone in everybody.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert event["summary"] == f"{found.staff.clerks[duty.clerk].name} Counter 1"
    own = calendars(found, now=NOW, language="en")
    assert len(Calendar.from_ical(own[str(duty.clerk)]).walk("VEVENT")) == 1
    assert len(Calendar.from_ical(own[str(1 - duty.clerk)]).walk("VEVENT")) == 0
    assert b"Zhang" not in b"".join(own.values())


def test_a_bad_staff_file_is_told_everything_at_once() -> None:
    text = """
format = 1
contracts = [ { id = "full", hours_per_week = 10, least_hours_per_week = 20, shifts = [ "late" ] } ]
clerks = [ { id = "1", contract = "half" }, { id = "2", skills = [ "tax" ], holidays = 3 } ]
[[shifts]]
id = "day"
from = "09:00"
until = "16:00"
breaks = [ { minutes = 90, from = "11:00", until = "12:00" } ]
[[shifts]]
id = "day"
from = "09:00"
until = "16:00"
"""
    with pytest.raises(BadFile) as bad:
        staff_in(Source("staff.toml", text), a_scenario().layout, first=MONDAY)
    said = "\n".join(bad.value.lines())
    for part in (
        "staff.toml:9: shifts[0].breaks[0].minutes: is longer than from and until leave room for",
        "shifts[1].id: 'day' is there twice",
        "contracts[0].least_hours_per_week: is more than hours_per_week",
        "contracts[0].shifts[0]: there is no shift 'late'",
        "clerks[0].contract: there is no contract 'half'",
        "clerks[1].skills[0]: the layout has no group 'tax'",
        "clerks[1].holidays: is not known here",
    ):
        assert part in said


def test_roster_writes_everything_that_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day.toml").write_text(scenario_text(a_scenario(counters=1)), "utf-8")
    staff = 'format = 1\ndays = 1\nclerks = [ { id = "1", name = "张三" } ]\n'
    staff += f'contracts = [ {{ id = "full" }} ]\nshifts = [ {WHOLE_DAY} ]\n'
    (tmp_path / "staff.toml").write_text(staff, "utf-8")
    (tmp_path / "each").mkdir()
    files = {"--out": "out.toml", "--roster": "roster.toml", "--xlsx": "a.xlsx", "--ics": "a.ics"}
    asked = [part for key, name in files.items() for part in (key, str(tmp_path / name))]
    given = [str(tmp_path / "day.toml"), str(tmp_path / "staff.toml"), *asked]
    assert main(["roster", *given, "--ics-each", str(tmp_path / "each"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["feasible"] is True
    assert found["clerks"][0]["duties"][0]["places"][0]["counter"] == "1"
    assert all(s["counters"]["*"] == {"needed": 1, "staffed": 1} for s in found["series"])
    assert all((tmp_path / name).stat().st_size > 0 for name in files.values())
    assert (tmp_path / "each" / "1.ics").exists()
    assert main(["roster", *given, "--language", "zh"]) == 0
    assert "张三" in capsys.readouterr().out


def test_a_sizing_that_was_printed_is_a_need(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day.toml").write_text(scenario_text(a_scenario()), "utf-8")
    assert main(["size", str(tmp_path / "day.toml"), "--replications", "24", "--json"]) == 0
    printed = capsys.readouterr().out
    (tmp_path / "sizing.json").write_text(printed, "utf-8")
    staff = tmp_path / "staff.toml"
    staff.write_text(
        'format = 1\ndays = 1\nclerks = [ { id = "1" } ]\ncontracts = [ { id = "full" } ]\n'
        f"shifts = [ {WHOLE_DAY} ]\n",
        "utf-8",
    )
    assert main(["roster", str(tmp_path / "sizing.json"), str(staff), "--json"]) == 0
    assert (
        json.loads(capsys.readouterr().out)["needed_hours"] == json.loads(printed)["counter_hours"]
    )
    (tmp_path / "sizing.json").write_text("{}", "utf-8")
    assert main(["roster", str(tmp_path / "sizing.json"), str(staff)]) == 2
    assert "scenario: is missing" in capsys.readouterr().err


def test_the_staff_of_the_example_are_given_a_week() -> None:
    scenario = the_pooled_hall()
    path = EXAMPLES / "twelve" / "staff.toml"
    found = rota([scenario], read_staff(path, scenario.layout, first=MONDAY))
    assert len(found.hours) == 22
    assert found.uncovered_hours < 10


def test_the_staff_file_of_the_documentation_is_one(tmp_path: Path) -> None:
    (tmp_path / "layout.toml").write_text(block("formats.md", "layout"), "utf-8")
    (tmp_path / "day.toml").write_text(block("simulation.md", "scenario"), "utf-8")
    scenario = read_scenario(tmp_path / "day.toml")
    source = Source("planning.md", block("planning.md", "staff"))
    found = rota([scenario], staff_in(source, scenario.layout, first=MONDAY))
    form = roster_form(found)
    assert len(form["clerks"]) == len(found.staff.clerks) == 3
    assert "张三" in roster_text(found, language="zh")
