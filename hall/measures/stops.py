"""What stops say: how long citizens waited, how many were served in time, how many left."""

from bisect import bisect_right
from collections.abc import Sequence

from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.trace import ABSENT, Outcome, Stops
from hall.measures.figures import Figures, mean, minutes, percentile, share

#: Left out of the share within target: left before the target passed, or may still be in time.
_LEFT_OUT = -1


class Waits:
    """How long each stop waited, and whether that was within the target of its class."""

    def __init__(self, stops: Stops, layout: Layout, *, until_ms: int | None) -> None:
        self.stops = stops
        targets = {rule.id: length_ms(layout.target_of(rule.id)) for rule in layout.rule.classes}
        walk_in = length_ms(layout.target.walk_in)
        #: Milliseconds from due to the first call, never below 0; ``ABSENT`` without a call.
        self.wait = [
            called - due if called > due else (ABSENT if called == ABSENT else 0)
            for due, called in zip(stops.due, stops.called, strict=True)
        ]
        #: 1 within target, 0 not, ``_LEFT_OUT``.
        self.within = [
            int(wait <= targets.get(class_, walk_in)) if wait != ABSENT else _LEFT_OUT
            for wait, class_ in zip(self.wait, stops.class_, strict=True)
        ]
        for row, wait in enumerate(self.wait):
            if wait == ABSENT:
                target = targets.get(stops.class_[row], walk_in)
                end = until_ms if stops.finished[row] == ABSENT else stops.finished[row]
                if end is None or end - stops.due[row] >= target:
                    self.within[row] = 0

    def figures(self, rows: Sequence[int]) -> Figures:
        """Return what can be said of some stops."""
        wait, within = self.wait, self.within
        waits = sorted([wait[row] for row in rows if wait[row] != ABSENT])
        judged = [within[row] for row in rows if within[row] != _LEFT_OUT]
        tickets = map(self.stops.ticket.__getitem__, rows)
        outcomes = map(self.stops.outcome.__getitem__, rows)
        ends = list(dict(zip(tickets, outcomes, strict=True)).values())
        return {
            "arrived": len(ends),
            "served": ends.count(Outcome.SERVED) + ends.count(Outcome.QUEUED_AGAIN),
            "wait_minutes": minutes(mean(waits)),
            "wait_p50_minutes": minutes(percentile(waits, 0.5)),
            "wait_p90_minutes": minutes(percentile(waits, 0.9)),
            "wait_p95_minutes": minutes(percentile(waits, 0.95)),
            "waited_share": share(len(waits) - bisect_right(waits, 0), len(waits)),
            "within_target_share": mean(judged),
            "abandoned_share": share(ends.count(Outcome.ABANDONED), len(ends)),
            "no_show_share": share(ends.count(Outcome.NO_SHOW), len(ends)),
        }


def visits(stops: Stops, rows: Sequence[int]) -> Figures:
    """Return what can be said of whole visits: time in the hall, stops a visit."""
    finished, issued, outcome, served = stops.finished, stops.issued, stops.outcome, Outcome.SERVED
    lengths = [finished[row] - issued[row] for row in rows if outcome[row] is served]
    tickets = set(map(stops.ticket.__getitem__, rows))
    return {
        "time_in_hall_minutes": minutes(mean(lengths)),
        "stops_per_visit": share(len(rows), len(tickets)),
    }
