"""Booking on real databases: nothing is ever booked twice, nothing is lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hall.context import Context
from hall.domain.actors import Actor
from hall.domain.appointments import Appointment, AppointmentStatus, IllegalStep
from hall.domain.identities import CounterId, MatterCode
from hall.domain.punctuality import Punctuality
from hall.domain.sharing import fits
from hall.domain.slots import NotThatDay, slots_of
from hall.operations.booking import (
    HoldIsOver,
    NotBookable,
    SlotIsFull,
    TooLateToCancel,
    cancel_booking,
    confirm_booking,
    hold_slot,
    move_booking,
    release_hold,
)
from hall.operations.call import call_next
from hall.operations.check_in import (
    CheckedIn,
    NotToday,
    TicketIsUsed,
    check_in,
    undo_check_in,
)
from hall.operations.counters import open_counter
from hall.operations.day import close_day, open_day
from hall.operations.ending import end_what_is_over
from hall.operations.standing import BookingIsBlocked, TooManyBookings
from hall.store import appointments as kept
from hall.store.appointments import Whose
from hall.store.store import Store
from hall.store.verify import flaws
from tests.databases import in_file
from tests.halls import CITIZEN, GUIDE, FakeClock, WorkingHall, a_hall, clerk

LAYOUT = """
format = 1
[hall]
id = "small"
name = { zh = "小厅", en = "Small" }
time_zone = "Asia/Shanghai"
opening = [ { days = "mon-fri", from = "09:00", until = "10:00" } ]
[booking]
slot_minutes = 30
public_share = 0.5
staff_share = 0.25
[[groups]]
id = "a"
prefix = "A"
name = { zh = "甲", en = "A" }
[[groups]]
id = "b"
prefix = "F"
name = { zh = "乙", en = "B" }
[[matters]]
code = "short"
group = "a"
name = { zh = "短", en = "Short" }
handling_minutes = 5
appointments = true
[[matters]]
code = "long"
group = "b"
name = { zh = "长", en = "Long" }
handling_minutes = 20
appointments = true
[[matters]]
code = "walk"
group = "b"
name = { zh = "现场", en = "Walk in only" }
handling_minutes = 5
[[counters]]
id = "1"
takes = [ "a" ]
[[counters]]
id = "2"
takes = [ "*" ]
"""
SHORT, LONG = MatterCode("short"), MatterCode("long")
TUESDAY = date(2026, 3, 3)


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    return a_hall(context, clock, LAYOUT)


def whose(person: str) -> Whose:
    return Whose(person=person, language="zh")


def hold(
    hall: WorkingHall,
    *matters: MatterCode,
    day: date = TUESDAY,
    minute: int = 540,
    by: Actor = CITIZEN,
) -> str:
    held = hall.do(hold_slot, by, day=day, minute=minute, matters=matters or (SHORT,))
    return str(held.code)


def booked(hall: WorkingHall, person: str, *matters: MatterCode, **place: Any) -> str:
    code = hold(hall, *matters, **place)
    hall.do(confirm_booking, CITIZEN, code=code, whose=whose(person))
    return code


def status(hall: WorkingHall, code: str) -> AppointmentStatus:
    return hall.ask(lambda view: kept.with_code(view, code)).status


def fill(hall: WorkingHall, minute: int = 540) -> list[str]:
    """Book everything that the public can have of a slot for short matters: 30 minutes."""
    codes: list[str] = []
    while True:
        try:
            codes.append(booked(hall, f"person {minute} {len(codes)}", minute=minute))
        except SlotIsFull:
            return codes


def test_the_public_books_its_share_of_the_counters_time_and_staff_theirs(
    small: WorkingHall,
) -> None:
    assert len(fill(small)) == 6
    for _ in range(3):
        hold(small, by=GUIDE)
    with pytest.raises(SlotIsFull):
        hold(small, by=GUIDE)
    assert small.ask(flaws) == []


def test_matters_of_different_length_share_the_time(small: WorkingHall) -> None:
    booked(small, "one", LONG)  # 20 minutes of counter 2, whose public share is 15: the last one
    with pytest.raises(SlotIsFull):
        hold(small, LONG)
    assert len(fill(small)) == 3  # the 15 public minutes of counter 1


def test_a_hold_runs_out_by_itself(small: WorkingHall) -> None:
    codes = [hold(small) for _ in range(6)]
    with pytest.raises(SlotIsFull):
        hold(small)
    small.clock.tick(minutes=10)
    assert len(fill(small)) == 6
    with pytest.raises(HoldIsOver):
        small.do(confirm_booking, CITIZEN, code=codes[0], whose=whose("late"))
    small.do(end_what_is_over)
    assert {status(small, code) for code in codes} == {AppointmentStatus.EXPIRED}
    assert small.ask(flaws) == []


def test_a_released_hold_is_free_at_once_and_a_cancelled_booking_after_a_while(
    small: WorkingHall,
) -> None:
    codes = fill(small)
    small.do(cancel_booking, CITIZEN, code=codes[0])
    with pytest.raises(SlotIsFull):
        hold(small)
    small.clock.tick(minutes=31)
    code = hold(small)
    small.do(release_hold, CITIZEN, code=code)
    assert hold(small)
    assert small.ask(flaws) == []


def test_moving_keeps_the_old_place_until_the_new_one_is_there(small: WorkingHall) -> None:
    codes = fill(small)
    fill(small, minute=570)
    with pytest.raises(SlotIsFull):
        small.do(move_booking, CITIZEN, code=codes[0], day=TUESDAY, minute=570)
    assert small.ask(lambda view: kept.with_code(view, codes[0])).place.minute == 540
    wednesday = TUESDAY + timedelta(days=1)
    small.do(move_booking, CITIZEN, code=codes[0], day=wednesday, minute=540)
    assert small.ask(lambda view: kept.with_code(view, codes[0])).place.day == wednesday
    small.clock.tick(minutes=31)
    assert hold(small)
    assert small.ask(flaws) == []


def test_a_booking_is_not_let_go_like_a_hold(small: WorkingHall) -> None:
    code = booked(small, "one")
    with pytest.raises(HoldIsOver):
        small.do(release_hold, CITIZEN, code=code)
    assert status(small, code) is AppointmentStatus.BOOKED


def test_confirming_twice_is_confirming_once(small: WorkingHall) -> None:
    code = booked(small, "one")
    before = len(small.events())
    small.do(confirm_booking, CITIZEN, code=code, whose=whose("one"))
    assert len(small.events()) == before


def test_one_person_books_once_a_day_and_three_times_a_matter(small: WorkingHall) -> None:
    days = [TUESDAY + timedelta(days=ahead) for ahead in (0, 1, 2, 3)]
    booked(small, "one")
    with pytest.raises(TooManyBookings) as refused:
        booked(small, "one", minute=570)
    assert (refused.value.most, refused.value.matter) == (1, None)
    for day in days[1:3]:
        booked(small, "one", day=day)
    with pytest.raises(TooManyBookings) as refused:
        booked(small, "one", day=days[3])
    assert (refused.value.most, refused.value.matter) == (3, SHORT)
    assert booked(small, "another", day=days[3])


def test_who_missed_two_cannot_book_online_but_staff_can_book_for_them(small: WorkingHall) -> None:
    for ahead in (0, 1):
        booked(small, "one", day=TUESDAY + timedelta(days=ahead))
    for ahead in (0, 1):
        a_day_goes_by(small, TUESDAY + timedelta(days=ahead))
    friday = TUESDAY + timedelta(days=3)
    with pytest.raises(BookingIsBlocked) as refused:
        booked(small, "one", day=friday)
    assert refused.value.missed == 2
    code = hold(small, day=friday, by=GUIDE)
    small.do(confirm_booking, GUIDE, code=code, whose=whose("one"))
    assert status(small, code) is AppointmentStatus.BOOKED
    assert small.ask(flaws) == []


@pytest.mark.parametrize(
    ("day", "minute"),
    [
        (date(2026, 3, 2), 540),  # today, but over
        (date(2026, 3, 10), 540),  # six open days ahead
        (date(2026, 3, 7), 540),  # a Saturday
        (TUESDAY, 550),  # no slot begins then
        (TUESDAY, 600),
    ],
)
def test_what_is_no_slot_cannot_be_held(small: WorkingHall, day: date, minute: int) -> None:
    with pytest.raises(NotThatDay):
        hold(small, day=day, minute=minute)


def test_only_matters_that_take_appointments_can_be_booked(small: WorkingHall) -> None:
    for matters in ((MatterCode("walk"),), (MatterCode("none"),), ()):
        with pytest.raises(NotBookable):
            small.do(hold_slot, CITIZEN, day=TUESDAY, minute=540, matters=matters)


def test_shortly_before_only_staff_cancel(small: WorkingHall) -> None:
    code = booked(small, "one")
    small.clock.now = datetime(2026, 3, 2, 23, 1, tzinfo=UTC)  # 07:01 in Shanghai
    with pytest.raises(TooLateToCancel):
        small.do(cancel_booking, CITIZEN, code=code)
    small.do(cancel_booking, GUIDE, code=code)
    assert status(small, code) is AppointmentStatus.CANCELLED


def a_day_goes_by(hall: WorkingHall, day: date = TUESDAY) -> None:
    """Let the hall work on a day until it closes: who does not come then, misses it."""
    hall.clock.now = datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)
    hall.do(open_day)
    for counter in ("1", "2"):
        hall.do(open_counter, clerk(counter), counter=CounterId(counter))
    hall.clock.tick(hours=1)
    hall.do(close_day)


def comes(hall: WorkingHall, code: str) -> CheckedIn:
    return hall.do(check_in, GUIDE, which=code)


@pytest.mark.parametrize(
    ("at", "came", "class_", "due"),
    [
        ("01:00", Punctuality.EARLY, "appointment", "01:30"),
        ("01:30", Punctuality.ON_TIME, "appointment", "01:30"),
        ("01:40", Punctuality.ON_TIME, "appointment", "01:40"),
        ("01:41", Punctuality.LATE, "walk_in", "01:41"),
    ],
)
def test_early_on_time_and_late(
    small: WorkingHall, at: str, came: Punctuality, class_: str, due: str
) -> None:
    code = booked(small, "one", minute=570)
    small.clock.now = datetime.fromisoformat(f"2026-03-03T{at}:00+00:00")
    found = comes(small, code)
    assert (found.punctuality, found.issued.ticket.class_) == (came, class_)
    assert found.issued.ticket.due_at == datetime.fromisoformat(f"2026-03-03T{due}:00+00:00")
    assert found.issued.ticket.appointment == found.appointment.id
    assert small.ask(flaws) == []


def test_too_early_is_told_when_to_come(small: WorkingHall) -> None:
    code = booked(small, "one", minute=570)
    small.clock.now = datetime(2026, 3, 3, 0, 59, tzinfo=UTC)
    with pytest.raises(NotToday) as refused:
        comes(small, code)
    assert refused.value.opens_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_a_check_in_happens_once_and_can_be_undone_before_the_call(small: WorkingHall) -> None:
    code = booked(small, "one", minute=570)
    small.clock.now = datetime(2026, 3, 3, 1, 15, tzinfo=UTC)
    first = comes(small, code)
    with pytest.raises(IllegalStep):
        comes(small, code)
    small.do(undo_check_in, GUIDE, which=code)
    again = comes(small, code)
    assert again.issued.ticket.id != first.issued.ticket.id
    small.do(open_counter, clerk(), counter=CounterId("1"))
    small.do(call_next, clerk(), counter=CounterId("1"))
    with pytest.raises(TicketIsUsed):
        small.do(undo_check_in, GUIDE, which=again.appointment.id)
    assert small.ask(flaws) == []


def test_who_was_missed_may_still_walk_in_that_day(small: WorkingHall) -> None:
    code = booked(small, "one", minute=570)
    small.clock.now = datetime(2026, 3, 3, 1, 50, tzinfo=UTC)
    small.do(end_what_is_over)
    assert comes(small, code).issued.ticket.class_ == "walk_in"
    assert small.ask(flaws) == []


class Bookings(RuleBasedStateMachine):
    """Many citizens and staff book, move and cancel as they like, while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        store = Store.open(in_file(Path(self.folder.name)))
        clock = FakeClock()
        self.hall = a_hall(Context(store=store, clock=clock), clock, LAYOUT)
        self.codes: list[str] = []

    def teardown(self) -> None:  # type: ignore[explicit-override]  # Python 3.12 has override
        self.hall.context.store.close()
        self.folder.cleanup()

    @contextmanager
    def refusals(self) -> Iterator[None]:
        try:
            yield
        except (SlotIsFull, NotThatDay, HoldIsOver, TooLateToCancel, TooManyBookings):
            pass
        except (BookingIsBlocked, IllegalStep):
            pass

    @rule(
        ahead=st.integers(0, 2),
        minute=st.sampled_from([540, 570]),
        matters=st.sampled_from([(SHORT,), (LONG,), (SHORT, LONG)]),
        by=st.sampled_from([CITIZEN, CITIZEN, GUIDE]),
    )
    def holds(self, ahead: int, minute: int, matters: tuple[MatterCode, ...], by: Actor) -> None:
        with self.refusals():
            day = TUESDAY + timedelta(days=ahead)
            self.codes.append(hold(self.hall, *matters, day=day, minute=minute, by=by))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), person=st.sampled_from("abcd"))
    def confirms(self, data: st.DataObject, person: str) -> None:
        with self.refusals():
            code = data.draw(st.sampled_from(self.codes))
            self.hall.do(confirm_booking, CITIZEN, code=code, whose=whose(person))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), ahead=st.integers(0, 2), minute=st.sampled_from([540, 570]))
    def moves(self, data: st.DataObject, ahead: int, minute: int) -> None:
        with self.refusals():
            code = data.draw(st.sampled_from(self.codes))
            day = TUESDAY + timedelta(days=ahead)
            self.hall.do(move_booking, CITIZEN, code=code, day=day, minute=minute)

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), gives=st.sampled_from([cancel_booking, release_hold]))
    def gives_back(self, data: st.DataObject, gives: Any) -> None:
        with self.refusals():
            self.hall.do(gives, CITIZEN, code=data.draw(st.sampled_from(self.codes)))

    @rule(minutes=st.sampled_from([1, 9, 31, 600]))
    def time_passes(self, minutes: int) -> None:
        self.hall.clock.tick(minutes=minutes)

    @rule()
    def the_job_runs(self) -> None:
        self.hall.do(end_what_is_over)

    @invariant()
    def no_slot_is_booked_over_its_capacity(self) -> None:
        view_of = self.hall.ask(lambda view: (view.layout, view.roster))
        needs: dict[tuple[date, int], Counter[Any]] = {}
        for appointment in self.appointments():
            if appointment.at(self.hall.clock.now) in (
                AppointmentStatus.HELD,
                AppointmentStatus.BOOKED,
            ):
                for part in appointment.place.parts:
                    key = appointment.place.day, part.minute
                    needs.setdefault(key, Counter())[part.group] += part.ms
        for (day, minute), need in needs.items():
            offer = {s.span.from_minute: s.offer for s in slots_of(*view_of, day)}[minute]
            assert fits(offer, need, share=1)

    @invariant()
    def the_journal_balances(self) -> None:
        names = Counter(event.name.value for event in self.hall.events())
        now = Counter(appointment.status for appointment in self.appointments())
        made = names["AppointmentHeld"]
        ended = ("AppointmentConfirmed", "AppointmentExpired", "AppointmentReleased")
        assert made - sum(names[name] for name in ended) == now[AppointmentStatus.HELD]
        gone = ("AppointmentCancelled", "AppointmentMissed", "AppointmentCheckedIn")
        open_ = names["AppointmentConfirmed"] - sum(names[name] for name in gone)
        assert open_ == now[AppointmentStatus.BOOKED]

    @invariant()
    def the_journal_says_what_the_tables_say(self) -> None:
        assert self.hall.ask(flaws) == []

    def appointments(self) -> list[Appointment]:
        days = [TUESDAY + timedelta(days=ahead) for ahead in range(3)]
        return self.hall.ask(lambda view: [a for day in days for a in kept.of_day(view, day)])


TestBookings = Bookings.TestCase
TestBookings.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes
)
