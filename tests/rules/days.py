"""Days of a small hall, called by the live rule, in which everybody asks how long it will take."""

import heapq
import random
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from hall.dispatch.load import CounterLoad, HallLoad, LineLoad
from hall.dispatch.outlook import Outlook, outlook
from hall.dispatch.pick import NOBODY, pick_line
from hall.dispatch.rule import terms_of
from hall.dispatch.spread import left_ms
from hall.domain.identities import ClassId
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.tickets import Line
from tests.rules.builders import MINUTE_MS

#: When a citizen was due, their order, what they were told, and how many counters were open.
Waiting = tuple[int, int, Outlook | None, int]
#: Per counter, from when until when it rests.
Breaks = Mapping[int, tuple[int, int]]
FINISHES, RESUMES, ARRIVES = range(3)
EIGHT_MS, HOUR_MS = 480 * MINUTE_MS, 60 * MINUTE_MS
CV = 0.8


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Who comes: visits per hour of each group, and shares of the classes."""

    per_hour: Mapping[str, float]
    classes: Mapping[str, float] = field(default_factory=lambda: {"walk_in": 1.0})


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody was told, and what came of it."""

    line: Line
    outlook: Outlook
    #: How many counters were open when they were told.
    open_counters: int
    waited_ms: int


class Day:
    """Eight hours from eight; service times are gamma distributed around the typed-in minutes."""

    def __init__(
        self, layout: Layout, demand: Demand, *, seed: int, breaks: Breaks | None = None
    ) -> None:
        self.layout, self.demand, self.breaks = layout, demand, breaks or {}
        self.random = random.Random(seed)
        self.mean_ms = {matter.group: length_ms(matter.handling) for matter in layout.matters}
        self.lines = [
            Line(group=group, class_=ClassId(class_))
            for group in self.mean_ms
            for class_ in demand.classes
        ]
        self.terms = [
            [
                terms
                for at, line in enumerate(self.lines)
                if (terms := terms_of(layout, counter, line, minute=600, at=at))
            ]
            for counter in layout.counters
        ]
        self.queues: list[deque[Waiting]] = [deque() for _ in self.lines]
        #: Since when each busy counter serves, and which line its citizen came from.
        self.serving: dict[int, tuple[int, int]] = {}
        self.told: list[Told] = []
        self.events = [(at, ARRIVES, line) for at, line in self._arrivals()]
        self.events += [(until, RESUMES, counter) for counter, (_, until) in self.breaks.items()]

    def run(self) -> list[Told]:
        """Return what everybody who had to wait was told, and how long they waited."""
        heapq.heapify(self.events)
        order = count()
        places = range(len(self.layout.counters))
        by_flexibility = sorted(places, key=lambda at: len(self.layout.counters[at].takes))
        while self.events:
            now_ms, kind, which = heapq.heappop(self.events)
            if kind == ARRIVES:
                line = self.lines[which]
                answer = outlook(self.layout, self._load(now_ms), line=line)
                open_counters = sum(not self._rests(at, now_ms) for at in places)
                self.queues[which].append((now_ms, next(order), answer, open_counters))
                for counter in by_flexibility:
                    self._call(counter, now_ms)
            else:
                if kind == FINISHES:
                    del self.serving[which]
                self._call(which, now_ms)
        return self.told

    def _arrivals(self) -> Iterator[tuple[int, int]]:
        for at, line in enumerate(self.lines):
            now_ms = float(EIGHT_MS)
            while now_ms < EIGHT_MS + 8 * HOUR_MS:
                now_ms += self.random.expovariate(self._per_hour(line) / HOUR_MS)
                yield int(now_ms), at

    def _per_hour(self, line: Line) -> float:
        return self.demand.per_hour[line.group] * self.demand.classes[line.class_]

    def _call(self, counter: int, now_ms: int) -> None:
        if counter in self.serving or self._rests(counter, now_ms):
            return
        due = [queue[0][0] if queue else NOBODY for queue in self.queues]
        order = [queue[0][1] if queue else -1 for queue in self.queues]
        line = pick_line(self.terms[counter], due, order, now_ms)
        if line < 0:
            return
        due_ms, _, answer, open_counters = self.queues[line].popleft()
        if answer and due_ms < now_ms:
            self.told.append(
                Told(
                    line=self.lines[line],
                    outlook=answer,
                    open_counters=open_counters,
                    waited_ms=now_ms - due_ms,
                )
            )
        mean_ms = self.mean_ms[self.lines[line].group]
        service_ms = self.random.gammavariate(1 / CV**2, mean_ms * CV**2)
        self.serving[counter] = now_ms, line
        heapq.heappush(self.events, (now_ms + int(service_ms), FINISHES, counter))

    def _rests(self, counter: int, now_ms: int) -> bool:
        start_ms, until_ms = self.breaks.get(counter, (0, 0))
        return start_ms <= now_ms < until_ms

    def _load(self, now_ms: int) -> HallLoad:
        lines = [
            LineLoad(
                line=line,
                waiting=len(queue),
                work_ms=len(queue) * self.mean_ms[line.group],
                first_due_ms=queue[0][0] if queue else now_ms,
                per_hour=self._per_hour(line),
            )
            for line, queue in zip(self.lines, self.queues, strict=True)
        ]
        counters = [self._counter(at, now_ms) for at in range(len(self.layout.counters))]
        return HallLoad(
            now_ms=now_ms,
            minute=now_ms // MINUTE_MS,
            lines=tuple(lines),
            counters=tuple(counter for counter in counters if counter.spans),
            cv=CV,
        )

    def _counter(self, at: int, now_ms: int) -> CounterLoad:
        free_at_ms = now_ms
        if at in self.serving:
            since_ms, line = self.serving[at]
            expected_ms = self.mean_ms[self.lines[line].group]
            free_at_ms += left_ms(elapsed_ms=now_ms - since_ms, expected_ms=expected_ms, cv=CV)
        start_ms, until_ms = self.breaks.get(at, (0, 0))
        spans = (now_ms, max(now_ms, start_ms)), (max(now_ms, until_ms), EIGHT_MS + 24 * HOUR_MS)
        return CounterLoad(
            counter=self.layout.counters[at].id,
            free_at_ms=free_at_ms,
            spans=tuple(span for span in spans if span[0] < span[1]),
        )
