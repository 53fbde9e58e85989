"""Days that a hall has behind it: simulated, and written into its journal as if they had been."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import insert, update

from hall.context import Change, Context
from hall.domain.actors import SYSTEM
from hall.domain.events import Event, EventName
from hall.domain.evolution import issued
from hall.domain.identities import HallId
from hall.domain.roster import Roster
from hall.domain.tickets import Status
from hall.domain.trace import Trace
from hall.store import tables as t
from hall.store.rows import event_row, ticket_row
from simulation.journal import journal
from simulation.run import Runner
from simulation.studio.starts import open_days
from simulation.studio.typed import typed_scenario


def days_before(context: Context, hall: HallId, count: int) -> list[date]:
    """Return the last open days of a hall before today, the first first."""
    layout = context.ask(hall, lambda view: view.layout)
    today = context.now().astimezone(layout.zone).date()
    known = open_days(layout, today - timedelta(days=3 * count + 7), most=4 * count + 14)
    return [day for day in known if day < today][-count:]


def live_through(context: Context, hall: HallId, days: Sequence[date], *, visitors: int) -> None:
    """Let a hall live through some days: so many people come on each, and are served."""
    layout = context.ask(hall, lambda view: view.layout)
    runner = Runner(typed_scenario(layout, Roster(), visitors=visitors, days=days))
    for at, day in enumerate(days):
        trace = runner.trace(1, 0, at)

        def keep(change: Change, day: date = day, trace: Trace = trace) -> None:
            events = journal(layout, trace, day=day, after=change.journal(after=0)[-1])
            _write(change, events, day)

        context.perform(hall, keep, by=SYSTEM)


def _write(change: Change, events: Sequence[Event], day: date) -> None:
    """Write a day's events behind the last one, with the tickets that they leave."""
    hall, last = change.hall, events[-1]
    tickets = [
        replace(issued(event), status=Status.DONE)
        for event in events
        if event.name is EventName.TICKET_ISSUED
    ]
    change.connection.execute(insert(t.journal), [event_row(event) for event in events])
    change.connection.execute(
        insert(t.ticket),
        [
            {
                **ticket_row(ticket),
                "id": f"{hall}/{ticket.id}",
                "hall": hall,
                "handling_ms": 0,
                "secret_hash": f"{hall}/{ticket.id}",
            }
            for ticket in tickets
        ],
    )
    change.connection.execute(
        update(t.hall)
        .where(t.hall.c.id == hall)
        # One more: the change had taken a number for an event of its own, and gives it back.
        .values(sequence=last.sequence + 1, hash=last.hash, last_day=day.isoformat())
    )
    change.is_remembered = True
