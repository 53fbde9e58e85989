"""The visits of a day as columns: whoever comes, with everything that was drawn for them."""

from dataclasses import dataclass, field

#: The patience of those who never leave, in milliseconds.
FOR_EVER = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Visits:
    """Visits in the order of arrival, a row each; times in milliseconds, the rest by position.

    What is here belongs to the citizen, whatever the layout does with them.
    """

    #: When they take or are given their ticket.
    arrival: list[int]
    #: From when they count as waiting: the arrival, or the later slot of an appointment.
    due: list[int]
    class_: list[int]
    #: How long they would wait from being due, at each stop; or ``FOR_EVER``.
    patience: list[int]
    #: Their matters in the order in which they want them.
    matters: list[tuple[int, ...]]
    #: How long each matter takes at a counter of pace 1.
    work: list[tuple[int, ...]]
    #: How long a counter waits at their first call, because they are not there; 0 when they are.
    in_vain: list[int] = field(default_factory=list)
    #: How long after that they come back; or ``FOR_EVER``. Both columns may be empty together.
    back: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.arrival)
