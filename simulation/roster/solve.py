"""Solving a roster in three steps: shifts for the week, breaks day by day, then fairness."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from simulation.roster.need import Need
from simulation.roster.program import OWED, UNCOVERED, Given, Pattern, Program
from simulation.roster.rights import Week, is_allowed
from simulation.roster.staff import Staff

#: Which part of the time the breaks of all days may take; the shifts take the rest.
_FOR_BREAKS = 0.3
#: How near the best possible is near enough, as a share.
_GAP = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """Shifts that are given, how many of each crew rest how, what is missing, and a bound."""

    given: frozenset[Given]
    patterns: dict[Pattern, int]
    #: Counters missing by piece of the need and kind; hours owed by clerk.
    missing: dict[tuple[int, int], float]
    owed: dict[int, float]
    #: What counts, and the least that it could be.
    value: float
    bound: float


def solve(staff: Staff, need: Need, *, seconds: float) -> Solution:
    """Return the shifts and breaks that cover most, then cost least.

    The shifts are found for the whole week with breaks that may be cut in pieces, then the breaks
    of each day for those shifts. The bound of the first step holds for both together.
    """
    program = Program(staff, need)
    found = program.solve(seconds=seconds * (1 - _FOR_BREAKS), gap=_GAP)
    given = frozenset(
        key
        for key, column in program.given.items()
        if found.x is not None and found.x[column] > 0.5  # noqa: PLR2004
    )
    given = _fairer(staff, given)
    days = sorted({piece.day for piece in need.pieces})
    patterns: dict[Pattern, int] = {}
    missing: dict[tuple[int, int], float] = {}
    for day in days:
        today = [at for at, piece in enumerate(need.pieces) if piece.day == day]
        some = replace(need, pieces=tuple(need.pieces[at] for at in today))
        part = Program(staff, some, taken=frozenset(key for key in given if key[1] == day))
        best = part.solve(seconds=seconds * _FOR_BREAKS / len(days), gap=_GAP)
        patterns |= {key: round(best.x[column]) for key, column in part.patterns.items()}
        missing |= {
            (today[at], kind): float(round(best.x[column]))
            for (at, kind), column in part.missing.items()
            if round(best.x[column])
        }
    owed = dict(_owed(staff, given))
    value = _value(staff, need, given, missing, owed)
    bound = value if found.x is None else float(found.mip_dual_bound)
    return Solution(
        given=given, patterns=patterns, missing=missing, owed=owed, value=value, bound=bound
    )


def _owed(staff: Staff, given: frozenset[Given]) -> Iterator[tuple[int, float]]:
    """Yield how many hours less than promised a clerk is given."""
    for at, clerk in enumerate(staff.clerks):
        short = clerk.contract.least_hours - Week.of(staff, at, given).hours(staff)
        if short > 1 / 60:
            yield at, short


def _value(
    staff: Staff,
    need: Need,
    given: frozenset[Given],
    missing: dict[tuple[int, int], float],
    owed: dict[int, float],
) -> float:
    """Return what counts: pay, need that is not covered, and promises that are not kept."""
    pay = sum(
        staff.shifts[shift].work_minutes / 60 * staff.clerks[clerk].contract.cost_per_hour
        for clerk, _, shift in given
    )
    lengths = [(piece.span.until_minute - piece.span.from_minute) / 60 for piece in need.pieces]
    short = sum(number * lengths[at] for (at, _), number in missing.items())
    return pay + UNCOVERED * short + OWED * sum(owed.values())


def _fairer(staff: Staff, given: frozenset[Given]) -> frozenset[Given]:
    """Return the same shifts for the same crews, with weeks more alike under one contract.

    Two clerks with the same skills and contract swap what they do on a day whenever that brings
    their hours nearer to each other and both may.
    """
    weeks = [Week.of(staff, at, given) for at in range(len(staff.clerks))]
    alike: dict[object, list[int]] = {}
    for at, clerk in enumerate(staff.clerks):
        alike.setdefault((clerk.skills, clerk.contract), []).append(at)
    changed = True
    while changed:
        changed = False
        for same in alike.values():
            for one, other in combinations(same, 2):
                for day in range(len(staff.days)):
                    swapped = _swapped(staff, weeks, one, other, day)
                    if swapped is not None:
                        weeks[one], weeks[other] = swapped
                        changed = True
    return frozenset(key for at, week in enumerate(weeks) for key in week.keys(at))


def _swapped(
    staff: Staff, weeks: Sequence[Week], one: int, other: int, day: int
) -> tuple[Week, Week] | None:
    """Return the weeks of two clerks when they swap a day, if that is fairer and allowed."""
    mine, others = weeks[one], weeks[other]
    if mine.shifts[day] == others.shifts[day]:
        return None
    pair = mine.on(day, others.shifts[day]), others.on(day, mine.shifts[day])
    before = abs(mine.hours(staff) - others.hours(staff))
    after = abs(pair[0].hours(staff) - pair[1].hours(staff))
    if after > before - 1 / 60:
        return None
    if is_allowed(staff, one, pair[0]) and is_allowed(staff, other, pair[1]):
        return pair
    return None
