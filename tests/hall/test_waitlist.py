"""Waiting for a freed time: offered in order, with time to answer, never past anybody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from hall.context import Context
from hall.domain.actors import Actor
from hall.domain.appointments import AppointmentStatus
from hall.domain.contact import Contact
from hall.domain.identities import MatterCode
from hall.domain.slots import NotThatDay
from hall.domain.waitlist import Because, Entry, EntryStatus, PartOfDay, Wish
from hall.operations.booking import (
    NotBookable,
    SlotIsFull,
    WhoIsMissing,
    cancel_booking,
    confirm_booking,
    move_booking,
    release_hold,
)
from hall.operations.ending import end_what_is_over
from hall.operations.layouts import activate_layout
from hall.operations.standing import BookingIsBlocked, TooManyBookings
from hall.operations.waitlist import (
    AlreadyWaiting,
    TimeIsFree,
    join_waitlist,
    leave_waitlist,
    see_to_waitlist,
    waitlist_is_due,
)
from hall.operations.waitlist_offers import OfferIsPersonal
from hall.store import appointments as kept
from hall.store.message_tables import message
from hall.store.messaging import sealed_code
from hall.store.verify import flaws
from hall.store.waitlist import entry_with_id, open_entries
from hall.store.waitlist_tables import waitlist
from tests.hall.test_booking import (
    LAYOUT,
    LONG,
    SHORT,
    TUESDAY,
    a_day_goes_by,
    booked,
    fill,
    hold,
    status,
)
from tests.halls import CITIZEN, GUIDE, FakeClock, WorkingHall, a_hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WEDNESDAY = TUESDAY + timedelta(days=1)
NINE, HALF_PAST = 540, 570


@pytest.fixture
def small(context: Context, clock: FakeClock) -> WorkingHall:
    """The small hall, in which nothing can be booked on Tuesday any more."""
    clock.now = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # Monday, 11:00
    return a_hall(context, clock, LAYOUT)


@pytest.fixture
def codes(small: WorkingHall) -> list[str]:
    """The codes of Tuesday's appointments: six at nine, six at half past nine."""
    return [*fill(small), *fill(small, HALF_PAST)]


def waits(
    hall: WorkingHall,
    person: str,
    *matters: MatterCode,
    days: tuple[date, ...] = (TUESDAY,),
    part: PartOfDay = PartOfDay.ANY,
    by: Actor = CITIZEN,
) -> Entry:
    """Let somebody join the waitlist."""
    contact = Contact(name=person, phone="13800138000")
    whose = hall.context.seal.whose(contact, language="zh")
    wish = Wish(matters=matters or (SHORT,), bundle=None, days=days, part=part)
    return hall.do(join_waitlist, by, wish, whose=whose).entry


def now_is(hall: WorkingHall, entry: Entry) -> Entry:
    """Return an entry as it stands now."""
    return hall.ask(lambda view: entry_with_id(view, entry.id)).entry


def offer_to(hall: WorkingHall, entry: Entry) -> str:
    """Return the code of the hold that somebody is offered."""
    offer = now_is(hall, entry).offer
    assert offer is not None
    return str(hall.context.seal.open(hall.ask(lambda view: sealed_code(view, offer)))["code"])


def messages(hall: WorkingHall) -> list[tuple[int, bool]]:
    """Return until when each message about a freed slot is true, and whether it wakes people."""
    query = select(message.c.until_ms, message.c.is_urgent).where(message.c.kind == "freed_slot")
    with hall.context.store.engine.connect() as connection:
        return [(row.until_ms, row.is_urgent) for row in connection.execute(query)]


def test_what_is_cancelled_is_offered_at_once_to_who_waits(
    small: WorkingHall, codes: list[str]
) -> None:
    entry = waits(small, "甲")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    assert now_is(small, entry).status is EntryStatus.OFFERED
    until = small.clock.now + timedelta(minutes=30)
    assert messages(small) == [(round(until.timestamp() * 1000), False)]
    offer = offer_to(small, entry)
    small.do(confirm_booking, CITIZEN, code=offer)
    assert status(small, offer) is AppointmentStatus.BOOKED
    assert now_is(small, entry).because is Because.BOOKED
    assert small.ask(flaws) == []


