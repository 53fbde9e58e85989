"""The visits of a day as columns: whoever comes, with everything that was drawn for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from itertools import chain, pairwise
from typing import NamedTuple, Self

import numpy as np

from simulation.streams import Wholes

#: The patience of those who never leave, in milliseconds.
FOR_EVER = 2**62


class Columns(NamedTuple):
    """The same as arrays; all matters and all works in a row, ``first`` says where each begins."""

    arrival: Wholes
    due: Wholes
    class_: Wholes
    patience: Wholes
    in_vain: Wholes
    back: Wholes
    first: Wholes
    matter: Wholes
    work: Wholes


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """How many of a day wanted an appointment, and what became of it."""

    asked: int = 0
    booked: int = 0
    #: No slot had room for them: they walk in.
    no_slot: int = 0
    #: Booked, and never came.
    missed: int = 0
    #: Came so late that they walk in.
    late: int = 0

    def __add__(self, other: "Booked") -> "Booked":
        """Return those of both."""
        names = [each.name for each in fields(Booked)]
        return Booked(**{name: getattr(self, name) + getattr(other, name) for name in names})


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
    #: When their appointment begins, or -1; empty where nobody has one.
    slot: list[int] = field(default_factory=list)
    #: What became of those who wanted an appointment, where the scenario says how they come.
    bookings: Booked | None = None
    _columns: list[Columns] = field(default_factory=list, init=False, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.arrival)

    @classmethod
    def of(cls, columns: Columns, bookings: Booked | None = None, slot: Iterable[int] = ()) -> Self:
        """Return the visits that arrays describe, and what is known of their appointments."""
        matter, work = columns.matter.tolist(), columns.work.tolist()
        first = columns.first.tolist()
        parts = [slice(since, until) for since, until in pairwise(first)]
        visits = cls(
            arrival=columns.arrival.tolist(),
            due=columns.due.tolist(),
            class_=columns.class_.tolist(),
            patience=columns.patience.tolist(),
            matters=[tuple(matter[part]) for part in parts],
            work=[tuple(work[part]) for part in parts],
            in_vain=columns.in_vain.tolist(),
            back=columns.back.tolist(),
            slot=list(slot),
            bookings=bookings,
        )
        visits._columns.append(columns)
        return visits

    def columns(self) -> Columns:
        """Return the visits as arrays; they are made once."""
        if not self._columns:
            count = len(self)
            lists = (self.arrival, self.due, self.class_, self.patience)
            facts = (*lists, self.in_vain or [0] * count, self.back or [FOR_EVER] * count)
            first = np.cumsum([0, *map(len, self.matters)])
            flat = (first, [*chain(*self.matters)], [*chain(*self.work)])
            self._columns.append(Columns(*(np.array(each, np.int64) for each in (*facts, *flat))))
        return self._columns[0]
