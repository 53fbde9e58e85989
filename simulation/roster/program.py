"""The roster as a mixed-integer program: who takes which shift, who rests when, who sits where.

Who takes which shift is decided clerk by clerk. Breaks and counters are decided by crews: clerks
with the same skills, who can stand in for each other within a day; that keeps the program small.
Where the shifts are not given yet, a crew's breaks may be cut in pieces: they are placed day by
day once the shifts are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from hall.domain.layout import Span
from simulation.roster.crews import Rule, crews_of, works
from simulation.roster.need import Need, Piece, length
from simulation.roster.staff import Clerk, ShiftKind, Staff

#: An hour of need that nobody covers weighs as much as so many hours of pay.
UNCOVERED = 100.0
#: An hour that a contract promises and the roster does not give weighs more than any need.
OWED = 1000.0


#: Clerk, day, shift; crew, day, shift and its breaks.
Given = tuple[int, int, int]
Pattern = tuple[int, int, int, tuple[Span, ...]]


@dataclass(slots=True)
class _Rows:
    """Constraints in the making: coefficients by row and column, and bounds."""

    data: list[float] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(
        self, terms: Iterable[tuple[int, float]], low: float = -np.inf, high: float = np.inf
    ) -> None:
        for column, value in terms:
            self.row.append(len(self.low))
            self.column.append(column)
            self.data.append(value)
        self.low.append(low)
        self.high.append(high)


class Program:
    """The program of one staff and one need; some rules may be left out, to see what they cost."""

    def __init__(
        self,
        staff: Staff,
        need: Need,
        *,
        without: frozenset[Rule] = frozenset(),
        only_need: bool = False,
        taken: frozenset[Given] | None = None,
    ) -> None:
        """Write the program down.

        Args:
            staff: who there is.
            need: what is needed; days without any are left out.
            without: rules that do not hold.
            only_need: pay hardly counts.
            taken: the shifts that are given; nothing is left to decide but breaks and counters.
        """
        self.staff = staff
        self.need = need
        self.without = without
        self.only_need = only_need
        self.taken = taken
        self.crews = crews_of(staff, need, without)
        self._open = {piece.day for piece in need.pieces}
        self._cost: list[float] = []
        self._least: list[float] = []
        self._most: list[float] = []
        self._whole: list[int] = []
        self._rows = _Rows()
        self.given = dict(self._shifts())
        self.patterns = dict(self._patterns())
        #: Crew, piece, kind: how many of the crew staff that kind.
        self.staffing: dict[tuple[int, int, int], int] = {}
        #: Piece and kind: how many are missing. Clerk: how many hours are owed.
        self.missing: dict[tuple[int, int], int] = {}
        self.owed: dict[int, int] = {}
        if taken is None:
            self._contracts()
        self._pieces()

    def solve(self, *, seconds: float, gap: float = 0.005, whole: bool = True) -> OptimizeResult:
        """Return the solver's result.

        Args:
            seconds: when to stop and take the best found.
            gap: how far from the best possible is near enough, as a share.
            whole: ``False`` lets clerks be cut in pieces, which is quick and never worse.
        """
        rows = self._rows
        shape = (len(rows.low), len(self._cost))
        matrix = csr_array((rows.data, (rows.row, rows.column)), shape=shape)
        return milp(
            self._cost,
            integrality=np.array(self._whole) if whole else None,
            bounds=Bounds(np.array(self._least), np.array(self._most)),
            constraints=LinearConstraint(matrix, np.array(rows.low), np.array(rows.high)),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )

    def _column(
        self, cost: float = 0.0, least: float = 0.0, most: float = np.inf, *, whole: bool = False
    ) -> int:
        self._cost.append(cost)
        self._least.append(least)
        self._most.append(most)
        self._whole.append(int(whole))
        return len(self._cost) - 1

    def _shifts(self) -> Iterator[tuple[Given, int]]:
        """Yield a column for each shift that a clerk may be given on a day."""
        for at, clerk in enumerate(self.staff.clerks):
            for day in range(len(self.staff.days)):
                for number, shift in enumerate(self.staff.shifts):
                    if self._allows(at, day, number):
                        cost = shift.work_minutes / 60 * clerk.contract.cost_per_hour
                        cost = cost / 1000 if self.only_need else cost
                        least = 0.0 if self.taken is None else 1.0
                        yield (at, day, number), self._column(cost, least, 1, whole=True)

    def _allows(self, at: int, day: int, number: int) -> bool:
        clerk, shift = self.staff.clerks[at], self.staff.shifts[number]
        if day not in self._open or self.staff.days[day].weekday() not in shift.days:
            return False
        if self.taken is not None:
            return (at, day, number) in self.taken
        on_leave = self.staff.days[day] in clerk.leave and Rule.LEAVE not in self.without
        any_shift = Rule.CONTRACT_SHIFTS in self.without
        return not on_leave and (any_shift or shift.id in clerk.contract.shifts)

    def _patterns(self) -> Iterator[tuple[Pattern, int]]:
        """Yield a column for each way in which a crew may take the breaks of a shift on a day.

        As many of the crew take their breaks in some way as are given the shift.
        """
        for number, crew in enumerate(self.crews):
            for day in range(len(self.staff.days)):
                for at, shift in enumerate(self.staff.shifts):
                    given = [
                        self.given[clerk, day, at]
                        for clerk in crew.clerks
                        if (clerk, day, at) in self.given
                    ]
                    if not given:
                        continue
                    ways = [()] if Rule.BREAKS in self.without else self._ways(day, shift)
                    whole = self.taken is not None
                    columns = [(self._column(whole=whole), breaks) for breaks in ways]
                    self._rows.add(
                        [*((c, 1.0) for c in given), *((c, -1.0) for c, _ in columns)], 0, 0
                    )
                    yield from (((number, day, at, b), c) for c, b in columns)

    def _ways(self, day: int, shift: ShiftKind) -> list[tuple[Span, ...]]:
        """Return the ways to take breaks that differ in which pieces of the day are worked."""
        pieces = [piece for piece in self.need.pieces if piece.day == day]
        seen: dict[tuple[bool, ...], tuple[Span, ...]] = {}
        for breaks in shift.patterns(self.staff.step_minutes):
            worked = tuple(works(shift, breaks, piece.span) for piece in pieces)
            seen.setdefault(worked, breaks)
        return list(seen.values())

    def _contracts(self) -> None:
        """Add what each clerk's contract says."""
        for at, clerk in enumerate(self.staff.clerks):
            mine = {(d, s): c for (who, d, s), c in self.given.items() if who == at}
            for _, same in groupby(sorted(mine.items()), key=lambda item: item[0][0]):
                self._rows.add([(c, 1.0) for _, c in same], high=1)
            self._week(at, clerk, mine)
            if Rule.CONSECUTIVE not in self.without:
                self._in_a_row(clerk, mine)
            if Rule.REST not in self.without:
                self._rest(clerk, mine)

    def _week(self, at: int, clerk: Clerk, mine: Mapping[tuple[int, int], int]) -> None:
        contract = clerk.contract
        week = [(c, self.staff.shifts[s].work_minutes / 60) for (_, s), c in mine.items()]
        if Rule.HOURS not in self.without:
            self._rows.add(week, high=contract.most_hours)
            if contract.least_hours > 0:
                self.owed[at] = self._column(OWED)
                self._rows.add([*week, (self.owed[at], 1.0)], low=contract.least_hours)
        if Rule.DAYS not in self.without:
            self._rows.add([(c, 1.0) for c, _ in week], high=contract.days)

    def _in_a_row(self, clerk: Clerk, mine: Mapping[tuple[int, int], int]) -> None:
        most = clerk.contract.consecutive_days
        for first in range(len(self.staff.days) - most):
            run = range(first, first + most + 1)
            self._rows.add([(c, 1.0) for (d, _), c in mine.items() if d in run], high=most)

    def _rest(self, clerk: Clerk, mine: Mapping[tuple[int, int], int]) -> None:
        """Allow no shift that begins too soon after that of the day before."""
        least = clerk.contract.rest_hours * 60
        for (day, number), column in mine.items():
            ends = self.staff.shifts[number].span.until_minute
            early = [
                other
                for (d, s), other in mine.items()
                if d == day + 1 and self.staff.shifts[s].span.from_minute + 1440 - ends < least
            ]
            if early:
                self._rows.add([(column, 1.0), *((c, 1.0) for c in early)], high=1)

    def _pieces(self) -> None:
        """Cover every piece of every day, as far as there is anybody."""
        by_day: dict[int, list[tuple[Pattern, int]]] = {}
        for pattern, column in self.patterns.items():
            by_day.setdefault(pattern[1], []).append((pattern, column))
        for at, piece in enumerate(self.need.pieces):
            kinds = [kind for kind, needed in enumerate(piece.needed) if needed]
            for number, crew in enumerate(self.crews):
                self._present(at, piece, number, [k for k in kinds if k in crew.kinds], by_day)
            for kind in kinds:
                missing = self._column(UNCOVERED * length(piece.span))
                self.missing[at, kind] = missing
                crews = range(len(self.crews))
                there = [self.staffing.get((number, at, kind)) for number in crews]
                terms = [(missing, 1.0), *((c, 1.0) for c in there if c is not None)]
                self._rows.add(terms, low=piece.needed[kind])

    def _present(
        self,
        at: int,
        piece: Piece,
        number: int,
        kinds: list[int],
        by_day: Mapping[int, list[tuple[Pattern, int]]],
    ) -> None:
        """Let no more of a crew staff counters than are at work."""
        present = [
            column
            for (crew, _, shift, breaks), column in by_day.get(piece.day, [])
            if crew == number and works(self.staff.shifts[shift], breaks, piece.span)
        ]
        if not present or not kinds:
            return
        for kind in kinds:
            self.staffing[number, at, kind] = self._column(most=piece.needed[kind])
        seated = [(self.staffing[number, at, kind], 1.0) for kind in kinds]
        self._rows.add([*seated, *((column, -1.0) for column in present)], high=0)
