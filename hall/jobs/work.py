"""What is due by the clock: each job asks first and acts only if there is something to do.

Correctness never waits for a job: the first ticket opens the day by itself, and every other job
only does what a person could do as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hall.context import Change, View
from hall.domain.hours import is_open, openings_of
from hall.domain.layout import Policy
from hall.domain.tickets import Status
from hall.operations.call import call_automatically
from hall.operations.day import FORGOTTEN, close_day, open_day
from hall.operations.ending import end_what_is_over, over
from hall.operations.rollout import activate_due, something_is_due
from hall.operations.serve import expire_calls
from hall.operations.waitlist import see_to_waitlist, waitlist_is_due

#: How long after the last closing the day is closed even if somebody seems to be left.
GRACE = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something that is done in every hall whenever it is due."""

    name: str
    #: How often to ask whether it is due, and how late that may be asked.
    every: timedelta
    is_due: Callable[[View], bool]
    do: Callable[[Change], object]


def day_begins(view: View) -> bool:
    """Whether the hall is open by its hours and its day is not; one closed by hand stays closed."""
    layout = view.layout
    today = view.today
    return today not in (view.day, view.last_day) and is_open(layout.hours, layout.zone, view.now)


def day_ends(view: View) -> bool:
    """Whether the last opening of the day is over and nobody is left, or it is very late."""
    if view.day is None:
        return False
    last = last_closing(view, view.day)
    if last is None:
        return False
    return view.now >= last + GRACE or (view.now >= last and not somebody_is_left(view))


def last_closing(view: View, day: date) -> datetime | None:
    """Return when the hall closes for the last time on ``day``; nothing if it never opens."""
    openings = openings_of(view.layout.hours, view.layout.zone, day)
    return openings[-1].until if openings else None


def somebody_is_left(view: View) -> bool:
    """Whether somebody still waits, is being served, or is held."""
    at_counters, waiting = view.all_at_counters(), view.lines()
    return bool(at_counters or waiting or view.with_status(Status.HELD, limit=1))


def end_day(change: Change) -> None:
    """Close the day, and what was left at a counter with it."""
    close_day(change, reason=FORGOTTEN if change.all_at_counters() else "day_end")


def somebody_did_not_come(view: View) -> bool:
    """Whether a citizen was called often enough, and long enough ago."""
    rule = view.layout.rule
    return any(
        ticket.status is Status.CALLED
        and ticket.calls >= rule.calls
        and ticket.announced_at is not None
        and view.now - ticket.announced_at >= rule.no_show_after
        for ticket, _ in view.all_at_counters()
    )


def calls_by_itself(view: View) -> bool:
    """Whether the hall calls for its clerks, and somebody waits."""
    return (
        view.layout.rule.policy is Policy.AUTOMATIC and view.day is not None and bool(view.lines())
    )


def bookings_are_over(view: View) -> bool:
    """Whether a hold has run out, a day went by, or a time is free for who waits."""
    return bool(over(view)) or waitlist_is_due(view)


def see_to_bookings(change: Change) -> None:
    """Write down what is over, and offer what came free."""
    end_what_is_over(change)
    see_to_waitlist(change)


JOBS = (
    Job(name="open_day", every=timedelta(seconds=20), is_due=day_begins, do=open_day),
    Job(
        name="layouts",
        every=timedelta(seconds=20),
        is_due=something_is_due,
        do=activate_due,
    ),
    Job(name="close_day", every=timedelta(seconds=20), is_due=day_ends, do=end_day),
    Job(
        name="no_shows",
        every=timedelta(seconds=5),
        is_due=somebody_did_not_come,
        do=expire_calls,
    ),
    Job(
        name="automatic_calls",
        every=timedelta(seconds=1),
        is_due=calls_by_itself,
        do=call_automatically,
    ),
    Job(
        name="bookings",
        every=timedelta(seconds=30),
        is_due=bookings_are_over,
        do=see_to_bookings,
    ),
)
