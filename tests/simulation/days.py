"""Days that Hypothesis draws: small halls with everything in them, and whoever comes."""

from datetime import date

from hypothesis import strategies as st

from hall.domain.identities import ClassId
from hall.domain.reading import Source
from hall.domain.roster import roster_in
from simulation.calendar import day_calendar
from simulation.plan import Plan, make_plan
from simulation.visits import FOR_EVER, Visits
from tests.simulation.halls import EQUAL, STRICT, TWICE, a_layout

MINUTE = 60_000
DAY = date(1970, 1, 1)
GROUPS = ("a", "b", "c")
OPENS, LUNCH, CLOSES = 540, 719, 960
DEFAULT = "{ priority = { credit_minutes = 30 }, appointment = {}, walk_in = {}, returned = {} }"
MIXED = """{ priority = { strict = true }, appointment = { credit_minutes = 12, early = true },
             walk_in = { weight = 0.7 }, returned = { credit_minutes = 5 } }"""
TAKES = ('[ "*" ]', '[ "a" ]', '[ "b", "c" ]', '[ "a", "b" ]')
EXTRAS = (
    "",
    'backup = [ { group = "a", after_minutes = 7 } ]',
    'during = [ { from = "10:00", until = "11:00", takes = [ "c" ] } ]',
    "pace = { a = 1.3 }\nbonus_minutes = { b = 5 }",
    'classes = [ "priority" ]',
)
MORNING = 'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:00", until = "10:20" } ]'
LATER = 'shifts = [ { days = "mon-sun", counters = [ "1" ], from = "09:40", until = "14:00" } ]'
BREAK = 'breaks = [ { counters = [ "1" ], from = "09:30", until = "10:10" } ]'
ROSTERS = ("", MORNING, BREAK, f"{LATER}\n{BREAK}")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a hall of two to four counters, the last of them comprehensive, and its day."""
    kinds = st.tuples(
        st.sampled_from(TAKES), st.sampled_from(EXTRAS), st.sampled_from(("1F", "2F"))
    )
    special = draw(st.lists(kinds, min_size=1, max_size=3))
    counters = [f'takes = {takes}\n{extra}\nzone = "{zone}"' for takes, extra, zone in special]
    layout = a_layout(
        counters=[*counters, 'takes = [ "*" ]\nzone = "1F"'],
        groups=GROUPS,
        classes=draw(st.sampled_from((EQUAL, STRICT, TWICE, DEFAULT, MIXED))),
        policy=draw(st.sampled_from(("clerk", "automatic", "shortest_queue", "bound_at_issue"))),
        walk=draw(st.sampled_from((0, 4))),
    )
    roster = roster_in(Source("roster", draw(st.sampled_from(ROSTERS))), layout)
    return make_plan(
        layout,
        day_calendar(layout, roster, DAY),
        classes=[ClassId(rule.id) for rule in layout.rule.classes],
        approach_ms=draw(st.sampled_from((0, 20_000))),
        in_vain_ms=draw(st.sampled_from((0, MINUTE))),
    )


@st.composite
def visits(draw: st.DrawFn) -> Visits:
    """Draw up to 25 visits at whole minutes, so that many things happen at one moment."""
    count = draw(st.integers(1, 25))

    def times(least: int, most: int) -> list[int]:
        drawn = draw(st.lists(st.integers(least, most), min_size=count, max_size=count))
        return [minute * MINUTE for minute in drawn]

    last = draw(st.sampled_from((OPENS + 30, LUNCH, CLOSES - 1)))
    arrival = sorted(times(OPENS, last))
    matters = [tuple(draw(st.permutations(range(3)))[: draw(st.integers(1, 3))]) for _ in arrival]
    early = times(0, 20)
    class_ = draw(st.lists(st.sampled_from((0, 1, 2)), min_size=count, max_size=count))
    return Visits(
        arrival=arrival,
        due=[a + e * (c == 1) for a, e, c in zip(arrival, early, class_, strict=True)],
        class_=class_,
        patience=[p or FOR_EVER for p in times(0, 60)],
        matters=matters,
        work=[tuple(draw(st.integers(1, 40)) * MINUTE for _ in each) for each in matters],
        in_vain=times(0, 2),
        back=[b or FOR_EVER for b in times(0, 30)],
    )
