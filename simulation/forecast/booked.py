"""Booked citizens who are still expected today: whether and when they will come, given the time."""

import numpy as np
from scipy.special import ndtr, ndtri

from hall.domain.booking import Booking
from hall.domain.identities import APPOINTMENT, WALK_IN, GroupId
from hall.domain.moments import length_ms
from hall.domain.tickets import Line
from simulation.forecast.known import Expected, Known
from simulation.streams import Key, Purpose, Reals

#: However late somebody is, they may still come.
_LATEST = 0.999
#: When somebody joins, since when they wait, the line, and how long they take.
Row = tuple[int, int, Line, float]


def is_booked(line: Line) -> bool:
    """Whether those who booked stand in a line."""
    return line.class_ == APPOINTMENT


class Booked:
    """Those who booked for today and are not there yet.

    Who has not come by now is the later, or the likelier never to come, the more of the time is
    over in which such people check in (Bayes' rule).
    """

    def __init__(self, known: Known, expected: Expected, rules: Booking) -> None:
        groups = {matter.group for matter in known.layout.matters}
        mine = [booking for booking in expected.open if booking[0] in groups]
        self._known, self._expected, self._rules = known, expected, rules
        self._groups: list[GroupId] = [group for group, _, _ in mine]
        self._starts = np.array([start for _, start, _ in mine], dtype=np.int64)
        self._work = [float(work) for _, _, work in mine]
        earliest = self._starts - length_ms(rules.early)
        since = (known.now_ms - self._starts - expected.mean_ms) / expected.sd_ms
        #: Which share of those who come would have come by now.
        self._over = np.where(known.now_ms > earliest, np.minimum(ndtr(since), _LATEST), 0.0)
        comes = (1 - expected.missed_share) * (1 - self._over)
        #: How likely each is still to come.
        self._comes: Reals = comes / (comes + expected.missed_share) if mine else comes

    def coming(self) -> dict[Line, Reals]:
        """Return how many are expected in each part of the day, from midnight on."""
        found: dict[Line, Reals] = {}
        parts = (np.maximum(self._starts, self._known.now_ms) - self._known.midnight_ms) // (
            self._known.part_ms
        )
        for group, part, comes in zip(self._groups, parts, self._comes, strict=True):
            line = Line(group=group, class_=APPOINTMENT)
            per_part = found.setdefault(line, np.zeros(round(36 * 3_600_000 / self._known.part_ms)))
            per_part[part] += comes
        return found

    def draw(self, key: Key) -> list[Row]:
        """Return those who come in one way in which the rest of the day may go."""
        numbers = key.stream(Purpose.BOOKING).random((len(self._groups), 2))
        rank = self._over + numbers[:, 1] * (1 - self._over)
        after = self._expected.mean_ms + self._expected.sd_ms * ndtri(np.clip(rank, 1e-9, 1 - 1e-9))
        after = np.maximum(after, -length_ms(self._rules.early))
        moments = np.maximum(np.rint(self._starts + after).astype(np.int64), self._known.now_ms)
        closes = max(until for _, until in self._known.openings)
        comes = (numbers[:, 0] < self._comes) & (moments < closes)
        return [self._row(int(at), int(moments[at])) for at in np.flatnonzero(comes)]

    def _row(self, at: int, moment: int) -> Row:
        """Return somebody who checks in, or walks in for being too late."""
        start = int(self._starts[at])
        is_late = moment > start + length_ms(self._rules.late)
        line = Line(group=self._groups[at], class_=WALK_IN if is_late else APPOINTMENT)
        return moment, moment if is_late else max(start, moment), line, self._work[at]
