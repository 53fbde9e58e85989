"""How many waited at once."""

from collections.abc import Iterable, Sequence

from hall.domain.trace import ABSENT, Stops
from hall.measures.figures import Figures, share

Period = tuple[int, int]


def crowd(
    stops: Stops, rows: Sequence[int], *, seats: int, open_: Sequence[Period], until_ms: int | None
) -> Figures:
    """Return the most who waited at once, and the share of open time with more than ``seats``.

    A citizen waits in the hall from the issue, at a next stop from being due, to the first call.
    """
    periods = list(_waiting(stops, rows, until_ms))
    most, crowded = _sweep(periods, seats)
    open_ms = sum(until - since for since, until in open_)
    over_ms = sum(_overlap(period, opening) for period in crowded for opening in open_)
    return {"waiting_max": most, "over_seats_share": share(over_ms, open_ms)}


def _waiting(stops: Stops, rows: Sequence[int], until_ms: int | None) -> Iterable[Period]:
    for row in rows:
        since = stops.issued[row] if stops.stop[row] == 1 else stops.due[row]
        until = stops.called[row]
        if until == ABSENT:
            until = stops.finished[row]
        if until == ABSENT:
            until = until_ms if until_ms is not None else since
        if until > since:
            yield since, until


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
