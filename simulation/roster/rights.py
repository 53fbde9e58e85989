"""What a week is for a clerk, and whether the contract allows it: the rules, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from simulation.roster.program import Given
from simulation.roster.staff import Staff

_DAY_MINUTES = 1440
_LITTLE = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The shift of each day, by position, or ``None`` for a day off."""

    shifts: tuple[int | None, ...]

    @classmethod
    def of(cls, staff: Staff, clerk: int, given: frozenset[Given]) -> "Week":
        """Return a clerk's week."""
        mine = {day: shift for who, day, shift in given if who == clerk}
        return cls(shifts=tuple(mine.get(day) for day in range(len(staff.days))))

    def on(self, day: int, shift: int | None) -> "Week":
        """Return the week with another shift on a day."""
        return replace(self, shifts=(*self.shifts[:day], shift, *self.shifts[day + 1 :]))

    def hours(self, staff: Staff) -> float:
        """Return how long it is, breaks not counted."""
        return sum(staff.shifts[s].work_minutes for s in self.shifts if s is not None) / 60

    def keys(self, clerk: int) -> Iterator[Given]:
        """Yield its shifts as the program knows them."""
        for day, shift in enumerate(self.shifts):
            if shift is not None:
                yield clerk, day, shift


def is_allowed(staff: Staff, clerk: int, week: Week) -> bool:
    """Whether a clerk may be given a week."""
    who, days = staff.clerks[clerk], staff.days
    contract = who.contract
    worked = [(day, staff.shifts[s]) for day, s in enumerate(week.shifts) if s is not None]
    hours = week.hours(staff)
    if not contract.least_hours - _LITTLE <= hours <= contract.most_hours + _LITTLE:
        return False
    if len(worked) > contract.days or _longest_run(week) > contract.consecutive_days:
        return False
    if any(days[d] in who.leave or s.id not in contract.shifts for d, s in worked):
        return False
    return all(
        later.span.from_minute + _DAY_MINUTES - before.span.until_minute >= contract.rest_hours * 60
        for (day, before), (next_day, later) in pairwise(worked)
        if next_day == day + 1
    )


def _longest_run(week: Week) -> int:
    run = longest = 0
    for shift in week.shifts:
        run = 0 if shift is None else run + 1
        longest = max(longest, run)
    return longest
