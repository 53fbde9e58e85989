"""What a planner wants to be different, and the two scenarios that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hall.domain.identities import CounterId, GroupId
from hall.domain.layout import Policy, Span
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Break
from simulation import vary
from simulation.scenario import Scenario

#: The widest that controls reach, so that no run is asked for a hundred times the people.
GROWTH = (0.3, 3.0)
PACE = (0.5, 3.0)
MOST_ADDED = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is to be different; what is left out stays as it is."""

    #: Counters that are there no more.
    closed: tuple[CounterId, ...] = ()
    #: Counters added: like which one.
    added: tuple[CounterId, ...] = ()
    #: What counters take, where that changes.
    takes: tuple[tuple[CounterId, tuple[GroupId, ...]], ...] = ()
    #: How much longer a matter takes at a counter that takes more groups than before.
    pace: float = 1.0
    booked: float | None = None
    policy: Policy | None = None
    breaks: tuple[Break, ...] | None = None
    #: How many come, in both plans: 1.1 is a tenth more.
    growth: float = 1.0

    @property
    def form(self) -> dict[str, Any]:
        """The change as JSON."""
        return {
            "closed": list(self.closed),
            "added": list(self.added),
            "takes": {counter: list(groups) for counter, groups in self.takes},
            "pace": self.pace,
            "booked": self.booked,
            "policy": self.policy.value if self.policy else None,
            "breaks": None if self.breaks is None else [_break_form(rest) for rest in self.breaks],
            "growth": self.growth,
        }


def change_of(form: Mapping[str, Any]) -> Change:
    """Return the change that a form describes; an empty one changes nothing."""
    policy, breaks = form.get("policy"), form.get("breaks")
    return Change(
        closed=tuple(map(CounterId, form.get("closed", ()))),
        added=tuple(map(CounterId, form.get("added", ()))),
        takes=tuple(
            (CounterId(counter), tuple(map(GroupId, groups)))
            for counter, groups in form.get("takes", {}).items()
        ),
        pace=form.get("pace", 1.0),
        booked=form.get("booked"),
        policy=Policy(policy) if policy else None,
        breaks=None if breaks is None else tuple(map(_break_of, breaks)),
        growth=form.get("growth", 1.0),
    )


def before(base: Scenario, change: Change) -> Scenario:
    """Return the hall as it is, with as many people as are expected."""
    _check(base, "growth", change.growth, GROWTH)
    return base if change.growth == 1 else vary.with_demand(base, change.growth)


def after(base: Scenario, change: Change, *, name: str) -> Scenario:
    """Return the hall as it might be, for the same people.

    Raises:
        BadFile: the change cannot be, for example because no counter takes a group any more.
    """
    _check(base, "pace", change.pace, PACE)
    if len(change.added) > MOST_ADDED:
        raise _wrong(base, "added", f"are more than {MOST_ADDED} counters")
    scenario = vary.with_name(before(base, change), name)
    for like in change.added:
        scenario = vary.with_more_counters(scenario, like)
    if change.takes:
        scenario = vary.with_takes(scenario, dict(change.takes))
        slower = [counter for counter in wider(base, scenario) if counter not in change.closed]
        if change.pace != 1 and slower:
            scenario = vary.with_pace(scenario, change.pace, slower)
    if change.closed:
        scenario = vary.without_counters(scenario, change.closed)
    return _manners(scenario, change)


def wider(base: Scenario, scenario: Scenario) -> list[CounterId]:
    """Return the counters of a plan that take a group which they did not take before."""
    known = base.layout.counter_of
    return [
        counter.id
        for counter in scenario.layout.counters
        if counter.id not in known or set(counter.takes) - known[counter.id].ever_takes()
    ]


def at_pace(change: Change, pace: float) -> Change:
    """Return a change with another pace."""
    return replace(change, pace=pace)


def _manners(scenario: Scenario, change: Change) -> Scenario:
    """Return the scenario with what changes besides the counters."""
    if change.booked is not None:
        scenario = vary.with_booked(scenario, change.booked)
    if change.policy is not None:
        scenario = vary.with_policy(scenario, change.policy)
    if change.breaks is not None:
        scenario = vary.with_breaks(scenario, change.breaks)
    return scenario


def _check(base: Scenario, at: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not low <= value <= high:
        raise _wrong(base, at, f"should be from {low:g} to {high:g}, not {value:g}")


def _wrong(base: Scenario, at: str, problem: str) -> BadFile:
    return BadFile(base.file, [Problem(at=at, problem=problem)])


def _break_form(rest: Break) -> list[Any]:
    return [list(rest.counters), rest.span.from_minute, rest.span.until_minute]


def _break_of(form: list[Any]) -> Break:
    counters, since, until = form
    return Break(
        counters=tuple(map(CounterId, counters)), span=Span(from_minute=since, until_minute=until)
    )
