"""A hall as arrays: what the layout says, who comes, and how things stand."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.streams import Wholes
from simulation.visits import Columns

Flags = NDArray[np.bool_]
#: Arrays of records, whose columns are attributes for numba.
Records = Any


def _record(*names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in names])


#: A stop of a visit: ``called`` is its first call, ``again`` the one at which it was served;
#: ``open`` has a bit for each matter of the visit that is not done, ``matter`` is the first.
ROW = _record(
    *("visit", "stop", "due", "called", "again", "started", "finished", "outcome", "counter"),
    *("open", "matter", "limit", "in_vain", "next", "order"),
)
#: A line: its head's due and order as ``pick_line`` wants them, its first and last row.
LINE = _record("due", "order", "first", "last")
#: A counter; ``row`` is who is there, ``left`` has a bit for each matter left for a next stop.
COUNTER = _record(
    *("usual", "takes", "duty", "resting", "doing", "since", "idle"),
    *("row", "left", "bound", "waiting", "states", "flexible"),
)
#: A state of a counter, as in a trace.
STATE = _record("counter", "since", "until", "doing")
#: A call that nobody answered; ``line`` is where they stand again at ``back``, if they come back.
MISSED = _record("row", "counter", "called", "ended", "back", "line")
#: How many there are so far, and what is next.
TALLY = _record(
    *("rows", "joined", "waiting", "states", "missed", "returning", "returned_at"),
    *("several", "idle", "backup_at", "ring", "came", "free", "free_at"),
)


class Rule(NamedTuple):
    """What the plan of a day says."""

    #: Per line: its counter or -1, the line of those who come back, whether it is called early.
    line_counter: Wholes
    line_again: Wholes
    line_early: Flags
    free_line: Wholes
    bound_line: Wholes
    class_again: Wholes
    #: Per counter and group, how long it takes from there to a next stop.
    walk: Wholes
    group_of: Wholes
    pace: Wholes
    #: Counters in the order of a trace.
    in_order: Wholes
    #: Sets of terms: of each counter usually, of each for those bound to it, then switched ones.
    first_term: Wholes
    term_line: Wholes
    term_rank: Wholes
    term_head_start: Wholes
    term_weight: Wholes
    term_after: Wholes
    term_early: Flags
    first_later: Wholes
    later_line: Wholes
    later_after: Wholes
    #: Per set: after what wait each line is taken or -1, which groups are taken, and how many.
    after: Wholes
    groups: Flags
    flexible: Wholes
    #: When, which bell, at which counter, and which set a switch brings.
    rings: Wholes
    approach_ms: int
    pause_ms: int
    in_vain_ms: int
    #: Nobody comes back after that; and the moment at which the day is over at the earliest.
    closes_ms: int
    until_ms: int
    #: 0: nobody is bound; 1: to the counter whose turn it is; 2: to the shortest queue.
    binds: int
    has_backup: bool


class Hall(NamedTuple):
    """Everything at a moment of a day."""

    rule: Rule
    people: Columns
    rows: Records
    lines: Records
    counters: Records
    states: Records
    missed: Records
    tally: Records
    #: Per counter, when it may call again.
    free_at: Wholes
    #: The idle counters, in order; the others on the list are of no account.
    idle: Wholes
    #: For choosing among counters: which they are, whether they can be chosen, and why.
    asked: Wholes
    able: Flags
    flexible: Wholes
    since: Wholes
    #: At the end, the states in the order of a trace: counter, since, until, doing.
    sorted: Wholes
