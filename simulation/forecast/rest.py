"""The rest of a day as a plan and people for the model: those who wait, and those to come."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
from scipy.special import ndtr, ndtri

from hall.domain.identities import WALK_IN
from hall.domain.layout import Span
from hall.domain.tickets import Line
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Openings
from simulation.arrivals import Intensity, walk_ins
from simulation.calendar import Bell, Calendar, Ring
from simulation.effort import unit_effort
from simulation.forecast.booked import Booked, is_booked
from simulation.forecast.coming import mean_work_ms, rates, shape
from simulation.forecast.known import Busy, Known
from simulation.plan import Plan, make_plan
from simulation.scenario import Distribution
from simulation.streams import Key, Purpose, Reals, Wholes
from simulation.visits import FOR_EVER, Visits

#: Everybody who waits stands in line before the first counter calls.
_BEFORE_MS = 1
#: Who has been at a counter for ever so long is still expected to take a little longer.
_LONGEST = 0.999


class Rest:
    """The rest of one day, as known at one moment; any replication of it can be drawn."""

    def __init__(self, known: Known) -> None:
        layout = known.layout
        self.known = known
        self._classes = {rule.id: at for at, rule in enumerate(layout.rule.classes)}
        #: A matter of each group: how long people take is known by group here.
        self._matter = {m.group: at for at, m in reversed(list(enumerate(layout.matters)))}
        self._waiting = [row for row in known.waiting if self._is_known(row[0])]
        expected = rates(known)
        #: Who booked, where that is known; no past day tells it better.
        self._booked: Booked | None = None
        if known.booked is not None:
            self._booked = Booked(known, known.booked, known.layout.booking)
            expected = {line: found for line, found in expected.items() if not is_booked(line)}
        self._rates = {line: found for line, found in expected.items() if self._is_known(line)}
        self._mean_ms = mean_work_ms(known)
        #: How sure one is by now of how busy the day is: the shape of its gamma distribution.
        self._sure = shape(known)
        self._pieces = list(_pieces(known.openings, known))

    def draw(self, seed: int, replication: int) -> tuple[Plan, Visits]:
        """Return one way in which the rest of the day may go, as far as chance decides it."""
        key = Key(
            seed=seed, replication=replication, day=date.fromisoformat(self.known.day).toordinal()
        )
        return self._plan(key), self._visits(key)

    def coming(self) -> dict[Line, Reals]:
        """Return how many are expected to join each line in each part of the day."""
        return self._rates | (self._booked.coming() if self._booked else {})

    def mean_ms(self, line: Line) -> float:
        """Return how long somebody of a line occupies a counter on average."""
        return self._mean_ms.get(line) or float(self.known.work_ms.get(line.group, 5 * MINUTE_MS))

    def _is_known(self, line: Line) -> bool:
        return line.group in self._matter and line.class_ in self._classes

    def _plan(self, key: Key) -> Plan:
        """Return the plan of the rest of the day: busy counters open when they are done."""
        known, layout = self.known, self.known.layout
        uniform = key.stream(Purpose.EFFORT, "here").random(len(layout.counters))
        rings: list[Ring] = []
        for at, counter in enumerate(layout.counters):
            busy = known.counters.get(counter.id)
            if busy is not None:
                free_ms = known.now_ms + _left_ms(busy, known.cv, float(uniform[at]))
                rings += _rings(at, busy, free_ms, known.openings)
            rings += [
                Ring(
                    at_ms=max(known.now_ms - 2 * _BEFORE_MS, known.midnight_ms + m * MINUTE_MS),
                    bell=Bell.SWITCH,
                    counter=at,
                    minute=m,
                )
                for m in sorted({m for part in counter.during for m in _ends(part.span)})
            ]
        calendar = Calendar(openings=known.openings, rings=tuple(sorted(rings)))
        classes = {WALK_IN, *(line.class_ for line in self.coming())}
        classes |= {line.class_ for line, _, _ in self._waiting}
        return make_plan(layout, calendar, classes=classes)

    def _visits(self, key: Key) -> Visits:
        """Return those who wait and those to come; everybody wants one thing and stays."""
        now_ms, cv = self.known.now_ms, self.known.cv
        rows = [
            (now_ms - _BEFORE_MS, min(due_ms, now_ms - _BEFORE_MS), line, float(work_ms))
            for line, due_ms, work_ms in self._waiting
        ]
        sure = self._sure
        busy = float(key.stream(Purpose.DAY_FACTOR).gamma(sure) / sure)
        for line, per_part in self._rates.items():
            stream = key.stream(Purpose.ARRIVALS, line.key)
            arrivals = self._arrivals(stream, per_part * busy).tolist()
            rows += [(at_ms, at_ms, line, self.mean_ms(line)) for at_ms in arrivals]
        if self._booked is not None:
            rows += self._booked.draw(key)
        rows.sort(key=lambda row: row[:2])
        uniform = key.stream(Purpose.EFFORT).random(len(rows))
        efforts = unit_effort(Distribution.LOGNORMAL, np.full(len(rows), cv), uniform)
        return Visits(
            arrival=[row[0] for row in rows],
            due=[row[1] for row in rows],
            class_=[self._classes[row[2].class_] for row in rows],
            patience=[FOR_EVER] * len(rows),
            matters=[(self._matter[row[2].group],) for row in rows],
            work=[
                (max(1, round(row[3] * effort)),)
                for row, effort in zip(rows, efforts.tolist(), strict=True)
            ],
        )

    def _arrivals(self, stream: np.random.Generator, per_part: Reals) -> Wholes:
        """Return when people join a line, given how many do in each part of the day."""
        if not self._pieces:
            return np.zeros(0, dtype=np.int64)
        parts, starts, ends, length = (
            np.array(column) for column in zip(*self._pieces, strict=True)
        )
        per_ms = per_part[parts] / length
        return walk_ins(stream, Intensity(starts=starts, ends=ends, per_ms=per_ms))


def _pieces(openings: Openings, known: Known) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts of the day from now on: which, from, until, how long the hall is open."""
    for start, until in openings:
        first = (start - known.midnight_ms) // known.part_ms
        last = -(-(until - known.midnight_ms) // known.part_ms)
        for part in range(first, last):
            begins = known.midnight_ms + part * known.part_ms
            opens, closes = max(begins, start), min(begins + known.part_ms, until)
            if closes > max(opens, known.now_ms):
                yield part, max(opens, known.now_ms), closes, closes - opens


def _rings(at: int, busy: Busy, free_ms: int, openings: Openings) -> Iterable[Ring]:
    """Yield what the clock does to one counter for the rest of the day."""
    spans = [(max(start, free_ms), until) for start, until in busy.spans if until > free_ms]
    closing = max(until for _, until in openings)
    for number, (start, until) in enumerate(spans):
        begins = Bell.RESUME if number else Bell.OPEN
        yield Ring(at_ms=start, bell=begins, counter=at)
        if number < len(spans) - 1:
            yield Ring(at_ms=until, bell=Bell.PAUSE, counter=at)
        elif until > closing:
            yield Ring(at_ms=max(start, closing), bell=Bell.CLOSE, counter=at)
        else:
            yield Ring(at_ms=until, bell=Bell.LEAVE, counter=at)


def _left_ms(busy: Busy, cv: float, uniform: float) -> int:
    """Return how long a counter will be busy: what is left of a service that has lasted so long.

    The service is lognormal; given that it has lasted ``elapsed_ms``, its rank is uniform above
    the share of services that are shorter (inverse transform).
    """
    if busy.elapsed_ms is None:
        return 0
    variance = np.log1p(cv**2)
    sd, middle = np.sqrt(variance), np.log(max(1, busy.expected_ms)) - variance / 2
    shorter = float(ndtr((np.log(max(1, busy.elapsed_ms)) - middle) / sd))
    rank = min(shorter, _LONGEST) + uniform * (1 - min(shorter, _LONGEST))
    return max(0, round(float(np.exp(middle + sd * ndtri(rank)))) - busy.elapsed_ms)


def _ends(span: Span) -> tuple[int, int]:
    return span.from_minute, span.until_minute
