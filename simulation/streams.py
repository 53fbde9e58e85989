"""Streams of random numbers, one for each cause, so that none disturbs another."""

import zlib
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Wholes = NDArray[np.int64]


class Purpose(IntEnum):
    """What a stream is for."""

    #: How busy the whole day is. 日总量
    DAY_FACTOR = 0
    #: When citizens come. 到达
    ARRIVALS = 1
    #: In which class. 类别
    CLASS = 2
    #: For how many matters, and for which first. 事项
    MATTERS = 3
    #: For which further matters. 其他事项
    FURTHER = 4
    #: How long their matters take. 办理时长
    EFFORT = 5
    #: How long they would wait. 耐心
    PATIENCE = 6
    #: Which slots are booked, and who does not come. 预约
    BOOKING = 7
    #: How punctual those who booked are. 守时
    PUNCTUALITY = 8
    #: Who is not there when called. 过号
    NO_SHOW = 9
    #: Who of them comes back, and when. 过号返回
    RETURN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Which day of which replication is drawn; the same key always draws the same people."""

    seed: int
    replication: int
    day: int

    def stream(self, purpose: Purpose, flow: str = "", part: int = 0) -> np.random.Generator:
        """Return the random numbers for one purpose and one flow of visits.

        The nth visit of a flow takes the nth number of each of its streams. So another layout, a
        longer list of days or more replications meet the same people, and a scenario with more
        demand meets the same people and some more.
        """
        cause = (purpose, part, zlib.crc32(flow.encode()))
        sequence = np.random.SeedSequence((self.seed, self.replication, self.day, *cause))
        return np.random.Generator(np.random.PCG64(sequence))
