"""Writing the trace of a simulated day: the model decides, this remembers."""

from hall.domain.identities import CounterId, TicketId
from hall.domain.trace import ABSENT, Doing, Outcome, States, Stops, Trace
from simulation.plan import Plan
from simulation.visits import Visits


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
        self.started = [ABSENT] * count
        self.finished = [ABSENT] * count
        self.outcome = [Outcome.OPEN] * count
        self.counter: list[CounterId | None] = [None] * count
        #: Per row, the matters that are open when the stop begins.
        self.matters = visits.matters.copy()
        counters = plan.layout.counters
        self._ids = [counter.id for counter in counters]
        self._states: list[list[tuple[int, int, Doing]]] = [[] for _ in counters]
        #: Per counter, what it does while nobody is there, and since when.
        self.doing = [Doing.CLOSED] * len(counters)
        self.since = [0] * len(counters)

    def call(self, counter: int, row: int, now: int, finished: int) -> None:
        """Note that a citizen is called now, and all that follows from it."""
        started = now + self._plan.approach_ms
        self.called[row] = now
        self.started[row] = started
        self.finished[row] = finished
        self.outcome[row] = Outcome.SERVED
        self.counter[row] = self._ids[counter]
        states = self._states[counter]
        if now > self.since[counter]:
            states.append((self.since[counter], now, Doing.READY))
        if started > now:
            states.append((now, started, Doing.CALLING))
        states.append((started, finished, Doing.SERVING))
        self.since[counter] = finished

    def turn(self, counter: int, doing: Doing, now: int) -> None:
        """Note that a counter at which nobody is does something else from now on."""
        before, since, states = self.doing[counter], self.since[counter], self._states[counter]
        if now > since and (states or before is not Doing.CLOSED):
            states.append((since, now, before))
        self.doing[counter] = doing
        self.since[counter] = max(now, since)

    def again(self, row: int, matters: tuple[int, ...], now: int) -> int:
        """Note that the citizen of ``row`` is in line for a next stop; return its row."""
        self.outcome[row] = Outcome.QUEUED_AGAIN
        self.visit.append(self.visit[row])
        self.stop.append(self.stop[row] + 1)
        self.due.append(now)
        self.called.append(ABSENT)
        self.started.append(ABSENT)
        self.finished.append(ABSENT)
        self.outcome.append(Outcome.OPEN)
        self.counter.append(None)
        self.matters.append(matters)
        return len(self.visit) - 1

    def is_one_of_several(self, row: int) -> bool:
        """Whether the visit of ``row`` has, or had, more than one matter."""
        return len(self.matters[row]) > 1 or self.stop[row] > 1

    def leave(self, row: int, patience: int) -> None:
        """Note that the citizen of ``row`` left once the patience was over."""
        self.finished[row] = self.due[row] + patience
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
        stops = self._stops()
        if len(self.visit) > len(self._visits):
            stops = _in_order(stops)
        return Trace(stops=stops, states=self._all_states())

    def _stops(self) -> Stops:
        layout, visits = self._plan.layout, self._visits
        classes = [rule.id for rule in layout.rule.classes]
        codes = [matter.code for matter in layout.matters]
        groups = [matter.group for matter in layout.matters]
        names = [TicketId(str(visit + 1)) for visit in range(len(visits))]
        return Stops(
            ticket=[names[visit] for visit in self.visit],
            stop=self.stop,
            issued=[visits.arrival[visit] for visit in self.visit],
            due=self.due,
            called=self.called,
            started=self.started,
            finished=self.finished,
            outcome=self.outcome,
            class_=[classes[visits.class_[visit]] for visit in self.visit],
            group=[groups[matters[0]] for matters in self.matters],
            counter=self.counter,
            matters=[tuple([codes[matter] for matter in matters]) for matters in self.matters],
        )

    def _all_states(self) -> States:
        states = States()
        for counter in sorted(range(len(self._ids)), key=self._ids.__getitem__):
            rows = self._states[counter]
            if not rows:
                continue
            rows.append((self.since[counter], ABSENT, Doing.CLOSED))
            states.counter.extend([self._ids[counter]] * len(rows))
            states.since.extend([since for since, _, _ in rows])
            states.until.extend([until for _, until, _ in rows])
            states.doing.extend([doing for _, _, doing in rows])
        return states


def _in_order(stops: Stops) -> Stops:
    """Return the stops in the order in which they began; at one moment, next stops come first."""

    def began(row: int) -> tuple[int, bool]:
        is_first = stops.stop[row] == 1
        return (stops.issued if is_first else stops.due)[row], is_first

    order = sorted(range(len(stops)), key=began)
    return Stops(
        **{
            name: [column[row] for row in order]
            for name in Stops.__slots__
            for column in (getattr(stops, name),)
        }
    )
