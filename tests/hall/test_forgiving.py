"""Missed appointments: counted by the clock, not if the hall failed somebody, and forgiven."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hall.context import Context
from hall.domain.appointments import AppointmentStatus, IllegalPardon, IllegalStep, Pardon
from hall.domain.contact import Contact
from hall.domain.discipline import Standing
from hall.domain.events import EventName
from hall.domain.identities import CounterId
from hall.operations.booking import TooLateToCancel, cancel_booking, confirm_booking, move_booking
from hall.operations.call import ReasonMissing, call_next
from hall.operations.check_in import check_in
from hall.operations.counters import open_counter, pause_counter
from hall.operations.day import FORGOTTEN, close_day, open_day
from hall.operations.ending import end_what_is_over
from hall.operations.forgiving import (
    OnlyManagersDecide,
    TooLateToAppeal,
    appeal,
    forgive,
    refuse_appeal,
)
from hall.operations.issue import issue_ticket
from hall.operations.standing import BookingIsBlocked, TooManyBookings
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.discipline import Days, standing_of
from hall.store.seal import Seal
from hall.store.store import Store
from hall.store.verify import flaws
from tests.hall.test_booking import (
    LAYOUT,
    LONG,
    SHORT,
    TUESDAY,
    a_day_goes_by,
    booked,
    hold,
    status,
    whose,
)
from tests.halls import CITIZEN, GUIDE, MANAGER, FakeClock, WorkingHall, a_hall, clerk

#: What is asked of a database here, other tests ask of both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def context(store: Store, clock: FakeClock) -> Context:
    """What a request would have, with the seal of the application."""
    return Context(store=store, clock=clock, seal=Seal("a key for tests"))


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


def stands(hall: WorkingHall, person: str = "one") -> Standing:
    return hall.ask(standing_of, whose(person))


def at(hall: WorkingHall, clock: str, day: date = TUESDAY) -> None:
    """Move to a time of the hall's clock, which is Shanghai's."""
    hall.clock.now = datetime.fromisoformat(f"{day}T{clock}:00+08:00").astimezone(UTC)


def opens(hall: WorkingHall, *counters: str, clock: str = "09:00") -> None:
    at(hall, clock)
    hall.do(open_day)
    for counter in counters:
        hall.do(open_counter, clerk(counter), counter=CounterId(counter))


def pardon(hall: WorkingHall, code: str) -> Pardon | None:
    """Return why a missed appointment does not count: as read now, and as then written down."""
    read = hall.ask(lambda view: Days(view).pardon(kept.with_code(view, code)))
    hall.do(end_what_is_over)
    written = hall.ask(lambda view: kept.with_code(view, code))
    assert (written.status, written.pardon) == (AppointmentStatus.MISSED, read)
    assert hall.ask(flaws) == []
    return read


def test_what_was_missed_counts_before_any_job_wrote_it_down(small: WorkingHall) -> None:
    code = booked(small, "one")
    a_day_goes_by(small)
    assert status(small, code) is AppointmentStatus.BOOKED
    assert stands(small).missed == 1
    small.do(end_what_is_over)
    assert status(small, code) is AppointmentStatus.MISSED
    assert stands(small).missed == 1


def test_what_is_over_by_the_clock_can_neither_be_moved_nor_cancelled(small: WorkingHall) -> None:
    code = booked(small, "one")
    a_day_goes_by(small)
    for by in (CITIZEN, GUIDE):
        with pytest.raises(IllegalStep):
            small.do(cancel_booking, by, code=code)
        with pytest.raises(IllegalStep):
            small.do(move_booking, by, code=code, day=WEDNESDAY, minute=540)
    assert booked(small, "one", day=WEDNESDAY)  # what was missed is no open booking either


def test_until_the_evening_it_may_still_be_come_for(small: WorkingHall) -> None:
    booked(small, "one")
    opens(small, "1", "2")
    at(small, "09:59")
    assert stands(small).missed == 0
    small.do(close_day)
    assert stands(small).missed == 1


def test_one_who_is_blocked_walks_in_like_everybody(small: WorkingHall) -> None:
    for day in (TUESDAY, WEDNESDAY):
        booked(small, "one", day=day)
    for day in (TUESDAY, WEDNESDAY):
        a_day_goes_by(small, day)
    thursday = WEDNESDAY + timedelta(days=1)
    with pytest.raises(BookingIsBlocked):
        booked(small, "one", day=thursday)
    at(small, "09:10", thursday)
    assert small.do(issue_ticket, CITIZEN, matters=(SHORT,)).ticket.number == "A001"


def test_a_day_that_closed_early_or_never_opened_is_the_halls_own_fault(small: WorkingHall) -> None:
    early, late = booked(small, "one"), booked(small, "two", minute=570)
    opens(small, "1", "2")
    at(small, "09:39")
    small.do(close_day)
    assert (pardon(small, early), pardon(small, late)) == (None, Pardon.HALL_CLOSED)
    assert (stands(small, "one").missed, stands(small, "two").missed) == (1, 0)
    never = booked(small, "two", day=WEDNESDAY)
    at(small, "20:00", WEDNESDAY)
    assert pardon(small, never) is Pardon.HALL_CLOSED


def test_a_day_that_closed_when_one_would_have_been_late_is_not(small: WorkingHall) -> None:
    code = booked(small, "one", minute=570)
    opens(small, "1", "2")
    at(small, "09:40")
    small.do(close_day)
    assert pardon(small, code) is None


def test_no_counter_for_a_matter_in_its_time_excuses(small: WorkingHall) -> None:
    short, long = booked(small, "one"), booked(small, "two", LONG)
    second = booked(small, "three", LONG, minute=570)
    opens(small, "1")  # which does not take the long matter
    at(small, "09:31")
    small.do(open_counter, clerk("2"), counter=CounterId("2"))
    at(small, "10:00")
    small.do(close_day)
    assert pardon(small, short) is None
    assert pardon(small, long) is Pardon.NO_COUNTER
    assert pardon(small, second) is None


def test_a_counter_that_is_paused_takes_nobody(small: WorkingHall) -> None:
    first, second = booked(small, "one", LONG), booked(small, "two", LONG, minute=570)
    opens(small, "2")
    at(small, "09:29")
    small.do(pause_counter, clerk("2"), counter=CounterId("2"), reason="break")
    at(small, "10:00")
    small.do(close_day)
    assert pardon(small, first) is None
    assert pardon(small, second) is Pardon.NO_COUNTER


@pytest.mark.parametrize(("called", "excuse"), [("09:26", Pardon.HALL_LATE), ("09:25", None)])
def test_who_came_for_the_same_time_and_waited_too_long_excuses_who_did_not(
    small: WorkingHall, called: str, excuse: Pardon | None
) -> None:
    came, missed = booked(small, "one"), booked(small, "two")
    opens(small, "1")
    small.do(check_in, GUIDE, which=came)
    at(small, called)
    small.do(call_next, clerk("1"), counter=CounterId("1"))
    at(small, "10:00")
    small.do(close_day, reason=FORGOTTEN)
    assert pardon(small, missed) is excuse
    assert stands(small, "two").missed == (0 if excuse else 1)


def test_who_came_late_or_for_another_line_tells_nothing_of_the_hall(small: WorkingHall) -> None:
    late, other, missed = (booked(small, *who) for who in (("a",), ("b", LONG), ("c",)))
    opens(small, "1", "2")
    small.do(check_in, GUIDE, which=other)
    at(small, "09:11")
    small.do(check_in, GUIDE, which=late)
    at(small, "10:00")
    small.do(close_day)
    assert pardon(small, missed) is None


def test_half_of_those_who_came_and_waited_too_long_are_enough(small: WorkingHall) -> None:
    came, missed = [booked(small, who) for who in "abc"], booked(small, "one")
    opens(small, "1")
    for code in came[:2]:
        small.do(check_in, GUIDE, which=code)
    small.do(call_next, clerk("1"), counter=CounterId("1"))
    at(small, "10:00")
    small.do(close_day, reason=FORGOTTEN)
    assert pardon(small, missed) is Pardon.HALL_LATE  # the second of two was never called


def test_the_limit_is_the_halls_own(context: Context, clock: FakeClock) -> None:
    text = LAYOUT.replace(
        "[[groups]]", "[booking.discipline]\nhall_late_minutes = 40\n[[groups]]", 1
    )
    hall = a_hall(context, clock, text)
    came, missed = booked(hall, "one"), booked(hall, "two")
    opens(hall, "1")
    hall.do(check_in, GUIDE, which=came)
    at(hall, "09:45")
    hall.do(call_next, clerk("1"), counter=CounterId("1"))
    hall.do(close_day, reason=FORGOTTEN)
    assert pardon(hall, missed) is None


def test_one_is_known_by_phone_and_name_or_by_the_id_number(small: WorkingHall) -> None:
    seal, number = small.context.seal, "11010519491231002X"

    def of(phone: str, name: str = "Ada", id_number: str = "") -> Whose:
        contact = Contact(name=name, phone=phone, id_number=id_number)
        return seal.whose(contact, language="en")

    code = hold(small)
    small.do(confirm_booking, CITIZEN, code=code, whose=of("13800138000", id_number=number))
    for again in (of("13800138000"), of("13900139000", "Eve", number)):
        code = hold(small)
        with pytest.raises(TooManyBookings):
            small.do(confirm_booking, CITIZEN, code=code, whose=again)
    other = hold(small)
    small.do(confirm_booking, CITIZEN, code=other, whose=of("13800138000", "Eve"))
    a_day_goes_by(small)
    assert [
        small.ask(standing_of, of(*who)).missed for who in (("13800138000",), ("1", "x", number))
    ] == [1, 1]


def test_moving_to_a_day_that_has_one_already_is_one_too_many(small: WorkingHall) -> None:
    booked(small, "one")
    code = booked(small, "one", day=WEDNESDAY)
    with pytest.raises(TooManyBookings):
        small.do(move_booking, CITIZEN, code=code, day=TUESDAY, minute=570)
    assert small.do(move_booking, CITIZEN, code=code, day=WEDNESDAY, minute=570).place.minute == 570
    small.do(move_booking, GUIDE, code=code, day=TUESDAY, minute=570)


@pytest.mark.parametrize(("latest", "may"), [("16:00", True), ("16:01", False)])
def test_cancelling_may_end_the_afternoon_before(
    context: Context, clock: FakeClock, latest: str, may: bool
) -> None:
    text = LAYOUT.replace("[booking]", '[booking]\ncancel_until_day_before = "16:00"')
    hall = a_hall(context, clock, text)
    code = booked(hall, "one", day=WEDNESDAY)
    at(hall, latest, TUESDAY)
    if may:
        hall.do(cancel_booking, CITIZEN, code=code)
        return
    with pytest.raises(TooLateToCancel):
        hall.do(cancel_booking, CITIZEN, code=code)


def missed_one(hall: WorkingHall, person: str = "one") -> str:
    """Book and miss it; return the code."""
    code = booked(hall, person)
    a_day_goes_by(hall)
    return code


def test_an_appeal_is_asked_and_granted_and_does_not_count_then(small: WorkingHall) -> None:
    code = missed_one(small)
    asked = small.do(appeal, CITIZEN, code=code, words="I was in hospital")
    assert (asked.status, asked.pardon) == (AppointmentStatus.MISSED, Pardon.ASKED)
    assert stands(small).missed == 1
    with pytest.raises(IllegalPardon):
        small.do(appeal, CITIZEN, code=code, words="again")
    with pytest.raises(OnlyManagersDecide):
        small.do(forgive, GUIDE, which=asked.id, answer="why not")
    small.do(forgive, MANAGER, which=asked.id, answer="letter seen")
    assert stands(small).missed == 0
    with pytest.raises(IllegalPardon):
        small.do(forgive, MANAGER, which=asked.id, answer="again")
    names = [event.name for event in small.events()][-3:]
    assert names == [
        EventName.APPOINTMENT_MISSED,
        EventName.APPOINTMENT_APPEALED,
        EventName.APPOINTMENT_FORGIVEN,
    ]
    assert "hospital" not in str(small.events())
    assert "letter" not in str(small.events())
    assert small.ask(flaws) == []


def test_an_appeal_can_be_refused_and_a_manager_may_think_again(small: WorkingHall) -> None:
    code = missed_one(small)
    id_ = small.do(appeal, CITIZEN, code=code, words="forgot").id
    with pytest.raises(ReasonMissing):
        small.do(refuse_appeal, MANAGER, which=id_, answer=" ")
    small.do(refuse_appeal, MANAGER, which=id_, answer="no reason")
    assert stands(small).missed == 1
    with pytest.raises(IllegalPardon):
        small.do(appeal, CITIZEN, code=code, words="again")
    small.do(forgive, MANAGER, which=id_, answer="a reason after all")
    assert stands(small).missed == 0


def test_a_guide_forgives_who_did_not_ask(small: WorkingHall) -> None:
    code = missed_one(small)
    small.do(forgive, GUIDE, which=code, answer="stood at the wrong door")
    assert stands(small).missed == 0


def test_what_was_not_missed_or_does_not_count_is_not_forgiven(small: WorkingHall) -> None:
    code = booked(small, "one", day=WEDNESDAY)
    with pytest.raises(IllegalPardon):
        small.do(appeal, CITIZEN, code=code, words="please")
    at(small, "20:00", WEDNESDAY)
    with pytest.raises(IllegalPardon) as refused:
        small.do(appeal, CITIZEN, code=code, words="please")
    assert refused.value.pardon is Pardon.HALL_CLOSED


@pytest.mark.parametrize(("days", "may"), [(30, True), (30.001, False)])
def test_appeals_end_thirty_days_after(small: WorkingHall, days: float, may: bool) -> None:
    code = missed_one(small)
    at(small, "09:00")
    small.clock.tick(days=days)
    if may:
        assert small.do(appeal, CITIZEN, code=code, words="late").pardon is Pardon.ASKED
        return
    with pytest.raises(TooLateToAppeal):
        small.do(appeal, CITIZEN, code=code, words="late")
