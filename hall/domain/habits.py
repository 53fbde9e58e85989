"""What a hall has learned about itself: how its days go, and how far its word was off."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hall.domain.tickets import Line

#: Standard deviation of service times over their mean, as long as nothing else is known.
CV = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """By what to multiply a range, so that its middle is one and eight of ten waits lie in it."""

    #: The whole range: above 1 where people wait longer than the arithmetic says.
    scale: float = 1.0
    #: Then either side of it, seen from the middle.
    low: float = 1.0
    high: float = 1.0


#: As long as too few announcements are scored, a range stays as it is.
UNCORRECTED = Correction()


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What is learned of a hall; as long as nothing is, what is usual elsewhere."""

    #: Standard deviation of the time at a counter over its mean, all matters together.
    cv: float = CV
    #: How many come to each line in an hour, at this time of the day; lines left out: unknown.
    per_hour: Mapping[Line, float] = field(default_factory=dict)
    #: For the ranges that are announced.
    announced: Correction = UNCORRECTED
    #: For the ranges of the next hours.
    foreseen: Correction = UNCORRECTED
