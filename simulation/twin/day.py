"""What happens at the twin's counters: calls, stops, calls in vain."""

from collections.abc import Callable

from hall.dispatch.pick import pick_line
from simulation.plan import PACE
from simulation.twin.compiled import compiled
from simulation.twin.counters import (
    ON,
    ask,
    first_in_turn,
    free_at,
    go_home,
    offer,
    ring,
    stop_waiting,
    wait,
    watch,
)
from simulation.twin.hall import Hall
from simulation.twin.lines import (
    ABANDONED,
    ABSENT,
    NO_SHOW,
    NONE,
    PAUSED,
    end,
    is_one_of_several,
    join,
    next_stop,
    occupied,
    take,
    turn,
)

_pick_line: Callable[..., int] = compiled(pick_line)


@compiled
def gone(hall: Hall, row: int, now: int) -> None:
    """Note that the visit of a row will need no further stop."""
    if hall.tally[0].several and is_one_of_several(hall, row):
        hall.tally[0].several -= 1
        if not hall.tally[0].several:
            go_home(hall, now)


@compiled
def serve(hall: Hall, counter: int, row: int, now: int) -> None:
    """Call somebody who comes and is served."""
    rule, people, here, stop = hall.rule, hall.people, hall.counters[counter], hall.rows[row]
    first, took, left = people.first[stop.visit], 0, 0
    group = rule.group_of[stop.matter]
    for bit in range(people.first[stop.visit + 1] - first):
        if not stop.open >> bit & 1:
            continue
        matter, work = people.matter[first + bit], people.work[first + bit]
        if rule.group_of[matter] == group or rule.groups[here.usual, rule.group_of[matter]]:
            pace = rule.pace[counter, matter]
            took += work if pace == PACE else max((work * pace + PACE // 2) // PACE, 1)
        else:
            left |= 1 << bit
    started = now + rule.approach_ms
    finished = started + took
    if stop.called == ABSENT:
        stop.called = now
    stop.again, stop.started, stop.finished, stop.counter = now, started, finished, counter
    here.row, here.left = row, left
    occupied(hall, counter, now, started, finished)
    free_at(hall, counter, finished if left else finished + rule.pause_ms)
    if not left:
        gone(hall, row, now)


@compiled
def call_in_vain(hall: Hall, counter: int, row: int, now: int, until: int) -> None:
    """Call somebody who does not come."""
    stop, here = hall.rows[row], hall.counters[counter]
    if stop.called == ABSENT:
        stop.called = now
    stop.counter = counter
    here.row = row
    occupied(hall, counter, now, until, until)
    free_at(hall, counter, until + hall.rule.pause_ms)


@compiled
def miss(hall: Hall, counter: int, row: int, line: int, now: int) -> None:
    """Call somebody who is not there, and may come back."""
    stop, tally = hall.rows[row], hall.tally[0]
    ended = now + stop.in_vain
    back = ended + hall.people.back[stop.visit]
    stop.in_vain = 0
    call_in_vain(hall, counter, row, now, ended)
    end(hall, row, NO_SHOW, ended)
    missed = hall.missed[tally.missed]
    tally.missed += 1
    missed.row, missed.counter, missed.called, missed.ended = row, counter, now, ended
    missed.line, missed.back = NONE, ABSENT
    if back < hall.rule.closes_ms:
        missed.line, missed.back = hall.rule.line_again[line], back
        tally.returned_at = min(tally.returned_at, back)
    else:
        gone(hall, row, now)


@compiled
def best_line(hall: Hall, counter: int, now: int) -> int:
    """Return the line whose head a counter would call, or ``NONE``."""
    rule, takes = hall.rule, hall.counters[counter].takes
    since, until = rule.first_term[takes], rule.first_term[takes + 1]
    terms = zip(  # noqa: B905 - numba knows no other
        rule.term_line[since:until],
        rule.term_rank[since:until],
        rule.term_head_start[since:until],
        rule.term_weight[since:until],
        rule.term_after[since:until],
        rule.term_early[since:until],
    )
    return _pick_line(terms, hall.lines.due, hall.lines.order, now)


@compiled
def call_next(hall: Hall, counter: int, now: int) -> bool:
    """Call whom the rule says; those who have left are passed over."""
    while hall.tally[0].waiting:
        line = best_line(hall, counter, now)
        if line < 0:
            return False
        row = take(hall, line)
        limit = hall.rows[row].limit
        if now <= limit and hall.rows[row].in_vain:
            miss(hall, counter, row, line, now)
            return True
        if now <= limit:
            serve(hall, counter, row, now)
            return True
        until = now + hall.rule.in_vain_ms
        if until > now:
            call_in_vain(hall, counter, row, now, until)
            end(hall, row, ABANDONED, until)
            gone(hall, row, now)
            return True
        end(hall, row, ABANDONED, limit)
        gone(hall, row, now)
    return False


@compiled
def offer_head(hall: Hall, line: int, due: int, row: int, now: int) -> None:
    """Put a row in line, and let an idle counter know that can call."""
    join(hall, line, due, row)
    if not hall.tally[0].idle:
        return
    counter = offer(hall, line, now)
    if counter >= 0:
        try_to_call(hall, counter, now)
    if hall.rule.has_backup:
        watch(hall, now)


@compiled
def try_to_call(hall: Hall, counter: int, now: int) -> None:
    """Let an idle counter call, if there is anybody to call."""
    stop_waiting(hall, counter)
    if not call_next(hall, counter, now):
        wait(hall, counter)


@compiled
def look_around(hall: Hall, now: int) -> None:
    """Let all idle counters that now have somebody to call do so, in turn."""
    count = hall.tally[0].idle if hall.tally[0].waiting else 0
    ask(hall)
    for at in range(count):
        # Who has nobody now has nobody after the others' calls: behind a head all are due later.
        hall.able[at] = best_line(hall, hall.asked[at], now) >= 0
    while True:
        at = first_in_turn(hall, count)
        if at < 0:
            break
        hall.able[at] = False
        if hall.counters[hall.asked[at]].idle:
            try_to_call(hall, hall.asked[at], now)
    go_home(hall, now)
    if hall.rule.has_backup:
        watch(hall, now)


@compiled
def bells(hall: Hall, now: int) -> None:
    """Do all that the clock does at one moment."""
    rings, tally = hall.rule.rings, hall.tally[0]
    while tally.ring < len(rings) and rings[tally.ring, 0] <= now:
        at = tally.ring
        counter = rings[at, 2]
        tally.ring += 1
        if not ring(hall, rings[at, 1], counter, rings[at, 3], now):
            continue
        if hall.rule.pause_ms:
            free_at(hall, counter, now + hall.rule.pause_ms)
        else:
            wait(hall, counter)
    look_around(hall, now)


@compiled
def free(hall: Hall, counter: int, now: int) -> None:
    """Let a counter that is free call, rest, leave or wait."""
    here, rule = hall.counters[counter], hall.rule
    row, left = here.row, here.left
    here.row, here.left = NONE, 0
    if left:
        again(hall, row, left, now)
        if rule.pause_ms:
            free_at(hall, counter, now + rule.pause_ms)
            return
    if here.resting != NONE:
        turn(hall, counter, PAUSED, here.resting)
    elif not call_next(hall, counter, now):
        wait(hall, counter)
        if here.duty != ON:
            go_home(hall, now)
        elif rule.has_backup:
            watch(hall, now)


@compiled
def again(hall: Hall, row: int, left: int, now: int) -> None:
    """Put a citizen in line for the next stop."""
    new = next_stop(hall, row, left, now)
    group = hall.rule.group_of[hall.rows[new].matter]
    class_ = hall.rule.class_again[hall.people.class_[hall.rows[row].visit]]
    offer_head(hall, hall.rule.free_line[group, class_], hall.rows[new].due, new, now)
