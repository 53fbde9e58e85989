"""The days that were, run again: a right model says their waits, a wrong one is found out."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hall.context import Change, Context, View
from hall.domain.events import Event, EventName
from hall.domain.identities import ClassId, CounterId, GroupId, MatterCode, TicketId
from hall.domain.layout import Policy
from hall.domain.tickets import Status, Ticket
from hall.operations.call import call_next, call_one
from hall.operations.counters import (
    add_counter,
    help_out,
    open_counter,
    pause_counter,
    ready_counter,
)
from hall.operations.day import close_day
from hall.operations.issue import issue_ticket
from hall.operations.layouts import activate_layout
from hall.operations.serve import (
    come_back,
    finish,
    hold,
    no_show,
    resume,
    return_to_queue,
    start,
    transfer,
    undo,
)
from simulation.__main__ import main
from simulation.past import Past, past_of
from simulation.scenario import NoShows, Patience, Scenario
from simulation.scenario_file import read_scenario
from simulation.validation.form import validation_form, validation_text, worst
from simulation.validation.ruled import check_calls
from simulation.validation.trust import Limits
from simulation.validation.validate import Options, validate
from simulation.vary import with_pace, with_policy, without_counters
from tests.hall.halls_of_two import special
from tests.halls import GUIDE, MANAGER, FakeClock, WorkingHall, a_hall
from tests.simulation.journals import months, written

#: In one process: what is found once serves all of them.
pytestmark = pytest.mark.xdist_group("validation")

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).parent / "golden" / "scenario.toml"
DAYS = tuple(date(2026, 3, day) for day in (2, 3, 4))


@pytest.fixture(scope="module")
def busy() -> Scenario:
    """The pooled 12-counter hall: automatic calls, lunch breaks, waits of a quarter of an hour."""
    return read_scenario(EXAMPLES / "twelve" / "pooled-1000.toml")


@pytest.fixture(scope="module")
def events(busy: Scenario) -> list[Event]:
    return months(busy, DAYS)


@pytest.fixture
def one_day(events: list[Event]) -> list[Event]:
    """The journal of the first day alone."""
    return events[: 1 + [event.name for event in events].index(EventName.DAY_CLOSED)]


@pytest.fixture(scope="module")
def past(events: list[Event]) -> Past:
    return past_of(events)


def test_a_simulated_journal_is_told_wait_by_wait(past: Past) -> None:
    found = validate(past)
    assert found.compared.all is not None
    assert found.compared.all.wait.real == pytest.approx(found.compared.all.wait.model, abs=1e-9)
    assert found.compared.all.correlation == pytest.approx(1)
    assert found.calls.as_ruled_share == 1
    assert found.wrap_up_seconds == 0
    assert found.is_trusted
    assert found.compared.all.stops == sum(part.fit.stops for part in found.compared.days)


@pytest.mark.parametrize("policy", [Policy.CLERK, Policy.SHORTEST_QUEUE])
def test_a_day_with_everything_in_it_is_told_too(policy: Policy) -> None:
    scenario = with_policy(read_scenario(GOLDEN), policy)
    found = validate(past_of(months(scenario, DAYS[:2])))
    assert found.compared.all is not None
    assert found.compared.all.wait.model == pytest.approx(found.compared.all.wait.real, rel=1e-3)
    assert found.compared.all.within.model == found.compared.all.within.real
    assert found.calls.as_ruled_share == 1
    assert found.is_trusted, found.reasons


def test_calls_in_vain_and_those_who_come_back_are_told_too(busy: Scenario) -> None:
    scenario = replace(
        busy,
        patience=Patience(mean_minutes=40, shape=1.2, in_vain_seconds=45),
        no_shows=NoShows(share=0.1, seconds=60, return_share=0.4, return_minutes=10),
    )
    found = validate(past_of(months(scenario, DAYS[:1])))
    assert found.compared.all is not None
    assert found.compared.all.wait.model == pytest.approx(found.compared.all.wait.real)
    assert found.compared.all.correlation == pytest.approx(1)
    assert found.calls.as_ruled_share == 1


def test_the_scenario_behind_the_journal_fits_and_says_so(past: Past, busy: Scenario) -> None:
    found = validate(past, busy, options=Options(replications=5))
    assert found.is_trusted, found.reasons
    assert found.compared.all is not None
    assert abs(found.compared.all.bias_share or 0) < 0.4
    assert (found.compared.all.correlation or 0) > 0.6


def test_who_was_called_loses_patience_where_the_model_is_slower() -> None:
    crowded = replace(
        read_scenario(EXAMPLES / "twelve" / "pooled-1200.toml"),
        patience=Patience(mean_minutes=40, shape=1.2),
    )
    past = past_of(months(crowded, DAYS))
    found = validate(past, crowded, options=Options(replications=5)).compared.all
    patient = validate(past, replace(crowded, patience=None), options=Options(replications=5))
    assert found is not None
    assert patient.compared.all is not None
    assert abs(found.bias_share or 1) < 0.15
    assert (patient.compared.all.bias_share or 0) > 0.2


def test_a_model_with_wrong_paces_is_refused_and_says_where(past: Past, busy: Scenario) -> None:
    found = validate(past, with_pace(busy, 1.15), options=Options(replications=5))
    assert not found.is_trusted
    said = [reason.en for reason in found.reasons]
    assert said[0].startswith("all together: mean wait ")
    assert any(reason.startswith("14:00: mean wait") for reason in said)
    assert any("days are off" in reason for reason in said)
    assert worst(found)[0].day in {day.isoformat() for day in DAYS}
    assert "结论：模型不可用于建议" in validation_text(found, language="zh")


def test_limits_say_from_where_on_a_model_is_off(past: Past, busy: Scenario) -> None:
    limits = Limits(bias_minutes=60)
    found = validate(past, with_pace(busy, 1.15), options=Options(replications=3, limits=limits))
    assert found.is_trusted


def test_a_call_out_of_order_is_found_though_the_chain_is_whole(one_day: list[Event]) -> None:
    events = one_day
    taken, instead = _two_who_wait(events)
    swap = {taken: instead, instead: taken}
    forged = [
        _with(event, **_named(swap[event.ticket], events))
        if event.ticket in swap and event.name is not EventName.TICKET_ISSUED
        else event
        for event in events
    ]
    found = validate(past_of(_sealed(forged)))
    assert found.flaws == ()
    assert len(found.calls.odd) >= 1
    odd = found.calls.odd[0]
    first = next(e for e in forged if e.name is EventName.TICKET_CALLED and e.ticket == instead)
    assert odd.sequence == first.sequence
    assert odd.called == _number(events, instead)
    assert odd.ruled == _number(events, taken)


def _two_who_wait(events: Sequence[Event]) -> tuple[TicketId, TicketId]:
    """Return two tickets that wait together, the first called long before the second."""
    called = [e for e in events if e.name is EventName.TICKET_CALLED]
    issued = {e.ticket: e.at for e in events if e.name is EventName.TICKET_ISSUED}
    for at, one in enumerate(called):
        other = called[at + 10]
        if issued[other.ticket] < one.at and one.ticket and other.ticket:
            return one.ticket, other.ticket
    raise AssertionError


def _number(events: Sequence[Event], ticket: TicketId) -> str | None:
    return next(event.number for event in events if event.ticket == ticket)


def _named(ticket: TicketId, events: Sequence[Event]) -> dict[str, Any]:
    return {"ticket": ticket, "number": _number(events, ticket)}


def _with(event: Event, **changes: Any) -> Event:
    return replace(event, **changes)


def _sealed(events: Sequence[Event]) -> list[Event]:
    """Return events with their chain forged anew."""
    found: list[Event] = []
    for event in events:
        found.append(event.chained(found[-1].hash if found else event.previous))
    return found


def test_a_ticket_that_did_not_wait_cannot_be_called(one_day: list[Event]) -> None:
    events = one_day
    at = next(k for k, e in enumerate(events) if e.name is EventName.SERVICE_STARTED)
    forged = [
        *events[: at + 1],
        replace(events[at], name=EventName.TICKET_CALLED),
        *events[at + 1 :],
    ]
    (day,) = past_of(_sealed(forged)).days
    (odd,) = check_calls(day).odd
    assert odd.why.en == "it was not waiting"


def _a_lively_day(small: WorkingHall, rng: random.Random) -> None:
    """Let clerks work as clerks do: next after some seconds, breaks, odd steps, undone ones.

    At noon one of them helps out elsewhere, and a counter more is opened.
    """
    counters = [CounterId(id_) for id_ in "123"]
    for counter in counters:
        small.do(open_counter, MANAGER, counter=counter)
    for step in range(240):
        small.clock.tick(seconds=rng.choice([3, 20, 45]))
        if step == 120:
            small.do(help_out, counter=counters[0], groups=(GroupId("social"),))
            small.do(add_counter, counter=CounterId("9"), number=9, takes=(GroupId("tax"),))
            counters.append(CounterId("9"))
            small.do(open_counter, MANAGER, counter=counters[-1])
        if rng.random() < 0.28:
            matters = tuple(map(MatterCode, rng.sample(["invoice", "card"], rng.choice([1, 2]))))
            class_ = ClassId(rng.choice(["walk_in", "walk_in", "priority"]))
            small.do(issue_ticket, GUIDE, matters=matters, class_=class_)
        else:
            _a_step(small, rng, rng.choice(counters))


def _a_step(small: WorkingHall, rng: random.Random, counter: CounterId) -> None:
    there = small.ask(View.at_counter, counter)
    if there is None:
        _without_citizen(small, rng, counter)
        return
    if there.status is Status.SERVING:
        step = rng.choice([_finish, _finish, _finish, _hold, _return, _transfer])
    else:
        step = rng.choice([start, start, start, no_show, _return])
    small.do(step, MANAGER, ticket=there.id)
    if rng.random() < 0.05:
        small.clock.tick(seconds=2)
        small.do(undo, MANAGER, ticket=there.id)


def _without_citizen(small: WorkingHall, rng: random.Random, counter: CounterId) -> None:
    held = [t for t in small.ask(View.with_status, Status.HELD) if t.counter == counter]
    missed = small.ask(View.with_status, Status.NO_SHOW)
    if small.ask(View.counter_now, counter).state == "paused":
        small.do(ready_counter, MANAGER, counter=counter)
    elif rng.random() < 0.05:
        small.do(pause_counter, MANAGER, counter=counter, reason="tea")
    elif held and rng.random() < 0.5:
        small.do(resume, MANAGER, ticket=held[0].id)
    elif missed and rng.random() < 0.3:
        small.do(come_back, MANAGER, ticket=missed[0].id)
    else:
        small.do(call_next, MANAGER, counter=counter)


def _finish(change: Change, *, ticket: TicketId) -> Ticket:
    return finish(change, ticket=ticket, outcomes={})


def _hold(change: Change, *, ticket: TicketId) -> Ticket:
    return hold(change, ticket=ticket)


def _return(change: Change, *, ticket: TicketId) -> Ticket:
    return return_to_queue(change, ticket=ticket)


def _transfer(change: Change, *, ticket: TicketId) -> Ticket:
    return transfer(change, ticket=ticket, counter=CounterId("2"))


def _close(small: WorkingHall) -> None:
    for ticket, _ in small.ask(View.all_at_counters):
        small.do(finish, MANAGER, ticket=ticket.id, outcomes={})
    small.do(close_day)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_live_journal_is_understood_whatever_clerks_do(
    context: Context, clock: FakeClock
) -> None:
    small = a_hall(context, clock, special())
    _a_lively_day(small, random.Random(1))
    last = small.ask(View.with_status, Status.WAITING)[-1]
    free = next(c for c in map(CounterId, "1239") if not small.ask(View.at_counter, c))
    small.do(open_counter, MANAGER, counter=free)
    small.do(call_one, MANAGER, counter=free, ticket=last.number, reason="is ill")
    _close(small)
    found = validate(past_of(small.events()))
    assert (found.flaws, found.left_out) == ((), ())
    assert (found.calls.as_ruled_share, found.calls.overrides) == (1, 1)
    assert found.compared.all is not None
    assert found.compared.all.wait.real == pytest.approx(found.compared.all.wait.model, rel=0.05)
    assert (found.compared.all.correlation or 0) > 0.99
    assert (found.wrap_up_seconds or 0) > 10
    assert found.is_trusted, found.reasons


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_calls_are_judged_by_the_rule_that_held_then(context: Context, clock: FakeClock) -> None:
    small = a_hall(context, clock, special())
    small.do(open_counter, MANAGER, counter=CounterId("3"))
    matters = [(MatterCode("invoice"),), (MatterCode("card"),)] * 3
    for each in matters:
        small.do(issue_ticket, GUIDE, matters=each)
        clock.tick(minutes=1)
    _call_and_finish(small)
    liking = 'id = "3"\ntakes = [ "*" ]\nbonus_minutes = { social = 60 }'
    text = special().replace('id = "3"\ntakes = [ "*" ]', liking)
    small.do(activate_layout, file="layout.toml", text=text)
    assert [_call_and_finish(small)[0] for _ in range(3)] == ["F", "F", "F"]
    small.do(close_day)
    found = validate(past_of(small.events()))
    assert (found.calls.all, found.calls.odd) == (4, ())
    assert found.left_out[0][1].en.startswith("the layout changed within the day")


def _call_and_finish(small: WorkingHall) -> str:
    call = small.do(call_next, MANAGER, counter=CounterId("3"))
    assert call is not None
    small.do(finish, MANAGER, ticket=call.ticket.id, outcomes={})
    return call.ticket.number


def test_what_cannot_be_compared_is_left_out_and_said(busy: Scenario, one_day: list[Event]) -> None:
    found = validate(past_of(one_day[:-1]))
    assert [(day, why.en) for day, why in found.left_out] == [
        (DAYS[0], "the journal ends before the day does")
    ]
    assert found.compared.all is None
    said = validation_text(found, language="en")
    assert said.count("the journal ends before the day does") == 1
    assert "nothing could be compared" in said
    assert "mean wait" not in said
    fewer = without_counters(busy, [CounterId("12")])
    found = validate(past_of(one_day), fewer)
    assert found.left_out[0][1].en == "the layout does not know 12"
    assert [reason.en for reason in found.reasons] == ["there is no wait to compare with"]


def test_the_document_says_what_the_contract_names(past: Past) -> None:
    form = json.loads(json.dumps(validation_form(validate(past))))
    assert [day["day"] for day in form["days"]] == [day.isoformat() for day in DAYS]
    for name in ("wait_minutes", "wait_p90_minutes", "within_target_share"):
        assert form[name]["real"] == pytest.approx(form[name]["model"])
    assert form["correlation"] == pytest.approx(1)
    assert form["calls_as_ruled_share"] == 1
    assert (form["trusted"], form["reasons"]) == (True, [])
    assert {group["group"] for group in form["groups"]} == {"a", "b", "c", "d", "e", "f"}


def test_the_command_refuses_in_words_not_by_its_status(
    one_day: list[Event], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_day[90] = replace(one_day[90], actor="somebody else")
    path = written(tmp_path / "journal.jsonl", one_day)
    assert main(["validate", str(path), "--json"]) == 0
    form = json.loads(capsys.readouterr().out)
    assert not form["trusted"]
    assert form["reasons"][0]["en"] == (
        "the journal is not whole: event 91: it was changed: its hash is another"
    )
    assert main(["validate", str(path), "--language", "en"]) == 0
    assert "it recommends nothing" in capsys.readouterr().out
    assert main(["validate", str(tmp_path / "nothing.jsonl")]) == 2
    assert "cannot be read" in capsys.readouterr().err
