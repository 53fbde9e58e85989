"""What the hall hands to the planner's studio: its record, its rollouts, who may look."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from hall.access import OVERSEERS, actor, allowed, caller
from hall.context import Context, View
from hall.domain.actors import Role
from hall.domain.events import Event, event_form
from hall.domain.hours import day_start_minute, moment
from hall.domain.identities import HallId
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.roster import Roster
from hall.domain.studies import Run, RunKind
from hall.operations.rollout import schedule_layout
from hall.web.pages import saying
from hall.web.pages.frame import my_hall

#: Who may look at studies, and schedule the layouts they lead to.
PLANNERS = (*OVERSEERS, Role.PLANNER)
#: So many of the last days are offered.
OFFERED_DAYS = 60
#: Events are read so much of a day at a time, so that nobody in the hall waits for it.
A_PIECE = timedelta(minutes=15)

F = TypeVar("F", bound=Callable[..., Any])


class PlannersGuard:
    """Who may look at studies, and in which hall they work."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def planners(self, page: F) -> F:
        """Let planners, managers and administrators ask for a page."""
        return allowed(*PLANNERS)(page)

    def my_hall(self) -> HallId:
        """Return the hall in which the caller plans now."""
        return my_hall(*PLANNERS)

    def check(self, hall: HallId) -> None:
        """Refuse a caller who may not plan in a hall."""
        actor(hall, *PLANNERS)

    def me(self) -> str:
        """Return a reference to the caller."""
        return caller().id

    def names(self, hall: HallId) -> Mapping[str, str]:
        """Return the names of a hall's people, by reference."""
        return self._context.people.names(hall)

    def shown(self) -> Mapping[str, Any]:
        """Return what the frame of every page of the staff shows."""
        return {"who": caller(), "say": saying}


class Record:
    """What the hall's own journal says."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def days(self, hall: HallId) -> list[tuple[date, int]]:
        """Return the last days that are over, with how many tickets each had, the last first."""
        today = self._context.ask(hall, _today)
        days = self._context.studies.tickets_by_day(hall, most=OFFERED_DAYS)
        return [(day, tickets) for day, tickets in days if day < today]

    def setup(self, hall: HallId, first: date | None = None) -> tuple[Layout, Roster]:
        """Return the layout in force, or that on a first day, and the roster in force."""
        return self._context.ask(hall, partial(_setup, first=first))

    def lines(self, run: Run) -> Iterator[str]:
        """Yield the journal from the first to the last of the days that a run asks for."""
        if run.kind is not RunKind.FIT or run.document["source"]["kind"] != "days":
            return
        days = [date.fromisoformat(day) for day in run.document["days"]]
        hall = self._context.studies.study(run.study).hall
        since, until = self._context.ask(hall, lambda view: _period(view.layout, days))
        while since < until:
            piece = to_ms(since), to_ms(min(until, since + A_PIECE))
            for event in self._context.ask(hall, partial(_events, piece=piece)):
                yield json.dumps(event_form(event), ensure_ascii=False)
            since += A_PIECE
            time.sleep(0)  # let the others have their turn


def schedule(
    context: Context,
    hall: HallId,
    text: str,
    at: datetime | None,
    note: str,
    report: Mapping[str, Any],
) -> object:
    """Schedule a layout in the caller's name."""
    do = partial(
        schedule_layout, file="layout of the study", text=text, at=at, note=note, report=report
    )
    return context.perform(hall, do, by=actor(hall, *PLANNERS))


def _events(view: View, *, piece: tuple[int, int]) -> list[Event]:
    return view.journal_between(*piece)


def _today(view: View) -> date:
    return view.day or view.today


def _setup(view: View, first: date | None) -> tuple[Layout, Roster]:
    layout = view.layout
    if first is not None:
        since, until = _period(layout, [first])
        events = view.journal_between(to_ms(since), to_ms(until))
        layout = view.known_layout(events[0].layout) if events else layout
    return layout, view.roster


def _period(layout: Layout, days: list[date]) -> tuple[datetime, datetime]:
    """Return from when to when some days and all between them last."""
    start = day_start_minute(layout.hours)
    return (
        moment(layout.zone, min(days), start),
        moment(layout.zone, max(days) + timedelta(days=1), start),
    )
