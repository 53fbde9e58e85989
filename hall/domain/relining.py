"""What a new layout does to the day that is under way: who changes lines, what stands in its way.

Nobody loses a place: a ticket keeps the moment from which it waits, and ties stay as they were.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hall.domain.counters import CounterNow, CounterState
from hall.domain.identities import WALK_IN, GroupId, MatterCode
from hall.domain.layout import Layout, Name, Policy
from hall.domain.tickets import AT_COUNTER, Line, Status, Ticket
from hall.domain.wording import plain

#: Policies that bind a ticket to a counter when it is issued.
BINDING = frozenset({Policy.SHORTEST_QUEUE, Policy.BOUND_AT_ISSUE})
#: Statuses in which somebody at a certain counter has to do with the ticket.
_AT_HAND = AT_COUNTER | {Status.HELD}
#: A matter or group that is missing, or a counter, in words; and the tickets that need it.
_Want = tuple[Name, Name, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relining:
    """What one layout in the place of another does to the tickets and counters of a moment."""

    #: Tickets that stand in another line then, the first due first.
    moves: tuple[tuple[Ticket, Line], ...] = ()
    #: Counters that are open, idle, and not there any more.
    closes: tuple[CounterNow, ...] = ()
    #: Why it cannot be, one sentence each; none if it can.
    obstacles: tuple[Name, ...] = ()


def relining(
    before: Layout, after: Layout, tickets: Sequence[Ticket], counters: Iterable[CounterNow]
) -> Relining:
    """Return what putting ``after`` in the place of ``before`` does now.

    Args:
        before: the layout in force.
        after: the one that is to be.
        tickets: every ticket whose visit is not over.
        counters: every counter as it stands.
    """
    wants = [want for ticket in tickets for want in _wants(before, after, ticket)]
    if wants:
        return Relining(obstacles=tuple(_told(wants)))
    ordered = sorted(tickets, key=lambda ticket: (ticket.due_at, ticket.placed))
    lines = [(ticket, line_under(before, after, ticket)) for ticket in ordered]
    gone = [now for now in counters if now.id not in after.counter_of]
    return Relining(
        moves=tuple((ticket, line) for ticket, line in lines if line != ticket.line),
        closes=tuple(now for now in gone if now.state is not CounterState.CLOSED),
    )


def line_under(before: Layout, after: Layout, ticket: Ticket) -> Line:
    """Return the line of a ticket under the new layout; its matters and group must be there.

    Who stands in line for a matter follows it into its new group; who was sent to another group
    stays with that group. A ticket is free of a counter that is gone or does not take the group
    any more, and of every counter when the new layout does not bind at issue and the old one did.
    """
    line = ticket.line
    here = [code for code in ticket.open_matters if _group_of(before, code) == line.group]
    group = after.matter_of[here[0]].group if here else line.group
    if group not in after.group_of:
        group = after.matter_of[ticket.open_matters[0]].group
    class_ = line.class_ if line.class_ in after.class_of else WALK_IN
    freed = before.rule.policy in BINDING and after.rule.policy not in BINDING
    counter = after.counter_of.get(line.counter) if line.counter and not freed else None
    bound = counter is not None and group in counter.ever_takes()
    return Line(group=group, class_=class_, counter=line.counter if bound else None)


def _group_of(layout: Layout, code: MatterCode) -> GroupId | None:
    matter = layout.matter_of.get(code)
    return matter.group if matter else None


def _wants(before: Layout, after: Layout, ticket: Ticket) -> Iterator[_Want]:
    """Yield what a ticket needs and the new layout does not have."""
    for code in ticket.open_matters:
        if code not in after.matter_of:
            known = before.matter_of.get(code)
            yield Name(zh="事项", en="Matter"), known.name if known else plain(code), ticket.number
    if not ticket.open_matters and ticket.line.group not in after.group_of:
        group = before.group_of.get(ticket.line.group)
        name = group.name if group else plain(ticket.line.group)
        yield Name(zh="事项类别", en="Group"), name, ticket.number
    if ticket.status in _AT_HAND and ticket.counter not in after.counter_of:
        yield Name(zh="窗口", en="Counter"), plain(ticket.counter), ticket.number


def _told(wants: list[_Want]) -> Iterator[Name]:
    """Yield one sentence for each thing that is missing, with the tickets that need it."""
    by_thing = sorted(wants, key=lambda want: (want[0].en, want[1].en))
    for (what, name), some in groupby(by_thing, key=lambda want: want[:2]):
        numbers = [number for _, _, number in some]
        yield Name(
            zh=f"新方案没有{what.zh}“{name.zh}”，{'、'.join(numbers)} 还需要",
            en=f"{what.en} “{name.en}” is not in the new layout and {', '.join(numbers)} "
            f"still {'needs' if len(numbers) == 1 else 'need'} it",
        )
