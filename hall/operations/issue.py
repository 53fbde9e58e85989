"""Issuing a ticket: a number, a place in a line, an honest word about the wait."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hall.dispatch.expect import expect
from hall.dispatch.outlook import Outlook
from hall.dispatch.pick import bind_to_shortest
from hall.dispatch.rule import able
from hall.domain import moments
from hall.domain.actors import Role
from hall.domain.appointments import Appointment
from hall.domain.counters import CounterState
from hall.domain.hours import openings_of
from hall.domain.identities import (
    RETURNED,
    WALK_IN,
    BundleId,
    ClassId,
    CounterId,
    GroupId,
    MatterCode,
)
from hall.domain.layout import Policy
from hall.domain.tickets import Line, Ticket
from hall.operations.day import ensure_open
from hall.store.change import Change

#: Roles that give themselves a number; they only walk in.
SELF_SERVED = frozenset({Role.CITIZEN, Role.KIOSK})
MOST_MATTERS = 10


class UnknownMatter(Exception):
    """The active layout has no such matter or bundle."""


class MatterMissing(Exception):
    """No matter was named, and the hall has no group for just a number."""


class TooManyMatters(Exception):
    """A visit has at most ``MOST_MATTERS`` matters."""


class ClassNotAllowed(Exception):
    """This actor may not give this class."""


class DailyLimitReached(Exception):
    """Today's tickets for this matter are used up."""


class NoMoreTicketsToday(Exception):
    """Whoever takes a number now would not be called before closing time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A new ticket, the secret of its slip, and what the citizen was told about the wait."""

    ticket: Ticket
    secret: str
    outlook: Outlook | None

    @property
    def ahead(self) -> int | None:
        """How many people stand before them, where that can be said."""
        return None if self.outlook is None else self.outlook.ahead

    @property
    def estimate(self) -> dict[str, int] | None:
        """The announced range in minutes, where one can be said."""
        return None if self.outlook is None else self.outlook.in_minutes()


def issue_ticket(
    change: Change,
    *,
    matters: tuple[MatterCode, ...] = (),
    bundle: BundleId | None = None,
    class_: ClassId | None = None,
) -> Issued:
    """Issue a ticket for some matters, a bundle, or just a number of the general group."""
    ensure_open(change)  # a day that opens may open under another layout
    class_ = _checked_class(change, class_ or WALK_IN)
    group, matters = _wanted(change, matters, bundle)
    _count(change, matters)
    line = _line(change, group, class_)
    expected = expect(change, line)
    _refuse_hopeless(change, expected)
    return _issue(change, line, matters, expected, due_at=change.now)


def issue_booked(
    change: Change, appointment: Appointment, *, class_: ClassId, due_at: datetime
) -> Issued:
    """Issue the ticket of somebody who booked: in the same lines, due at its time."""
    ensure_open(change)
    matters = tuple(code for code in appointment.matters if code in change.layout.matter_of)
    group, matters = _wanted(change, matters, None)
    assert change.day is not None  # noqa: S101
    for code in matters:  # nobody who booked is turned away because others took numbers
        change.count_issued(change.day, code)
    line = _line(change, group, class_)
    expected = expect(change, line, due_ms=moments.to_ms(due_at))
    return _issue(change, line, matters, expected, due_at=due_at, appointment=appointment.id)


def _count(change: Change, matters: tuple[MatterCode, ...]) -> None:
    """Count the matters of a new ticket, as far as there are any left today."""
    assert change.day is not None  # noqa: S101
    for code in matters:
        limit = change.layout.matter_of[code].daily_limit
        if change.count_issued(change.day, code) > (limit or 10**9):
            raise DailyLimitReached(code)


