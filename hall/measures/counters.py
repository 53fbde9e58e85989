"""What the counters did: how busy they were, and how long after closing."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from hall.domain.identities import CounterId
from hall.domain.trace import ABSENT, Doing, States
from hall.measures.figures import Figures, minutes, share

_FOR_EVER = 2**62
# Looking a member up in its enumeration would cost more than all that is done with it.
_SERVING, _CALLING, _READY = Doing.SERVING, Doing.CALLING, Doing.READY


class Work:
    """How long each counter was open and busy, and until when after each closing."""

    def __init__(self, closings: Sequence[int], openings: Sequence[int], days: int) -> None:
        """Begin with nothing.

        Args:
            closings: when the hall closed, in order.
            openings: per closing, when it opened next.
            days: over how many days overtime is averaged; 0 when there is no closing.
        """
        self.closings = closings
        self.openings = openings
        self.days = days
        self.busy_ms: dict[CounterId, int] = defaultdict(int)
        self.ready_ms: dict[CounterId, int] = defaultdict(int)
        #: Per counter and closing, how long it served after it.
        self.after_ms: dict[tuple[CounterId, int], int] = defaultdict(int)

    def add(self, states: States, *, since_ms: int, until_ms: int | None) -> None:
        """Take states into account, as far as they lie between two moments."""
        since, until = states.since, states.until
        if since_ms > 0 or until_ms is not None:
            until = [
                _end(moment, until_ms, begun) for begun, moment in zip(since, until, strict=True)
            ]
            since = [max(moment, since_ms) for moment in since]
        closing = self.closings[0] if self.closings else _FOR_EVER
        busy, ready = self.busy_ms, self.ready_ms
        for counter, begun, ended, doing in zip(
            states.counter, since, until, states.doing, strict=True
        ):
            if ended <= begun:
                continue
            if doing is _SERVING or doing is _CALLING:
                busy[counter] += ended - begun
                if ended > closing and doing is _SERVING:
                    self._after(counter, begun, ended)
            elif doing is _READY:
                ready[counter] += ended - begun

    def of(self, counter: CounterId) -> Figures:
        """Return what can be said of one counter."""
        busy = self.busy_ms.get(counter, 0)
        overtime = sum(self.after_ms.get((counter, at), 0) for at in range(len(self.closings)))
        return {
            "utilization": share(busy, busy + self.ready_ms.get(counter, 0)),
            "overtime_minutes": self._a_day(overtime),
        }

    def of_all(self) -> Figures:
        """Return what can be said of all counters together."""
        last = [0] * len(self.closings)
        for (_, at), after in self.after_ms.items():
            last[at] = max(last[at], after)
        busy, ready = sum(self.busy_ms.values()), sum(self.ready_ms.values())
        return {
            "utilization": share(busy, busy + ready),
            "overtime_minutes": self._a_day(sum(last)),
        }

    def _after(self, counter: CounterId, since: int, until: int) -> None:
        at = bisect_left(self.closings, until) - 1
        if at >= 0 and since < self.openings[at]:
            after = min(until, self.openings[at]) - self.closings[at]
            self.after_ms[counter, at] = max(after, self.after_ms[counter, at])

    def _a_day(self, milliseconds: int) -> float | None:
        return minutes(milliseconds / self.days) if self.days else None


def _end(until: int, last: int | None, since: int) -> int:
    """Return where a state ends; one that goes on ends at ``last``, or counts for nothing."""
    if until == ABSENT:
        return since if last is None else last
    return until if last is None else min(until, last)


def work(
    states: States,
    days: Sequence[Sequence[tuple[int, int]]],
    *,
    since_ms: int,
    until_ms: int | None,
) -> Work:
    """Return what the counters did between two moments on some days, each with its openings."""
    openings = sorted(opening for day in days for opening in day)
    ends = [until for _, until in openings]
    starts = [since for since, _ in openings[1:]] + [_FOR_EVER]
    done = Work(ends, starts[: len(ends)], sum(1 for day in days if day))
    done.add(states, since_ms=since_ms, until_ms=until_ms)
    return done
