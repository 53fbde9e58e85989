"""Moments on SimPy's clock, without a process or a timeout for each."""

from simpy import Environment
from simpy.events import Event, EventPriority


class Moment(Event):
    """An event that is put on the clock by whoever knows when, with its rank at equal times.

    Its value is the time. It can be used again: ``again`` before each time somebody waits for it.
    """

    def __init__(self, env: Environment, rank: int) -> None:
        super().__init__(env)
        self._ok = True
        self._rank = EventPriority(rank)

    def at(self, now: int, then: int) -> None:
        """Let the event happen at ``then``."""
        self._value = then
        self.env.schedule(self, self._rank, then - now)

    def again(self) -> "Moment":
        """Return the event for somebody to wait for, once more."""
        self.callbacks = []
        return self
