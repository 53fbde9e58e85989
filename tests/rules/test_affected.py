"""Which appointments a change hits: hours, holidays, roster, breaks, matters; at any hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hall.domain.affected import Why, hits, next_free, parts_now
from hall.domain.appointments import Appointment, AppointmentId, AppointmentStatus, Place, Share
from hall.domain.hours import moment
from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.domain.slots import Taken, parts_of, slots_of

TUESDAY = date(2026, 3, 3)
NO_ROSTER = Roster()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAYOUT = """
format = 1
[hall]
id = "small"
name = { zh = "小厅", en = "Small" }
time_zone = "Europe/Berlin"
opening = [ { days = "mon-sun", from = "09:00", until = "11:00" } ]
[booking]
slot_minutes = 30
[[groups]]
id = "a"
prefix = "A"
name = { zh = "甲", en = "A" }
[[matters]]
code = "short"
group = "a"
name = { zh = "短", en = "Short" }
handling_minutes = 10
appointments = true
[[matters]]
code = "long"
group = "a"
name = { zh = "长", en = "Long" }
handling_minutes = 45
appointments = true
[[counters]]
id = "1"
takes = [ "a" ]
"""


def layout(*changes: tuple[str, str]) -> Layout:
    """Return the hall's layout with some of its text replaced."""
    text = LAYOUT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return layout_in(Source("layout", text))


def booked(
    name: str, minute: int, *, day: date = TUESDAY, matter: str = "short", under: str = LAYOUT
) -> Appointment:
    """Return an appointment as it was promised; names in the order in which they were made."""
    then = layout_in(Source("layout", under))
    code = MatterCode(matter)
    return Appointment(
        id=AppointmentId(name),
        status=AppointmentStatus.BOOKED,
        place=Place(
            day=day,
            minute=minute,
            start=moment(then.zone, day, minute),
            parts=parts_of(then, [code], minute),
        ),
        matters=(code,),
        bundle=None,
        share=Share.PUBLIC,
        made_at=NOW - timedelta(days=30) + timedelta(minutes=ord(name)),
        held_until=None,
    )


def told(now: Layout, some: Sequence[Appointment], roster: Roster = NO_ROSTER) -> dict[str, Why]:
    """Return who is hit, and why."""
    return {hit.appointment.id: hit.why for hit in hits(now, roster, some)}


FULL = [booked("a", 540), booked("b", 540), booked("c", 540), booked("d", 570, matter="long")]


def test_nobody_is_hit_while_nothing_changes() -> None:
    assert told(layout(), FULL) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('until = "11:00"', 'until = "10:00"'), {"d": Why.CLOSED}),
        (('from = "09:00"', 'from = "09:30"'), dict.fromkeys("abc", Why.CLOSED)),
        (('days = "mon-sun"', 'days = "wed-sun"'), dict.fromkeys("abcd", Why.CLOSED)),
        (('code = "short"', 'code = "other"'), dict.fromkeys("abc", Why.MATTER_GONE)),
        (("handling_minutes = 10", "handling_minutes = 15"), {"c": Why.NO_ROOM}),
    ],
)
def test_a_change_of_the_layout_hits_those_it_concerns(
    change: tuple[str, str], expected: dict[str, Why]
) -> None:
    assert told(layout(change), FULL) == expected


def test_a_matter_that_is_no_longer_booked_is_said_so() -> None:
    change = ("handling_minutes = 45\nappointments = true", "handling_minutes = 45")
    assert told(layout(change), FULL) == {"d": Why.NOT_BOOKABLE}


def test_a_holiday_hits_its_day_alone() -> None:
    closed = layout(("opening = [", "closed = [ 2026-03-03 ]\nopening = ["))
    other = booked("e", 540, day=date(2026, 3, 4))
    assert told(closed, [*FULL, other]) == dict.fromkeys("abcd", Why.CLOSED)


def test_a_break_or_an_empty_counter_hits_those_who_booked_last() -> None:
    now = layout()
    rest = 'breaks = [ { counters = ["1"], from = "09:00", until = "09:10" } ]'
    assert told(now, FULL, roster_in(Source("roster", rest), now)) == {"c": Why.NO_ROOM}
    late = 'shifts = [ { days = "mon-sun", counters = ["1"], from = "09:30", until = "11:00" } ]'
    roster = roster_in(Source("roster", late), now)
    assert told(now, FULL, roster) == dict.fromkeys("abc", Why.NO_ROOM)


def test_the_next_free_time_is_on_the_same_day_if_there_is_one() -> None:
    now, one = layout(), booked("a", 570)
    found = next_free(now, Roster(), {}, one, now=NOW)
    assert found is not None
    assert (found.day, found.minute) == (TUESDAY, 600)
    full = Taken(everybody={GroupId("a"): 1_800_000}, public={GroupId("a"): 1_800_000})
    later = {
        NOW.date() + timedelta(days=ahead): dict.fromkeys(range(540, 660, 30), full)
        for ahead in range(9)
    }
    del later[TUESDAY][540]
    before = next_free(now, Roster(), later, one, now=NOW)
    assert before is not None
    assert (before.day, before.minute) == (TUESDAY, 540)
    later[TUESDAY][540] = full
    assert next_free(now, Roster(), later, one, now=NOW) is None


def test_a_slot_at_midnight_belongs_to_the_night_before() -> None:
    night = ('from = "09:00", until = "11:00"', 'from = "22:00", until = "02:00"')
    under = LAYOUT.replace(*night)
    some = [booked("a", 1440, under=under), booked("b", 1470, under=under)]
    assert told(layout(night), some) == {}
    shorter = ('from = "09:00", until = "11:00"', 'from = "22:00", until = "00:30"')
    assert told(layout(shorter), some) == {"b": Why.CLOSED}
    found = next_free(layout(shorter), Roster(), {}, some[1], now=NOW)
    assert found is not None
    assert (found.day, found.minute) == (TUESDAY, 1320)


def test_a_time_that_the_clock_change_swallows_is_closed_and_others_stay() -> None:
    spring = date(2026, 3, 29)
    night = ('from = "09:00", until = "11:00"', 'from = "01:00", until = "05:00"')
    under = LAYOUT.replace(*night)
    some = [booked("a", 90, day=spring, under=under), booked("b", 180, day=spring, under=under)]
    assert told(layout(night), some) == {}
    swallowed = replace(some[0], place=replace(some[0].place, minute=150))
    assert told(layout(night), [swallowed, some[1]]) == {"a": Why.CLOSED}


def test_other_slots_take_in_what_was_promised_in_slots_of_another_length() -> None:
    now = layout(("slot_minutes = 30", "slot_minutes = 20"))
    one = booked("a", 570)
    parts = parts_now(now, slots_of(now, Roster(), TUESDAY), one)
    assert parts is not None
    assert [(part.minute, part.ms) for part in parts] == [(560, 600_000)]
    assert told(now, [one]) == {}
