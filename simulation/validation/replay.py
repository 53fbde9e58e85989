"""A day that was, run by the model: the same people, the same counters, the model's own calls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hall.domain.identities import WALK_IN, GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.trace import ABSENT, Doing, Outcome, Stops
from hall.measures.measure import Openings
from simulation.calendar import Bell, Calendar, Ring, day_calendar
from simulation.model import simulate
from simulation.past import PastDay
from simulation.plan import PACE, Plan, make_plan
from simulation.validation.places import Lived, Place
from simulation.visits import FOR_EVER, Visits


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """A day ready to be run again, as often as the work is given anew."""

    day: PastDay
    places: Sequence[Place]
    plan: Plan
    visits: Visits

    def run(self, work: Sequence[int]) -> Stops:
        """Return the stops of the day as the model says them.

        They are those that were, row by row, but for the call, the end and how it ended.

        Args:
            work: per place, how long a counter of pace 1 would be taken, without the approach.
        """
        visits = replace(self.visits, work=[(max(1, took),) for took in work])
        said, was = simulate(self.plan, visits).stops, self.day.trace.stops
        called, finished = [ABSENT] * len(was), list(was.finished)
        outcome = list(was.outcome)
        for at, place in enumerate(self.places):
            row = place.row
            if row == ABSENT or called[row] != ABSENT:
                continue
            called[row], finished[row] = said.called[at], said.finished[at]
            if called[row] == ABSENT:
                outcome[row] = said.outcome[at]
            elif was.called[row] == ABSENT:
                outcome[row] = Outcome.SERVED
        columns = {name: getattr(was, name) for name in Stops.__slots__}
        return Stops(**{**columns, "called": called, "finished": finished, "outcome": outcome})


def replay_of(day: PastDay, was: Lived, layout: Layout, *, approach_ms: int = 0) -> Replay:
    """Return a day ready to be run under a layout.

    Args:
        day: the day.
        was: the same, as it was lived.
        layout: knows every group and every counter of the day.
        approach_ms: what the plan adds before each service; 0 when it is part of the work.
    """
    groups = {group.id: at for at, group in enumerate(layout.groups)}
    classes = {rule.id: at for at, rule in enumerate(layout.rule.classes)}
    standing = by_group(layout)
    calendar = day_calendar(standing, day.roster, day.day)
    switches = [ring for ring in calendar.rings if ring.bell is Bell.SWITCH]
    rings = sorted([*switches, *_rings(was, layout, calendar.openings)])
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
        matters=[(groups[place.line.group],) for place in was.places],
        work=[(1,)] * len(was.places),
    )
    return Replay(day=day, places=was.places, plan=plan, visits=visits)


def by_group(layout: Layout) -> Layout:
    """Return the layout with one matter a group, in the order of the groups.

    What somebody came for is in the work that was seen; the model need only know the line.
    """
    like = layout.matters[0]
    matters = [replace(like, code=MatterCode(g.id), group=g.id) for g in layout.groups]
    return replace(layout, matters=tuple(matters))


def observed_work(replay: Replay, usual_ms: Mapping[GroupId, int]) -> list[int]:
    """Return the work of each place as it was seen, at a counter of pace 1.

    Args:
        replay: the day, its plan without an approach of its own.
        usual_ms: what is taken for those who were never called, by the group of their line.
    """
    layout, pace = replay.plan.layout, replay.plan.pace
    counters = {counter.id: at for at, counter in enumerate(layout.counters)}
    found = []
    for place, (group,) in zip(replay.places, replay.visits.matters, strict=True):
        took = place.occupied_ms
        if took == ABSENT or place.counter is None:
            found.append(usual_ms[place.line.group])
        else:
            found.append(unpaced(took, pace[counters[place.counter]][group]))
    return found


def unpaced(took_ms: int, pace: int) -> int:
    """Return the work that takes so long at a pace, as nearly as whole milliseconds can say it."""
    work = (took_ms * PACE + pace // 2) // pace
    return min(
        (work, work - 1, work + 1), key=lambda w: abs((w * pace + PACE // 2) // PACE - took_ms)
    )


def _patience(place: Place) -> int:
    return FOR_EVER if place.left == ABSENT else max(0, place.left - place.due)


def _rings(was: Lived, layout: Layout, openings: Openings) -> Iterator[Ring]:
    """Yield what the clock must do so that the counters are staffed as they were."""
    for at, counter in enumerate(layout.counters):
        states = [(0, Doing.CLOSED), *was.counters.get(counter.id, [])]
        for (_, before), (now, doing) in pairwise(states):
            for bell in _bells(before, doing, is_open=any(a <= now < b for a, b in openings)):
                yield Ring(at_ms=now, bell=bell, counter=at)


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
