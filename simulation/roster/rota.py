"""A rota: who works when, solved, explained, and given back to a scenario as its roster."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hall.domain.hours import joined, spans_of
from hall.domain.identities import CounterId
from hall.domain.layout import Span
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Roster, Shift
from simulation.roster.binding import Shortfall, shortfalls
from simulation.roster.duties import Duty, duties
from simulation.roster.need import Need, largest, need_of
from simulation.roster.solve import solve
from simulation.roster.staff import Staff
from simulation.scenario import Scenario, Steady
from simulation.sizing.staffed import closed_minute

#: When the solver stops and gives the best that it has found.
SECONDS = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rota:
    """Who works when, what that leaves uncovered and why."""

    scenario: Scenario
    staff: Staff
    need: Need
    duties: tuple[Duty, ...]
    shortfalls: tuple[Shortfall, ...]
    #: Per piece of the need and kind, how many counters of that kind are staffed.
    staffed: tuple[tuple[int, ...], ...]
    #: Per clerk, the hours of the week, breaks not counted.
    hours: tuple[float, ...]
    #: How far from the best possible this may be at most, as a share of what counts.
    gap: float

    @property
    def uncovered_hours(self) -> float:
        """How many counter hours of the need nobody covers."""
        return sum(short.hours for short in self.shortfalls if short.owed_to is None)

    @property
    def cost(self) -> float:
        """Paid hours times what an hour costs."""
        pairs = zip(self.hours, self.staff.clerks, strict=True)
        return sum(hours * clerk.contract.cost_per_hour for hours, clerk in pairs)

    @property
    def roster(self) -> Roster:
        """The counters' roster, as the live hall and the simulation read it."""
        return _roster(self)


def rota(scenarios: Sequence[Scenario], staff: Staff, *, seconds: float = SECONDS) -> Rota:
    """Return the roster that covers most of what the scenarios need, then costs least.

    Nobody is given more than the contract allows. What cannot be covered is told with the rules
    that stand in the way: those without which it could be.

    Args:
        scenarios: sized ones of one hall; each day of the roster takes its need from one of them.
        staff: who there is.
        seconds: how long the solver may take.

    Raises:
        BadFile: a scenario has no days, or the hall is never open on those of the roster.

    Source:
        A. T. Ernst, H. Jiang, M. Krishnamoorthy, D. Sier: Staff scheduling and rostering: a review
        of applications, methods and models. European Journal of Operational Research 153 (2004),
        3-27: shift scheduling by set covering with breaks, as a mixed-integer program.
    """
    need = _need(scenarios, staff)
    solved = solve(staff, need, seconds=seconds)
    found = duties(staff, need, solved)
    return Rota(
        scenario=largest(scenarios),
        staff=staff,
        need=need,
        duties=found,
        shortfalls=tuple(shortfalls(staff, need, solved)),
        staffed=tuple(_staffed(need, found)),
        hours=tuple(
            sum(staff.shifts[d.shift].work_minutes / 60 for d in found if d.clerk == clerk)
            for clerk in range(len(staff.clerks))
        ),
        gap=max(0.0, (solved.value - solved.bound) / solved.value) if solved.value else 0.0,
    )


def _need(scenarios: Sequence[Scenario], staff: Staff) -> Need:
    """Return the need of the days of a staff, or say why there is none."""
    for scenario in scenarios:
        if isinstance(scenario.run, Steady):
            problem = "a steady run has no days to staff; name days"
            raise BadFile(scenario.file, [Problem(at="run", problem=problem)])
    need = need_of(scenarios, staff.days, staff.step_minutes)
    if not need.pieces:
        problem = f"the hall is closed on all {staff.number_of_days} days from {staff.first}"
        raise BadFile(staff.file, [Problem(at="from", problem=problem)])
    return need


def fed_back(found: Rota) -> Scenario:
    """Return the scenario with the roster's shifts, on those of its days that have its hours."""
    base = found.scenario
    assert not isinstance(base.run, Steady)  # noqa: S101
    hours = base.layout.hours
    known = {spans_of(hours, day) for day in base.run}
    days = tuple(day for day in found.staff.days if spans_of(hours, day) in known)
    return replace(base, run=days or base.run, staffing=found.roster)


def _staffed(need: Need, found: Sequence[Duty]) -> Iterator[tuple[int, ...]]:
    """Yield how many counters of each kind are staffed in each piece of the need."""
    kind_of = {c.id: k for k, kind in enumerate(need.kinds) for c in kind.counters}
    for piece in need.pieces:
        seated = [0] * len(need.kinds)
        for duty in found:
            for place in duty.places if duty.day == piece.day else ():
                if (
                    place.span.from_minute <= piece.span.from_minute
                    and piece.span.until_minute <= place.span.until_minute
                ):
                    seated[kind_of[place.counter]] += 1
        yield tuple(seated)


def _roster(found: Rota) -> Roster:
    """Return shifts by counter: the same hours on several days as one; a rest is no shift."""
    layout = found.scenario.layout
    at_counter: dict[tuple[CounterId, int], list[Span]] = defaultdict(list)
    for duty in found.duties:
        weekday = found.staff.days[duty.day].weekday()
        for place in duty.places:
            at_counter[place.counter, weekday].append(place.span)
    days: dict[tuple[CounterId, Span], set[int]] = defaultdict(set)
    for (counter, weekday), spans in at_counter.items():
        for span in joined(spans):
            days[counter, span].add(weekday)
    shifts = [
        Shift(days=frozenset(when), counters=(counter,), span=span)
        for (counter, span), when in days.items()
    ]
    busy = {counter for counter, _ in days}
    idle = tuple(counter.id for counter in layout.counters if counter.id not in busy)
    if idle:
        every = frozenset(range(7))
        shifts.append(Shift(days=every, counters=idle, span=closed_minute(layout)))
    return Roster(shifts=tuple(shifts))