def _issue(
    change: Change,
    line: Line,
    matters: tuple[MatterCode, ...],
    expected: Outlook | None,
    *,
    due_at: datetime,
    appointment: str | None = None,
) -> Issued:
    day = change.day
    assert day is not None  # noqa: S101
    number = change.new_number(day, change.layout.group_of[line.group].prefix)
    secret = secrets.token_urlsafe(9)
    ticket = change.issue(
        number=number,
        secret=secret,
        appointment=appointment,
        details={
            "day": day.isoformat(),
            "class": line.class_,
            "line": line.key,
            "matters": list(matters),
            "due_at": moments.written(due_at),
            **_announced(expected),
        },
    )
    return Issued(ticket=ticket, secret=secret, outlook=expected)


def _announced(expected: Outlook | None) -> dict[str, Any]:
    """Return what the journal keeps of an announcement, so that it can be scored."""
    if expected is None:
        return {"ahead": None, "estimate": None, "outlook_ms": None}
    return {
        "ahead": expected.ahead,
        "estimate": expected.in_minutes(),
        "outlook_ms": [expected.low_ms, expected.likely_ms, expected.high_ms],
        "uncorrected_ms": list(expected.uncorrected_ms),
        "plain_ms": expected.plain_ms,
    }


def _checked_class(change: Change, class_: ClassId) -> ClassId:
    known = class_ in change.layout.class_of and class_ != RETURNED
    if not known or (change.by.role in SELF_SERVED and class_ != WALK_IN):
        raise ClassNotAllowed(class_)
    return class_


def _wanted(
    change: Change, matters: tuple[MatterCode, ...], bundle: BundleId | None
) -> tuple[GroupId, tuple[MatterCode, ...]]:
    """Return the group of the visit's first stop, and its matters without doubles."""
    layout = change.layout
    if bundle is not None:
        if bundle not in layout.bundle_of:
            raise UnknownMatter(bundle)
        matters = (*layout.bundle_of[bundle].matters, *matters)
    matters = tuple(dict.fromkeys(matters))
    for code in matters:
        if code not in layout.matter_of:
            raise UnknownMatter(code)
    if len(matters) > MOST_MATTERS:
        raise TooManyMatters(str(len(matters)))
    if matters:
        return layout.matter_of[matters[0]].group, matters
    if layout.general_group is None:
        raise MatterMissing
    return layout.general_group, ()


def _line(change: Change, group: GroupId, class_: ClassId) -> Line:
    """Return the line a new ticket joins; some policies bind it to one counter."""
    policy = change.layout.rule.policy
    if policy not in (Policy.SHORTEST_QUEUE, Policy.BOUND_AT_ISSUE):
        return Line(group=group, class_=class_)
    open_ = {c.id for c in change.counters_now().values() if c.state is CounterState.READY}
    takers = able(change.layout, group, class_, minute=change.minute)
    chosen = [counter for counter in takers if counter in open_] or takers
    loads = _loads(change, policy)
    best = bind_to_shortest([True] * len(chosen), [loads.get(c, 0) for c in chosen])
    return Line(group=group, class_=class_, counter=chosen[best] if best >= 0 else None)


def _loads(change: Change, policy: Policy) -> dict[CounterId, int]:
    assert change.day is not None  # noqa: S101
    if policy is Policy.BOUND_AT_ISSUE:
        return change.bound_on(change.day)
    loads: dict[CounterId, int] = {}
    for waiting in change.lines():
        if waiting.line.counter:
            loads[waiting.line.counter] = loads.get(waiting.line.counter, 0) + waiting.waiting
    for ticket, _ in change.all_at_counters():
        if ticket.counter:
            loads[ticket.counter] = loads.get(ticket.counter, 0) + 1
    return loads


def _refuse_hopeless(change: Change, expected: Outlook | None) -> None:
    """Refuse who gives themselves a number that would not be called before closing time."""
    if change.by.role not in SELF_SERVED or expected is None:
        return
    assert change.day is not None  # noqa: S101
    openings = openings_of(change.layout.hours, change.layout.zone, change.day)
    closing = openings[-1].until if openings else None
    if closing is not None and change.now_ms + expected.likely_ms > moments.to_ms(closing):
        raise NoMoreTicketsToday
