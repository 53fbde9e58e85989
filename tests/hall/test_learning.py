"""Service times are learned from what happened; the typed-in minutes hold until then."""

import pytest

from hall.context import Context, View
from hall.domain.identities import CounterId, MatterCode
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.operations.serve import finish, start
from hall.store.view import LEARNED_AFTER
from tests.hall.halls_of_two import special
from tests.halls import GUIDE, FakeClock, WorkingHall, a_hall, clerk

CARD, TWO = MatterCode("card"), CounterId("2")


def _expected_minutes(hall: WorkingHall) -> float:
    def handling(view: View) -> int:
        return view.handling_ms([CARD])

    return hall.context.ask(hall.id, handling) / 60_000


@pytest.mark.parametrize(("pace", "learned"), [("1.0", 6.0), ("1.5", 4.0)])
def test_the_typed_in_minutes_hold_until_thirty_services_were_seen(
    context: Context, clock: FakeClock, pace: str, learned: float
) -> None:
    text = special().replace(
        'takes = [ "social" ]', f'takes = [ "social" ]\npace = {{ social = {pace} }}'
    )
    hall = a_hall(context, clock, text)
    hall.do(open_counter, clerk(), counter=TWO)
    for seen in range(LEARNED_AFTER):
        assert _expected_minutes(hall) == pytest.approx(9), seen
        hall.do(issue_ticket, GUIDE, matters=(CARD,))
        call = hall.do(call_next, clerk(), counter=TWO)
        assert call is not None
        hall.do(start, clerk(), ticket=call.ticket.id)
        clock.tick(minutes=6)
        hall.do(finish, clerk(), ticket=call.ticket.id, outcomes={})
    assert _expected_minutes(hall) == pytest.approx(learned)


def test_a_clerk_who_never_presses_start_teaches_the_same(
    context: Context, clock: FakeClock
) -> None:
    hall = a_hall(context, clock, special())
    hall.do(open_counter, clerk(), counter=TWO)
    for _ in range(LEARNED_AFTER):
        hall.do(issue_ticket, GUIDE, matters=(CARD,))
        call = hall.do(call_next, clerk(), counter=TWO)
        assert call is not None
        clock.tick(minutes=6)
        hall.do(finish, clerk(), ticket=call.ticket.id, outcomes={})
    assert _expected_minutes(hall) == pytest.approx(6)
