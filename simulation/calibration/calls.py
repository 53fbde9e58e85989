"""What was seen of citizens when they were called: there, not there, left."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulation.streams import Reals, Wholes


class Seen(IntEnum):
    """What was seen of a citizen's first call, or instead of it."""

    #: Came when called. 到窗
    CAME = 0
    #: Did not come, and not later either. 过号未回
    MISSED = 1
    #: Did not come, but came back. 过号后返回
    CAME_BACK = 2
    #: Was found to have left when called. 叫号时已离开
    GONE = 3
    #: Left, and it is known when. 已告知离开
    LEFT = 4
    #: Was never called, and is not known to have left. 未叫到
    NOT_CALLED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """First calls, a row each; times in minutes."""

    seen: Wholes
    #: From being due to the call; to the leaving of who left; to the end of the day.
    wait: Reals
    #: Of calls that nobody answered: how long the hall was open after that.
    open_after: Reals
    #: Of those who came back: how long after that.
    back: Reals
    #: Of those who were called and not there: how long the counter waited.
    lost: Reals

    def of(self, *kinds: Seen) -> "Calls":
        """Return the rows of some kinds."""
        return self.where(np.isin(self.seen, kinds))

    def where(self, rows: NDArray[np.bool_]) -> "Calls":
        """Return some of the rows."""
        return Calls(**{each.name: getattr(self, each.name)[rows] for each in fields(Calls)})

    def count(self, *kinds: Seen) -> int:
        """Return how many rows are of some kinds."""
        return int(np.isin(self.seen, kinds).sum())
