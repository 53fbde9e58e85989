"""Snapshots of queues, as public displays show them: waiting, counters, last number called.

Columns: ``office, date, time, group, queue, open_windows, num``; a snapshot every few minutes. The
numbers issued by a moment are those called by then and those waiting.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import numpy as np

from hall.domain.identities import GroupId
from hall.domain.layout import Layout
from hall.domain.reading import CLOCK, BadFile, Problem
from simulation.calibration.arrivals import WEEK, Grid, Intervals
from simulation.calibration.tickets import opened

#: A curve: minutes of the day, and what had come to pass by then.
Curve = list[tuple[int, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """How a layout's group stands in the snapshots."""

    number: str
    group: GroupId
    #: The number before the first of a day.
    before_first: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A queue at one minute of a day; ``last`` is the last number called, where it was shown."""

    minute: int
    waiting: int
    counters: int
    last: int | None


#: Per group and day, its snapshots.
Seen = dict[GroupId, dict[date, list[Snapshot]]]


def read_queues(path: Path, layout: Layout) -> list[Queue]:
    """Return which queue is which group, from a table ``number, id, before_first``.

    Raises:
        BadFile: a column is missing, or a group is not in the layout.
    """
    with opened(path) as file:
        table = csv.DictReader(file)
        _check_columns(table.fieldnames or (), ("number", "id"), str(path))
        rows = list(table)
    unknown = [row["id"] for row in rows if row["id"] not in layout.group_of]
    if unknown:
        problems = [Problem(at=name, problem="is no group of the layout") for name in unknown]
        raise BadFile(str(path), problems)
    return [
        Queue(
            number=row["number"],
            group=GroupId(row["id"]),
            before_first=int(row.get("before_first") or 0),
        )
        for row in rows
    ]


def read_snapshots(path: Path, office: str, queues: Sequence[Queue]) -> Seen:
    """Return the snapshots of an office, by group and day.

    Raises:
        BadFile: a column is missing, a value cannot be read, or the office is not there.
    """
    group_of = {queue.number: queue.group for queue in queues}
    found: Seen = {queue.group: {} for queue in queues}
    with opened(path) as file:
        table = csv.DictReader(file)
        needed = ("office", "date", "time", "group", "queue", "open_windows", "num")
        _check_columns(table.fieldnames or (), needed, str(path))
        for row in table:
            if row["office"] != office or row["group"] not in group_of:
                continue
            try:
                day, snapshot = date.fromisoformat(row["date"]), _snapshot(row)
            except ValueError as error:
                problem = Problem(at="row", problem=f"cannot be read: {error}", line=table.line_num)
                raise BadFile(str(path), [problem]) from error
            found[group_of[row["group"]]].setdefault(day, []).append(snapshot)
    if not any(found.values()):
        problem = Problem(at="office", problem=f"has no snapshot of {office!r} and these queues")
        raise BadFile(str(path), [problem])
    return found


def _check_columns(columns: Sequence[str], needed: Sequence[str], file: str) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        raise BadFile(file, [Problem(at=name, problem="is no column", line=1) for name in missing])


def _snapshot(row: Mapping[str, str]) -> Snapshot:
    if not CLOCK.fullmatch(row["time"]):
        raise ValueError(f"time {row['time']!r}")
    hour, _, minute = row["time"].partition(":")
    return Snapshot(
        minute=int(hour) * 60 + int(minute),
        waiting=int(float(row["queue"] or 0)),
        counters=int(float(row["open_windows"] or 0)),
        last=int(float(row["num"])) if row["num"] else None,
    )


def called(day: Sequence[Snapshot], before_first: int, opens: int) -> Curve:
    """Return how many had been called by when, wherever that rose.

    A number far from its neighbours is somebody called out of turn: the longest series that never
    falls is kept (patience sorting).
    """
    shown = [(s.minute, s.last - before_first) for s in day if s.last is not None]
    points: Curve = [(opens, 0.0)]
    for index in _longest_rise([last for _, last in shown]):
        minute, last = shown[index]
        if last > points[-1][1] and minute > opens:
            points.append((minute, float(last)))
    return points


def _longest_rise(values: Sequence[int]) -> list[int]:
    """Return the positions of the longest part of some values that never falls."""
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int | None] = []
    for index, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(at_end[length - 1] if length else None)
        ends[length : length + 1] = [value]
        at_end[length : length + 1] = [index]
    chain: list[int] = []
    at = at_end[-1] if at_end else None
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def issued(day: Sequence[Snapshot], calls: Curve, minutes: Sequence[int]) -> list[float]:
    """Return how many numbers had been issued at some minutes, never fewer than before."""
    waiting = [(s.minute, s.waiting) for s in day]
    found: list[float] = []
    for minute in minutes:
        now = _read(calls, minute) + _read(waiting, minute)
        found.append(max(now, found[-1] if found else 0.0))
    return found


def _read(curve: Sequence[tuple[int, float]], minute: int) -> float:
    minutes, values = zip(*curve, strict=True)
    return float(np.interp(minute, minutes, values))


def counts(seen: Seen, queues: Sequence[Queue], intervals: Intervals, days: Sequence[date]) -> Grid:
    """Return how many came per weekday, group and interval, in whole numbers, over all days."""
    found = np.zeros((WEEK, len(queues), len(intervals.minutes)))
    for at, queue in enumerate(queues):
        for day in days:
            snapshots = seen[queue.group].get(day)
            some = intervals.of_weekday.get(day.weekday(), ())
            if not snapshots or not some:
                continue
            starts = [intervals.minutes[place] for place in some]
            ends = [
                start + round(60 * float(intervals.hours[place]))
                for start, place in zip(starts, some, strict=True)
            ]
            calls = called(snapshots, queue.before_first, starts[0])
            by = issued(snapshots, calls, ends)
            came = np.diff([0.0, *by])
            found[day.weekday(), at, list(some)] += came
    return np.rint(found)


def busy(
    snapshots: Sequence[Snapshot], before_first: int, opens: int
) -> Iterator[tuple[float, float]]:
    """Yield (counter minutes, calls) of each stretch between calls in which somebody waited."""
    for (since, before), (until, after) in pairwise(called(snapshots, before_first, opens)):
        stretch = [s for s in snapshots if since <= s.minute <= until]
        if before and len(stretch) > 1 and all(s.waiting for s in stretch):
            yield fmean(s.counters for s in stretch[:-1]) * (until - since), after - before
