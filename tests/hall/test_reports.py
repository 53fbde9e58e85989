"""The day report comes from the journal, by the measures that the simulation uses."""

from datetime import timedelta

import pytest

from hall.domain.identities import CounterId, MatterCode
from hall.operations.call import call_next
from hall.operations.counters import open_counter
from hall.operations.issue import issue_ticket
from hall.operations.serve import no_show, start
from hall.queries.report import PeriodIsWrong, report
from tests.halls import KIOSK, WorkingHall, clerk

ONE = CounterId("1")


def test_a_report_counts_waits_to_the_first_call_and_no_shows(hall: WorkingHall) -> None:
    hall.do(open_counter, clerk(), counter=ONE)
    for _ in range(2):
        hall.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),))
    hall.clock.tick(minutes=4)
    first = hall.do(call_next, clerk(), counter=ONE)
    assert first is not None
    hall.do(start, clerk(), ticket=first.ticket.id)
    hall.clock.tick(minutes=6)
    second = hall.do(call_next, clerk(), counter=ONE, finish_with={})
    assert second is not None
    hall.do(no_show, clerk(), ticket=second.ticket.id)
    figures = hall.ask(report)["measures"]["all"]
    assert (figures["arrived"], figures["served"]) == (2, 1)
    assert figures["wait_minutes"] == pytest.approx(7)
    assert figures["no_show_share"] == pytest.approx(0.5)


def test_yesterday_is_a_report_of_its_own(hall: WorkingHall) -> None:
    hall.do(issue_ticket, KIOSK, matters=(MatterCode("m-a"),))
    day = hall.clock.now.date()
    hall.clock.tick(days=1)
    assert hall.ask(report)["measures"]["all"]["arrived"] == 0
    assert hall.ask(report, first=day)["measures"]["all"]["arrived"] == 1


def test_a_period_that_ends_before_it_begins_is_refused(hall: WorkingHall) -> None:
    day = hall.clock.now.date()
    with pytest.raises(PeriodIsWrong):
        hall.ask(report, first=day, last=day - timedelta(days=1))
