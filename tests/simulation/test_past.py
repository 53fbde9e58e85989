"""A journal is read into the days that were; what is wrong with it is named with its line."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hall.context import Context
from hall.domain.events import Event, EventName
from hall.domain.folding import fold
from hall.domain.identities import CounterId, GroupId
from hall.domain.layout_file import read_layout
from hall.domain.reading import BadFile
from hall.operations.call import call_next
from hall.operations.counters import add_counter, open_counter
from hall.operations.day import close_day
from hall.operations.issue import issue_ticket
from hall.operations.layouts import load_roster
from hall.operations.serve import finish
from simulation.past import Past, past_of, read_past
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from tests.hall.halls_of_two import special
from tests.halls import MANAGER, FakeClock, WorkingHall, a_hall
from tests.simulation.journals import months, written

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).parent / "golden" / "scenario.toml"
DAYS = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))


def told(past: Past) -> list[tuple[int, int]]:
    """Return where the flaws are: the line and the sequence of each."""
    return [(flaw.line, flaw.sequence) for flaw in past.flaws]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(GOLDEN)


@pytest.fixture(scope="module")
def events(scenario: Scenario) -> list[Event]:
    return months(scenario, DAYS)


def test_each_day_is_what_its_own_events_say(
    scenario: Scenario, events: list[Event], tmp_path: Path
) -> None:
    past = read_past(written(tmp_path / "journal.jsonl", events))
    assert [day.day for day in past.days] == list(DAYS)
    assert past.flaws == ()
    opened = [at for at, event in enumerate(events) if event.name is EventName.DAY_OPENED]
    for day, since, until in zip(past.days, opened, [*opened[1:], len(events)], strict=True):
        assert day.events == tuple(events[since:until])
        assert day.trace == fold(events[since:until])
        assert day.is_over
        assert (day.layout.hash, day.roster) == (scenario.layout.hash, day.roster)
        assert day.roster.hash == scenario.staffing.hash
        assert day.openings


def test_events_at_hand_are_read_as_a_file_of_them(events: list[Event], tmp_path: Path) -> None:
    from_file = read_past(written(tmp_path / "journal.jsonl", events))
    at_hand = past_of(events)
    assert [day.trace for day in at_hand.days] == [day.trace for day in from_file.days]
    assert [day.events for day in at_hand.days] == [day.events for day in from_file.days]
    assert at_hand.flaws == from_file.flaws == ()


def test_a_live_hall_has_its_own_roster_and_layouts_of_the_day(
    context: Context, clock: FakeClock
) -> None:
    small = a_hall(context, clock, special())
    breaks = 'breaks = [ { counters = [ "1" ], from = "11:00", until = "11:20" } ]'
    roster = small.do(load_roster, file="roster.toml", text=breaks)
    base = small.ask(lambda view: view.layout.hash)
    _a_day(small)
    small.do(add_counter, counter=CounterId("9"), number=9, takes=(GroupId("social"),))
    extended = small.ask(lambda view: view.layout.hash)
    small.do(close_day)
    clock.tick(days=1)
    _a_day(small)
    past = past_of(small.events())
    assert past.flaws == ()
    first, second = past.days
    assert [layout.hash for _, layout in first.layouts] == [base, extended]
    assert first.layout_at(first.layouts[1][0]).hash == extended
    assert first.layout_at(first.layouts[1][0] - 1).hash == base
    assert [layout.hash for _, layout in second.layouts] == [base]
    assert (first.roster, second.roster) == (roster, roster)
    assert (first.is_over, second.is_over) == (True, False)
    assert len(first.trace.stops) == 1


def _a_day(small: WorkingHall) -> None:
    small.do(open_counter, MANAGER, counter=CounterId("1"))
    issued = small.do(issue_ticket, MANAGER)
    call = small.do(call_next, MANAGER, counter=CounterId("1"))
    assert call is not None
    assert call.ticket.id == issued.ticket.id
    small.do(finish, MANAGER, ticket=call.ticket.id, outcomes={})


def test_an_older_journal_needs_its_layout_beside_it(
    scenario: Scenario, events: list[Event], tmp_path: Path
) -> None:
    path = written(tmp_path / "journal.jsonl", [_without_form(event) for event in events])
    with pytest.raises(BadFile, match=r"journal.jsonl:3: layout: .*--layout"):
        read_past(path)
    staffing = scenario.staffing
    past = read_past(path, layout=scenario.layout, roster=staffing)
    assert {day.layout.hash for day in past.days} == {scenario.layout.hash}
    assert {day.roster for day in past.days} == {staffing}


def test_another_layout_than_the_one_that_the_journal_names_is_a_flaw(
    events: list[Event], tmp_path: Path
) -> None:
    path = written(tmp_path / "journal.jsonl", [_without_form(event) for event in events])
    other = read_layout(EXAMPLES / "yunxi" / "layout.toml")
    past = read_past(path, layout=other)
    assert past.days[0].layout is other
    assert "the given one stands for it" in past.flaws[-1].text.en


def _without_form(event: Event) -> Event:
    """Return an event as an older journal has it, its hash as if it had been written so."""
    details = {key: value for key, value in event.details.items() if key != "form"}
    return _with(event, details=details)


def _with(event: Event, **changes: Any) -> Event:
    return replace(event, **changes).chained(event.previous)


def test_a_slice_begins_with_its_first_whole_day(events: list[Event], tmp_path: Path) -> None:
    middle = next(at for at, e in enumerate(events) if e.name is EventName.DAY_OPENED) + 50
    slice_ = [events[0], events[1], *events[middle:]]
    past = read_past(written(tmp_path / "journal.jsonl", slice_))
    assert [day.day for day in past.days] == list(DAYS[1:])
    assert told(past) == [(3, events[middle].sequence)]


@pytest.mark.parametrize(
    ("tamper", "flaws"),
    [
        (lambda events: events.pop(40), [(41, 42)]),
        (lambda events: events.__setitem__(40, _with(events[40], at=events[39].at)), [(42, 42)]),
        (
            lambda events: events.__setitem__(40, replace(events[40], actor="somebody else")),
            [(41, 41)],
        ),
    ],
)
def test_a_broken_chain_is_told_with_its_line_and_sequence(
    events: list[Event],
    tmp_path: Path,
    tamper: Callable[[list[Event]], Any],
    flaws: list[tuple[int, int]],
) -> None:
    changed = list(events)
    tamper(changed)
    assert told(read_past(written(tmp_path / "journal.jsonl", changed))) == flaws


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "journal.jsonl:6: line: is not JSON"),
        ("[]", "journal.jsonl:6: line: is not a journal line"),
        ('{"hall": "h"}', "journal.jsonl:6: actor: is missing"),
        ({"window": 1}, "journal.jsonl:6: window: is not known here"),
        ({"name": "TicketSold"}, "journal.jsonl:6: line: is no event: 'TicketSold'"),
        ({"at": "noon"}, "journal.jsonl:6: line: is no event"),
        ({"at": "2026-03-02T09:00:00"}, "journal.jsonl:6: at: lacks its offset"),
        ({"sequence": "6"}, "journal.jsonl:6: line: sequence should be a whole number"),
        ({"hall": "another"}, "journal.jsonl:6: hall: is of hall 'another'"),
        (
            {"name": "TicketIssued", "ticket": "t", "details": {}},
            "journal.jsonl:6: details: cannot be used: KeyError",
        ),
        (
            {"name": "LayoutActivated", "ticket": None, "details": {"form": {"hall": 1}}},
            "journal.jsonl:6: details.form: cannot be used",
        ),
        (
            {"name": "DayOpened", "ticket": None, "details": {"day": "Monday"}},
            "journal.jsonl:6: details.day: should be a date",
        ),
    ],
)
def test_a_line_that_cannot_be_used_is_named(
    events: list[Event], tmp_path: Path, line: str | dict[str, Any], said: str
) -> None:
    path = written(tmp_path / "journal.jsonl", events)
    lines = path.read_text("utf-8").splitlines()
    lines[5] = line if isinstance(line, str) else json.dumps({**json.loads(lines[5]), **line})
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        read_past(path)
    assert said in str(caught.value)


def test_a_journal_without_a_day_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(BadFile, match="tells of no day"):
        read_past(tmp_path / "empty.jsonl")
    with pytest.raises(BadFile, match="cannot be read"):
        read_past(tmp_path / "missing.jsonl")
