"""How well the hall's word about waits held: for everybody to read, without anybody's name."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hall.queries.board import name_json
from hall.queries.learning import today
from hall.store.forecasts import scores
from hall.store.view import View

#: The longest period that a score covers: announcements are kept so long.
MOST_DAYS = 30


def score(view: View, *, days: int = 7) -> dict[str, Any]:
    """Return how well announcements of the last days, today among them, held."""
    last = today(view)
    first = last - timedelta(days=min(max(1, days), MOST_DAYS) - 1)
    return score_between(view, first=first, last=last)


def score_between(view: View, *, first: date, last: date) -> dict[str, Any]:
    """Return how well announcements held on some days: in all, by group and by hour.

    Of those who were told a range and were called: how many, the share whose wait was within the
    minutes that were said, the mean error in minutes, and the mean error of what a simpler sum
    would have said (people ahead × mean time at a counter ÷ counters open).
    """
    whole = scores(view, first=first, last=last, by=())
    names = {group.id: name_json(group.name) for group in view.layout.groups}
    return {
        "hall": view.hall,
        "name": name_json(view.layout.name),
        "from": first.isoformat(),
        "until": last.isoformat(),
        "all": _score(whole[0]._mapping),
        "groups": [
            {"group": row.group, "name": names[row.group], **_score(row._mapping)}
            for row in scores(view, first=first, last=last, by=("group",))
            if row.group in names
        ],
        "hours": [
            {"hour": row.hour % 24, **_score(row._mapping)}
            for row in scores(view, first=first, last=last, by=("hour",))
        ],
    }


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
    told = row["told"]
    return {
        "told": told,
        "within_share": int(row["within"]) / told if told else None,
        "error_minutes": _minutes(row["off_ms"]),
        "plain_error_minutes": _minutes(row["plain_off_ms"]),
    }


def _minutes(ms: Any) -> float | None:
    return None if ms is None else round(float(ms) / 60_000, 1)
