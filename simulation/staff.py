"""Who is at the counters: shifts, breaks, and who waits for somebody to call."""

from bisect import insort
from enum import Enum

from hall.dispatch.pick import NOBODY, pick_counter
from hall.domain.trace import Doing
from simulation.calendar import Bell, Ring
from simulation.plan import NONE, Plan
from simulation.record import Record

NEVER = 2**62


class Duty(Enum):
    """Whether a counter is staffed."""

    #: Nobody is there. 无人
    OFF = 0
    #: Its shift goes on. 在岗
    ON = 1
    #: Its shift is over: only who is bound to it is still served. 下班
    LEAVING = 2
    #: The hall has closed: who waits is still served. 闭厅收尾
    CLOSING = 3


class Staff:
    """The counters as the clock leaves them, and those of them that are idle."""

    def __init__(self, plan: Plan, record: Record) -> None:
        count = len(plan.layout.counters)
        self._plan = plan
        self._record = record
        #: What each counter takes now, and what it would take on duty at this time of day.
        self.takes = list(plan.takes)
        self.usual = list(plan.takes)
        self.duty = [Duty.OFF] * count
        #: Since when each counter should be on a break, or ``NONE``.
        self.resting = [NONE] * count
        #: Counters that wait for somebody to call, in order.
        self.idle: list[int] = []

    def ring(self, ring: Ring) -> bool:
        """Do what the clock does to a counter; return whether that makes it ready to call."""
        counter, bell, now = ring.counter, ring.bell, ring.at_ms
        if bell is Bell.SWITCH:
            self.usual[counter] = self._plan.switched[counter, ring.minute]
        elif bell is Bell.OPEN:
            self.duty[counter] = Duty.ON
        elif bell is Bell.PAUSE:
            self._pause(counter, now)
        elif bell is Bell.RESUME:
            self.resting[counter] = NONE
        else:
            self.duty[counter] = Duty.LEAVING if bell is Bell.LEAVE else Duty.CLOSING
        is_leaving = self.duty[counter] is Duty.LEAVING
        self.takes[counter] = (self._plan.bound_only if is_leaving else self.usual)[counter]
        return self._starts(counter, bell, now)

    def offer(self, line: int, waited: int) -> int:
        """Return the idle counter to which the head of a line goes, or ``NONE``."""
        takes, since = self.takes, self._record.since
        after = [takes[counter].after_ms[line] for counter in self.idle]
        early = self._plan.early[line]
        able = [a >= 0 and (waited >= a or (early and a == 0)) for a in after]
        flexible = [takes[counter].flexible for counter in self.idle]
        best = pick_counter(able, flexible, [since[counter] for counter in self.idle])
        return self.idle[best] if best >= 0 else NONE

    def in_turn(self) -> list[int]:
        """Return the idle counters in the order in which they would be picked."""
        takes, since = self.takes, self._record.since
        return sorted(self.idle, key=lambda counter: (takes[counter].flexible, since[counter]))

    def next_backup(self, due: list[int], now: int) -> int:
        """Return when the next head will have waited so long that an idle counter helps out."""
        return min(
            (
                due[line] + after
                for counter in self.idle
                for line, after in self.takes[counter].later
                if due[line] != NOBODY and due[line] + after > now
            ),
            default=NEVER,
        )

    def on_duty(self, counter: int) -> bool:
        """Whether tickets may be bound to a counter."""
        return self.duty[counter] is Duty.ON and self.resting[counter] == NONE

    def go_home(self, now: int, *, several: int) -> None:
        """Close the idle counters that nobody can need any more today.

        Args:
            now: the time.
            several: how many visits in the hall may still need a further stop.
        """
        for counter in self.idle.copy():
            duty = self.duty[counter]
            if duty is Duty.LEAVING or (duty is Duty.CLOSING and not several):
                self.idle.remove(counter)
                self.duty[counter] = Duty.OFF
                self._record.turn(counter, Doing.CLOSED, now)

    def wait(self, counter: int) -> None:
        """Note that a counter has nobody to call."""
        insort(self.idle, counter)

    def _pause(self, counter: int, now: int) -> None:
        """Send a counter on its break, at once if nobody is there."""
        self.resting[counter] = now
        if counter in self.idle:
            self.idle.remove(counter)
            self._record.turn(counter, Doing.PAUSED, now)

    def _starts(self, counter: int, bell: Bell, now: int) -> bool:
        """Make a counter ready if the bell ends its absence."""
        absence = {Bell.OPEN: Doing.CLOSED, Bell.RESUME: Doing.PAUSED}.get(bell)
        if absence is None or self._record.doing[counter] is not absence:
            return False
        self._record.turn(counter, Doing.READY, now)
        return True
