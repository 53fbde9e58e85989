"""What people were told and what came of it, what is learned from that, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update

from hall.domain.events import Event, EventName
from hall.domain.habits import Habits
from hall.domain.identities import HallId, TicketId
from hall.store import tables as t
from hall.store.forecast_tables import forecast, habits, told
from hall.store.habits import habits_row
from hall.store.rows import event_of
from hall.store.store import Store
from hall.store.upsert import upsert
from hall.store.view import View

#: What a wait begins or ends with.
SCORED = (
    EventName.TICKET_ISSUED,
    EventName.TICKET_QUEUED_AGAIN,
    EventName.TICKET_POSTPONED,
    EventName.TICKET_CALLED,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that began or ended a wait."""

    name: EventName
    ticket: TicketId
    at_ms: int
    #: What to keep of a wait that began: the columns of its row.
    row: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A part of the journal as far as it tells of waits, in order."""

    #: The last event that was looked at.
    sequence: int
    #: Whether nothing is left behind it.
    is_last: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """The rest of a day as it was simulated forward at one moment."""

    at_ms: int
    #: What the simulation answered (simulation/forecast/looking.py).
    result: dict[str, Any]
    #: The slot with the shortest wait, if coming then is worth it.
    best: dict[str, int] | None


class Forecasts:
    """What is expected of a store's halls."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, hall: HallId, reading: Reading) -> None:
        """Keep what a part of the journal says; taking it twice is taking it once."""
        c = told.c
        with self._store.writing() as connection:
            for step in reading.steps:
                open_ = and_(c.hall == hall, c.ticket == step.ticket, c.waited_ms.is_(None))
                if step.row is not None:
                    upsert(connection, told, {"hall": hall, **step.row})
                elif step.name is EventName.TICKET_CALLED:
                    waited = {"waited_ms": step.at_ms - c.joined_ms}
                    connection.execute(update(told).where(open_).values(waited))
                else:
                    unsaid = {"low_ms": None, "foreseen_low_ms": None}
                    connection.execute(update(told).where(open_).values(unsaid))

    def learn(self, hall: HallId, known: Habits, *, sequence: int) -> None:
        """Keep what is learned of a hall from its journal up to ``sequence``."""
        row = habits_row(hall, known, sequence=sequence)
        with self._store.writing() as connection:
            upsert(connection, habits, row, update=row)

    def keep(self, hall: HallId, kept: Forecast, *, since_ms: int) -> None:
        """Keep a forecast, and forget those from before ``since_ms``."""
        c = forecast.c
        row = {"hall": hall, "at_ms": kept.at_ms, "result": kept.result, "best": kept.best}
        with self._store.writing() as connection:
            upsert(connection, forecast, row)
            connection.execute(delete(forecast).where(c.hall == hall, c.at_ms < since_ms))

    def forget_before(self, day: date) -> None:
        """Forget what people were told before a day."""
        with self._store.writing() as connection:
            connection.execute(delete(told).where(told.c.day < day.isoformat()))


def learned_until(view: View) -> int:
    """Return up to which sequence the journal was taken into account."""
    query = select(habits.c.sequence).where(habits.c.hall == view.hall)
    return int(view.connection.execute(query).scalar() or 0)


def waits_after(view: View, sequence: int, *, limit: int) -> list[Event]:
    """Return the events behind ``sequence`` that begin or end a wait, in order."""
    c = t.journal.c
    names = [name.value for name in SCORED]
    query = select(t.journal).where(c.hall == view.hall, c.sequence > sequence, c.name.in_(names))
    rows = view.connection.execute(query.order_by(c.sequence).limit(limit))
    return [event_of(row) for row in rows]


