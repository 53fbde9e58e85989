"""Sharing out counter time over those who need it: a matter of flow.

Comprehensive counters serve several groups, so whether all that is booked fits is no sum: some can
be moved to other counters to make room.
"""

from collections.abc import Iterable, Mapping

from hall.domain.identities import GroupId

#: Counter time that is needed, per group, in milliseconds.
Need = Mapping[GroupId, int]


def fits(offer: Iterable[tuple[frozenset[GroupId], int]], need: Need, *, share: float) -> bool:
    """Whether what is needed can be shared out over a share of what the counters offer."""
    return carried(offer, need, share=share) == sum(need.values())


def carried(offer: Iterable[tuple[frozenset[GroupId], int]], need: Need, *, share: float) -> int:
    """Return how much of what is needed a share of what the counters offer can carry at most."""
    left = {groups: int(ms * share) for groups, ms in offer}
    wanting = {group: ms for group, ms in need.items() if ms > 0}
    given: dict[tuple[GroupId, frozenset[GroupId]], int] = {}
    # The least flexible counters first: that alone settles all but crowded slots.
    for groups in sorted(left, key=len):
        for group in [group for group in wanting if group in groups]:
            _give(left, wanting, given, group, groups)
    for group in list(wanting):
        _find_room(left, wanting, given, group)
    return sum(need.values()) - sum(wanting.values())


def _give(
    left: dict[frozenset[GroupId], int],
    wanting: dict[GroupId, int],
    given: dict[tuple[GroupId, frozenset[GroupId]], int],
    group: GroupId,
    groups: frozenset[GroupId],
) -> None:
    """Give a group as much of some counters' time as it wants and they have."""
    took = min(wanting[group], left[groups])
    if took:
        left[groups] -= took
        given[group, groups] = given.get((group, groups), 0) + took
        wanting[group] -= took
        if not wanting[group]:
            del wanting[group]


def _find_room(
    left: dict[frozenset[GroupId], int],
    wanting: dict[GroupId, int],
    given: dict[tuple[GroupId, frozenset[GroupId]], int],
    group: GroupId,
) -> None:
    """Move others to counters that have time, until a group has what it wants or nobody can move.

    Source:
        J. Edmonds, R. M. Karp: Theoretical improvements in algorithmic efficiency for network flow
        problems. Journal of the ACM 19 (1972): shortest augmenting paths.
    """
    while group in wanting:
        path = _path(left, given, group)
        if path is None:
            return
        room = min(
            [
                wanting[group],
                left[path[-1][1]],
                *(given[g, path[i][1]] for i, (g, _) in enumerate(path[1:])),
            ]
        )
        for at, (mover, groups) in enumerate(path):
            given[mover, groups] = given.get((mover, groups), 0) + room
            if at + 1 < len(path):
                given[path[at + 1][0], groups] -= room
        left[path[-1][1]] -= room
        wanting[group] -= room
        if not wanting[group]:
            del wanting[group]


def _path(
    left: dict[frozenset[GroupId], int],
    given: dict[tuple[GroupId, frozenset[GroupId]], int],
    group: GroupId,
) -> list[tuple[GroupId, frozenset[GroupId]]] | None:
    """Return who moves where, the first the group that wants, the last to counters with time."""
    paths: list[list[tuple[GroupId, frozenset[GroupId]]]] = [
        [(group, groups)] for groups in left if group in groups
    ]
    seen = {path[0][1] for path in paths}
    for path in paths:
        groups = path[-1][1]
        if left[groups] > 0:
            return path
        for (other, at), ms in given.items():
            if at == groups and ms > 0:
                for further in left:
                    if other in further and further not in seen:
                        seen.add(further)
                        paths.append([*path, (other, further)])
    return None
