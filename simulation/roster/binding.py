"""Why a roster falls short: the rules without which it would not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hall.domain.layout import Span
from simulation.roster.crews import Rule, works
from simulation.roster.need import Need, Piece, length
from simulation.roster.program import Program
from simulation.roster.solve import Solution
from simulation.roster.staff import Staff

#: Rules that can be left out of the program to see what that changes.
RELAXABLE = (
    Rule.LEAVE,
    Rule.SKILLS,
    Rule.BREAKS,
    Rule.CONTRACT_SHIFTS,
    Rule.HOURS,
    Rule.DAYS,
    Rule.CONSECUTIVE,
    Rule.REST,
)
#: Less than this is rounding.
_LITTLE = 0.01
#: How long the solver may look at one rule when clerks cannot be cut in pieces.
_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """Counters of one kind that nobody staffs in a span of a day, or hours owed to a clerk."""

    #: By position; no day where hours are owed.
    day: int | None
    span: Span
    kind: int | None
    counters: int
    hours: float
    owed_to: int | None
    #: Those without each of which it would be less.
    rules: tuple[Rule, ...]
    #: How many clerks are at work or could be, with skills for it.
    able: int


def shortfalls(staff: Staff, need: Need, solved: Solution) -> Iterator[Shortfall]:
    """Yield where a solution falls short and which rules stand in the way.

    Each rule is left out in turn. What can be covered then is compared with what can be covered
    under all rules, both with clerks that may be cut in pieces, which is quick; where that hides
    the shortfall, with whole ones.
    """
    if not solved.missing and not solved.owed:
        return
    loosened = _loosened(staff, need)
    found = [
        _uncovered(staff, need, place, number, loosened)
        for place, number in sorted(solved.missing.items())
    ]
    yield from _joined(found)
    for clerk, hours in solved.owed.items():
        yield Shortfall(
            day=None,
            span=Span(from_minute=0, until_minute=0),
            kind=None,
            counters=0,
            hours=hours,
            owed_to=clerk,
            rules=tuple(
                rule
                for rule, short in loosened.items()
                if rule in _OF_A_CLERK and short.owed.get(clerk, 0) < hours - _LITTLE
            ),
            able=0,
        )


#: Rules that may keep a clerk from the hours that the contract promises.
_OF_A_CLERK = frozenset({Rule.LEAVE, Rule.CONTRACT_SHIFTS, Rule.DAYS, Rule.CONSECUTIVE, Rule.REST})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Short:
    """What is missing by piece and kind, in counters, and owed by clerk, in hours."""

    missing: dict[tuple[int, int], float]
    owed: dict[int, float]
    #: Hours missing and owed together.
    total: float


def _loosened(staff: Staff, need: Need) -> dict[Rule, _Short]:
    """Return what would be short without each rule that makes a difference."""
    whole = False
    before = _without(staff, need, frozenset(), whole=whole)
    if before.total < _LITTLE:
        whole = True
        before = _without(staff, need, frozenset(), whole=whole)
    found = {}
    for rule in filter(lambda rule: _matters(staff, rule), RELAXABLE):
        short = _without(staff, need, frozenset({rule}), whole=whole)
        if short.total < before.total - _LITTLE:
            found[rule] = short
    return found


def _matters(staff: Staff, rule: Rule) -> bool:
    """Whether a rule says anything about this staff."""
    clerks, days = staff.clerks, set(staff.days)
    every = len(staff.shifts)
    if rule is Rule.LEAVE:
        return any(clerk.leave & days for clerk in clerks)
    if rule is Rule.BREAKS:
        return any(shift.breaks for shift in staff.shifts)
    if rule is Rule.CONTRACT_SHIFTS:
        return any(len(clerk.contract.shifts) < every for clerk in clerks)
    if rule is Rule.CONSECUTIVE:
        return any(clerk.contract.consecutive_days < len(days) for clerk in clerks)
    return True


def _without(staff: Staff, need: Need, rules: frozenset[Rule], *, whole: bool) -> _Short:
    """Return what is short at least when some rules are left out."""
    program = Program(staff, need, without=rules, only_need=True)
    solved = program.solve(seconds=_SECONDS, whole=whole)
    if solved.x is None:
        return _Short(missing={}, owed={}, total=float("inf"))
    missing = {place: float(solved.x[column]) for place, column in program.missing.items()}
    owed = {clerk: float(solved.x[column]) for clerk, column in program.owed.items()}
    hours = sum(number * length(need.pieces[at].span) for (at, _), number in missing.items())
    return _Short(missing=missing, owed=owed, total=hours + sum(owed.values()))


def _uncovered(
    staff: Staff,
    need: Need,
    place: tuple[int, int],
    number: float,
    loosened: dict[Rule, _Short],
) -> Shortfall:
    at, kind = place
    piece = need.pieces[at]
    return Shortfall(
        day=piece.day,
        span=piece.span,
        kind=kind,
        counters=max(1, round(number)),
        hours=number * length(piece.span),
        owed_to=None,
        rules=_rules(staff, need, place, loosened),
        able=_able(staff, need, piece, kind),
    )


def _rules(
    staff: Staff, need: Need, place: tuple[int, int], loosened: dict[Rule, _Short]
) -> tuple[Rule, ...]:
    """Return the rules that keep a piece from being covered."""
    if not _has_shift(staff, need.pieces[place[0]]):
        return (Rule.SHIFTS,)
    single = [rule for rule in loosened if rule is not Rule.CLERKS]
    here = [rule for rule in single if loosened[rule].missing.get(place, 0) < _LITTLE]
    return tuple(here or single or [Rule.CLERKS])


def _has_shift(staff: Staff, piece: Piece) -> bool:
    """Whether there is any shift on that day in which somebody may work in that piece."""
    weekday = staff.days[piece.day].weekday()
    return any(
        works(shift, breaks, piece.span)
        for shift in staff.shifts
        if weekday in shift.days
        for breaks in shift.patterns(staff.step_minutes)
    )


def _able(staff: Staff, need: Need, piece: Piece, kind: int) -> int:
    """Return how many clerks have the skills for a kind of counter and no leave on that day."""
    day, groups = staff.days[piece.day], need.kinds[kind].groups
    return sum(groups <= clerk.skills and day not in clerk.leave for clerk in staff.clerks)


def _joined(found: Sequence[Shortfall]) -> Iterator[Shortfall]:
    """Yield shortfalls with those that go on from one piece to the next as one."""
    waiting: dict[tuple[object, ...], Shortfall] = {}
    for short in found:
        key = (short.day, short.kind, short.counters, short.rules)
        before = waiting.get(key)
        if before is not None and before.span.until_minute == short.span.from_minute:
            span = Span(from_minute=before.span.from_minute, until_minute=short.span.until_minute)
            waiting[key] = replace(before, span=span, hours=before.hours + short.hours)
            continue
        if before is not None:
            yield before
        waiting[key] = short
    yield from waiting.values()
