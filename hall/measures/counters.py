"""What the counters did: how busy they were, and how long after closing."""

from bisect import bisect_left
from collections.abc import Sequence

from hall.domain.identities import CounterId
from hall.domain.trace import ABSENT, Doing, States
from hall.measures.figures import Figures, minutes, share

_BUSY = (Doing.CALLING, Doing.SERVING)
_OFF = (Doing.CLOSED, Doing.PAUSED)
_FOR_EVER = 2**62


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
        self.busy_ms: dict[CounterId, int] = {}
        self.open_ms: dict[CounterId, int] = {}
        #: Per counter and closing, how long it served after it.
        self.after_ms: dict[tuple[CounterId, int], int] = {}

    def add(self, states: States, *, since_ms: int, until_ms: int | None) -> None:
        """Take states into account, as far as they lie between two moments."""
        busy, open_ = self.busy_ms, self.open_ms
        last = _FOR_EVER if until_ms is None else until_ms
        rows = zip(states.counter, states.since, states.until, states.doing, strict=True)
        for counter, since, until, doing in rows:
            if doing in _OFF or (until == ABSENT and until_ms is None):
                continue
            end = last if until == ABSENT or until > last else until
            length = end - (max(since_ms, since))
            if length <= 0:
                continue
            open_[counter] = open_.get(counter, 0) + length
            if doing in _BUSY:
                busy[counter] = busy.get(counter, 0) + length
                if doing is Doing.SERVING and self.closings:
                    self._after(counter, since, end)

    def of(self, counter: CounterId) -> Figures:
        """Return what can be said of one counter."""
        overtime = sum(self.after_ms.get((counter, at), 0) for at in range(len(self.closings)))
        return {
            "utilization": share(self.busy_ms.get(counter, 0), self.open_ms.get(counter, 0)),
            "overtime_minutes": self._a_day(overtime),
        }

    def of_all(self) -> Figures:
        """Return what can be said of all counters together."""
        last = [0] * len(self.closings)
        for (_, at), after in self.after_ms.items():
            last[at] = max(last[at], after)
        return {
            "utilization": share(sum(self.busy_ms.values()), sum(self.open_ms.values())),
            "overtime_minutes": self._a_day(sum(last)),
        }

    def _after(self, counter: CounterId, since: int, until: int) -> None:
        at = bisect_left(self.closings, until) - 1
        if at >= 0 and since < self.openings[at]:
            after = min(until, self.openings[at]) - self.closings[at]
            self.after_ms[counter, at] = max(after, self.after_ms.get((counter, at), 0))

    def _a_day(self, milliseconds: int) -> float | None:
        return minutes(milliseconds / self.days) if self.days else None


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
    done = Work(ends, starts[: len(ends)], len(days))
    done.add(states, since_ms=since_ms, until_ms=until_ms)
    return done
