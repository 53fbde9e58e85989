"""What follows for those who book and do not come; walking in is never in question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hall.domain.booking import Discipline

#: Nobody is told of more.
_MOST = 100
#: Appointments that are over, in order: when each began, and whether it was missed.
Ended = Sequence[tuple[datetime, bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How somebody who books stands with the hall."""

    #: How many missed appointments are remembered, and when the last of them was.
    missed: int
    last_missed: datetime | None
    is_warned: bool
    #: Until when they cannot book online; nothing if they can.
    blocked_until: datetime | None
    #: After how many more missed now they could not; nothing if never.
    left: int | None


def standing(rules: Discipline, ended: Ended, *, now: datetime) -> Standing:
    """Return how somebody stands whose appointments ended so.

    Args:
        rules: the hall's.
        ended: one that was forgiven, or that the hall itself failed, is not among them.
        now: the present moment.
    """
    remembered = [(at, missed) for at, missed in ended if at > now - rules.forgotten]
    missed = [at for at, is_missed in remembered if is_missed]
    until = [since + rules.blocked for since in _blocking(rules, remembered)]
    last = max(until, default=None)
    return Standing(
        missed=len(missed),
        last_missed=max(missed, default=None),
        is_warned=0 < rules.warn_after <= len(missed),
        blocked_until=last if last is not None and last > now else None,
        left=_left(rules, remembered, now=now),
    )


def _left(rules: Discipline, ended: Ended, *, now: datetime) -> int | None:
    """Return how many more appointments missed now would be once too often."""
    most = max([rules.in_a_row, *(block.missed for block in rules.blocks)], default=0)
    for more in range(1, min(most, _MOST) + 1):
        if now in _blocking(rules, [*ended, *[(now, True)] * more]):
            return more
    return None


def _blocking(rules: Discipline, ended: Ended) -> list[datetime]:
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
