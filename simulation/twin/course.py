"""The course of the twin's day: whatever comes next, in the model's order at one moment."""

import numpy as np

from hall.dispatch.pick import NOBODY
from simulation.staff import NEVER
from simulation.twin.compiled import compiled
from simulation.twin.counters import OFF, bind, freed
from simulation.twin.day import bells, free, look_around, offer_head
from simulation.twin.hall import COUNTER, LINE, MISSED, ROW, STATE, TALLY, Hall, Rule
from simulation.twin.lines import (
    ABANDONED,
    ABSENT,
    CLOSED,
    LEFT_OVER,
    NONE,
    OPEN,
    SERVED,
    begin,
    end,
    state,
    turn,
)
from simulation.visits import Columns

#: At most so many states belong to one call, and to one ring or to one counter's day.
_A_CALL, _A_RING = 3, 2


@compiled
def run(hall: Hall) -> None:
    """Let the whole day pass."""
    _begin(hall)
    tally, rings, arrival = hall.tally[0], hall.rule.rings, hall.people.arrival
    while True:
        bell = rings[tally.ring, 0] if tally.ring < len(rings) else NEVER
        comes = arrival[tally.came] if tally.came < len(arrival) else NEVER
        now = min(bell, tally.backup_at, tally.free_at, comes, tally.returned_at)
        if now == NEVER:
            break
        if bell == now:
            bells(hall, now)
        elif tally.backup_at == now:
            tally.backup_at = NEVER
            look_around(hall, now)
        elif tally.free_at == now:
            free(hall, freed(hall), now)
        elif comes == now:
            _door(hall, now)
        else:
            _back(hall, now)
    _close(hall)


def opened(rule: Rule, people: Columns) -> Hall:
    """Return a hall with room for all that can happen on a day."""
    count, counters = len(people.arrival), rule.pace.shape[0]
    calls = len(people.matter) + count
    states = _A_CALL * calls + _A_RING * (len(rule.rings) + counters)
    return Hall(
        rule,
        people,
        np.empty(len(people.matter), ROW),
        np.empty(len(rule.line_counter), LINE),
        np.zeros(counters, COUNTER),
        np.empty(states, STATE),
        np.empty(np.count_nonzero(people.in_vain), MISSED),
        np.zeros(1, TALLY),
        np.empty(counters, np.int64),
        np.zeros(counters, np.int64),
        np.zeros(counters, np.int64),
        np.zeros(counters, np.bool_),
        np.zeros(counters, np.int64),
        np.zeros(counters, np.int64),
        np.empty((4, states), np.int64),
    )


@compiled
def _begin(hall: Hall) -> None:
    """Put everything where it is before the day."""
    rule, people = hall.rule, hall.people
    count, counters = len(people.arrival), rule.pace.shape[0]
    hall.lines.due[:] = NOBODY
    hall.lines.first[:] = NONE
    hall.lines.last[:] = NONE
    for counter in range(counters):
        here = hall.counters[counter]
        here.usual = here.takes = counter
        here.flexible = rule.flexible[counter]
        here.duty, here.doing = OFF, CLOSED
        here.resting = here.row = NONE
        hall.free_at[counter] = NEVER
    for row in range(count):
        all_ = (1 << people.first[row + 1] - people.first[row]) - 1
        begin(hall, row, row, people.due[row], all_)
        hall.rows[row].limit = people.due[row] + people.patience[row]
        hall.rows[row].in_vain = people.in_vain[row]
    hall.tally[0].rows = count
    tally = hall.tally[0]
    tally.backup_at = tally.returned_at = tally.free_at = NEVER


@compiled
def _door(hall: Hall, now: int) -> None:
    """Let somebody take a ticket."""
    rule, people, row = hall.rule, hall.people, hall.tally[0].came
    hall.tally[0].came += 1
    if people.first[row + 1] - people.first[row] > 1:
        hall.tally[0].several += 1
    group, class_ = rule.group_of[people.matter[people.first[row]]], people.class_[row]
    line = rule.free_line[group, class_]
    if rule.binds:
        counter = bind(hall, line)
        if counter >= 0:
            line = rule.bound_line[group, class_, counter]
        hall.rows[row].counter = rule.line_counter[line]
    offer_head(hall, line, people.due[row], row, now)


@compiled
def _back(hall: Hall, now: int) -> None:
    """Put those who missed their call and come back now in line with the place earned."""
    hall.tally[0].returned_at = NEVER
    for at in range(hall.tally[0].missed):
        missed = hall.missed[at]
        if missed.line == NONE:
            continue
        if missed.back > now:
            hall.tally[0].returned_at = min(hall.tally[0].returned_at, missed.back)
            continue
        line, missed.line = missed.line, NONE
        stop = hall.rows[missed.row]
        stop.limit, stop.outcome, stop.finished = NEVER, OPEN, ABSENT
        offer_head(hall, line, stop.due, missed.row, now)


@compiled
def _close(hall: Hall) -> None:
    """Close the day: what has not ended ends, and the counters close."""
    rows = hall.rows[: hall.tally[0].rows]
    last = max(hall.rule.until_ms, 0)
    for row in range(len(rows)):
        last = max(last, rows[row].finished)
        if rows[row].started != ABSENT and rows[row].outcome == OPEN:
            rows[row].outcome = SERVED
    for line in range(len(hall.lines)):
        _leave(hall, hall.lines[line].first, last)
    for counter in range(len(hall.counters)):
        if hall.counters[counter].doing != CLOSED:
            turn(hall, counter, CLOSED, last)
        if hall.counters[counter].states:
            state(hall, counter, hall.counters[counter].since, ABSENT, CLOSED)
    _sort(hall)


@compiled
def _leave(hall: Hall, row: int, last: int) -> None:
    """Note of all from a row on who still wait that they have left, or are left over."""
    while row != NONE:
        stop = hall.rows[row]
        if stop.limit < last:
            end(hall, row, ABANDONED, stop.limit)
        else:
            end(hall, row, LEFT_OVER, last)
        row = stop.next


@compiled
def _sort(hall: Hall) -> None:
    """Bring the states into the order of a trace: by counter, then by time."""
    place = 0
    for counter in hall.rule.in_order:
        states = hall.counters[counter].states
        hall.counters[counter].states = place
        place += states
    for at in range(place):
        state = hall.states[at]
        place = hall.counters[state.counter].states
        hall.counters[state.counter].states += 1
        hall.sorted[0, place], hall.sorted[1, place] = state.counter, state.since
        hall.sorted[2, place], hall.sorted[3, place] = state.until, state.doing
