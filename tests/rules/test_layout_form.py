"""What the journal says of a layout or a roster is enough to have it again."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.booking import Block, Booking, Discipline
from hall.domain.canonical import canonical, digest
from hall.domain.identities import CounterId, HallId, LayoutHash
from hall.domain.layout import (
    Backup,
    Bundle,
    CallRule,
    ClassRule,
    Counter,
    During,
    ExtraDay,
    Group,
    Hours,
    Layout,
    Material,
    Matter,
    Name,
    Opening,
    Policy,
    Span,
    Surge,
    Target,
)
from hall.domain.layout_file import read_layout
from hall.domain.layout_form import canonical_form, layout_of
from hall.domain.nearby import Location
from hall.domain.roster import Break, Roster, Shift, read_roster, roster_of

EXAMPLES = Path(__file__).parents[2] / "examples"
LAYOUTS = sorted(
    path for path in EXAMPLES.glob("*/*.toml") if "[[counters]]" in path.read_text("utf-8")
)

IDS = st.text("abcxyz12-:.", min_size=1, max_size=6)
NAMES = st.builds(Name, zh=st.text(max_size=5), en=st.text(max_size=5))
SPANS = st.builds(Span, from_minute=st.integers(0, 1440), until_minute=st.integers(0, 2880))
WHOLE = st.integers(0, 10**6)
FLOATS = st.floats(0, 10**6)
#: As a file gives them: minutes with any fraction, kept to the microsecond.
LENGTHS = FLOATS.map(lambda minutes: timedelta(minutes=minutes))
DATES = st.dates(date(2020, 1, 1), date(2030, 12, 31))
DAYS = st.frozensets(st.integers(0, 6))


def some(values: st.SearchStrategy[Any], **limits: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a few of the values."""
    return st.lists(values, max_size=3, **limits).map(tuple)


def by_group(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return some values by group, in the order of the groups' names, as a file has them."""
    return st.dictionaries(IDS, values, max_size=3).map(lambda found: tuple(sorted(found.items())))


MATERIALS = st.builds(Material, id=IDS, name=NAMES, required=st.booleans())
MATTERS = st.builds(
    Matter,
    code=IDS,
    group=IDS,
    name=NAMES,
    department=st.text(max_size=4),
    handling=LENGTHS,
    promised_days=WHOLE,
    materials=some(MATERIALS),
    appointments=st.booleans(),
    daily_limit=st.none() | WHOLE,
)
BOOKINGS = st.builds(
    Booking,
    slot=LENGTHS,
    public_share=FLOATS,
    staff_share=FLOATS,
    first_day=WHOLE,
    last_day=WHOLE,
    hold=LENGTHS,
    confirmation=st.booleans(),
    confirm=LENGTHS,
    per_day=WHOLE,
    per_matter=WHOLE,
    cancel_until=LENGTHS,
    cancel_until_day_before=st.none() | st.integers(0, 1439),
    early=LENGTHS,
    late=LENGTHS,
    cooling=st.tuples(LENGTHS, LENGTHS),
    answer=LENGTHS,
    overbooking=st.booleans(),
    reminders=some(FLOATS.map(lambda hours: timedelta(hours=hours))),
    puzzle=st.booleans(),
    discipline=st.builds(
        Discipline,
        warn_after=WHOLE,
        blocks=some(st.builds(Block, missed=WHOLE, days=WHOLE)),
        in_a_row=WHOLE,
        blocked=st.integers(0, 999).map(timedelta),
        forgotten=st.integers(0, 999).map(timedelta),
        hall_late=LENGTHS,
        appeal=st.integers(0, 999).map(timedelta),
    ),
)
COUNTERS = st.builds(
    Counter,
    id=IDS,
    number=WHOLE,
    name=NAMES,
    zone=st.text(max_size=3),
    takes=some(IDS),
    classes=some(IDS),
    during=some(st.builds(During, span=SPANS, takes=some(IDS))),
    bonus=by_group(LENGTHS),
    backup=some(st.builds(Backup, group=IDS, after=LENGTHS)),
    pace=by_group(FLOATS),
)
RULES = st.builds(
    CallRule,
    policy=st.sampled_from(Policy),
    automatic_pause=LENGTHS,
    classes=some(
        st.builds(
            ClassRule,
            id=IDS,
            credit=LENGTHS,
            weight=FLOATS,
            strict=st.booleans(),
            early=st.booleans(),
        )
    ),
    calls=WHOLE,
    no_show_after=LENGTHS,
)
HOURS = st.builds(
    Hours,
    openings=some(st.builds(Opening, days=DAYS, span=SPANS)),
    closed=st.frozensets(DATES, max_size=3),
    extra_open=some(st.builds(ExtraDay, date=DATES, span=SPANS)),
)
ANY_LAYOUT = st.builds(
    Layout,
    hash=st.just(LayoutHash("")),
    hall=IDS.map(HallId),
    name=NAMES,
    time_zone=st.just("Asia/Shanghai"),
    hours=HOURS,
    target=st.builds(Target, walk_in=LENGTHS, appointment=LENGTHS, share=st.floats(0, 1)),
    surge=st.builds(Surge, waiting_per_counter=WHOLE, waiting=WHOLE, longest=LENGTHS),
    seats=WHOLE,
    general_group=st.none() | IDS,
    phone_tickets=st.booleans(),
    groups=some(st.builds(Group, id=IDS, prefix=st.sampled_from("AFK"), name=NAMES)),
    matters=some(MATTERS),
    bundles=some(st.builds(Bundle, id=IDS, name=NAMES, matters=some(IDS))),
    counters=some(COUNTERS),
    booking=BOOKINGS,
    rule=RULES,
    location=st.none()
    | st.builds(Location, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180)),
    walk=LENGTHS,
    phone=st.text(max_size=5),
    address=st.none() | NAMES,
)
ANY_ROSTER = st.builds(
    Roster,
    shifts=some(st.builds(Shift, days=DAYS, counters=some(IDS), span=SPANS)),
    breaks=some(st.builds(Break, counters=some(IDS), span=SPANS)),
)


