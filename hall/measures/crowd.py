"""How many waited at once."""

from collections.abc import Sequence

from hall.domain.trace import ABSENT, Stops
from hall.measures.figures import Figures, share

Period = tuple[int, int]


def crowd(
    stops: Stops,
    rows: Sequence[int],
    *,
    seats: int,
    days: Sequence[Sequence[Period]],
    until_ms: int | None,
) -> Figures:
    """Return the most who waited at once, and the share of open time with more than ``seats``.

    A citizen waits in the hall from the issue, at a next stop from being due, to the first call.
    """
    periods = _waiting(stops, rows, until_ms)
    most, crowded = _sweep(periods, seats)
    open_ = [
        (since, until if until_ms is None else max(since, min(until, until_ms)))
        for day in days
        for since, until in day
    ]
    open_ms = sum(until - since for since, until in open_)
    over_ms = sum(_overlap(period, opening) for period in crowded for opening in open_)
    return {"waiting_max": most, "over_seats_share": share(over_ms, open_ms)}


def _waiting(stops: Stops, rows: Sequence[int], until_ms: int | None) -> list[Period]:
    """Return when each stop waited, as far as it did."""
    first, issued, due, called = stops.stop, stops.issued, stops.due, stops.called
    periods = [
        (
            issued[row] if first[row] == 1 else due[row],
            called[row] if called[row] != ABSENT else _gone(stops, row, until_ms),
        )
        for row in rows
    ]
    return [period for period in periods if period[0] < period[1]]


def _gone(stops: Stops, row: int, until_ms: int | None) -> int:
    """Return until when somebody waited who was never called."""
    if stops.finished[row] != ABSENT:
        return stops.finished[row]
    return ABSENT if until_ms is None else until_ms


def _sweep(periods: list[Period], seats: int) -> tuple[int, list[Period]]:
    """Return how many periods overlap at most, and when more than ``seats`` do."""
    begins = sorted([since for since, _ in periods])
    ends = sorted([until for _, until in periods])
    most, begun, ended, crowded = 0, 0, 0, []
    since = 0
    for moment in begins:
        while ends[ended] <= moment:
            if begun - ended == seats + 1:
                crowded.append((since, ends[ended]))
            ended += 1
        begun += 1
        if begun - ended == seats + 1:
            since = moment
        most = max(most, begun - ended)
    if begun - ended > seats:
        crowded.append((since, ends[len(ends) - seats - 1]))
    return most, crowded


def _overlap(one: Period, other: Period) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
