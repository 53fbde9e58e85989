"""Writing the trace of a simulated day: the model decides, this remembers."""

from typing import Any

from hall.domain.identities import CounterId, TicketId
from hall.domain.trace import ABSENT, Doing, Missed, Outcome, States, Stops, Trace
from simulation.plan import Plan
from simulation.visits import Visits

# Looking a member up in its enumeration would cost more than all that is done with it.
_READY, _CALLING, _SERVING = Doing.READY, Doing.CALLING, Doing.SERVING
_OPEN = Outcome.OPEN
#: How many items of a flat list of states belong to one state.
_ITEMS = 3


class Record:
    """The stops and states of a day in the making; a visit's first stop has the visit's row."""

    def __init__(self, plan: Plan, visits: Visits) -> None:
        count = len(visits)
        self._plan = plan
        self._visits = visits
        #: Per row, whose stop it is.
        self.visit = list(range(count))
        self.stop = [1] * count
        self.due = visits.due.copy()
        self.called = [ABSENT] * count
        self.finished = [ABSENT] * count
        self.outcome = [Outcome.OPEN] * count
        #: Calls that nobody answered: row, counter, when, until when, when they come back.
        self.missed: list[tuple[int, int, int, int, int]] = []
        #: Per row, the first call where nobody answered it.
        self.first_call: dict[int, int] = {}
        #: Per row, the counter that called or to which it is bound, or ``ABSENT``.
        self.counter = [ABSENT] * count
        #: Per row, the matters that are open when the stop begins.
        self.matters = visits.matters.copy()
        counters = plan.layout.counters
        self._approach_ms = plan.approach_ms
        self._ids = [counter.id for counter in counters]
        #: Per counter, its states in a row: since, until, doing, since, until, doing, and so on.
        self._states: list[list[Any]] = [[] for _ in counters]
        #: Per counter, what it does while nobody is there, and since when.
        self.doing = [Doing.CLOSED] * len(counters)
        self.since = [0] * len(counters)

    def call(self, counter: int, row: int, now: int, finished: int) -> None:
        """Note that a citizen is called now, and all that follows from it."""
        self.called[row] = now
        self.finished[row] = finished
        self.counter[row] = counter
        since = self.since[counter]
        states = self._states[counter]
        if now > since:
            states += (since, now, _READY)
        if self._approach_ms:
            started = now + self._approach_ms
            states += (now, started, _CALLING, started, finished, _SERVING)
        else:
            states += (now, finished, _SERVING)
        self.since[counter] = finished

    def call_in_vain(self, counter: int, row: int, now: int, ended: int) -> None:
        """Note that a counter calls and waits, and nobody comes: whoever it was has left."""
        self.first_call.setdefault(row, now)
        self.finished[row] = ended
        self.outcome[row] = Outcome.ABANDONED
        self.counter[row] = counter
        since, states = self.since[counter], self._states[counter]
        if now > since:
            states += (since, now, _READY)
        states += (now, ended, _CALLING)
        self.since[counter] = ended

    def miss(self, counter: int, row: int, now: int, ended: int, back: int) -> None:
        """Note that somebody misses the call, who comes back at ``back`` or, ``ABSENT``, never."""
        self.call_in_vain(counter, row, now, ended)
        self.outcome[row] = Outcome.NO_SHOW
        self.missed.append((row, counter, now, ended, back))

    def come_back(self, row: int) -> None:
        """Note that the stop of somebody who missed the call goes on."""
        self.finished[row] = ABSENT
        self.outcome[row] = Outcome.OPEN

    def turn(self, counter: int, doing: Doing, now: int) -> None:
        """Note that a counter at which nobody is does something else from now on."""
        before, since, states = self.doing[counter], self.since[counter], self._states[counter]
        if now > since and (states or before is not Doing.CLOSED):
            states += (since, now, before)
        self.doing[counter] = doing
        self.since[counter] = max(now, since)

    def again(self, row: int, matters: tuple[int, ...], due: int) -> int:
        """Note that the citizen of ``row`` is in line for a next stop; return its row."""
        self.outcome[row] = Outcome.QUEUED_AGAIN
        self.visit.append(self.visit[row])
        self.stop.append(self.stop[row] + 1)
        self.due.append(due)
        self.called.append(ABSENT)
        self.finished.append(ABSENT)
        self.outcome.append(Outcome.OPEN)
        self.counter.append(ABSENT)
        self.matters.append(matters)
        return len(self.visit) - 1

    def is_one_of_several(self, row: int) -> bool:
        """Whether the visit of ``row`` has, or had, more than one matter."""
        return len(self.matters[row]) > 1 or self.stop[row] > 1

    def bind(self, row: int, counter: CounterId | None) -> None:
        """Note to which counter a ticket is bound."""
        self.counter[row] = ABSENT if counter is None else self._ids.index(counter)

    def leave(self, row: int, at: int) -> None:
        """Note that the citizen of ``row`` left when the patience was over."""
        self.finished[row] = at
        self.outcome[row] = Outcome.ABANDONED

    def close(self, row: int, now: int) -> None:
        """Note that a ticket is left over at the end of the day."""
        self.finished[row] = now
        self.outcome[row] = Outcome.CLOSED

    def trace(self, end: int) -> Trace:
        """Return the trace of the day that ended at ``end``; what is open then is closed."""
        for counter, doing in enumerate(self.doing):
            if doing is not Doing.CLOSED:
                self.turn(counter, Doing.CLOSED, end)
        stops, missed = self._stops(), self._missed()
        for row, called in self.first_call.items():
            stops.called[row] = called
        if len(self.visit) > len(self._visits):
            stops = _in_order(stops)
        return Trace(stops=stops, states=self._all_states(), missed=missed)

    def _missed(self) -> Missed:
        """Return the calls that nobody answered; only first stops miss one, and only once."""
        found = Missed()
        for row, counter, called, ended, back in sorted(self.missed, key=lambda m: (m[3], m[0])):
            ticket = TicketId(str(self.visit[row] + 1))
            where = self._ids[counter]
            found.add(ticket=ticket, stop=1, counter=where, called=called, ended=ended)
            found.back[-1] = back
            found.again[-1] = self.called[row]
        return found

    def _stops(self) -> Stops:
        layout, visits = self._plan.layout, self._visits
        classes = [rule.id for rule in layout.rule.classes]
        codes = [matter.code for matter in layout.matters]
        groups = [matter.group for matter in layout.matters]
        names = list(map(TicketId, map(str, range(1, len(visits) + 1))))
        wanted = {every: tuple(codes[matter] for matter in every) for every in set(self.matters)}
        ids: list[CounterId | None] = [*self._ids, None]
        approach, served = self._approach_ms, Outcome.SERVED
        return Stops(
            ticket=[names[visit] for visit in self.visit],
            stop=self.stop,
            issued=[visits.arrival[visit] for visit in self.visit],
            due=self.due,
            called=self.called,
            started=[ABSENT if called == ABSENT else called + approach for called in self.called],
            finished=self.finished,
            outcome=[
                served if called != ABSENT and outcome is _OPEN else outcome
                for called, outcome in zip(self.called, self.outcome, strict=True)
            ],
            class_=[classes[visits.class_[visit]] for visit in self.visit],
            group=[groups[matters[0]] for matters in self.matters],
            counter=[ids[counter] for counter in self.counter],
            matters=[wanted[matters] for matters in self.matters],
        )

    def _all_states(self) -> States:
        states = States()
        for counter in sorted(range(len(self._ids)), key=self._ids.__getitem__):
            items = self._states[counter]
            if not items:
                continue
            items += (self.since[counter], ABSENT, Doing.CLOSED)
            states.counter.extend([self._ids[counter]] * (len(items) // _ITEMS))
            states.since.extend(items[0::_ITEMS])
            states.until.extend(items[1::_ITEMS])
            states.doing.extend(items[2::_ITEMS])
        return states


def _in_order(stops: Stops) -> Stops:
    """Return the stops in the order in which they began: a next one with the end of that before it.

    At one moment, next stops come first.
    """
    began, ended = [], dict(zip(stops.ticket, stops.issued, strict=True))
    for ticket, stop, finished in zip(stops.ticket, stops.stop, stops.finished, strict=True):
        began.append((ended[ticket], stop == 1))
        ended[ticket] = finished
    order = sorted(range(len(stops)), key=began.__getitem__)
    return Stops(
        **{
            name: [column[row] for row in order]
            for name in Stops.__slots__
            for column in (getattr(stops, name),)
        }
    )