def journaled(form: dict[str, Any]) -> dict[str, Any]:
    """Return a form as it comes out of a journal line: as JSON has it, whole numbers whole."""
    read: dict[str, Any] = json.loads(canonical(form))
    return read


@given(ANY_LAYOUT)
def test_any_layout_is_had_again_from_its_form(layout: Layout) -> None:
    form = canonical_form(layout)
    again = layout_of(journaled(form))
    assert canonical_form(again) == form
    assert (again.location, again.walk) == (layout.location, layout.walk)
    assert (again.phone, again.address) == (layout.phone, layout.address)
    assert again.hash == digest(form)


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_example_layout_is_had_again_with_everything_in_it(path: Path) -> None:
    layout = read_layout(path)
    again = layout_of(journaled(canonical_form(layout)))
    assert again.hash == layout.hash
    for name in ("hall", "name", "time_zone", "hours", "target", "surge", "seats", "zone"):
        assert getattr(again, name) == getattr(layout, name)
    for name in ("general_group", "phone_tickets", "groups", "matters", "bundles", "rule"):
        assert getattr(again, name) == getattr(layout, name)
    for mine, theirs in zip(again.counters, layout.counters, strict=True):
        assert mine.takes == tuple(sorted(theirs.takes))
        assert (mine.backup, mine.pace, mine.bonus) == (theirs.backup, theirs.pace, theirs.bonus)
        assert mine.ever_takes() == theirs.ever_takes()


@given(ANY_ROSTER)
def test_any_roster_is_had_again_from_its_form(roster: Roster) -> None:
    again = roster_of(journaled(roster.form))
    assert (again.form, again.hash) == (roster.form, roster.hash)


def test_the_example_roster_staffs_the_same_counters_again() -> None:
    layout = read_layout(EXAMPLES / "yunxi" / "layout.toml")
    roster = read_roster(EXAMPLES / "yunxi" / "roster.toml", layout)
    again = roster_of(journaled(roster.form))
    for counter in layout.counter_of:
        assert again.breaks_of(CounterId(counter)) == roster.breaks_of(counter)
        for day in (date(2026, 3, 2), date(2026, 3, 7)):
            assert again.staffed(counter, day, layout.hours) == roster.staffed(
                counter, day, layout.hours
            )


@pytest.mark.parametrize("form", [{}, {"hall": {}}, {"hall": [], "groups": 1}])
def test_what_is_no_form_of_a_layout_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        layout_of(form)
