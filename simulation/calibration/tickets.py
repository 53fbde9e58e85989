"""Tickets of another system, from a CSV file, as days that were.

A row is one stop of a ticket: ``ticket, group, matter, class, issued, called, started, finished,
counter, outcome, due``. ``ticket``, ``issued`` and one of ``group`` and ``matter`` must be there.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from hall.domain.hours import business_day
from hall.domain.identities import WALK_IN, ClassId, CounterId, GroupId, MatterCode, TicketId
from hall.domain.layout import Layout, Name
from hall.domain.moments import to_ms
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Roster
from hall.domain.trace import ABSENT, Doing, Missed, Outcome, States, Stops, Trace
from hall.measures.measure import openings_ms
from simulation.past import Past, PastDay

#: What such a table cannot show.
UNSEEN = (
    Name(
        zh="票表不显示窗口何时开关、何时暂停：按每段开放时间内首次叫号到最后办结推算。",
        en="A table of tickets does not show when counters were open or paused: they count as open "
        "from their first call to their last finish in each opening.",
    ),
)
_TIMES = ("issued", "called", "started", "finished", "due")
_OUTCOMES = {
    "served": Outcome.SERVED,
    "no_show": Outcome.NO_SHOW,
    "abandoned": Outcome.ABANDONED,
    "closed": Outcome.CLOSED,
}
#: Between matters of one row.
_AND = "+"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of the table; times in milliseconds."""

    ticket: str
    group: str
    matters: tuple[MatterCode, ...]
    class_: str
    issued: int
    due: int
    called: int
    started: int
    finished: int
    counter: str
    outcome: Outcome
    day: date


def opened(path: Path) -> TextIO:
    """Return a table opened for reading, packed with gzip or not."""
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        problem = Problem(at="file", problem=f"cannot be read: {error.strerror}")
        raise BadFile(str(path), [problem]) from error


def read_tickets(path: Path, layout: Layout, roster: Roster | None = None) -> Past:
    """Return the days that a table of tickets tells of.

    Args:
        path: the file; a name that ends in ``.gz`` is unpacked.
        layout: of the hall; times without a zone are in its time zone.
        roster: who was to staff the counters, where that is known.

    Raises:
        BadFile: a column is missing, or a value cannot be read; it says in which line.
    """
    with opened(path) as file:
        rows = list(_rows(csv.DictReader(file), str(path), layout))
    if not rows:
        raise BadFile(str(path), [Problem(at="file", problem="has no tickets")])
    days = sorted({row.day for row in rows})
    return Past(
        source=str(path),
        days=tuple(
            _day([row for row in rows if row.day == day], day, layout, roster or Roster())
            for day in days
        ),
        flaws=(),
    )


def _rows(table: "csv.DictReader[str]", file: str, layout: Layout) -> Iterator[Row]:
    columns = table.fieldnames or ()
    missing = [name for name in ("ticket", "issued") if name not in columns]
    if "group" not in columns and "matter" not in columns:
        missing.append("group")
    if missing:
        raise BadFile(file, [Problem(at=name, problem="is no column", line=1) for name in missing])
    problems: list[Problem] = []
    for values in table:
        try:
            yield _row(values, layout)
        except _Wrong as wrong:
            problems.append(Problem(at=wrong.at, problem=wrong.problem, line=table.line_num))
    if problems:
        raise BadFile(file, problems)


class _Wrong(Exception):
    """A value of a row cannot be used."""

    def __init__(self, at: str, problem: str) -> None:
        self.at = at
        self.problem = problem
        super().__init__(problem)


def _row(values: dict[str, str], layout: Layout) -> Row:
    given = {name: (values.get(name) or "").strip() for name in (*values, *_TIMES) if name}
    times = {name: _moment(given[name], name, layout) for name in _TIMES}
    if times["issued"] is None or not given["ticket"]:
        raise _Wrong("issued" if given["ticket"] else "ticket", "is missing")
    named = given.get("outcome") or ("served" if given["finished"] else "closed")
    if named not in _OUTCOMES:
        raise _Wrong("outcome", f"should be one of {', '.join(_OUTCOMES)}, not {named!r}")
    ms = {name: ABSENT if at is None else to_ms(at) for name, at in times.items()}
    codes = tuple(MatterCode(c.strip()) for c in given.get("matter", "").split(_AND) if c.strip())
    known = [layout.matter_of[code].group for code in codes if code in layout.matter_of]
    ends = ms["finished"] if ms["finished"] != ABSENT else max(ms.values())
    is_served = _OUTCOMES[named] is Outcome.SERVED
    return Row(
        ticket=given["ticket"],
        group=given.get("group") or (known[0] if known else ""),
        matters=codes,
        class_=given.get("class") or WALK_IN,
        issued=ms["issued"],
        due=max(ms["due"], ms["issued"]),
        called=ms["called"],
        started=ms["started"] if ms["started"] != ABSENT or not is_served else ends,
        finished=ends,
        counter=given.get("counter", ""),
        outcome=_OUTCOMES[named],
        day=business_day(layout.hours, layout.zone, times["issued"]),
    )


