"""Derives the layout and the scenario of the Wola district hall from the snapshots of its queues.

Run it from anywhere (standard library only): ``python examples/wola/derive.py``. It reads
``warsaw_halls_jan2020_5offices.csv.gz`` and ``queues.csv`` beside it, fills the two templates and
writes ``layout.toml`` and ``day.toml``, the same bytes every time. What is measured and what is
assumed stands in the comments of those files.
"""

import csv
import gzip
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from math import sqrt
from pathlib import Path
from statistics import fmean, median, mode, variance
from string import Template
from typing import TextIO

HERE = Path(__file__).parent
SNAPSHOTS = "warsaw_halls_jan2020_5offices.csv.gz"
OFFICE = "UD_Wola"
#: Until 9 January the office reported every counter it has (22 for vehicles), then those open.
FIRST_DAY = date(2020, 1, 10)
#: Mondays are open two hours longer; the scenario is the mean of the other days.
WEEKDAYS = (1, 2, 3, 4)
OPEN, CLOSE = 8 * 60, 16 * 60
INTERVAL = 30
#: Fewer calls than this while somebody waits say nothing about the handling time.
ENOUGH_CALLS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """A queue of the office, as a matter group; queues of one ``room`` share its counters."""

    number: str
    letter: str
    id: str
    prefix: str
    room: str
    pl: str
    zh: str
    en: str
    #: The number before the first of a day.
    before_first: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A queue as it was at one minute of a day; ``last`` is the last number called, if shown."""

    minute: int
    waiting: int
    counters: int
    last: int | None
    minutes_shown: int


Day = list[Snapshot]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the snapshots say about one queue."""

    per_hour: list[float]
    daily: list[float]
    waited: float
    counters: int
    handling: float
    #: Calls behind ``handling``; 0 when it is the time that the office itself shows.
    calls_timed: int


def read_queues(file: TextIO) -> list[Queue]:
    """Return the queues to derive, in the order of the file."""
    return [Queue(before_first=int(row.pop("before_first")), **row) for row in csv.DictReader(file)]


def read(file: TextIO) -> dict[str, dict[date, Day]]:
    """Return the snapshots of the office by queue and day, for the days that count."""
    found: dict[str, dict[date, Day]] = {}
    for row in csv.DictReader(file):
        day = date.fromisoformat(row["date"])
        if row["office"] != OFFICE or day < FIRST_DAY or day.weekday() not in WEEKDAYS:
            continue
        hour, _, minute = row["time"].partition(":")
        snapshot = Snapshot(
            minute=int(hour) * 60 + int(minute),
            waiting=int(float(row["queue"])),
            counters=int(float(row["open_windows"])),
            last=int(float(row["num"])) if row["num"] else None,
            minutes_shown=int(float(row["est_service_min"] or 0)),
        )
        found.setdefault(row["group"], {}).setdefault(day, []).append(snapshot)
    return found


def longest_rise(values: Sequence[int]) -> list[int]:
    """Return the indices of the longest part of ``values`` that never falls.

    A number far above or below its neighbours is somebody called out of turn; what is left is the
    series itself (patience sorting, O(n log n)).
    """
    ends: list[int] = []
    index_of_end: list[int] = []
    before: list[int | None] = []
    for index, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(index_of_end[length - 1] if length else None)
        ends[length : length + 1] = [value]
        index_of_end[length : length + 1] = [index]
    chain: list[int] = []
    at = index_of_end[-1] if index_of_end else None
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def called(day: Day, before_first: int) -> list[tuple[int, int]]:
    """Return (minute, numbers called so far) wherever the last number called rose."""
    shown = [(s.minute, s.last - before_first) for s in day if s.last is not None]
    rising = [shown[index] for index in longest_rise([last for _, last in shown])]
    points = [(OPEN, 0)]
    for minute, last in rising:
        if last > points[-1][1] and minute > OPEN:
            points.append((minute, last))
    return points


def at(points: Sequence[tuple[int, float]], minute: int) -> float:
    """Return the value at ``minute``, on a straight line between points, level outside them."""
    after = bisect_right(points, minute, key=lambda point: point[0])
    if after == 0:
        return points[0][1]
    if after == len(points):
        return points[-1][1]
    (m0, v0), (m1, v1) = points[after - 1], points[after]
    return v0 + (v1 - v0) * (minute - m0) / (m1 - m0)


def issued(day: Day, before_first: int) -> list[float]:
    """Return how many numbers had been issued at each end of an interval: called + waiting."""
    calls = called(day, before_first)
    waiting = [(s.minute, s.waiting) for s in day]
    ends = range(OPEN + INTERVAL, CLOSE + 1, INTERVAL)
    return [0.0, *(at(calls, end) + at(waiting, end) for end in ends)]


def busy(day: Day, before_first: int) -> Iterator[tuple[float, int]]:
    """Yield (counter minutes, calls) of every stretch between calls in which somebody waited."""
    calls = called(day, before_first)
    for (m0, n0), (m1, n1) in pairwise(calls):
        stretch = [s for s in day if m0 <= s.minute <= m1]
        if n0 and all(s.waiting for s in stretch):
            yield fmean(s.counters for s in stretch[:-1]) * (m1 - m0), n1 - n0