def test_an_offer_is_made_by_the_hall_and_not_by_who_cancelled(
    small: WorkingHall, codes: list[str]
) -> None:
    waits(small, "甲")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    names = [(event.name.value, event.actor) for event in small.events()[-3:]]
    assert names == [
        ("AppointmentCancelled", "citizen"),
        ("AppointmentHeld", "system"),
        ("WaitlistOffered", "system"),
    ]


def test_the_first_who_joined_is_offered_first_then_the_next(
    small: WorkingHall, codes: list[str]
) -> None:
    first, second, third = (waits(small, person) for person in "甲乙丙")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    small.do(release_hold, CITIZEN, code=offer_to(small, first))
    assert now_is(small, second).status is EntryStatus.OFFERED
    small.clock.tick(minutes=31)
    small.do(end_what_is_over)
    assert now_is(small, third).status is EntryStatus.OFFERED
    assert [now_is(small, one).status for one in (first, second)] == [EntryStatus.WAITING] * 2
    assert small.ask(flaws) == []


def test_who_lets_two_times_go_loses_the_place(small: WorkingHall, codes: list[str]) -> None:
    first, second = waits(small, "甲"), waits(small, "乙")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    small.do(release_hold, CITIZEN, code=offer_to(small, first))
    small.do(cancel_booking, CITIZEN, code=codes[6])
    assert now_is(small, first).passed == ("2026-03-03/0540",)
    small.do(release_hold, CITIZEN, code=offer_to(small, first))
    assert now_is(small, first).because is Because.DECLINED
    assert now_is(small, second).status is EntryStatus.OFFERED
    assert small.ask(flaws) == []


def test_nobody_is_offered_twice_what_they_let_go(small: WorkingHall, codes: list[str]) -> None:
    entry = waits(small, "甲")
    for code in codes[:2]:
        small.do(cancel_booking, CITIZEN, code=code)
        if now_is(small, entry).offer:
            small.do(release_hold, CITIZEN, code=offer_to(small, entry))
    assert now_is(small, entry).status is EntryStatus.WAITING
    assert len(messages(small)) == 1


def test_what_nobody_on_the_list_takes_cools_before_everybody_can_have_it(
    small: WorkingHall, codes: list[str]
) -> None:
    entry = waits(small, "甲")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    with pytest.raises(SlotIsFull):
        hold(small)
    small.do(release_hold, CITIZEN, code=offer_to(small, entry))
    with pytest.raises(SlotIsFull):
        hold(small)
    small.clock.tick(minutes=31)
    assert hold(small)


def test_an_offer_that_ran_out_is_not_the_publics_before_the_list_was_asked(
    small: WorkingHall, codes: list[str]
) -> None:
    first, second = waits(small, "甲"), waits(small, "乙")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    late = offer_to(small, first)
    small.clock.tick(minutes=60)  # no job has run
    with pytest.raises(SlotIsFull):
        hold(small)
    small.do(end_what_is_over)
    assert status(small, late) is AppointmentStatus.EXPIRED
    assert now_is(small, second).status is EntryStatus.OFFERED


def test_a_hold_that_ran_out_goes_to_the_list_before_the_public(small: WorkingHall) -> None:
    for minute in (NINE, HALF_PAST):
        for _ in range(6):
            hold(small, minute=minute)
    entries = [waits(small, person) for person in "甲乙丙丁戊己庚辛壬癸子丑"]
    small.clock.tick(minutes=10)  # and no job has run
    with pytest.raises(SlotIsFull):
        hold(small)
    assert small.ask(waitlist_is_due)
    small.do(see_to_waitlist)
    assert {now_is(small, entry).status for entry in entries} == {EntryStatus.OFFERED}
    assert not small.ask(waitlist_is_due)


def test_a_layout_with_more_time_offers_it_at_once(small: WorkingHall, codes: list[str]) -> None:
    assert codes
    entries = [waits(small, person) for person in "甲乙丙丁"]
    more = LAYOUT.replace("public_share = 0.5", "public_share = 0.6")
    small.do(activate_layout, file="more", text=more)
    assert {now_is(small, entry).status for entry in entries} == {EntryStatus.OFFERED}
    with pytest.raises(SlotIsFull):
        hold(small)


def test_a_move_offers_the_place_it_leaves(small: WorkingHall, codes: list[str]) -> None:
    entry = waits(small, "甲")
    small.do(move_booking, CITIZEN, code=codes[0], day=WEDNESDAY, minute=NINE)
    assert now_is(small, entry).status is EntryStatus.OFFERED
    assert small.ask(flaws) == []