def _moment(text: str, name: str, layout: Layout) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"should be a time like 2026-03-02T09:15:00, not {text!r}"
        raise _Wrong(name, problem) from error
    return found if found.tzinfo else found.replace(tzinfo=layout.zone)


def _day(rows: Sequence[Row], day: date, layout: Layout, roster: Roster) -> PastDay:
    trace = _trace(sorted(rows, key=lambda row: (row.issued, row.due)))
    openings = tuple(openings_ms(layout, [day])[0])
    return PastDay(
        day=day,
        layout=layout,
        layouts=((openings[0][0] if openings else 0, layout),),
        roster=roster,
        openings=openings,
        trace=Trace(stops=trace.stops, states=_states(rows, openings), missed=trace.missed),
        is_over=True,
        read_events=tuple,
    )


def _trace(rows: Sequence[Row]) -> Trace:
    """Return the stops of a day; a row after a missed call goes on with the same stop."""
    stops, missed = Stops(), Missed()
    of_ticket: dict[str, list[Row]] = {}
    for row in rows:
        of_ticket.setdefault(row.ticket, []).append(row)
    for mine in of_ticket.values():
        missing = False
        for at, row in enumerate(mine):
            if not missing:
                _begin(stops, mine, at)
            else:
                missed.back[-1] = row.due
                missed.again[-1] = row.called
            _end(stops, row, is_last=at == len(mine) - 1)
            missing = row.outcome is Outcome.NO_SHOW
            if missing and row.called != ABSENT:
                missed.add(
                    ticket=TicketId(row.ticket),
                    stop=stops.stop[-1],
                    counter=CounterId(row.counter),
                    called=row.called,
                    ended=row.finished,
                )
    return Trace(stops=stops, missed=missed)


def _begin(stops: Stops, mine: Sequence[Row], at: int) -> None:
    row, first = mine[at], not stops.ticket or stops.ticket[-1] != mine[at].ticket
    stops.add(
        ticket=TicketId(row.ticket),
        stop=1 if first else stops.stop[-1] + 1,
        issued=mine[0].issued,
        due=row.due if first else max(row.due, stops.finished[-1]),
        class_=ClassId(row.class_),
        group=GroupId(row.group),
        matters=tuple(code for later in mine[at:] for code in later.matters),
    )
    stops.called[-1] = row.called


def _end(stops: Stops, row: Row, *, is_last: bool) -> None:
    stops.started[-1] = row.started
    stops.finished[-1] = row.finished
    stops.counter[-1] = CounterId(row.counter) if row.counter else None
    goes_on = row.outcome is Outcome.SERVED and not is_last
    stops.outcome[-1] = Outcome.QUEUED_AGAIN if goes_on else row.outcome


def _states(rows: Sequence[Row], openings: Sequence[tuple[int, int]]) -> States:
    """Return what counters did, as far as the tickets show it."""
    states = States()
    busy = sorted((row.counter, row.called, row) for row in rows if row.counter and _is_there(row))
    closes = [until for _, until in openings]
    before, end = "", 0
    for counter, called, row in busy:
        since = max(called, end) if counter == before else called
        shut = [at for at in closes if end <= at <= since]
        if counter != before or shut:
            if counter == before:
                states.add(CounterId(counter), end, since, Doing.CLOSED)
        elif since > end:
            states.add(CounterId(counter), end, since, Doing.READY)
        started = max(row.started if row.started != ABSENT else row.finished, since)
        for begins, ends, doing in (
            (since, started, Doing.CALLING),
            (started, max(row.finished, started), Doing.SERVING),
        ):
            if ends > begins:
                states.add(CounterId(counter), begins, ends, doing)
        before, end = counter, max(row.finished, started)
    return states


def _is_there(row: Row) -> bool:
    """Whether a counter was occupied by a row."""
    return row.called != ABSENT and row.finished >= row.called
