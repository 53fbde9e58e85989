"""How long somebody who stands in a line now will wait: a range, from counts per line alone.

Everybody ahead is work, and the counters that take them have time: the work is poured over that
time and finds its level. My turn comes where a counter that takes me has time again. It costs a
step per line and counter, however many wait. The spread is that of the service times of those who
share the same counters. On simulated days of pooled halls with the true means the range held 78
to 83 of 100 waits, without bias; of halls where some counters take one group and some take all, 61
to 88 (tests/rules/test_outlook.py has such a hall).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from hall.dispatch.conformal import corrected
from hall.dispatch.free_time import Work
from hall.dispatch.load import HallLoad
from hall.dispatch.rivals import Contest, scene
from hall.dispatch.spread import Spread, middle_share, shared_work_variance
from hall.domain.habits import Correction
from hall.domain.layout import Layout
from hall.domain.tickets import Line

_MINUTE_MS = 60_000
#: Longer waits are said in steps of five minutes.
_EXACT_MINUTES = 30
#: How often a wait is put back into the question who comes in before it is over, and how near is
#: near enough.
_ROUNDS, _NEAR_MS = 4, _MINUTE_MS / 10
#: Of every minute that somebody waits longer, at most so much is due to those who come meanwhile.
_MOST_GROWTH = 0.8
#: What the level may be wrong by where counters are shared by some only, found by simulating.
_DOUBT = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """How long the one who asks will wait from now on; eight of ten wait from low to high."""

    low_ms: int
    likely_ms: int
    high_ms: int
    #: How many people stand before the one who asks at a counter that takes both.
    ahead: int
    #: Low, likely and high before what past announcements taught was taken into account.
    uncorrected_ms: tuple[int, int, int]
    #: What others would say: people ahead × mean time at a counter ÷ counters open now.
    plain_ms: int

    def in_minutes(self) -> dict[str, int]:
        """Return the range as it is said to people: whole minutes, steps of 5 above 30."""
        low, likely, high = (ms / _MINUTE_MS for ms in (self.low_ms, self.likely_ms, self.high_ms))
        return {
            "low": math.floor(low / _step(low)) * _step(low),
            "likely": round(likely / _step(likely)) * _step(likely),
            "high": max(1, math.ceil(high / _step(high)) * _step(high)),
        }


def outlook(
    layout: Layout, load: HallLoad, *, line: Line, due_ms: int | None = None
) -> Outlook | None:
    """Return what awaits somebody in ``line``, or nothing when no counter will take the line today.

    Args:
        layout: the active layout.
        load: the hall as it stands now; of ``line``, only those before the one who asks.
        line: the line asked for.
        due_ms: when the one who asks was due; now, if not given.
    """
    due_ms = load.now_ms if due_ms is None else due_ms
    contest = Contest(scene(layout, load), line=line, due_ms=due_ms)
    found = _settled(contest) if contest.takers.each else None
    return found and _said(found, load.correction)


class _Answer(NamedTuple):
    spread: Spread
    ahead: float
    plain_ms: float

    @property
    def mean_ms(self) -> float:
        return self.spread.mean_ms


def _said(found: _Answer, correction: Correction) -> Outlook:
    """Return the answer as an outlook, its range as wide as it had to be so far."""
    spread = found.spread
    range_ms = spread.low_ms(), spread.likely_ms(), spread.high_ms()
    certain_ms = min(range_ms[0], spread.certain_ms)
    low_ms, likely_ms, high_ms = corrected(range_ms, correction, certain_ms=certain_ms)
    return Outlook(
        low_ms=low_ms,
        likely_ms=likely_ms,
        high_ms=high_ms,
        ahead=round(found.ahead),
        uncorrected_ms=range_ms,
        plain_ms=round(found.plain_ms),
    )


def _settled(contest: Contest) -> _Answer | None:
    """Return the answer that stays the same when the wait it says is put into the question."""
    before = found = _answer(contest, 0)
    wait_ms, growth = 0.0, 0.0
    for _ in range(_ROUNDS if contest.depends_on_wait() else 0):
        if before is None or found is None:
            return None
        step_ms = (found.mean_ms - wait_ms) / (1 - growth)
        if abs(step_ms) < _NEAR_MS:
            break
        wait_ms += step_ms
        before, found = found, _answer(contest, wait_ms)
        if found is not None:
            growth = min(_MOST_GROWTH, (found.mean_ms - before.mean_ms) / step_ms)
    return found and found._replace(spread=found.spread.amplified(1 / (1 - growth)))


def _answer(contest: Contest, wait_ms: float) -> _Answer | None:
    """Return what awaits the one who asks, given who comes first within ``wait_ms``."""
    load, rivals = contest.scene.load, contest.rivals(wait_ms)
    people = sum(some.here + some.coming for some in rivals)
    unit_ms = max(1.0, sum(r.work_ms for r in rivals) / people if people else contest.typed_ms)
    # When my turn comes, the other counters are in the middle of something: each is as good as
    # free so much earlier, and I wait for one of them to get through it.
    middle_ms = round(unit_ms * middle_share(load.cv))
    free = contest.scene.shared(rivals, middle_ms=middle_ms)
    level = free.level(Work(tuple(t._replace(rate=1.0) for t in contest.takers.each), middle_ms))
    if math.isinf(level):
        return None
    mine = contest.takers.counters
    pool = mine.union(*(some.takers.counters for some in rivals))
    used = free.working(pool, since=level - middle_ms, until=level)
    counters, jobs = max(1, len(used)), sum(used) / unit_ms
    coming = sum(some.coming for some in rivals) / people * jobs if people else 0.0
    shared = shared_work_variance(jobs=jobs, coming=coming, cv=load.cv, counters=counters)
    certain_ms = max(contest.not_before_ms, min(_certain_ms(load, at) for at in mine))
    mean_ms = max(certain_ms, level - load.now_ms, _first_free_ms(load, mine))
    doubt_ms = _DOUBT * (1 - len(mine) / len(pool)) * (mean_ms - certain_ms)
    ahead = sum(s.here for s in rivals if not mine.isdisjoint(s.takers.counters))
    open_now = sum(load.counters[at].spans[0][0] <= load.now_ms for at in mine)
    return _Answer(
        spread=Spread(
            certain_ms=certain_ms,
            mean_ms=mean_ms,
            variance=shared * (unit_ms / counters) ** 2 + doubt_ms**2,
        ),
        ahead=ahead,
        plain_ms=ahead * unit_ms / max(1, open_now),
    )


def _certain_ms(load: HallLoad, counter: int) -> int:
    """Return how long it takes for certain until a counter opens; none if it is open."""
    return max(0, load.counters[counter].spans[0][0] - load.now_ms)


def _first_free_ms(load: HallLoad, counters: frozenset[int]) -> float:
    """Return when the first of some counters will be free, each after an uncertain time."""
    lengths = [load.counters[at].free_at_ms - load.now_ms for at in counters]
    return 1 / sum(1 / length for length in lengths) if min(lengths) > 0 else 0.0


def _step(minutes: float) -> int:
    return 1 if minutes <= _EXACT_MINUTES else 5
