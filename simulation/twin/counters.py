"""Counters of the twin: who is idle, who helps out, who goes home."""

from collections.abc import Callable

from hall.dispatch.pick import NOBODY, bind_to_shortest, pick_counter
from simulation.calendar import Bell
from simulation.staff import NEVER, Duty
from simulation.twin.compiled import compiled
from simulation.twin.hall import Hall
from simulation.twin.lines import CLOSED, NONE, PAUSED, READY, turn

_SWITCH, _RESUME, _LEAVE = int(Bell.SWITCH), int(Bell.RESUME), int(Bell.LEAVE)
_OPEN, _PAUSE = int(Bell.OPEN), int(Bell.PAUSE)
OFF, ON, LEAVING, CLOSING = (
    Duty.OFF.value,
    Duty.ON.value,
    Duty.LEAVING.value,
    Duty.CLOSING.value,
)
_pick_counter: Callable[..., int] = compiled(pick_counter)
_bind_to_shortest: Callable[..., int] = compiled(bind_to_shortest)


@compiled
def wait(hall: Hall, counter: int) -> None:
    """Note that a counter waits for somebody to call; those who do stand in order."""
    at = hall.tally[0].idle
    hall.tally[0].idle += 1
    while at > 0 and hall.idle[at - 1] > counter:
        hall.idle[at] = hall.idle[at - 1]
        at -= 1
    hall.idle[at] = counter
    hall.counters[counter].idle = 1


@compiled
def stop_waiting(hall: Hall, counter: int) -> None:
    """Note that a counter waits no more."""
    tally, kept = hall.tally[0], 0
    for at in range(tally.idle):
        hall.idle[kept] = hall.idle[at]
        kept += hall.idle[at] != counter
    tally.idle = kept
    hall.counters[counter].idle = 0


@compiled
def ring(hall: Hall, bell: int, counter: int, switched: int, now: int) -> bool:
    """Do what the clock does to a counter; return whether that makes it ready to call."""
    here = hall.counters[counter]
    if bell == _SWITCH:
        here.usual = switched
    elif bell == _OPEN:
        here.duty = ON
    elif bell == _PAUSE:
        here.resting = now
        if here.idle:
            stop_waiting(hall, counter)
            turn(hall, counter, PAUSED, now)
    elif bell == _RESUME:
        here.resting = NONE
    else:
        here.duty = LEAVING if bell == _LEAVE else CLOSING
    bound_only = len(hall.counters) + counter
    here.takes = bound_only if here.duty == LEAVING else here.usual
    here.flexible = hall.rule.flexible[here.takes]
    opens = bell == _OPEN and here.doing == CLOSED
    if opens or (bell == _RESUME and here.doing == PAUSED):
        turn(hall, counter, READY, now)
        return True
    return False


@compiled
def ask(hall: Hall) -> None:
    """Let the idle counters stand for choosing among them."""
    for at in range(hall.tally[0].idle):
        here = hall.counters[hall.idle[at]]
        hall.asked[at], hall.flexible[at], hall.since[at] = hall.idle[at], here.flexible, here.since


@compiled
def first_in_turn(hall: Hall, count: int) -> int:
    """Return the place of the one that is picked among those asked who are able, or ``NONE``."""
    return _pick_counter(hall.able[:count], hall.flexible[:count], hall.since[:count])


@compiled
def offer(hall: Hall, line: int, now: int) -> int:
    """Return the idle counter to which the head of a line goes, or ``NONE``."""
    waited, early = now - hall.lines[line].due, hall.rule.line_early[line]
    count = hall.tally[0].idle
    ask(hall)
    for at in range(count):
        after = hall.rule.after[hall.counters[hall.idle[at]].takes, line]
        hall.able[at] = after >= 0 and (waited >= after or (early and after == 0))
    best = first_in_turn(hall, count)
    return int(hall.idle[best]) if best >= 0 else NONE


@compiled
def bind(hall: Hall, free: int) -> int:
    """Return the counter to which a new ticket is bound, or ``NONE``."""
    in_turn, on_duty = hall.rule.binds == 1, 0
    for counter in range(len(hall.counters)):
        here = hall.counters[counter]
        hall.able[counter] = hall.rule.after[here.usual, free] == 0
        if hall.able[counter] and here.duty == ON and here.resting == NONE:
            on_duty += 1
        if not in_turn:
            here.bound = here.waiting + (here.row != NONE)
    for counter in range(len(hall.counters)):
        here = hall.counters[counter]
        if on_duty and (here.duty != ON or here.resting != NONE):
            hall.able[counter] = False
    best = _bind_to_shortest(hall.able, hall.counters.bound)
    if best >= 0:
        hall.counters[best].bound += 1
    return best


@compiled
def go_home(hall: Hall, now: int) -> None:
    """Close the idle counters that nobody can need any more today."""
    for at in range(hall.tally[0].idle - 1, -1, -1):
        counter = hall.idle[at]
        here = hall.counters[counter]
        if here.duty == LEAVING or (here.duty == CLOSING and not hall.tally[0].several):
            stop_waiting(hall, counter)
            here.duty = OFF
            turn(hall, counter, CLOSED, now)


@compiled
def watch(hall: Hall, now: int) -> None:
    """Note when the next head will have waited so long that an idle counter helps out."""
    rule, lines = hall.rule, hall.lines
    best = hall.tally[0].backup_at
    for place in range(hall.tally[0].idle if hall.tally[0].waiting else 0):
        takes = hall.counters[hall.idle[place]].takes
        for at in range(rule.first_later[takes], rule.first_later[takes + 1]):
            due = lines[rule.later_line[at]].due
            if due != NOBODY and now < due + rule.later_after[at] < best:
                best = due + rule.later_after[at]
    hall.tally[0].backup_at = best


@compiled
def free_at(hall: Hall, counter: int, at: int) -> None:
    """Note when a counter may call again; at one moment the first of the layout goes first."""
    tally = hall.tally[0]
    hall.free_at[counter] = at
    if at < tally.free_at or (at == tally.free_at and counter < tally.free):
        tally.free_at, tally.free = at, counter


@compiled
def freed(hall: Hall) -> int:
    """Return the counter that is free now, and note which one will be next."""
    tally = hall.tally[0]
    now = tally.free
    hall.free_at[now] = NEVER
    best, first = NEVER, 0
    for counter in range(len(hall.free_at)):
        if hall.free_at[counter] < best:
            best, first = hall.free_at[counter], counter
    tally.free_at, tally.free = best, first
    return int(now)
