"""What stops say: how long citizens waited, how many were served in time, how many left."""

from collections import Counter as Tally
from collections.abc import Sequence

from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.trace import ABSENT, Outcome, Stops
from hall.measures.figures import Figures, mean, minutes, percentile, share

#: Left out of the share within target: left before the target passed, or may still be in time.
_LEFT_OUT = -1
_HERE = (Outcome.SERVED, Outcome.QUEUED_AGAIN)


class Waits:
    """How long each stop waited, and whether that was within the target of its class."""

    def __init__(self, stops: Stops, layout: Layout, *, until_ms: int | None) -> None:
        self.stops = stops
        targets = {rule.id: length_ms(layout.target_of(rule.id)) for rule in layout.rule.classes}
        walk_in = length_ms(layout.target.walk_in)
        #: Milliseconds from due to the first call, never below 0; ``ABSENT`` without a call.
        self.wait: list[int] = []
        #: 1 within target, 0 not, ``_LEFT_OUT``.
        self.within: list[int] = []
        columns = zip(stops.due, stops.called, stops.finished, stops.class_, strict=True)
        for due, called, finished, class_ in columns:
            target = targets.get(class_, walk_in)
            if called != ABSENT:
                wait = called - due if called > due else 0
                self.wait.append(wait)
                self.within.append(1 if wait <= target else 0)
            else:
                self.wait.append(ABSENT)
                self.within.append(_not_called(due, finished, target, until_ms))

    def figures(self, rows: Sequence[int]) -> Figures:
        """Return what can be said of some stops."""
        stops, wait, within = self.stops, self.wait, self.within
        waits = sorted([wait[row] for row in rows if wait[row] >= 0])
        judged = [within[row] for row in rows if within[row] >= 0]
        last = {stops.ticket[row]: stops.outcome[row] for row in rows}
        ends = Tally(last.values())
        return {
            "arrived": len(last),
            "served": sum(ends[outcome] for outcome in _HERE),
            "wait_minutes": minutes(mean(waits)),
            "wait_p50_minutes": minutes(percentile(waits, 0.5)),
            "wait_p90_minutes": minutes(percentile(waits, 0.9)),
            "wait_p95_minutes": minutes(percentile(waits, 0.95)),
            "waited_share": share(sum(1 for each in waits if each > 0), len(waits)),
            "within_target_share": mean(judged),
            "abandoned_share": share(ends[Outcome.ABANDONED], len(last)),
            "no_show_share": share(ends[Outcome.NO_SHOW], len(last)),
        }


def visits(stops: Stops, rows: Sequence[int]) -> Figures:
    """Return what can be said of whole visits: time in the hall, stops a visit."""
    lengths = [
        stops.finished[row] - stops.issued[row]
        for row in rows
        if stops.outcome[row] is Outcome.SERVED
    ]
    tickets = len({stops.ticket[row] for row in rows})
    return {
        "time_in_hall_minutes": minutes(mean(lengths)),
        "stops_per_visit": share(len(rows), tickets),
    }


def _not_called(due: int, finished: int, target: int, until_ms: int | None) -> int:
    """Judge somebody who was never called."""
    end = until_ms if finished == ABSENT else finished
    return _LEFT_OUT if end is not None and end - due < target else 0
