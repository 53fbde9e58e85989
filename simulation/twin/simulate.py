"""Running a day on the twin."""

from collections.abc import Callable

from hall.dispatch import pick
from hall.domain.trace import Trace
from simulation import calendar, staff
from simulation import plan as plans
from simulation.plan import Plan
from simulation.twin import counters, course, day, hall, lines
from simulation.twin.compiled import digest, kept
from simulation.twin.hall import Hall, Rule
from simulation.twin.tables import rule_of
from simulation.twin.trace import Names, trace_of
from simulation.visits import Visits

#: For so many plans what they say as arrays is kept.
_MOST = 512
_known: dict[int, tuple[Plan, Rule, Names]] = {}


def simulate(plan: Plan, visits: Visits) -> Trace:
    """Return what happens when these visits come to this hall: what the model says, sooner."""
    if id(plan) not in _known:
        if len(_known) == _MOST:
            _known.clear()
        _known[id(plan)] = plan, rule_of(plan), Names(plan)
    _, rule, names = _known[id(plan)]
    found = course.opened(rule, visits.columns())
    _run(found)
    return trace_of(names, visits, found)


def _compiled(made_of: int) -> Callable[[Hall], None]:
    """Return the course of a day compiled, from these sources."""

    @kept
    def run(hall: Hall) -> None:
        if made_of >= 0:
            course.run(hall)

    return run


_run = _compiled(digest([pick, calendar, plans, staff, counters, course, day, hall, lines]))
