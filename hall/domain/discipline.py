"""What follows for those who book and do not come; walking in is never in question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hall.domain.booking import Discipline


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How somebody who books stands with the hall."""

    #: How many missed appointments are remembered.
    missed: int
    is_warned: bool
    #: Until when they cannot book online; nothing if they can.
    blocked_until: datetime | None


def standing(
    rules: Discipline, ended: Sequence[tuple[datetime, bool]], *, now: datetime
) -> Standing:
    """Return how somebody stands whose appointments ended so.

    Args:
        rules: the hall's.
        ended: the appointments that are over, in order: when each began, and whether it was missed
            (one that was forgiven, or that the hall itself delayed, was not).
        now: the present moment.
    """
    remembered = [(at, missed) for at, missed in ended if at > now - rules.forgotten]
    missed = [at for at, is_missed in remembered if is_missed]
    until = [since + rules.blocked for since in _blocking(rules, remembered)]
    last = max(until, default=None)
    return Standing(
        missed=len(missed),
        is_warned=0 < rules.warn_after <= len(missed),
        blocked_until=last if last is not None and last > now else None,
    )


def _blocking(rules: Discipline, ended: Sequence[tuple[datetime, bool]]) -> list[datetime]:
    """Return the appointments whose missing was once too often."""
    found, missed, in_a_row = [], [], 0
    for at, is_missed in ended:
        in_a_row = in_a_row + 1 if is_missed else 0
        if not is_missed:
            continue
        missed.append(at)
        too_many = any(
            sum(before > at - timedelta(days=block.days) for before in missed) >= block.missed
            for block in rules.blocks
        )
        if too_many or 0 < rules.in_a_row <= in_a_row:
            found.append(at)
    return found
