"""Whatever is done on a day, the journal stays the source of the tables."""

import random

import pytest

from hall.context import Context, View
from hall.domain.events import EventName
from hall.domain.identities import CounterId, GroupId, MatterCode
from hall.domain.layout_form import layout_of
from hall.domain.roster import roster_of
from hall.domain.tickets import IllegalMove, Status
from hall.operations.call import call_next
from hall.operations.counters import add_counter, open_counter
from hall.operations.day import close_day
from hall.operations.guards import CounterIsBusy
from hall.operations.issue import issue_ticket
from hall.operations.layouts import load_roster
from hall.operations.serve import (
    NobodyBehind,
    NothingToUndo,
    abandon,
    come_back,
    finish,
    hold,
    no_show,
    postpone,
    resume,
    return_to_queue,
    start,
    transfer,
    undo,
)
from hall.push.public import public_events
from hall.store.verify import flaws
from tests.hall.halls_of_two import special
from tests.halls import GUIDE, MANAGER, FakeClock, WorkingHall, a_hall

REFUSALS = (IllegalMove, CounterIsBusy, NothingToUndo, NobodyBehind)
STEPS = (
    start,
    hold,
    resume,
    return_to_queue,
    no_show,
    come_back,
    abandon,
    postpone,
    undo,
    lambda change, *, ticket: finish(change, ticket=ticket, outcomes={}),
    lambda change, *, ticket: transfer(change, ticket=ticket, group=GroupId("social")),
    lambda change, *, ticket: transfer(change, ticket=ticket, counter=CounterId("2")),
)


def _a_random_day(small: WorkingHall, rng: random.Random, steps: int) -> set[Status]:
    """Do whatever comes to mind, legal or not, and return the statuses that were reached."""
    for counter in ("1", "2", "3"):
        small.do(open_counter, MANAGER, counter=CounterId(counter))
    reached = set()
    tickets = [small.do(issue_ticket, GUIDE).ticket.id]
    for _ in range(steps):
        small.clock.tick(seconds=rng.choice([1, 4, 30]))
        what = rng.random()
        if what < 0.2:
            matters = tuple(
                rng.sample([MatterCode("invoice"), MatterCode("card")], rng.choice([1, 2]))
            )
            tickets.append(small.do(issue_ticket, GUIDE, matters=matters).ticket.id)
            continue
        try:
            if what < 0.45:
                small.do(call_next, MANAGER, counter=CounterId(rng.choice("123")))
            else:
                there = [t.id for t, _ in small.context.ask(small.id, View.all_at_counters)]
                ticket = rng.choice(there * 3 + tickets[-6:])
                after = small.do(rng.choice(STEPS), MANAGER, ticket=ticket)
                reached.add(after.status)
        except REFUSALS:
            continue
    return reached


@pytest.mark.parametrize("seed", range(2))
def test_after_any_day_the_replayed_journal_is_the_tables(
    context: Context, clock: FakeClock, seed: int
) -> None:
    small = a_hall(context, clock, special())
    reached = _a_random_day(small, random.Random(seed), 250)
    assert small.ask(flaws) == []
    assert {Status.DONE, Status.WAITING, Status.NO_SHOW} <= reached
    for ticket, _ in small.context.ask(small.id, lambda view: view.all_at_counters()):
        small.do(finish, MANAGER, ticket=ticket.id, outcomes={})
    small.do(close_day, MANAGER)
    assert small.ask(flaws) == []


def test_the_journal_alone_says_what_every_layout_and_roster_was(
    context: Context, clock: FakeClock
) -> None:
    small = a_hall(context, clock, special())
    breaks = 'breaks = [ { counters = [ "1" ], from = "11:00", until = "11:20" } ]'
    roster = small.do(load_roster, file="roster.toml", text=breaks)
    small.do(add_counter, counter=CounterId("9"), number=9, takes=(GroupId("social"),))
    events = small.events()
    activated = [e for e in events if e.name is EventName.LAYOUT_ACTIVATED]
    assert [layout_of(e.details["form"]).hash for e in activated] == [e.layout for e in activated]
    assert "9" in layout_of(activated[-1].details["form"]).counter_of
    (loaded,) = [e for e in events if e.name is EventName.ROSTER_LOADED]
    assert roster_of(loaded.details["form"]) == roster
    told = small.ask(public_events, after=0, limit=100)
    assert not any("form" in event.whole or "details" in event.whole for event in told)
