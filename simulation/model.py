"""The reference model in SimPy: one process per counter, one for the door, one for the bells."""

from functools import partial
from itertools import groupby

from simpy import Environment
from simpy.events import Event, ProcessGenerator

from hall.dispatch.pick import bind_to_shortest, pick_line
from hall.domain.layout import Policy
from hall.domain.trace import ABSENT, Doing, Trace
from simulation.lines import Lines
from simulation.moment import Moment
from simulation.plan import BINDING, NONE, Plan
from simulation.record import Record
from simulation.staff import NEVER, Duty, Staff
from simulation.stop import Left, paced, split
from simulation.visits import Visits

#: What happens at one moment happens in this order: bells, backups, counters, the door, returns.
_BELL, _BACKUP, _COUNTER = 0, 1, 2
# Looking a member up in its enumeration would cost more than all that is done with it.
_ON = Duty.ON


def simulate(plan: Plan, visits: Visits) -> Trace:
    """Return what happens when these visits come to this hall.

    Times are whole milliseconds. Nothing here is random: everything was drawn with the visits.
    Whoever has waited longer than the own patience has left, which shows at the call.
    """
    return _Model(plan, visits).run()


class _Model:
    """A day of a hall as it goes on."""

    def __init__(self, plan: Plan, visits: Visits) -> None:
        count = len(plan.layout.counters)
        self.plan = plan
        self.visits = visits
        self.begins = min([0, *(ring.at_ms for ring in plan.calendar.rings)])
        self.env = Environment(self.begins)
        self.lines = Lines(len(plan.lines))
        self.record = Record(plan, visits)
        self.staff = Staff(plan, self.record)
        #: Per row, how long its matters take at a counter of pace 1, and until when it waits.
        self.work = visits.work.copy()
        self.limit = [due + wait for due, wait in zip(visits.due, visits.patience, strict=True)]
        #: Per row, how long a counter that calls waits in vain; 0 when they come.
        self.in_vain = visits.in_vain.copy() or [0] * len(visits)
        #: When the hall closes for the day; nobody comes back after that.
        self.closes = max((until for _, until in plan.calendar.openings), default=NEVER)
        #: Per counter, the row of the stop that is there, or ``NONE``, and what it leaves.
        self.row = [NONE] * count
        self.left: list[Left | None] = [None] * count
        #: Per counter, the moment from which it may call again.
        self.free = [Moment(self.env, _COUNTER + counter) for counter in range(count)]
        #: Per counter, how many tickets were bound to it today.
        self.bound = [0] * count
        #: How many visits may still need a further stop.
        self.several = 0
        self.backup_at = NEVER
        self.has_backup = any(takes.later for takes in (*plan.takes, *plan.switched.values()))

    def run(self) -> Trace:
        """Run to the end of the day and return its trace."""
        for counter in range(len(self.free)):
            self.env.process(self._counter(counter))
        self.env.process(self._bells())
        self.env.process(self._door())
        self.env.run()
        return self._trace()

    def _counter(self, counter: int) -> ProcessGenerator:
        """Call whenever the counter may call again."""
        free = self.free[counter]
        while True:
            now: int = yield free.again()
            row, left = self.row[counter], self.left[counter]
            self.row[counter] = NONE
            if left is not None:
                self.left[counter] = None
                self._queue_again(counter, row, left, now)
                if self.plan.pause_ms:
                    free.at(now, now + self.plan.pause_ms)
                    continue
            self._ready(counter, now)

    def _door(self) -> ProcessGenerator:
        """Let everybody take a ticket when they come."""
        came = Moment(self.env, _COUNTER + len(self.free))
        visits, free_line, group_of = self.visits, self.plan.free_line, self.plan.group_of_matter
        binds = self.plan.layout.rule.policy in BINDING
        now = self.begins
        rows = zip(visits.arrival, visits.due, visits.matters, visits.class_, strict=True)
        for row, (at, due, matters, class_) in enumerate(rows):
            if at > now:
                came.at(now, at)
                now = yield came.again()
            if len(matters) > 1:
                self.several += 1
            line = free_line[group_of[matters[0]]][class_]
            if binds:
                line = self._bind(line, group_of[matters[0]], class_)
                self.record.bind(row, self.plan.lines[line].counter)
            self._join(line, due, row, now)

    def _bells(self) -> ProcessGenerator:
        """Do what the clock does, all of one moment at once."""
        bell, now, pause = Moment(self.env, _BELL), self.begins, self.plan.pause_ms
        for at, rings in groupby(self.plan.calendar.rings, key=lambda ring: ring.at_ms):
            if at > now:
                bell.at(now, at)
                now = yield bell.again()
            for ring in rings:
                if not self.staff.ring(ring):
                    continue
                if pause:
                    self.free[ring.counter].at(now, now + pause)
                else:
                    self.staff.wait(ring.counter)
            self._look_around(now)

    def _ready(self, counter: int, now: int) -> None:
        """Let a counter at which nobody is call, rest, leave or wait."""
        staff = self.staff
        if staff.resting[counter] != NONE:
            self.record.turn(counter, Doing.PAUSED, staff.resting[counter])
        elif not self._call_next(counter, now):
            staff.wait(counter)
            if staff.duty[counter] is not _ON:
                staff.go_home(now, several=self.several)
            elif self.has_backup:
                self._watch(now)

    def _look_around(self, now: int) -> None:
        """Let all who wait for somebody to call see whether there is somebody now."""
        for counter in self.staff.in_turn():
            if counter in self.staff.idle:
                self._try(counter, now)
        self.staff.go_home(now, several=self.several)
        if self.has_backup:
            self._watch(now)

    def _try(self, counter: int, now: int) -> None:
        """Let an idle counter call, if there is anybody to call."""
        self.staff.idle.remove(counter)
        if not self._call_next(counter, now):
            self.staff.wait(counter)

    def _bind(self, free: int, group: int, class_: int) -> int:
        """Return the line of the counter to which the policy binds a new ticket."""
        able = [k for k, takes in enumerate(self.staff.usual) if takes.after_ms[free] == 0]
        chosen = [k for k in able if self.staff.on_duty(k)] or able
        in_turn = self.plan.layout.rule.policy is Policy.BOUND_AT_ISSUE
        load = self.bound if in_turn else self._loads()
        best = bind_to_shortest([True] * len(chosen), [load[k] for k in chosen])
        if best < 0:
            return free
        self.bound[chosen[best]] += 1
        return self.plan.bound_line[group][class_][chosen[best]]

    def _loads(self) -> list[int]:
        """Return how many stand bound to each counter or are there."""
        load = [int(row != NONE) for row in self.row]
        for by_class in self.plan.bound_line:
            for by_counter in by_class:
                for counter, line in enumerate(by_counter):
                    load[counter] += self.lines.length(line) if line != NONE else 0
        return load

    def _join(self, line: int, due: int, row: int, now: int) -> None:
        """Put a stop in line, and let an idle counter know that can call it."""
        self.lines.join(line, due, row)
        if not self.staff.idle:
            return
        counter = self.staff.offer(line, now - self.lines.due[line])
        if counter != NONE:
            self._try(counter, now)
        if self.has_backup:
            self._watch(now)

    def _call_next(self, counter: int, now: int) -> bool:
        """Call whom the rule says; those who have left are passed over."""
        lines = self.lines
        terms = self.staff.takes[counter].terms
        while True:
            line = pick_line(terms, lines.due, lines.order, now)
            if line < 0:
                return False
            row = lines.take(line)
            if now <= self.limit[row]:
                if self.in_vain[row]:
                    self._miss(counter, row, line, now)
                else:
                    self._call(counter, row, now)
                return True
            if self.plan.in_vain_ms:
                self._find_gone(counter, row, now)
                return True
            self.record.leave(row, self.limit[row])
            self._gone(row, now)

    def _call(self, counter: int, row: int, now: int) -> None:
        matters = self.record.matters[row]
        if len(matters) > 1:
            groups = self.staff.usual[counter].groups
            took, left = split(self.plan, counter, groups, matters, self.work[row])
            self.left[counter] = left
        else:
            took = paced(self.work[row][0], self.plan.pace[counter][matters[0]])
            left = None
        finished = now + self.plan.approach_ms + took
        self.row[counter] = row
        self.record.call(counter, row, now, finished)
        if left is not None:
            self.free[counter].at(now, finished)
            return
        self.free[counter].at(now, finished + self.plan.pause_ms)
        if self.several:
            self._gone(row, now)

    def _find_gone(self, counter: int, row: int, now: int) -> None:
        """Call somebody who has left, which takes a while to find out."""
        ended = now + self.plan.in_vain_ms
        self.row[counter] = row
        self.record.call_in_vain(counter, row, now, ended)
        self.free[counter].at(now, ended + self.plan.pause_ms)
        self._gone(row, now)

    def _miss(self, counter: int, row: int, line: int, now: int) -> None:
        """Call somebody who is not there, and may come back."""
        ended = now + self.in_vain[row]
        back = ended + self.visits.back[row]
        comes = back < self.closes
        self.in_vain[row] = 0
        self.row[counter] = row
        self.record.miss(counter, row, now, ended, back if comes else ABSENT)
        self.free[counter].at(now, ended + self.plan.pause_ms)
        if comes:
            door = Moment(self.env, _COUNTER + len(self.free) + 1)
            door.callbacks.append(partial(self._come_back, row, line))
            door.at(now, back)
        else:
            self._gone(row, now)

    def _come_back(self, row: int, line: int, _: Event) -> None:
        """Put somebody who missed the call in line with the place earned; now they stay."""
        self.limit[row] = NEVER
        self.record.come_back(row)
        self._join(self.plan.line_again[line], self.record.due[row], row, int(self.env.now))

    def _queue_again(self, counter: int, row: int, left: Left, now: int) -> None:
        """Put a citizen in line for the next stop, due once they are there."""
        matters, work = left
        group = self.plan.group_of_matter[matters[0]]
        due = now + self.plan.walk_ms[counter][group]
        again = self.record.again(row, matters, due)
        self.work.append(work)
        self.in_vain.append(0)
        self.limit.append(due + self.visits.patience[self.record.visit[row]])
        class_ = self.plan.class_again[self.visits.class_[self.record.visit[row]]]
        self._join(self.plan.free_line[group][class_], due, again, now)

    def _gone(self, row: int, now: int) -> None:
        """Note that the visit of a row will need no further stop."""
        if not self.several or not self.record.is_one_of_several(row):
            return
        self.several -= 1
        if not self.several:
            self.staff.go_home(now, several=0)

    def _watch(self, now: int) -> None:
        """Ring when the next head has waited so long that an idle counter helps out."""
        at = self.staff.next_backup(self.lines.due, now)
        if at < self.backup_at:
            self.backup_at = at
            bell = Moment(self.env, _BACKUP)
            bell.callbacks.append(self._backup)
            bell.at(now, at)

    def _backup(self, _: Event) -> None:
        self.backup_at = NEVER
        self._look_around(int(self.env.now))

    def _trace(self) -> Trace:
        """Close the day: whoever still waits has left, or is left over."""
        record = self.record
        end = max([0, *record.finished, *(until for _, until in self.plan.calendar.openings)])
        for row in self.lines.rest():
            if self.limit[row] < end:
                record.leave(row, self.limit[row])
            else:
                record.close(row, end)
        return record.trace(end)
