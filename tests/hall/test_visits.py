"""One visit of several stops: changed at the counter, walked from zone to zone, measured whole."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from hall.context import Context
from hall.domain.actors import Role
from hall.domain.identities import RETURNED, ClassId, CounterId, MatterCode
from hall.domain.tickets import Ticket
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import Issued, issue_ticket
from hall.operations.serve import change_matters, finish, start
from hall.queries.report import report
from hall.store.verify import flaws
from tests.hall.halls_of_two import special
from tests.hall.test_pages import visit
from tests.halls import GUIDE, FakeClock, WorkingHall, a_hall, clerk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ONE, TWO = CounterId("1"), CounterId("2")
INVOICE, CARD = MatterCode("invoice"), MatterCode("card")
#: Tax downstairs, social security upstairs, three minutes from each other.
TWO_FLOORS = (
    special()
    .replace('takes = [ "*" ]', 'takes = [ "tax" ]')
    .replace('general_group = "tax"', 'general_group = "tax"\nwalk_minutes = 3')
    .replace('id = "1"', 'id = "1"\nzone = "1F"')
    .replace('id = "2"', 'id = "2"\nzone = "2F"')
    .replace('id = "3"', 'id = "3"\nzone = "1F"')
)


@pytest.fixture
def floors(context: Context, clock: FakeClock) -> WorkingHall:
    """A hall of two floors; a counter is open on each."""
    found = a_hall(context, clock, TWO_FLOORS)
    for counter in (ONE, TWO):
        found.do(open_counter, clerk(counter), counter=counter)
    return found


def served(hall: WorkingHall, *matters: MatterCode, class_: str = "walk_in") -> Issued:
    """Issue a number, call it to counter 1 and begin."""
    issued = hall.do(issue_ticket, GUIDE, matters=matters, class_=ClassId(class_))
    hall.do(call_next, clerk(ONE), counter=ONE)
    hall.do(start, clerk(ONE), ticket=issued.ticket.id)
    return issued


def done_at_one(hall: WorkingHall, issued: Issued) -> Ticket:
    hall.clock.tick(minutes=5)
    return hall.do(finish, clerk(ONE), ticket=issued.ticket.id, outcomes={})


def test_nobody_is_called_who_still_walks_and_nobody_waits_for_them(floors: WorkingHall) -> None:
    walking = done_at_one(floors, served(floors, INVOICE, CARD))
    assert walking.due_at == floors.clock.now + timedelta(minutes=3)
    assert floors.do(call_next, clerk(TWO), counter=TWO) is None
    floors.clock.tick(minutes=2)
    there = floors.do(issue_ticket, GUIDE, matters=(CARD,)).ticket
    call = floors.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == there.id
    floors.clock.tick(minutes=1)
    floors.do(finish, clerk(TWO), ticket=there.id, outcomes={})
    call = floors.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == walking.id
    assert floors.ask(flaws) == []


def test_who_arrives_comes_before_those_who_took_a_number_meanwhile(floors: WorkingHall) -> None:
    walking = done_at_one(floors, served(floors, INVOICE, CARD))
    floors.do(issue_ticket, GUIDE, matters=(CARD,))
    floors.clock.tick(minutes=3)
    call = floors.do(call_next, clerk(TWO), counter=TWO)
    assert call is not None
    assert call.ticket.id == walking.id


def test_who_booked_is_not_called_early_to_a_stop_they_walk_to(floors: WorkingHall) -> None:
    walking = done_at_one(floors, served(floors, INVOICE, CARD, class_="appointment"))
    assert walking.line.class_ == RETURNED
    assert floors.do(call_next, clerk(TWO), counter=TWO) is None


def test_phone_and_slip_say_where_to_walk_and_from_when_on_one_is_called(
    app: Flask, floors: WorkingHall
) -> None:
    phone = app.test_client()
    phone.set_cookie("lang", "en")
    issued = served(floors, INVOICE, CARD)
    slip = phone.get(f"/kiosk/small/slip/{issued.secret}").text
    assert "Counter 2 · 2F, 3 minutes on foot" in slip
    assert "not called before" not in phone.get(f"/t/{issued.secret}").text
    done_at_one(floors, issued)
    page = phone.get(f"/t/{issued.secret}").text
    assert "you are not called before 09:08." in page
    assert re.search(r"Expected wait</span><b>3\b", page)  # and no sooner is promised
    floors.clock.tick(minutes=3)
    assert "not called before" not in phone.get(f"/t/{issued.secret}").text


def test_a_matter_added_at_the_counter_is_on_the_phone_as_a_further_stop(
    app: Flask, floors: WorkingHall
) -> None:
    phone = app.test_client()
    phone.set_cookie("lang", "en")
    issued = served(floors, INVOICE)
    assert "Card" not in phone.get(f"/t/{issued.secret}").text
    floors.do(change_matters, clerk(ONE), ticket=issued.ticket.id, add=(CARD,))
    page = phone.get(f"/t/{issued.secret}").text
    assert "Invoice · Card" in page
    assert "Counter 2 · 2F" in page
    floors.do(change_matters, clerk(ONE), ticket=issued.ticket.id, remove=(CARD,))
    assert "Card" not in phone.get(f"/t/{issued.secret}").text


def test_the_visit_is_measured_whole_beside_its_stops(app: Flask, floors: WorkingHall) -> None:
    issued = served(floors, INVOICE, CARD)
    done_at_one(floors, issued)
    floors.clock.tick(minutes=7)
    floors.do(call_next, clerk(TWO), counter=TWO)
    floors.clock.tick(minutes=9)
    floors.do(finish, clerk(TWO), ticket=issued.ticket.id, outcomes={})
    found = floors.ask(report)["measures"]
    assert found["all"]["stops_per_visit"] == 2
    assert found["all"]["time_in_hall_minutes"] == 21
    assert found["groups"]["social"]["wait_minutes"] == 4  # the walk is none
    manager = visit(app, floors, Role.MANAGER)
    board = " ".join(manager.get("/manager/figures").text.split())
    assert "<span>Stops per visit</span><b>2.0</b>" in board
    assert "<span>Time in the hall</span><b>21</b>" in board
    assert "Stops per visit" in manager.get("/manager/report").text