def last_told(view: View, *columns: str, limit: int) -> list[Any]:
    """Return some columns of the waits that ended last and in which something was said."""
    c = told.c
    query = (
        select(*(c[name] for name in columns), c.waited_ms)
        .where(c.hall == view.hall, c.waited_ms.is_not(None))
        .where(*(c[name].is_not(None) for name in columns))
        .order_by(c.joined_ms.desc())
        .limit(limit)
    )
    return list(view.connection.execute(query))


def service_spread(view: View) -> tuple[int, float, float]:
    """Return how many services were learned from, their mean and their mean square, in ms."""
    c = t.learned.c
    query = select(func.sum(c["count"]), func.sum(c.total_ms), func.sum(c.squares))
    count, total, squares = view.connection.execute(query.where(c.hall == view.hall)).one()
    if not count:
        return 0, 0.0, 0.0
    return int(count), float(total) / int(count), float(squares) / int(count)


def joined(view: View, *, first: date, last: date, every: int) -> list[Any]:
    """Return who joined on some days: day, part of the day, group, class, people, mean work.

    Args:
        view: of the hall.
        first: the first day.
        last: the last day.
        every: how many minutes a part of the day has.
    """
    c = told.c
    part = (c.minute // every).label("part")
    people, work_ms = func.count().label("people"), func.avg(c.work_ms).label("work_ms")
    query = select(c.day, part, c.group, c["class"], people, work_ms).where(
        c.hall == view.hall, c.day >= first.isoformat(), c.day <= last.isoformat()
    )
    return list(view.connection.execute(query.group_by(c.day, part, c.group, c["class"])))


def waiting_tickets(view: View) -> list[Any]:
    """Return everybody who waits: line, when due, and how long they will occupy a counter."""
    c = t.ticket.c
    query = select(c.line, c.due_ms, c.handling_ms).where(c.hall == view.hall, t.WAITING)
    return list(view.connection.execute(query.order_by(c.due_ms, c.placed)))


def last_forecast(view: View, *, until_ms: int) -> Forecast | None:
    """Return the last forecast that was made until a moment."""
    row = _last(view, until_ms, forecast.c.at_ms, forecast.c.result, forecast.c.best)
    return row and Forecast(at_ms=row.at_ms, result=row.result, best=row.best)


def last_best(view: View) -> tuple[int, dict[str, int] | None] | None:
    """Return when the last forecast was made, and when to come according to it."""
    row = _last(view, view.now_ms, forecast.c.at_ms, forecast.c.best)
    return row and (row.at_ms, row.best)


def _last(view: View, until_ms: int, *columns: Any) -> Any:
    c = forecast.c
    query = select(*columns).where(c.hall == view.hall, c.at_ms <= until_ms)
    return view.connection.execute(query.order_by(c.at_ms.desc()).limit(1)).first()


def scores(view: View, *, first: date, last: date, by: Sequence[str]) -> list[Any]:
    """Return how well announcements held on some days, for each value of some columns.

    A row has the columns, then: how many, how many within the minutes that were said, mean
    absolute error and mean square error, and the same two of people ahead × mean ÷ counters.
    """
    c = told.c
    minute_ms = 60_000
    is_within: ColumnElement[bool] = and_(
        c.waited_ms >= c.said_low * minute_ms, c.waited_ms <= c.said_high * minute_ms
    )
    off, plain_off = c.waited_ms - c.likely_ms, c.waited_ms - c.plain_ms
    keys = [c.minute // 60 if name == "hour" else c[name] for name in by]
    query = select(
        *(key.label(name) for key, name in zip(keys, by, strict=True)),
        func.count().label("told"),
        func.sum(case((is_within, 1), else_=0)).label("within"),
        func.avg(func.abs(off)).label("off_ms"),
        func.avg(func.abs(plain_off)).label("plain_off_ms"),
    ).where(
        c.hall == view.hall,
        c.day >= first.isoformat(),
        c.day <= last.isoformat(),
        c.waited_ms.is_not(None),
        c.low_ms.is_not(None),
    )
    return list(view.connection.execute(query.group_by(*keys).order_by(*keys)))