def measure(days: dict[date, Day], before_first: int) -> Figures:
    """Return the figures of one queue from its days."""
    curves = [issued(day, before_first) for day in days.values()]
    level = list(accumulate((fmean(values) for values in zip(*curves, strict=True)), max))
    stretches = [stretch for day in days.values() for stretch in busy(day, before_first)]
    calls = sum(count for _, count in stretches)
    at_work = [s for day in days.values() for s in day if OPEN <= s.minute < CLOSE]
    if calls >= ENOUGH_CALLS:
        handling = sum(minutes for minutes, _ in stretches) / calls
    else:
        handling = median(s.minutes_shown for s in at_work if s.minutes_shown)
    return Figures(
        per_hour=[(b - a) * 60 / INTERVAL for a, b in pairwise(level)],
        daily=[curve[-1] for curve in curves],
        waited=fmean(s.waiting for s in at_work) * (CLOSE - OPEN) / level[-1],
        counters=mode(s.counters for s in at_work),
        handling=handling,
        calls_timed=calls if calls >= ENOUGH_CALLS else 0,
    )


def day_factor_cv(daily: Sequence[float]) -> float:
    """Return the coefficient of variation of whole days beyond what chance (Poisson) gives."""
    mean = fmean(daily)
    return sqrt(max(0.0, variance(daily) / mean**2 - 1 / mean))


def check_rooms(queues: list[Queue], found: dict[str, dict[date, Day]]) -> None:
    """Raise ValueError unless the queues of one room always showed the same number of counters."""
    shown: dict[tuple[str, date, int], int] = {}
    for queue in queues:
        for day, snapshots in found[queue.number].items():
            for s in snapshots:
                if shown.setdefault((queue.room, day, s.minute), s.counters) != s.counters:
                    raise ValueError(f"queue {queue.number} has counters of its own at {day}")


def group(queue: Queue, figures: Figures) -> str:
    """Return a matter group with its one matter, as the layout file has them."""
    timed = figures.calls_timed
    source = f"{timed} calls timed" if timed else "median of est_service_min"
    name = f'{{ zh = "{queue.zh}", en = "{queue.en}" }}'
    return f"""
[[groups]]  # queue {queue.number}, letter {queue.letter}: {queue.pl}
id = "{queue.id}"
prefix = "{queue.prefix}"
name = {name}

[[matters]]
code = "{queue.id}"
group = "{queue.id}"
name = {name}
department = "{queue.room}"
handling_minutes = {figures.handling:.1f}  # {source}
promised_days = 30
materials = []
appointments = false
"""


def counter(number: int, queues: Sequence[Queue]) -> str:
    """Return the counter with this number, which the ``queues`` of a room share."""
    takes = ", ".join(f'"{queue.id}"' for queue in queues)
    return f"""
[[counters]]
id = "{number}"
name = {{ zh = "{queues[0].zh} {number}", en = "{queues[0].en} {number}" }}
zone = "{queues[0].room}"
takes = [ {takes} ]
"""


def layout(queues: list[Queue], figures: dict[str, Figures]) -> str:
    """Return the layout file."""
    rooms: list[list[Queue]] = []
    for room in dict.fromkeys(queue.room for queue in queues):
        sharing = [queue for queue in queues if queue.room == room]
        rooms += [sharing] * figures[sharing[0].id].counters
    return Template((HERE / "layout.toml.template").read_text(encoding="utf-8")).substitute(
        groups="".join(group(queue, figures[queue.id]) for queue in queues),
        counters="".join(counter(number, room) for number, room in enumerate(rooms, start=1)),
    )


def scenario(figures: dict[str, Figures]) -> str:
    """Return the scenario file."""
    totals = [sum(day) for day in zip(*(f.daily for f in figures.values()), strict=True)]
    arrived = {name: sum(f.per_hour) * INTERVAL / 60 for name, f in figures.items()}
    waited = sum(figures[name].waited * count for name, count in arrived.items())
    lines = [
        f"# {arrived[name]:.0f} a day, waited {of.waited:.0f} min\n"
        f"{name} = [ {', '.join(f'{value:.1f}' for value in of.per_hour)} ]\n"
        for name, of in figures.items()
    ]
    return Template((HERE / "day.toml.template").read_text(encoding="utf-8")).substitute(
        days=len(totals),
        least=f"{min(totals):.0f}",
        most=f"{max(totals):.0f}",
        arrived=f"{sum(arrived.values()):.0f}",
        waited=f"{waited / sum(arrived.values()):.1f}",
        cv=f"{day_factor_cv(totals):.3f}",
        per_hour="".join(lines),
    )


def derive(folder: Path) -> None:
    """Write ``layout.toml`` and ``day.toml`` into ``folder``."""
    with (HERE / "queues.csv").open(encoding="utf-8", newline="") as file:
        queues = read_queues(file)
    with gzip.open(HERE / SNAPSHOTS, "rt", encoding="utf-8", newline="") as file:
        found = read(file)
    check_rooms(queues, found)
    figures = {queue.id: measure(found[queue.number], queue.before_first) for queue in queues}
    (folder / "layout.toml").write_text(layout(queues, figures), encoding="utf-8")
    (folder / "day.toml").write_text(scenario(figures), encoding="utf-8")


if __name__ == "__main__":
    derive(HERE)
