"""How often something may be tried within a while, and who tries when nobody has signed in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from hall.domain.moments import from_ms, to_ms

PERIODS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_ONE = re.compile(r"(\d+)\s*/\s*(minute|hour|day)")


class WrongLimit(ValueError):
    """This is not a limit."""


class TooOften(Exception):
    """It was tried too often; from ``until`` on it may be tried again."""

    def __init__(self, until: datetime, *, now: datetime) -> None:
        self.until, self.wait = until, until - now
        super().__init__(until.isoformat())

    @property
    def seconds(self) -> int:
        """In how many seconds it may be tried again."""
        return max(1, -(-self.wait // timedelta(seconds=1)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """So many times within each period of a length; periods begin together, for everybody."""

    most: int
    per: timedelta

    def times(self, factor: int) -> "Limit":
        """Return a limit that is so many times as high."""
        return Limit(most=self.most * factor, per=self.per)

    def until(self, now: datetime) -> datetime:
        """Return when the present period ends."""
        length = self.per // timedelta(milliseconds=1)
        return from_ms((to_ms(now) // length + 1) * length)


def limits_in(text: str) -> tuple[Limit, ...]:
    """Return the limits that a setting names; none if it is empty.

    Example:
        >>> [(limit.most, str(limit.per)) for limit in limits_in("10/hour, 20/day")]
        [(10, '1:00:00'), (20, '1 day, 0:00:00')]

    Raises:
        WrongLimit: a part of it is not a number, a slash and minute, hour or day.
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        one = _ONE.fullmatch(part)
        if one is None or int(one[1]) < 1:
            raise WrongLimit(f"{part!r} is not a limit; write it like 20/hour")
        found.append(Limit(most=int(one[1]), per=PERIODS[one[2]]))
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """A browser that nobody has signed in with, as it asks for something that others want too."""

    #: The marks of what it is told by: its cookie, where it sends one, and its address; with how
    #: many times may be held from there at once.
    marks: tuple[tuple[str, int], ...] = ()
    #: The solved puzzle that it sends, if it sends one.
    puzzle: str = ""
