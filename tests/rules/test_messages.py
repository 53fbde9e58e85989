"""What is told when: planned with the change, never at night without need, never untrue."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hall.domain.appointments import Appointment, AppointmentId, AppointmentStatus, Place, Share
from hall.domain.events import Event, EventName
from hall.domain.identities import HallId, LayoutHash, MatterCode, TicketId
from hall.domain.letters import (
    LANGUAGES,
    SHIPPED,
    BadWording,
    Wording,
    check,
    example,
    fill,
)
from hall.domain.messages import (
    Kind,
    Message,
    MessageId,
    MessageState,
    Planned,
    Quiet,
    Rules,
    is_true,
    planned,
)

ZONE = ZoneInfo("Europe/Berlin")
RULES = Rules(reminders=(timedelta(days=1), timedelta(hours=2)), quiet=Quiet(), zone=ZONE)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
#: 10:00 on Thursday.
START = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


def an_appointment(
    *,
    start: datetime = START,
    status: AppointmentStatus = AppointmentStatus.BOOKED,
    ticket: str | None = None,
) -> Appointment:
    local = start.astimezone(ZONE)
    place = Place(day=local.date(), minute=local.hour * 60 + local.minute, start=start, parts=())
    return Appointment(
        id=AppointmentId("a"),
        status=status,
        place=place,
        matters=(MatterCode("m"),),
        bundle=None,
        share=Share.PUBLIC,
        made_at=NOW,
        held_until=None,
        ticket=TicketId(ticket) if ticket else None,
    )


def told(
    name: EventName, appointment: Appointment, *, now: datetime = NOW, is_own_act: bool = True
) -> list[Planned]:
    event = Event(
        hall=HallId("h"), sequence=7, at=now, name=name, layout=LayoutHash(""), appointment="a"
    )
    return list(planned(event, appointment, RULES, is_own_act=is_own_act))


def a_message(kind: Kind, about: str = "") -> Message:
    return Message(
        id=MessageId("1"),
        hall=HallId("h"),
        appointment=AppointmentId("a"),
        kind=kind,
        about=about,
        state=MessageState.WAITING,
        due=NOW,
        until=START,
        made_at=NOW,
        attempts=0,
        is_unsure=False,
        sent_at=None,
        channel="",
        problem="",
    )


def test_a_booking_is_confirmed_at_once_and_reminded_of_twice() -> None:
    found = told(EventName.APPOINTMENT_CONFIRMED, an_appointment())
    assert [(one.kind, one.due, one.is_urgent) for one in found] == [
        (Kind.CONFIRMATION, NOW, True),
        (Kind.REMINDER, START - timedelta(days=1), False),
        (Kind.REMINDER, START - timedelta(hours=2), False),
    ]
    assert {one.until for one in found} == {START}


def test_a_reminder_whose_time_is_over_is_not_planned() -> None:
    found = told(EventName.APPOINTMENT_CONFIRMED, an_appointment(start=NOW + timedelta(hours=3)))
    assert [one.due for one in found[1:]] == [NOW + timedelta(hours=1)]


def test_a_reminder_that_would_come_too_late_in_the_morning_comes_the_evening_before() -> None:
    early = an_appointment(start=datetime(2026, 3, 5, 6, 30, tzinfo=UTC))  # 7:30
    two_hours_before = told(EventName.APPOINTMENT_CONFIRMED, early)[2]
    assert two_hours_before.due == datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 21:00


def test_a_change_by_the_hall_lets_people_sleep_and_their_own_does_not_wait() -> None:
    moved = told(EventName.APPOINTMENT_MOVED, an_appointment(), is_own_act=False)
    assert [one.is_urgent for one in moved] == [False, False, False]
    assert told(EventName.APPOINTMENT_CANCELLED, an_appointment())[0].is_urgent


@pytest.mark.parametrize(
    "name",
    [
        EventName.APPOINTMENT_HELD,
        EventName.APPOINTMENT_RELEASED,
        EventName.APPOINTMENT_EXPIRED,
        EventName.APPOINTMENT_CHECK_IN_UNDONE,
    ],
)
def test_what_nobody_needs_to_know_is_not_told(name: EventName) -> None:
    assert told(name, an_appointment()) == []


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [
        (20, 59, None),
        (21, 0, (2, 3)),
        (23, 59, (2, 3)),
        (0, 0, (1, 2)),
        (7, 59, (1, 2)),
        (8, 0, None),
    ],
)
def test_quiet_hours_go_over_midnight(
    hour: int, minute: int, night: tuple[int, int] | None
) -> None:
    found = Quiet().around(datetime(2026, 3, 2, hour, minute, tzinfo=ZONE), ZONE)
    days = found and tuple(moment.astimezone(ZONE).day for moment in found)
    assert days == night


def test_quiet_hours_on_the_night_of_a_clock_change_end_by_the_clock() -> None:
    found = Quiet().around(datetime(2026, 3, 29, 4, 0, tzinfo=ZONE), ZONE)
    assert found is not None
    begin, end = found
    assert (end - begin, end.astimezone(ZONE).hour) == (timedelta(hours=10), 8)


def test_the_same_minute_twice_is_no_quiet() -> None:
    assert Quiet(from_minute=0, until_minute=0).around(NOW, ZONE) is None


_S = AppointmentStatus


@pytest.mark.parametrize(
    ("kind", "about", "status", "true"),
    [
        (Kind.CONFIRMATION, "", _S.BOOKED, True),
        (Kind.CONFIRMATION, "", _S.CANCELLED, False),
        (Kind.REMINDER, "2026-03-05/600/120", _S.BOOKED, True),
        (Kind.REMINDER, "2026-03-05/60/120", _S.BOOKED, False),
        (Kind.REMINDER, "2026-03-05/600/120", _S.CHECKED_IN, False),
        (Kind.MOVED, "2026-03-05/600/9", _S.BOOKED, True),
        (Kind.MOVED, "2026-03-06/600/9", _S.BOOKED, False),
        (Kind.CANCELLED, "", _S.CANCELLED, True),
        (Kind.THREE_AHEAD, "t", _S.CHECKED_IN, True),
        (Kind.THREE_AHEAD, "other", _S.CHECKED_IN, False),
        (Kind.THREE_AHEAD, "t", _S.BOOKED, False),
        (Kind.FREED_SLOT, "", _S.HELD, True),
        (Kind.FREED_SLOT, "", _S.EXPIRED, False),
        (Kind.MISSED, "", _S.MISSED, True),
        (Kind.MISSED, "", _S.CHECKED_IN, False),
    ],
)
def test_a_message_is_sent_only_while_it_is_true(
    kind: Kind, about: str, status: AppointmentStatus, *, true: bool
) -> None:
    appointment = an_appointment(status=status, ticket="t")
    assert is_true(a_message(kind, about), appointment, now=NOW) is true


def test_the_words_that_come_with_the_program_are_complete_and_right() -> None:
    assert set(SHIPPED) == {(kind, language) for kind in Kind for language in LANGUAGES}
    for (kind, language), wording in SHIPPED.items():
        check(kind, wording)
        filled = fill(wording, example(kind, language, hall="H"))
        assert "{" not in f"{filled.subject}{filled.text}"


def test_every_mistake_of_a_wording_is_told_with_its_place() -> None:
    with pytest.raises(BadWording) as wrong:
        check(Kind.REMINDER, Wording(subject="{dy}", text="{ahead} {time} {nowhere}"))
    assert [(m.at, m.placeholder, m.close) for m in wrong.value.mistakes] == [
        ("subject", "dy", ("day",)),
        ("text", "ahead", ()),
        ("text", "nowhere", ()),
    ]


def test_a_date_that_was_typed_is_no_placeholder() -> None:
    check(Kind.REMINDER, Wording(subject="{{day}}", text=f"{date(2026, 3, 5)}"))