def test_a_visit_that_is_too_long_for_what_came_free_lets_a_shorter_one_have_it(
    small: WorkingHall,
) -> None:
    long = booked(small, "one", LONG)
    short, *_ = fill(small)
    fill(small, HALF_PAST)
    with pytest.raises(SlotIsFull):
        hold(small, LONG, minute=HALF_PAST)
    first, second = waits(small, "甲", LONG), waits(small, "乙")
    small.do(cancel_booking, CITIZEN, code=short)
    assert now_is(small, first).status is EntryStatus.WAITING
    assert now_is(small, second).status is EntryStatus.OFFERED
    small.do(cancel_booking, CITIZEN, code=long)
    assert now_is(small, first).status is EntryStatus.OFFERED


@pytest.mark.parametrize(
    ("part", "status"),
    [(PartOfDay.MORNING, EntryStatus.OFFERED), (PartOfDay.AFTERNOON, EntryStatus.WAITING)],
)
def test_only_what_they_wish_for_is_offered(
    small: WorkingHall, codes: list[str], part: PartOfDay, status: EntryStatus
) -> None:
    entry, other = waits(small, "甲", part=part), waits(small, "乙", days=(TUESDAY,))
    small.do(cancel_booking, CITIZEN, code=codes[0])
    assert now_is(small, entry).status is status
    assert (now_is(small, other).status is EntryStatus.OFFERED) is (status is EntryStatus.WAITING)


def test_who_could_not_confirm_is_passed_over(small: WorkingHall, codes: list[str]) -> None:
    mine = small.context.seal.whose(Contact(name="甲", phone="13800138000"), language="zh")
    first, second = waits(small, "甲"), waits(small, "乙")
    small.do(move_booking, CITIZEN, code=codes[0], day=WEDNESDAY, minute=NINE)
    small.do(release_hold, CITIZEN, code=offer_to(small, first))
    small.do(confirm_booking, CITIZEN, code=offer_to(small, second))
    third = waits(small, "丙")
    staffed = hold(small, day=TUESDAY, by=GUIDE)
    small.do(confirm_booking, GUIDE, code=staffed, whose=mine)
    small.do(cancel_booking, CITIZEN, code=codes[6])
    assert now_is(small, first).status is EntryStatus.WAITING
    assert now_is(small, third).status is EntryStatus.OFFERED


def test_an_offer_is_for_who_waited_and_for_nobody_else(
    small: WorkingHall, codes: list[str]
) -> None:
    entry = waits(small, "甲")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    buyer = small.context.seal.whose(Contact(name="乙", phone="13900139000"), language="zh")
    with pytest.raises(OfferIsPersonal):
        small.do(confirm_booking, CITIZEN, code=offer_to(small, entry), whose=buyer)


def test_one_who_is_refused_after_all_is_told_and_the_next_is_asked(
    small: WorkingHall, codes: list[str]
) -> None:
    mine = small.context.seal.whose(Contact(name="甲", phone="13800138000"), language="zh")
    first, second = waits(small, "甲"), waits(small, "乙")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    offer = offer_to(small, first)
    small.do(confirm_booking, GUIDE, code=hold(small, by=GUIDE), whose=mine)
    with pytest.raises(TooManyBookings):
        small.do(confirm_booking, CITIZEN, code=offer)
    small.do(release_hold, CITIZEN, code=offer, because=Because.REFUSED)
    assert now_is(small, second).status is EntryStatus.OFFERED


def test_nobody_has_to_answer_at_night_or_is_woken(small: WorkingHall, codes: list[str]) -> None:
    entry = waits(small, "甲")
    small.clock.now = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
    small.do(cancel_booking, CITIZEN, code=codes[6])
    assert now_is(small, entry).status is EntryStatus.OFFERED
    morning = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)  # 08:30: half an hour after the quiet hours
    assert messages(small) == [(round(morning.timestamp() * 1000), False)]


def test_what_is_freed_too_late_to_be_answered_is_left_to_who_walks_in(
    small: WorkingHall, codes: list[str]
) -> None:
    entry = waits(small, "甲")
    small.clock.now = datetime(2026, 3, 3, 1, 1, tzinfo=UTC)  # 09:01
    small.do(cancel_booking, GUIDE, code=codes[6])  # 09:30
    assert now_is(small, entry).status is EntryStatus.WAITING
    small.clock.tick(minutes=28)
    with pytest.raises(SlotIsFull):
        hold(small, minute=HALF_PAST)


