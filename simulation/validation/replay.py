"""A day that was, run by the model: the same people, the same counters, the model's own calls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hall.domain.identities import WALK_IN, CounterId
from hall.domain.layout import Layout
from hall.domain.trace import ABSENT, Doing, Outcome, Stops
from hall.measures.measure import Openings
from simulation.calendar import Bell, Calendar, Ring, day_calendar
from simulation.engine import engine
from simulation.past import PastDay
from simulation.plan import Plan, make_plan
from simulation.validation.places import Lived, Place
from simulation.validation.standing import standing_group, standing_layout
from simulation.visits import FOR_EVER, Visits


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """A day ready to be run again, as often as the work is given anew."""

    day: PastDay
    places: Sequence[Place]
    plan: Plan
    visits: Visits

    def run(self, work: Sequence[int], patience: list[int] | None = None) -> Stops:
        """Return the stops of the day as the model says them.

        They are those that were, row by row, but for the call, the end and how it ended.

        Args:
            work: per place, how long a counter of pace 1 would be taken, without the approach.
            patience: per place, how long they would wait; without it, who was called would wait
                for ever.
        """
        visits = replace(
            self.visits,
            work=[(max(1, took),) for took in work],
            patience=self.visits.patience if patience is None else patience,
        )
        said, was = engine()(self.plan, visits).stops, self.day.trace.stops
        called, finished = [ABSENT] * len(was), list(was.finished)
        outcome = list(was.outcome)
        for at, place in enumerate(self.places):
            row = place.row
            if not place.is_waited or called[row] != ABSENT:
                continue
            called[row], finished[row] = said.called[at], said.finished[at]
            if called[row] == ABSENT:
                outcome[row] = said.outcome[at]
            elif was.called[row] == ABSENT:
                outcome[row] = Outcome.SERVED
        columns = {name: getattr(was, name) for name in Stops.__slots__}
        return Stops(**{**columns, "called": called, "finished": finished, "outcome": outcome})


def replay_of(
    day: PastDay, was: Lived, layout: Layout, *, approach_ms: int = 0, is_drawn: bool = False
) -> Replay:
    """Return a day ready to be run under a layout.

    Args:
        day: the day.
        was: the same, as it was lived.
        layout: knows every group and every counter of the day.
        approach_ms: what the plan adds before each service; 0 when it is part of the work.
        is_drawn: whether services will take another time than they took. Then a break that began
            when a citizen was finished begins once whoever is there in the middle of that service
            is: on the mean that is as late.
    """
    classes = {rule.id: at for at, rule in enumerate(layout.rule.classes)}
    standing = standing_layout(layout, [place.line for place in was.places])
    groups = {group.id: at for at, group in enumerate(standing.groups)}
    calendar = day_calendar(standing, day.roster, day.day)
    switches = [ring for ring in calendar.rings if ring.bell is Bell.SWITCH]
    ends = {k: _services(was, k) for k in was.counters} if is_drawn else {}
    rings = sorted([*switches, *_rings(was, layout, calendar.openings, ends)])
    plan = make_plan(
        standing,
        Calendar(openings=calendar.openings, rings=tuple(rings)),
        classes=list(classes),
        approach_ms=approach_ms,
    )
    visits = Visits(
        arrival=[place.joined for place in was.places],
        due=[place.due for place in was.places],
        class_=[classes.get(place.line.class_, classes[WALK_IN]) for place in was.places],
        patience=[_patience(place) for place in was.places],
        matters=[(groups[standing_group(place.line)],) for place in was.places],
        work=[(1,)] * len(was.places),
    )
    return Replay(day=day, places=was.places, plan=plan, visits=visits)


def _patience(place: Place) -> int:
    return FOR_EVER if place.left == ABSENT else max(0, place.left - place.due)


def _services(was: Lived, counter: CounterId) -> dict[int, int]:
    """Return the middle of each service at a counter by its end."""
    return {
        place.ended: (place.called + place.ended) // 2
        for place in was.places
        if place.counter == counter and place.ended != ABSENT
    }


def _rings(
    was: Lived, layout: Layout, openings: Openings, middles: Mapping[CounterId, Mapping[int, int]]
) -> Iterator[Ring]:
    """Yield what the clock must do so that the counters are staffed as they were."""
    for at, counter in enumerate(layout.counters):
        states = was.counters.get(counter.id, [])
        middle = middles.get(counter.id, {})
        if not middles:
            states = _called(states, was.unused.get(counter.id, []))
        for (_, before), (now, doing) in pairwise([(0, Doing.CLOSED), *states]):
            for bell in _bells(before, doing, is_open=any(a <= now < b for a, b in openings)):
                begun = middle.get(now, now) if bell in (Bell.PAUSE, Bell.LEAVE) else now
                yield Ring(at_ms=begun, bell=bell, counter=at)


def _called(
    states: Sequence[tuple[int, Doing]], unused: Sequence[tuple[int, int]]
) -> list[tuple[int, Doing]]:
    """Return the states of a counter that is not ready while its clerk called nobody."""
    changes = dict(states)
    for since, until in unused:
        if changes.pop(since, None) is None:
            changes[since] = Doing.PAUSED
        changes.setdefault(until, Doing.READY)
    return sorted(changes.items())


def _bells(before: Doing, doing: Doing, *, is_open: bool) -> Iterator[Bell]:
    """Yield the bells between two states; at one moment they ring in the order of their kind."""
    if before is Doing.PAUSED:
        yield Bell.RESUME
    if before is Doing.CLOSED:
        yield Bell.OPEN
    if doing is Doing.PAUSED:
        yield Bell.PAUSE
    elif doing is Doing.CLOSED:
        # Whoever closes while the hall is open leaves the rest to others; so does who was away.
        yield Bell.LEAVE if is_open or before is Doing.PAUSED else Bell.CLOSE
