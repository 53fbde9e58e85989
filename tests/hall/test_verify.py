"""The journal and the tables are compared, and every way of tampering shows."""

import pytest
from sqlalchemy import text

from hall.domain.identities import CounterId, MatterCode, TicketId
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.day import close_day
from hall.operations.issue import issue_ticket
from hall.operations.serve import finish, no_show
from hall.store.verify import flaws
from tests.halls import KIOSK, WorkingHall, clerk

ONE = CounterId("1")


def work(hall: WorkingHall) -> None:
    """Let three citizens come; one is served, one does not come, one waits."""
    hall.do(open_counter, clerk(), counter=ONE)
    for matter in ("m-a", "m-b", "m-a"):
        hall.do(issue_ticket, KIOSK, matters=(MatterCode(matter),))
    hall.do(finish, clerk(), ticket=called(hall), outcomes={})
    hall.do(no_show, clerk(), ticket=called(hall))


def called(hall: WorkingHall) -> TicketId:
    call = hall.do(call_next, clerk(), counter=ONE)
    assert call is not None
    return call.ticket.id


def tamper(hall: WorkingHall, statement: str) -> None:
    with hall.context.store.writing() as connection:
        assert connection.execute(text(statement)).rowcount == 1


def test_a_hall_at_work_is_what_its_journal_says(hall: WorkingHall) -> None:
    work(hall)
    assert hall.ask(flaws) == []


def test_days_that_are_over_are_still_compared(hall: WorkingHall) -> None:
    work(hall)
    hall.do(close_day)
    hall.clock.tick(days=1)
    work(hall)
    assert hall.ask(flaws) == []
    tamper(
        hall, "UPDATE ticket SET status = 'abandoned' WHERE number = 'A001' AND day = '2026-03-02'"
    )
    (flaw,) = hall.ask(flaws)
    closing = next(e for e in hall.events() if e.name == "ServiceFinished")
    assert flaw.sequence == closing.sequence
    assert "status 'abandoned', the journal says 'done'" in flaw.what


@pytest.mark.parametrize(
    ("statement", "sequence", "said"),
    [
        ("UPDATE journal SET details = '{}' WHERE sequence = 4", 4, "it was changed"),
        ("UPDATE journal SET hash = 'x' WHERE sequence = 4", 4, "it was changed"),
        ("UPDATE journal SET previous = 'x' WHERE sequence = 4", 4, "does not follow"),
        ("DELETE FROM journal WHERE sequence = 4", 5, "event 4 is missing"),
        ("UPDATE ticket SET number = 'A009' WHERE number = 'A002'", 6, "has number 'A009'"),
        ("DELETE FROM ticket WHERE number = 'A002'", 6, "is not in its table"),
        ("UPDATE counter SET state = 'closed' WHERE id = '1'", 11, "counter 1 has state 'closed'"),
        ("UPDATE line SET waiting = 5 WHERE waiting = 1", 11, "line"),
        ("UPDATE number_series SET last = 7 WHERE prefix = 'A'", 11, "has last 7"),
        ("UPDATE issued_matter SET count = 7 WHERE matter = 'm-a'", 11, "has count 7"),
        ("UPDATE hall SET sequence = 12", 11, "has sequence 12"),
        ("UPDATE hall SET day = NULL", 11, "has day None"),
    ],
)
def test_what_was_changed_by_hand_is_found(
    hall: WorkingHall, statement: str, sequence: int, said: str
) -> None:
    work(hall)
    tamper(hall, statement)
    found = hall.ask(flaws)
    assert (found[0].sequence, said in found[0].what) == (sequence, True), found


def test_a_number_that_was_left_out_is_found(hall: WorkingHall) -> None:
    with hall.context.store.writing() as connection:
        connection.execute(
            text("INSERT INTO number_series (hall, day, prefix, last) VALUES (:h, :d, 'A', 4)"),
            {"h": hall.id, "d": "2026-03-02"},
        )
    hall.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),))
    (flaw,) = hall.ask(flaws)
    assert "A005 is not the next number" in flaw.what