def test_leaving_gives_an_offer_to_the_next_and_forgets_who_it_was(
    small: WorkingHall, codes: list[str]
) -> None:
    first, second = waits(small, "甲"), waits(small, "乙")
    small.do(cancel_booking, CITIZEN, code=codes[0])
    with small.context.store.engine.connect() as connection:
        row = connection.execute(select(waitlist).where(waitlist.c.id == first.id)).one()
    code = small.context.seal.open(row.sealed_code)["code"]
    small.do(leave_waitlist, CITIZEN, code=code)
    small.do(leave_waitlist, CITIZEN, code=code)
    assert now_is(small, second).status is EntryStatus.OFFERED
    with small.context.store.engine.connect() as connection:
        row = connection.execute(select(waitlist).where(waitlist.c.id == first.id)).one()
    assert (row.person, row.contact, row.digits, row.sealed_code) == (None,) * 4
    assert small.ask(flaws) == []


def test_who_waited_until_the_last_day_is_let_go_and_forgotten(
    small: WorkingHall, codes: list[str]
) -> None:
    entry = waits(small, "甲")
    small.clock.tick(days=2)
    assert codes
    assert small.ask(waitlist_is_due)
    small.do(see_to_waitlist)
    assert now_is(small, entry).because is Because.OVER
    assert small.ask(open_entries) == []
    assert small.ask(flaws) == []


def test_one_person_waits_once_for_one_visit(small: WorkingHall, codes: list[str]) -> None:
    assert codes
    waits(small, "甲", SHORT, LONG)
    with pytest.raises(AlreadyWaiting):
        waits(small, "甲", LONG, SHORT)
    assert waits(small, "甲", LONG).status is EntryStatus.WAITING


def test_nobody_waits_for_what_is_free(small: WorkingHall, codes: list[str]) -> None:
    assert codes
    with pytest.raises(TimeIsFree) as refused:
        waits(small, "甲", days=(TUESDAY, WEDNESDAY))
    assert refused.value.start.isoformat() == "2026-03-04T09:00:00+08:00"


def test_what_cannot_be_waited_for_is_refused(small: WorkingHall, codes: list[str]) -> None:
    assert codes
    with pytest.raises(NotThatDay):
        waits(small, "甲", days=(date(2026, 3, 7),))
    with pytest.raises(NotBookable):
        waits(small, "甲", MatterCode("walk"))
    wish = Wish(matters=(SHORT,), bundle=None, days=(TUESDAY,))
    with pytest.raises(WhoIsMissing):
        small.do(join_waitlist, CITIZEN, wish, whose=kept.Whose(language="zh"))


def test_who_missed_too_many_cannot_wait_online_but_staff_can_put_them_down(
    small: WorkingHall,
) -> None:
    contact = Contact(name="甲", phone="13800138000")
    whose = small.context.seal.whose(contact, language="zh")
    for day in (TUESDAY, WEDNESDAY):
        small.do(confirm_booking, CITIZEN, code=hold(small, day=day), whose=whose)
    for day in (TUESDAY, WEDNESDAY):
        a_day_goes_by(small, day)
    small.do(end_what_is_over)
    thursday = WEDNESDAY + timedelta(days=1)
    for minute in (NINE, HALF_PAST):
        for at in range(9):
            hold(small, day=thursday, minute=minute, by=CITIZEN if at < 6 else GUIDE)
    with pytest.raises(BookingIsBlocked):
        waits(small, "甲", days=(thursday,))
    entry = waits(small, "甲", days=(thursday,), by=GUIDE)
    assert entry.status is EntryStatus.WAITING


def test_staff_waits_for_the_staffs_share_too(small: WorkingHall, codes: list[str]) -> None:
    for _ in range(3):
        hold(small, by=GUIDE)
        hold(small, minute=HALF_PAST, by=GUIDE)
    entry = waits(small, "甲", by=GUIDE)
    small.clock.tick(minutes=11)  # the holds of the staff have run out
    small.do(end_what_is_over)
    assert now_is(small, entry).status is EntryStatus.OFFERED
    assert codes
