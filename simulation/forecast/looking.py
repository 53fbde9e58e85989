"""Looking ahead: how long people will wait in the next hours, and how many counters that takes."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from hall.domain.identities import WALK_IN, GroupId
from hall.domain.trace import ABSENT, Trace
from simulation.forecast.known import Known
from simulation.forecast.needed import Pool, needs, pools
from simulation.forecast.rest import Rest
from simulation.model import simulate
from simulation.streams import Reals

#: How often the rest of the day is run.
REPLICATIONS = 100
#: From so many people on, a range says something.
_ENOUGH = 20
#: A break shared out over a slot is no counter too few.
_HALF = 0.5
#: Where fewer are called before the day is over, no wait can be promised.
_CALLED = 0.9
_TENTHS = (0.1, 0.5, 0.9)
_NAMES = ("low_ms", "likely_ms", "high_ms")


def look_ahead(known: Known, *, replications: int = REPLICATIONS) -> dict[str, Any]:
    """Return the waits of the next hours and the counters they need, as JSON.

    Returns:
        ``groups``: per group its slots, each with the middle and eight of ten of the waits of those
        who walk in then; a slot that hardly anybody would come to is left out. ``counters``: per
        slot how many are needed and planned, how many people come, and how many wait at its start.
    """
    rest = Rest(known)
    slots = list(_slots(known))
    seen = _Seen(known, slots)
    for replication in range(replications):
        plan, visits = rest.draw(known.now_ms % 2**31, replication)
        seen.take(simulate(plan, visits))
    found = pools(known)
    return {
        "groups": {group.id: list(seen.ranges(group.id, found)) for group in known.layout.groups},
        "counters": list(_demand(rest, found, slots, seen)),
    }


class _Seen:
    """The waits of all replications, by group and slot."""

    def __init__(self, known: Known, slots: list[tuple[int, int]]) -> None:
        self._known = known
        self._slots = slots
        self._starts = np.array([start for start, _ in slots] or [known.now_ms])
        self._waits: dict[tuple[GroupId, int], list[Reals]] = {}
        self._waiting: dict[GroupId, Reals] = {}
        self._replications = 0

    def take(self, trace: Trace) -> None:
        """Take one way in which the day may go into account."""
        stops = trace.stops
        self._replications += 1
        due, called = np.array(stops.due), np.array(stops.called, dtype=np.float64)
        until = np.where(called == ABSENT, np.inf, called)
        group, class_ = np.array(stops.group), np.array(stops.class_)
        slot = np.searchsorted(self._starts, due, side="right") - 1
        slot[due < self._known.now_ms] = -1
        for id_ in {*stops.group}:
            mine = group == id_
            waits = (until - due)[mine]
            here = (due[mine] < self._starts[:, None]) & (until[mine] >= self._starts[:, None])
            self._waiting[id_] = self._waiting.get(id_, 0.0) + here.sum(axis=1)
            walks = class_[mine] == WALK_IN
            for at in np.unique(slot[mine]):
                if at >= 0:
                    of_slot = waits[(slot[mine] == at) & walks]
                    self._waits.setdefault((id_, int(at)), []).append(of_slot)

    def waiting(self, group: GroupId, at: int) -> float:
        """Return how many wait on average when a slot begins."""
        found = self._waiting.get(group)
        return 0.0 if found is None else float(found[at]) / max(1, self._replications)

    def ranges(self, group: GroupId, found: list[Pool]) -> Iterator[dict[str, int]]:
        """Yield the range of each slot; where few come, of all groups that are taken alike."""
        alike = next((pool.alike(group) for pool in found if group in pool.groups), {group})
        for at, (start, until) in enumerate(self._slots):
            waits = self._of([group], at)
            waits = waits if len(waits) >= _ENOUGH else self._of(sorted(alike), at)
            if len(waits) >= _ENOUGH and np.isfinite(waits).mean() > _CALLED:
                range_ms = np.quantile(waits, _TENTHS, method="lower")
                yield {
                    "from_ms": start,
                    "until_ms": until,
                    **{n: round(float(ms)) for n, ms in zip(_NAMES, range_ms, strict=True)},
                }

    def _of(self, groups: list[GroupId], at: int) -> Reals:
        parts = [part for group in groups for part in self._waits.get((group, at), ())]
        return np.concatenate(parts) if parts else np.zeros(0)


def _slots(known: Known) -> Iterator[tuple[int, int]]:
    """Yield the parts of the day from now until closing, the first one from now on."""
    for start, until in known.openings:
        begins = max(start, known.now_ms)
        while begins < until:
            next_ = begins - (begins - known.midnight_ms) % known.part_ms + known.part_ms
            yield begins, min(next_, until)
            begins = next_


def _demand(
    rest: Rest, found: list[Pool], slots: list[tuple[int, int]], seen: _Seen
) -> Iterator[dict[str, Any]]:
    """Yield what each slot asks of the counters: in all, and for whom there are too few of them."""
    by_pool = [list(needs(rest, pool, slots)) for pool in found]
    for at, (start, until) in enumerate(slots):
        each = [of_pool[at] for of_pool in by_pool]
        short = [one.pool for one in each if one.needed > one.planned + _HALF]
        yield {
            "from_ms": start,
            "until_ms": until,
            "needed": sum(one.needed for one in each),
            "planned": round(sum(one.planned for one in each), 1),
            "coming": round(sum(one.coming for one in each)),
            "waiting": round(sum(seen.waiting(g.id, at) for g in rest.known.layout.groups)),
            "short": sorted(group for pool in short for group in pool.groups),
        }
