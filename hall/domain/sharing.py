"""Sharing out counter time over those who need it: a matter of flow.

Comprehensive counters serve several groups, so whether all that is booked fits is no sum: some can
be moved to other counters to make room.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from hall.domain.identities import GroupId

#: The groups that some counters take.
Groups = frozenset[GroupId]
#: Counter time by the groups that it can be used for, in milliseconds.
Offer = tuple[tuple[Groups, int], ...]
#: Counter time that is needed, per group, in milliseconds.
Need = Mapping[GroupId, int]


def fits(offer: Offer, need: Need, *, share: float) -> bool:
    """Whether what is needed can be shared out over a share of what the counters offer."""
    wanted = sum(need.values())
    if wanted > evenly(offer, share).everything:
        return False
    return _plainly_fits(offer, need, share) or carried(offer, need, share=share) == wanted


def carried(offer: Offer, need: Need, *, share: float) -> int:
    """Return how much of what is needed a share of what the counters offer can carry at most."""
    return _Sharing(offer, share).give(need)


def carried_besides(offer: Offer, taken: Need, need: Need, *, share: float) -> int:
    """Return how much more can be carried once what is taken was shared out as well as it can."""
    if _plainly_fits(offer, added(taken, need), share):
        return sum(need.values())
    sharing = _Sharing(offer, share)
    sharing.give(taken)
    return sharing.give(need)


def added(one: Need, other: Need) -> dict[GroupId, int]:
    """Return what two need together."""
    return {**one, **{group: one.get(group, 0) + ms for group, ms in other.items()}}


def _plainly_fits(offer: Offer, need: Need, share: float) -> bool:
    """Whether what is needed can be shared out in the plainest way; no does not say it cannot fit.

    Every group gets its even part of the counters that serve only some groups, and what goes beyond
    that has room at those that serve all. It settles most slots in a tenth of the time.
    """
    even = evenly(offer, share)
    parts, common = even.parts, even.common
    for group, ms in need.items():
        if group not in parts:
            return False
        if ms > parts[group]:
            common -= ms - parts[group]
    return common >= 0


class Even(NamedTuple):
    """A share of what counters offer: each group's even part, what serves all, and everything."""

    parts: dict[GroupId, int]
    common: int
    everything: int


@lru_cache(maxsize=512)
def evenly(offer: Offer, share: float) -> Even:
    """Share out what counters offer in the plainest way."""
    all_groups = frozenset(group for groups, _ in offer for group in groups)
    parts = dict.fromkeys(all_groups, 0)
    common = everything = 0
    for groups, whole in offer:
        ms = int(whole * share)
        everything += ms
        if groups == all_groups:
            common += ms
        else:
            parts.update({group: parts[group] + ms // len(groups) for group in groups})
    return Even(parts=parts, common=common, everything=everything)


class _Sharing:
    """A share of what counters offer, and who was given of it."""

    def __init__(self, offer: Offer, share: float) -> None:
        self._left = {groups: int(ms * share) for groups, ms in offer}
        self._given: dict[Groups, dict[GroupId, int]] = {groups: {} for groups in self._left}

    def give(self, need: Need) -> int:
        """Give what is needed as far as that is possible, and return how much that is.

        Where counters are offered with the least flexible first, giving in their order settles all
        but crowded slots.
        """
        wanting = dict(need)
        wanted = sum(wanting.values())
        for groups, given in self._given.items():
            left = self._left[groups]
            for group in groups if left else ():
                wants = wanting.get(group, 0)
                took = wants if wants < left else left  # noqa: FURB136  # quicker
                if took:
                    given[group] = given.get(group, 0) + took
                    wanting[group] -= took
                    left -= took
            self._left[groups] = left
        for group in wanting:
            self._find_room(group, wanting)
        return wanted - sum(wanting.values())

    def _find_room(self, group: GroupId, wanting: dict[GroupId, int]) -> None:
        """Move others to counters that have time, until a group has what it wants or nobody can.

        Source:
            J. Edmonds, R. M. Karp: Theoretical improvements in algorithmic efficiency for network
            flow problems. Journal of the ACM 19 (1972): shortest augmenting paths.
        """
        while wanting[group]:
            path = self._path(group)
            if path is None:
                return
            to = path[-1][1]
            leaving = [(mover, path[at][1]) for at, (mover, _) in enumerate(path[1:])]
            movable = [self._given[groups][mover] for mover, groups in leaving]
            room = min(self._left[to], *movable) if movable else self._left[to]
            room = min(room, wanting[group])
            for mover, groups in path:
                self._add(mover, groups, room)
            for mover, groups in leaving:
                self._add(mover, groups, -room)
            self._left[to] -= room
            wanting[group] -= room

    def _add(self, group: GroupId, groups: Groups, ms: int) -> None:
        given = self._given[groups]
        given[group] = given.get(group, 0) + ms

    def _path(self, group: GroupId) -> list[tuple[GroupId, Groups]] | None:
        """Return who moves where, the first the group that wants, the last to counters with time.

        Nobody moves twice, and nobody moves to counters that were looked at before.
        """
        if not any(self._left.values()):
            return None
        paths = [[(group, groups)] for groups in self._left if group in groups]
        movers, seen = {group}, {path[0][1] for path in paths}
        for path in paths:
            groups = path[-1][1]
            if self._left[groups]:
                return path
            for other, ms in self._given[groups].items():
                if ms and other not in movers:
                    movers.add(other)
                    further = [to for to in self._left if other in to and to not in seen]
                    seen.update(further)
                    paths += [[*path, (other, to)] for to in further]
        return None
