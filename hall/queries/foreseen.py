"""The next hours as they were last simulated: waits by group and time, counters that are needed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hall.dispatch.conformal import corrected
from hall.domain import moments
from hall.domain.habits import Correction
from hall.domain.identities import GroupId
from hall.domain.moments import to_ms
from hall.store.forecasts import last_best, last_forecast
from hall.store.view import View

#: An older forecast is not shown any more.
GOOD_FOR = timedelta(minutes=15)
#: A forecast is scored by those who come so long after it.
AHEAD = timedelta(minutes=30)
#: Waits of the next hours are said in steps of so many minutes.
_STEP_MINUTES = 5
_MINUTE_MS = 60_000
#: What a slot says of the counters, besides when it is.
_NEEDS = ("needed", "planned", "coming", "waiting", "short")


def forecast(view: View) -> dict[str, Any] | None:
    """Return what is expected of the next hours, or nothing when nothing fresh is known.

    Ranges are in minutes; a slot's ``from`` and ``until`` are moments. ``best`` is the slot with
    the shortest wait for everybody, where waits differ enough to come at another time.
    """
    found = last_forecast(view, until_ms=view.now_ms)
    if found is None or _is_stale(view, found.at_ms):
        return None
    known, result = view.habits.foreseen, found.result
    slots_of = {
        group.id: [
            _slot_json(slot, known)
            for slot in result["groups"].get(group.id, ())
            if slot["until_ms"] > view.now_ms
        ]
        for group in view.layout.groups
    }
    return {
        "at": moments.written(moments.from_ms(found.at_ms)),
        "groups": [{"id": group, "slots": slots} for group, slots in slots_of.items()],
        "best": best_time(view),
        "counters": [
            {**_times(slot), **{name: slot[name] for name in _NEEDS}}
            for slot in result["counters"]
            if slot["until_ms"] > view.now_ms
        ],
    }


def public_forecast(view: View) -> dict[str, Any] | None:
    """Return the part of the forecast that everybody may see: the waits."""
    found = forecast(view)
    return found and {name: found[name] for name in ("at", "groups", "best")}


def foreseen_at(view: View, group: GroupId, moment: datetime) -> dict[str, int]:
    """Return what the last forecast of well before a moment said of it, as columns; or nothing."""
    at_ms = to_ms(moment)
    found = last_forecast(view, until_ms=to_ms(moment - AHEAD))
    for slot in found.result["groups"].get(group, ()) if found else ():
        if slot["from_ms"] <= at_ms < slot["until_ms"]:
            return {f"foreseen_{part}_ms": slot[f"{part}_ms"] for part in ("low", "likely", "high")}
    return {}


def _slot_json(slot: Mapping[str, int], known: Correction) -> dict[str, Any]:
    range_ms = slot["low_ms"], slot["likely_ms"], slot["high_ms"]
    low_ms, likely_ms, high_ms = corrected(range_ms, known)
    return {
        **_times(slot),
        "low": _floor(low_ms),
        "likely": round(likely_ms / _MINUTE_MS),
        "high": max(_STEP_MINUTES, -_floor(-high_ms)),
    }


def _times(slot: Mapping[str, int]) -> dict[str, str]:
    ends = {"from": slot["from_ms"], "until": slot["until_ms"]}
    return {name: moments.written(moments.from_ms(ms)) for name, ms in ends.items()}


def _floor(ms: float) -> int:
    return int(ms // (_STEP_MINUTES * _MINUTE_MS)) * _STEP_MINUTES


def best_time(view: View) -> dict[str, Any] | None:
    """Return the half hour with the shortest wait, if it is to come and worth coming for."""
    found = last_best(view)
    if found is None or _is_stale(view, found[0]):
        return None
    best = found[1]
    if best is None or best["from_ms"] <= view.now_ms:
        return None
    return _slot_json(best, view.habits.foreseen)


def best_of(result: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the slot with the shortest wait for all groups, if that is worth coming later for."""
    together: dict[int, dict[str, int]] = {}
    for slots in result["groups"].values():
        for slot in slots:
            known = together.setdefault(slot["from_ms"], dict(slot))
            known["low_ms"] = min(known["low_ms"], slot["low_ms"])
            known["likely_ms"] = max(known["likely_ms"], slot["likely_ms"])
            known["high_ms"] = max(known["high_ms"], slot["high_ms"])
    if not together:
        return None
    now = together[min(together)]
    best = min(together.values(), key=lambda slot: (slot["likely_ms"], slot["from_ms"]))
    is_worth_it = now["likely_ms"] - best["likely_ms"] >= _STEP_MINUTES * _MINUTE_MS
    return best if is_worth_it else None


def _is_stale(view: View, at_ms: int) -> bool:
    return view.now_ms - at_ms > GOOD_FOR // timedelta(milliseconds=1)
