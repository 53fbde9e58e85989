"""Finding the fewest counters that keep every promise, by simulation on the same people."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import cast

import numpy as np
from numpy.typing import NDArray

from simulation.crew import Crew
from simulation.sizing.frame import Frame
from simulation.sizing.shares import Reals, Shares
from simulation.sizing.staffed import Counts, staffed
from simulation.sizing.trial import trial_of

#: So many days are looked at before it is asked whether the answer is clear.
CHUNK = 24
#: What is not clear by so many standard errors needs more days.
_CLEAR = 2.0
#: With all the days there are, a promise is kept if it is by so many standard errors.
_CAUTION = 0.25
#: In the days of the proof, which are others, it is enough by so many.
_PROVED = 0.25
#: The proof looks at so many times as many days.
PROOF = 2
#: The days of the proof begin here: nobody else's replications have these numbers.
FRESH = 1_000_000
#: So often at most counters are added everywhere where a promise is broken.
_ROUNDS = 60
#: So often everything is tried that failed before.
_PASSES = 2
#: Two changes so many minutes apart hardly meet.
_FAR_MINUTES = 150

#: A kind of counter and an interval, by position.
Place = tuple[int, int]
#: Some promises in some intervals.
Cells = NDArray[np.bool_]


class Search:
    """A search on one frame; it remembers which cells cannot be helped."""

    def __init__(
        self,
        frame: Frame,
        work: Sequence[Reals],
        *,
        seed: int,
        replications: int,
        crew: Crew,
    ) -> None:
        """Begin.

        Args:
            frame: what is sized.
            work: the offered load of each part of the hall, by interval.
            seed: another seed meets other people.
            replications: how many days a decision may need at most.
            crew: who does the runs.
        """
        self.frame = frame
        self.seed = seed
        self._work = work
        self.replications = replications
        self._crew = crew
        self._progress: Callable[[int], None] = lambda _runs: None
        self._trial = trial_of(frame)
        #: Which share is asked for, by promise and interval.
        self.asked = np.array([[aim.target.share] * len(frame.spans) for aim in frame.aims])
        for row, aim in enumerate(frame.aims):
            if aim.part is None:
                self.asked[row] = -1.0
        self._part_of = {kind: at for at, part in enumerate(frame.parts) for kind in part.kinds}
        #: Per part, the rows of its promises.
        self._rows = [
            [row for row, aim in enumerate(frame.aims) if aim.part == at]
            for at in range(len(frame.parts))
        ]
        lengths = [span.until_minute - span.from_minute for span in frame.spans]
        self._far = ceil(_FAR_MINUTES / max(lengths))
        #: Where a promise took every counter there is, and was broken all the same.
        self._all: set[Place] = set()

    def fewest(
        self, begin: Counts, progress: Callable[[int], None] | None = None
    ) -> tuple[Counts, Shares]:
        """Return the fewest counters found that keep every promise, and the proof of it.

        Args:
            begin: a first guess.
            progress: is told how many runs were done since last time.

        Returns:
            Numbers by kind and interval, and the shares on days that the search has not seen.
        """
        self._progress = progress or self._progress
        return self._proved(self._fewer(self._enough(self._allowed(begin))))

    def shares(self, counts: Counts, numbers: Sequence[int]) -> Shares:
        """Return the shares within target in some replications."""
        tasks = [(0, number) for number in numbers]
        rows = list(
            self._crew.run([staffed(self.frame, counts)], self._trial.shares, self.seed, tasks)
        )
        self._progress(len(rows))
        return Shares(rows=np.array(rows))

    def _judged(self, counts: Counts, regions: Sequence[Cells]) -> tuple[list[bool], Shares]:
        """Return in which regions every promise is kept, as soon as that is clear for all."""
        rows: list[Shares] = []
        while True:
            done = CHUNK * len(rows)
            more = min(CHUNK, self.replications - done)
            rows.append(self.shares(counts, range(done, done + more)))
            found = Shares(rows=np.concatenate([each.rows for each in rows]))
            broken = found.mean + _CLEAR * found.error < self.asked
            unsure = found.mean - _CLEAR * found.error < self.asked
            is_broken = [bool((broken & region).any()) for region in regions]
            if done + more >= self.replications:
                broken |= found.mean - _CAUTION * found.error < self.asked
                return [not (broken & region).any() for region in regions], found
            is_kept = [not (unsure & region).any() for region in regions]
            if all(map(any, zip(is_broken, is_kept, strict=True))):
                return is_kept, found

    def _enough(self, begin: Counts) -> Counts:
        """Return numbers that keep every promise: one more where one is broken, until none is."""
        counts = begin
        for _ in range(_ROUNDS):
            (is_kept,), found = self._judged(counts, [np.ones_like(self.asked, dtype=np.bool_)])
            if is_kept:
                break
            counts = self._more(counts, found, _CAUTION)
        return counts

    def _more(self, counts: Counts, found: Shares, caution: float) -> Counts:
        """Return one counter more where a promise begins to be broken: what follows may follow.

        Where none can be added any more, no more is asked than there is.
        """
        low = found.mean - caution * found.error < self.asked
        goes_on = np.roll(low, 1, axis=1)
        goes_on[:, 0] = False
        more = counts.copy()
        for row, at in zip(*np.nonzero(low & ~goes_on), strict=True):
            place = self._room(counts, found, int(row), int(at))
            if place is None:
                reached = found.mean[row, at] - _CLEAR * found.error[row, at]
                self.asked[row, at] = max(0.0, reached)
                self._all |= self._within_reach(int(row), int(at))
            else:
                more[place] = counts[place] + 1
        return more

    def _room(self, counts: Counts, found: Shares, row: int, at: int) -> Place | None:
        """Return the kind and the interval at or before ``at`` where one more may help most."""
        aim = self.frame.aims[row]
        assert aim.part is not None  # noqa: S101
        late = {
            group: 1 - float(found.mean[other, at])
            for other, told in enumerate(self.frame.aims)
            if len(told.groups) == 1
            for group in told.groups
        }

        def helps(kind: int) -> tuple[float, int]:
            groups = self.frame.kinds[kind].groups & aim.groups
            return sum(late.get(group, 1.0) for group in groups), len(groups)

        kinds = [kind for kind in self.frame.parts[aim.part].kinds if helps(kind)[1]]
        kinds.sort(key=helps, reverse=True)
        for before in _reach(at):
            for kind in kinds:
                if counts[kind, before] < self._most(kind):
                    return kind, before
        return None

    def _within_reach(self, row: int, at: int) -> set[Place]:
        """Return the places whose counters may help a promise in an interval."""
        aim = self.frame.aims[row]
        assert aim.part is not None  # noqa: S101
        kinds = self.frame.parts[aim.part].kinds
        return {
            (kind, before)
            for kind in kinds
            if self.frame.kinds[kind].groups & aim.groups
            for before in _reach(at)
        }

    def _most(self, kind: int) -> int:
        there = len(self.frame.kinds[kind].counters)
        return there if self.frame.keeps_counters else 10**6

    def _allowed(self, counts: Counts) -> Counts:
        most = np.array([self._most(kind) for kind in range(len(counts))])
        return cast("Counts", np.minimum(counts, most[:, None]))

    def _fewer(self, counts: Counts) -> Counts:
        """Return numbers from which hardly any single counter can be taken: most reserve first.

        One is tried at several places at once that are far from each other, or in parts of the
        hall that share no counters. Where it failed it is tried once more at the end.
        """
        for _ in range(_PASSES):
            before, stuck = counts.copy(), set(self._all)
            while places := self._places(counts, stuck):
                fewer = counts.copy()
                for place in places:
                    fewer[place] -= 1
                kept, _ = self._judged(fewer, [self._region(p, places) for p in places])
                for place, is_kept in zip(places, kept, strict=True):
                    if is_kept:
                        counts[place] -= 1
                    else:
                        stuck.add(place)
            if (before == counts).all():
                break
        return counts

    def _places(self, counts: Counts, stuck: set[Place]) -> list[Place]:
        """Return where to try one counter less: the most reserve first, and others far from it."""
        chosen: list[Place] = []
        for part, own in enumerate(self.frame.parts):
            reserve = self._reserve(counts, part)
            places = [
                (kind, at)
                for kind in own.kinds
                for at in range(counts.shape[1])
                if (kind, at) not in stuck and self._is_spare(counts, part, kind, at)
            ]
            places.sort(key=lambda p: (-reserve[p[1]], -self._use(counts, p)))
            mine: list[Place] = []
            for kind, at in places:
                if all(abs(at - other) >= self._far for _, other in mine):
                    mine.append((kind, at))
            chosen += mine
        return chosen

    def _reserve(self, counts: Counts, part: int) -> Reals:
        """Return the counters beyond the work there is, in square roots of it, by interval.

        Equal reserves give about equal service at any time of the day, and a roster without jags.
        """
        kinds = list(self.frame.parts[part].kinds)
        work = np.maximum(self._work[part], 1.0)
        return np.asarray((counts[kinds].sum(axis=0) - work) / np.sqrt(work))

    def _use(self, counts: Counts, place: Place) -> float:
        """Return how many of a kind are staffed, as a share of those that the hall has."""
        return int(counts[place]) / len(self.frame.kinds[place[0]].counters)

    def _region(self, place: Place, places: Sequence[Place]) -> Cells:
        """Return the cells that one counter less at a place may break, until the next place.

        Whoever was due in the interval before may still wait in this one.
        """
        kind, at = place
        part = self._part_of[kind]
        later = [t for k, t in places if self._part_of[k] == part and t > at]
        region = np.zeros_like(self.asked, dtype=np.bool_)
        until = min(later, default=region.shape[1] + 1) - 1
        region[self._rows[part], max(0, at - 1) : until] = True
        return region

    def _is_spare(self, counts: Counts, part: int, kind: int, at: int) -> bool:
        """Whether every group still has a counter when one of a kind is taken away."""
        if counts[kind, at] == 0:
            return False
        kinds = self.frame.kinds
        return all(
            sum(
                int(counts[other, at]) - (other == kind)
                for other in self.frame.parts[part].kinds
                if group in kinds[other].groups and not kinds[other].classes
            )
            >= 1
            for group in kinds[kind].groups
            if not kinds[kind].classes
        )

    def _proved(self, counts: Counts) -> tuple[Counts, Shares]:
        """Return numbers that keep every promise on other days too, and their shares there."""
        fresh = range(FRESH, FRESH + PROOF * self.replications)
        found = self.shares(counts, fresh)
        for _ in range(_ROUNDS):
            if (found.mean - _PROVED * found.error >= self.asked).all():
                break
            counts = self._more(counts, found, _PROVED)
            found = self.shares(counts, fresh)
        return counts, found


def _reach(at: int) -> range:
    """Return the intervals in which one counter more may help in one, the nearest first."""
    return range(at, max(-1, at - 3), -1)
