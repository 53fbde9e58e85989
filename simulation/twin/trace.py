"""The end of the twin's day as a trace."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hall.domain.identities import MatterCode, TicketId
from hall.domain.trace import Doing, Missed, Outcome, States, Stops, Trace
from simulation.plan import Plan
from simulation.streams import Wholes
from simulation.twin.hall import ROW, Hall
from simulation.visits import Visits

Things = NDArray[np.object_]
#: As ``simulation.twin.lines`` counts them.
_DOING = (Doing.CLOSED, Doing.READY, Doing.CALLING, Doing.SERVING, Doing.PAUSED)
_OUTCOMES = (
    *(Outcome.OPEN, Outcome.SERVED, Outcome.QUEUED_AGAIN),
    *(Outcome.NO_SHOW, Outcome.ABANDONED, Outcome.CLOSED),
)


def things(values: Sequence[Any]) -> Things:
    """Return objects as an array, to be looked up by many positions at once."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


DOING, OUTCOMES = things(_DOING), things(_OUTCOMES)


class Names:
    """The ids of a plan's layout, to be looked up by position; the last is nothing."""

    def __init__(self, plan: Plan) -> None:
        layout = plan.layout
        self.counters = things([*(counter.id for counter in layout.counters), None])
        self.classes = things([rule.id for rule in layout.rule.classes])
        self.groups = things([matter.group for matter in layout.matters])
        self.codes = [matter.code for matter in layout.matters]
        self.single = things([(code,) for code in self.codes] or [()])
        self.several = Several(self.codes)


class Several(dict[tuple[tuple[int, ...], int], tuple[MatterCode, ...]]):
    """The codes of those matters of a visit that are open, which has a bit for each."""

    def __init__(self, codes: Sequence[MatterCode]) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, key: tuple[tuple[int, ...], int]) -> tuple[MatterCode, ...]:
        matters, open_ = key
        self[key] = tuple(self._codes[m] for bit, m in enumerate(matters) if open_ >> bit & 1)
        return self[key]


def trace_of(names: Names, visits: Visits, hall: Hall) -> Trace:
    """Return what happened."""
    return Trace(
        stops=_stops(names, visits, hall),
        states=_states(names, hall),
        missed=_missed(names, visits, hall),
    )


def _stops(names: Names, visits: Visits, hall: Hall) -> Stops:
    rows, people = hall.rows[: hall.tally[0]["rows"]], hall.people
    visit, issued, due = rows["visit"], visits.arrival, visits.due
    tickets, stop = _tickets(len(visits)), [1] * len(visits)
    if len(rows) > len(visits):
        # In the order in which they began, a next one with the end of that before it; at one
        # moment, next stops come first.
        place = visit * (rows["stop"].max() + 1) + rows["stop"]
        ended = np.zeros(place.max() + 1, np.int64)
        ended[place] = rows["finished"]
        is_first = rows["stop"] == 1
        began = np.where(is_first, 2 * people.arrival[visit] + 1, 2 * ended[place - 1])
        order = np.argsort(began, kind="stable")
        rows = rows.view(np.int64).reshape(len(rows), -1)[order].view(ROW)[:, 0]
        visit = rows["visit"]
        issued, due = people.arrival[visit].tolist(), rows["due"].tolist()
        tickets, stop = tickets[visit], rows["stop"].tolist()
    matter = rows["matter"]
    return Stops(
        ticket=tickets.tolist(),
        stop=stop,
        issued=issued.copy(),
        due=due.copy(),
        called=rows["called"].tolist(),
        started=rows["started"].tolist(),
        finished=rows["finished"].tolist(),
        outcome=OUTCOMES[rows["outcome"]].tolist(),
        class_=names.classes[people.class_[visit]].tolist(),
        group=names.groups[matter].tolist(),
        counter=names.counters[rows["counter"]].tolist(),
        matters=_matters(names, visits, rows, matter),
    )


def _matters(names: Names, visits: Visits, rows: Any, first_matter: Wholes) -> list[Any]:
    """Return the open matters of each stop."""
    found: list[Any] = names.single[first_matter].tolist()
    several = np.flatnonzero(rows["open"] & (rows["open"] - 1))
    pairs = zip(rows["visit"][several].tolist(), rows["open"][several].tolist(), strict=True)
    known, matters = names.several, visits.matters
    for at, (visit, open_) in zip(several.tolist(), pairs, strict=True):
        found[at] = known[matters[visit], open_]
    return found


def _states(names: Names, hall: Hall) -> States:
    """Return the states by counter, and by time; each begins where the one before it ends."""
    counter, began, ended, doing = hall.sorted[:, : hall.tally[0]["states"]]
    until = ended.tolist()
    states = States(since=[0, *until][:-1], until=until, doing=DOING[doing].tolist())
    firsts = np.flatnonzero(np.diff(counter, prepend=-1))
    lengths = np.diff(firsts, append=len(until)).tolist()
    rows = zip(firsts.tolist(), lengths, counter[firsts].tolist(), strict=True)
    for (first, length, which), begins in zip(rows, began[firsts].tolist(), strict=True):
        states.counter.extend([names.counters[which]] * length)
        states.since[first] = begins
    return states


def _missed(names: Names, visits: Visits, hall: Hall) -> Missed:
    missed = hall.missed[: hall.tally[0]["missed"]]
    missed = missed[np.lexsort((missed["row"], missed["ended"]))]
    return Missed(
        ticket=_tickets(len(visits))[missed["row"]].tolist(),
        stop=[1] * len(missed),
        counter=names.counters[missed["counter"]].tolist(),
        called=missed["called"].tolist(),
        ended=missed["ended"].tolist(),
        back=missed["back"].tolist(),
        again=hall.rows["again"][missed["row"]].tolist(),
    )


@lru_cache(maxsize=8)
def _tickets(count: int) -> Things:
    return things([TicketId(str(at)) for at in range(1, count + 1)])
