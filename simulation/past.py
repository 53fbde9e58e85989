"""The past: what a journal says of each day, one after the other."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from hall.domain.appointments import Appointment, IllegalStep, evolve_appointment
from hall.domain.events import Event, EventName
from hall.domain.folding import fold
from hall.domain.identities import LayoutHash
from hall.domain.layout import Layout, Name
from hall.domain.layout_form import layout_of
from hall.domain.moments import to_ms
from hall.domain.roster import Roster, roster_of
from hall.domain.trace import Trace
from hall.measures.measure import Openings, openings_ms
from simulation.journal_lines import JournalLine, bad_line, events_between, read_lines

T = TypeVar("T")
#: So many flaws are named; a journal with more of them has been said enough about.
MOST_FLAWS = 100
_WRONG = (KeyError, TypeError, ValueError, AttributeError, AssertionError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """What makes a journal doubtful, and where: its line in the file, its sequence."""

    line: int
    sequence: int
    text: Name


@dataclass(frozen=True, kw_only=True, slots=True)
class PastDay:
    """One business day as it was."""

    day: date
    #: The layout under which the day opened.
    layout: Layout
    #: From when each layout held, in milliseconds; the first is ``layout``.
    layouts: tuple[tuple[int, Layout], ...]
    roster: Roster
    openings: Openings
    trace: Trace
    #: Whether the journal goes on to the closing of the day.
    is_over: bool
    read_events: Callable[[], tuple[Event, ...]]

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the day, from its opening on; read again from the file each time."""
        return self.read_events()

    def layout_at(self, moment_ms: int) -> Layout:
        """Return the layout that held at a moment of the day."""
        held = [layout for since, layout in self.layouts if since <= moment_ms]
        return held[-1] if held else self.layout


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What a journal tells: its days in order, and what is doubtful about it."""

    source: str
    days: tuple[PastDay, ...]
    flaws: tuple[Flaw, ...]
    #: As they stood at the end; those that were made before the journal begins are not here.
    appointments: tuple[Appointment, ...] = ()


def read_past(path: Path, layout: Layout | None = None, roster: Roster | None = None) -> Past:
    """Return the days of a journal file (JSON lines, as ``hall journal export`` writes them).

    Months fit into memory: of each day only the trace is kept.

    Args:
        path: the file.
        layout: for journals that do not hold their layouts themselves.
        roster: for journals that do not hold their roster themselves.

    Raises:
        BadFile: a line cannot be used, or a layout is not known; it says which line and why.
    """
    reading = _Reading(path, layout, roster)
    for line in read_lines(path):
        reading.take(line)
    return reading.past()


def past_of(
    events: Iterable[Event], layout: Layout | None = None, roster: Roster | None = None
) -> Past:
    """Return the days that some events tell of; they are counted as lines from 1."""
    reading = _Reading(Path("journal"), layout, roster)
    for number, event in enumerate(events, start=1):
        whole = event.chained(event.previous).hash == event.hash
        reading.take(JournalLine(number=number, since=-1, until=-1, event=event, is_whole=whole))
    return reading.past()


class _Reading:
    """A past in the making."""

    def __init__(self, path: Path, layout: Layout | None, roster: Roster | None) -> None:
        self._path = path
        self._given = layout
        self._given_roster = roster
        self._known: dict[LayoutHash, Layout] = {}
        self._roster = roster or Roster()
        self._last: Event | None = None
        self._day: list[JournalLine] = []
        self._day_roster = self._roster
        self._left_out = 0
        self._days: list[PastDay] = []
        self._flaws: list[Flaw] = []
        self._appointments: dict[str, Appointment] = {}

    def take(self, line: JournalLine) -> None:
        """Take the next line into account."""
        event = line.event
        self._check(line)
        self._learn(line)
        if event.name is EventName.DAY_OPENED:
            self._end_day(is_over=False)
            self._day_roster = self._roster
            self._day.append(line)
        elif self._day:
            self._day.append(line)
            if event.name is EventName.DAY_CLOSED:
                self._end_day(is_over=True)
        elif event.ticket is not None or event.counter is not None:
            self._left_out += 1
            if self._left_out == 1:
                self._note(
                    line, "这一天的开始不在流水中，略去", "of a day that begins elsewhere; left out"
                )
        self._last = event

    def past(self) -> Past:
        """Return what was read."""
        self._end_day(is_over=False)
        if not self._days:
            raise bad_line(self._path, 0, "tells of no day: there is no DayOpened", at="file")
        return Past(
            source=str(self._path),
            days=tuple(self._days),
            flaws=tuple(self._flaws),
            appointments=tuple(self._appointments.values()),
        )

    def _check(self, line: JournalLine) -> None:
        """Note where the chain is broken; before the first day, lines may stand alone."""
        event, last = line.event, self._last
        if last is not None and event.hall != last.hall:
            problem = f"is of hall {event.hall!r}, the lines before of {last.hall!r}"
            raise bad_line(self._path, line.number, problem, at="hall")
        if not line.is_whole:
            self._note(line, "内容被改动：散列值不符", "it was changed: its hash is another")
        elif last is None or not (self._day or self._days):
            return
        elif event.sequence != last.sequence + 1:
            self._note(
                line, f"之前缺少第 {last.sequence + 1} 号", f"event {last.sequence + 1} is missing"
            )
        elif event.previous != last.hash:
            self._note(line, "与前一行不相连", "it does not follow the event before it")

    def _learn(self, line: JournalLine) -> None:
        """Note what holds for more than a day: layouts, rosters, appointments."""
        if line.event.name is EventName.LAYOUT_ACTIVATED:
            self._learn_layout(line)
        elif line.event.name is EventName.ROSTER_LOADED:
            self._learn_roster(line)
        elif line.event.appointment is not None:
            self._learn_appointment(line.event.appointment, line.event)

    def _learn_layout(self, line: JournalLine) -> None:
        layout = self._described(line, layout_of)
        if layout is None:
            return
        if layout.hash != line.event.layout:
            self._note(line, "方案内容与其散列值不符", "the layout's form has another hash")
        self._known[line.event.layout] = layout

    def _learn_roster(self, line: JournalLine) -> None:
        self._roster = self._described(line, roster_of) or self._given_roster or Roster()

    def _learn_appointment(self, name: str, event: Event) -> None:
        """Note what became of an appointment, unless it was made before the journal begins."""
        before = self._appointments.get(name)
        if before is None and event.name is not EventName.APPOINTMENT_HELD:
            return
        try:
            self._appointments[name] = evolve_appointment(before, event)
        except (*_WRONG, IllegalStep):
            self._appointments.pop(name, None)

    def _described(self, line: JournalLine, read: Callable[[Any], T]) -> T | None:
        """Return what the form in a line describes; nothing where an older journal has none."""
        form = line.event.details.get("form")
        if form is None:
            return None
        try:
            return read(form)
        except _WRONG as error:
            problem = f"cannot be used: {error!r}"
            raise bad_line(self._path, line.number, problem, at="details.form") from error

    def _layout(self, line: JournalLine) -> Layout:
        """Return the layout that a line names."""
        hash_ = line.event.layout
        if hash_ not in self._known:
            if self._given is None:
                problem = f"{hash_[:12]}… is described nowhere before; give its file (--layout)"
                raise bad_line(self._path, line.number, problem, at="layout")
            if hash_ != self._given.hash:
                self._note(
                    line,
                    f"方案 {hash_[:12]}… 不在流水中，以所给方案代替",
                    f"layout {hash_[:12]}… is described nowhere; the given one stands for it",
                )
            self._known[hash_] = self._given
        return self._known[hash_]

    def _end_day(self, *, is_over: bool) -> None:
        lines, self._day = self._day, []
        if not lines:
            return
        layouts: list[tuple[int, Layout]] = []
        for line in lines:
            layout = self._layout(line)
            if not layouts or layouts[-1][1] is not layout:
                layouts.append((to_ms(line.event.at), layout))
        day = self._date(lines[0])
        layout = layouts[0][1]
        self._days.append(
            PastDay(
                day=day,
                layout=layout,
                layouts=tuple(layouts),
                roster=self._day_roster,
                openings=tuple(openings_ms(layout, [day])[0]),
                trace=self._folded(lines),
                is_over=is_over,
                read_events=self._reader(lines),
            )
        )

    def _date(self, line: JournalLine) -> date:
        try:
            return date.fromisoformat(line.event.details["day"])
        except _WRONG as error:
            problem = f"should be a date: {error!r}"
            raise bad_line(self._path, line.number, problem, at="details.day") from error

    def _reader(self, lines: list[JournalLine]) -> Callable[[], tuple[Event, ...]]:
        if lines[0].since < 0:
            return partial(tuple, [line.event for line in lines])
        return partial(events_between, self._path, lines[0].since, lines[-1].until)

    def _folded(self, lines: list[JournalLine]) -> Trace:
        """Return the trace of a day, or say with which line it cannot be."""
        events = [line.event for line in lines]
        try:
            return fold(events)
        except _WRONG as error:
            counts = range(1, len(lines))
            at = bisect_left(counts, 1, key=lambda count: int(not _can_fold(events[:count])))
            problem = f"cannot be used: {error!r}"
            raise bad_line(self._path, lines[at].number, problem, at="details") from error

    def _note(self, line: JournalLine, zh: str, en: str) -> None:
        if len(self._flaws) < MOST_FLAWS:
            sequence = line.event.sequence
            text = Name(zh=f"第 {sequence} 号：{zh}", en=f"event {sequence}: {en}")
            self._flaws.append(Flaw(line=line.number, sequence=sequence, text=text))


def _can_fold(events: list[Event]) -> bool:
    try:
        fold(events)
    except _WRONG:
        return False
    return True
