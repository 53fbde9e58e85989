"""Lines and records of the twin: who stands where, and what has happened."""

from hall.dispatch.pick import NOBODY
from simulation.twin.compiled import compiled
from simulation.twin.hall import Hall

ABSENT = -1
NONE = -1
#: What counters do, by position in ``DOING`` of the trace.
CLOSED, READY, CALLING, SERVING, PAUSED = range(5)
#: How stops end, by position in ``OUTCOMES`` of the trace.
OPEN, SERVED, QUEUED_AGAIN, NO_SHOW, ABANDONED, LEFT_OVER = range(6)


@compiled
def join(hall: Hall, line: int, due: int, row: int) -> None:
    """Put a row in line, behind all who are due no later."""
    lines, rows, tally = hall.lines[line], hall.rows, hall.tally[0]
    rows[row].order = tally.joined
    tally.joined += 1
    tally.waiting += 1
    before, after = NONE, lines.first
    if after != NONE and rows[lines.last].due <= due:
        before, after = lines.last, NONE
    while after != NONE and rows[after].due <= due:
        before, after = after, rows[after].next
    rows[row].next = after
    if after == NONE:
        lines.last = row
    if before == NONE:
        lines.first, lines.due, lines.order = row, due, rows[row].order
    else:
        rows[before].next = row
    if hall.rule.line_counter[line] != NONE:
        hall.counters[hall.rule.line_counter[line]].waiting += 1


@compiled
def take(hall: Hall, line: int) -> int:
    """Take the head out of a line and return its row."""
    lines, rows = hall.lines[line], hall.rows
    row = lines.first
    head = rows[row].next
    hall.tally[0].waiting -= 1
    lines.first = head
    if head == NONE:
        lines.last, lines.due = NONE, NOBODY
    else:
        lines.due, lines.order = rows[head].due, rows[head].order
    if hall.rule.line_counter[line] != NONE:
        hall.counters[hall.rule.line_counter[line]].waiting -= 1
    return int(row)


@compiled
def state(hall: Hall, counter: int, since: int, until: int, doing: int) -> None:
    """Write down what a counter did for a while."""
    at = hall.tally[0].states
    written = hall.states[at]
    written.counter, written.since, written.until, written.doing = counter, since, until, doing
    hall.tally[0].states = at + 1
    hall.counters[counter].states += 1


@compiled
def occupied(hall: Hall, counter: int, now: int, called_until: int, finished: int) -> None:
    """Write down that a counter calls somebody, and serves them if they come."""
    here = hall.counters[counter]
    if now > here.since:
        state(hall, counter, here.since, now, READY)
    if called_until > now:
        state(hall, counter, now, called_until, CALLING)
    if finished > called_until:
        state(hall, counter, called_until, finished, SERVING)
    here.since = finished


@compiled
def turn(hall: Hall, counter: int, doing: int, now: int) -> None:
    """Note that a counter at which nobody is does something else from now on."""
    here = hall.counters[counter]
    if now > here.since and (here.states or here.doing != CLOSED):
        state(hall, counter, here.since, now, here.doing)
    here.doing = doing
    here.since = max(now, here.since)


@compiled
def end(hall: Hall, row: int, outcome: int, at: int) -> None:
    """Note how a stop ended."""
    hall.rows[row].outcome = outcome
    hall.rows[row].finished = at


@compiled
def next_stop(hall: Hall, row: int, left: int, now: int) -> int:
    """Write down that a citizen is in line for the next stop, due once there; return its row."""
    rows, new = hall.rows, hall.tally[0].rows
    hall.tally[0].rows = new + 1
    rows[row].outcome = QUEUED_AGAIN
    visit = rows[row].visit
    begin(hall, new, visit, now, left)
    group = hall.rule.group_of[rows[new].matter]
    rows[new].due = now + hall.rule.walk[rows[row].counter, group]
    rows[new].stop = rows[row].stop + 1
    rows[new].limit = rows[new].due + hall.people.patience[visit]
    return int(new)


@compiled
def begin(hall: Hall, row: int, visit: int, due: int, open_: int) -> None:
    """Write the first facts of a stop."""
    stop, first = hall.rows[row], hall.people.first[visit]
    stop.visit, stop.stop, stop.due, stop.open = visit, 1, due, open_
    while not open_ & 1:
        open_ >>= 1
        first += 1
    stop.matter = hall.people.matter[first]
    stop.called = stop.again = stop.started = stop.finished = stop.counter = ABSENT
    stop.outcome = OPEN
    stop.in_vain = 0


@compiled
def is_one_of_several(hall: Hall, row: int) -> bool:
    """Whether the visit of a row has, or had, more than one matter."""
    stop = hall.rows[row]
    return bool(stop.open & (stop.open - 1)) or bool(stop.stop > 1)
