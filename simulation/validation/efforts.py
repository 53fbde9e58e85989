"""How long each place of a replayed day takes its counter, and is kept: as it was, or drawn."""

from collections.abc import Iterable, Mapping, Sequence
from math import log1p
from statistics import fmean

import numpy as np

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.moments import length_ms
from hall.domain.trace import ABSENT, Outcome, Stops
from simulation.demand import scale_ms
from simulation.effort import Efforts
from simulation.plan import PACE
from simulation.scenario import Scenario
from simulation.streams import Key, Purpose
from simulation.validation.places import Lived
from simulation.validation.replay import Replay


def usual_ms(days: Iterable[Lived], layout: Layout) -> dict[GroupId, int]:
    """Return how long a place of each group takes on the mean: seen, or else of the layout.

    It stands for the service of those who were never called, should the model call them.
    """
    seen: dict[GroupId, list[int]] = {}
    for day in days:
        for place in day.places:
            if place.is_served:
                seen.setdefault(place.line.group, []).append(place.occupied_ms)
    typed: dict[GroupId, list[int]] = {}
    for matter in layout.matters:
        typed.setdefault(matter.group, []).append(length_ms(matter.handling))
    everybody = [length_ms(matter.handling) for matter in layout.matters]
    return {
        group.id: round(fmean(seen.get(group.id) or typed.get(group.id) or everybody))
        for group in layout.groups
    }


def observed_work(replay: Replay, usual: Mapping[GroupId, int]) -> list[int]:
    """Return the work of each place as it was seen, in milliseconds at a counter of pace 1.

    Args:
        replay: the day; what its plan adds for the approach is taken off.
        usual: what is taken for those who were never called.
    """
    layout, pace = replay.plan.layout, replay.plan.pace
    counters = {counter.id: at for at, counter in enumerate(layout.counters)}
    found = []
    for place, (group,) in zip(replay.places, replay.visits.matters, strict=True):
        took = place.occupied_ms
        if took == ABSENT or place.counter is None:
            took, paced_at = usual[place.line.group], PACE
        else:
            paced_at = pace[counters[place.counter]][group]
        found.append(unpaced(max(1, took - replay.plan.approach_ms), paced_at))
    return found


class DrawnWork:
    """The work of the places of a day as a scenario says it: drawn by matter."""

    def __init__(self, replay: Replay, scenario: Scenario, usual: Mapping[GroupId, int]) -> None:
        self._seen = np.array(observed_work(replay, usual), dtype=np.int64)
        self._efforts = Efforts(scenario)
        self._day = replay.day.day.toordinal()
        known = {matter.code: at for at, matter in enumerate(scenario.layout.matters)}
        done = _done(replay.day.trace.stops)
        matters = [
            [known[code] for code in done[place.row] if code in known]
            if place.is_served or place.called == ABSENT
            else []
            for place in replay.places
        ]
        #: Each drawn matter: of which place, which one, and as which of its place.
        self._drawn = [
            (at, matter, part)
            for at, some in enumerate(matters)
            for part, matter in enumerate(some)
        ]
        self._is_drawn = np.array([bool(some) for some in matters], dtype=bool)

    def of(self, seed: int, replication: int) -> list[int]:
        """Return the work of each place in one replication, in milliseconds at pace 1.

        What was broken off, such as a call in vain, takes as long as it took; so does who came
        without a matter.
        """
        work = np.where(self._is_drawn, 0, self._seen)
        if self._drawn:
            key = Key(seed=seed, replication=replication, day=self._day)
            places, matters, parts = map(np.array, zip(*self._drawn, strict=True))
            many = len(self._seen)
            uniform = np.stack(
                [
                    key.stream(Purpose.EFFORT, "as it was", part).random(many)
                    for part in range(int(parts.max()) + 1)
                ]
            )
            np.add.at(work, places, self._efforts.work_ms(matters, uniform[parts, places]))
        return [int(took) for took in work]


def drawn_patience(replay: Replay, scenario: Scenario, seed: int, replication: int) -> list[int]:
    """Return how long each place of a day would be kept, in milliseconds, as a scenario says.

    Who left is known to have waited just so long; who was called, only that they would have waited
    longer: their patience is drawn from what is left of its distribution beyond their wait.
    """
    known, rule = list(replay.visits.patience), scenario.patience
    if rule is None:
        return known
    scale = scale_ms(rule)
    key = Key(seed=seed, replication=replication, day=replay.day.day.toordinal())
    uniform = key.stream(Purpose.PATIENCE, "as it was").random(len(known))
    for at, place in enumerate(replay.places):
        if place.is_waited and place.called != ABSENT:
            waited = max(0, place.called - place.due) / scale
            hazard = waited**rule.shape - log1p(-uniform[at])
            known[at] = round(scale * hazard ** (1 / rule.shape))
    return known


def unpaced(took_ms: int, pace: int) -> int:
    """Return the work that takes so long at a pace, as nearly as whole milliseconds can say it."""
    work = (took_ms * PACE + pace // 2) // pace
    return min(
        (work, work - 1, work + 1), key=lambda w: abs((w * pace + PACE // 2) // PACE - took_ms)
    )


def _done(stops: Stops) -> list[Sequence[MatterCode]]:
    """Return per stop the matters that were done there: not those of the next stop."""
    found: list[Sequence[MatterCode]] = list(stops.matters)
    last: dict[str, int] = {}
    for row, ticket in enumerate(stops.ticket):
        before = last.get(ticket)
        if before is not None and stops.outcome[before] is Outcome.QUEUED_AGAIN:
            left = set(stops.matters[row])
            found[before] = [code for code in stops.matters[before] if code not in left]
        last[ticket] = row
    return found
