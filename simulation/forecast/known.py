"""What is known of a hall when its day is simulated forward: a document, read with its words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from hall.domain.canonical import canonical
from hall.domain.identities import ClassId, CounterId, GroupId
from hall.domain.layout import Layout
from hall.domain.layout_form import layout_of
from hall.domain.tickets import Line
from hall.measures.figures import MINUTE_MS
from hall.measures.measure import Openings
from simulation.vary import BOOKINGS

#: How many layouts are kept at hand: a hall asks again and again with the same one.
_FORMS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Busy:
    """A counter that will be there today, and the citizen who is there now, if anybody is."""

    #: From when until when it is staffed, from now on; the last may go on after closing.
    spans: tuple[tuple[int, int], ...]
    #: Since how long its citizen has been there, and how long was expected in all.
    elapsed_ms: int | None
    expected_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """People who joined a line in one part of one day."""

    day: str
    part: int
    line: Line
    people: int
    work_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """The booked citizens who are still expected, and how such people behave here."""

    #: Group, start of the appointment, how long they will occupy a counter of pace 1.
    open: Sequence[tuple[GroupId, int, int]]
    #: Who never comes, and how long after the start the others check in, on the mean.
    missed_share: float
    mean_ms: float
    sd_ms: float

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self:
        """Return what a document says; what the hall does not know yet is as usual elsewhere."""
        usual = (BOOKINGS.unpunctuality_mean_minutes, BOOKINGS.unpunctuality_sd_minutes)
        mean, sd = form["punctuality"] or usual
        return cls(
            open=[(GroupId(group), start, work) for group, start, work in form["open"]],
            missed_share=form["missed_share"],
            mean_ms=mean * MINUTE_MS,
            sd_ms=max(sd * MINUTE_MS, 1.0),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A hall at one moment; moments and lengths in milliseconds."""

    now_ms: int
    day: str
    layout: Layout
    openings: Openings
    counters: Mapping[CounterId, Busy]
    #: Line, when due, how long they will occupy a counter of pace 1.
    waiting: Sequence[tuple[Line, int, int]]
    #: How much the time at a counter varies, over its mean.
    cv: float
    #: How long a visit to a group occupies a counter where past days do not tell.
    work_ms: Mapping[GroupId, int]
    part_ms: int
    #: Now, in minutes after the midnight of the day.
    minute: int
    past: Sequence[Joined]
    #: Nothing where the hall takes no bookings: then past days say who has an appointment.
    booked: Expected | None
    target_ms: int
    target_share: float

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self:
        """Return what a document of the hall says (hall/queries/ahead.py)."""
        return cls(
            now_ms=form["now_ms"],
            day=form["day"],
            layout=_layout(canonical(form["layout"])),
            openings=[(start, until) for start, until in form["openings"]],
            counters={
                CounterId(id_): Busy(
                    spans=tuple((start, until) for start, until in busy["spans"]),
                    elapsed_ms=busy["elapsed_ms"],
                    expected_ms=busy["expected_ms"],
                )
                for id_, busy in form["counters"].items()
            },
            waiting=[(Line.of(line), due, work) for line, due, work in form["waiting"]],
            cv=form["cv"],
            work_ms={GroupId(group): work for group, work in form["work_ms"].items()},
            part_ms=form["part_ms"],
            minute=form["minute"],
            past=[
                Joined(day=day, part=part, line=_free(group, class_), people=n, work_ms=work)
                for day, part, group, class_, n, work in form["past"]
            ],
            booked=Expected.of(form["booked"]) if form["booked"] else None,
            target_ms=form["target_ms"],
            target_share=form["target_share"],
        )

    @property
    def midnight_ms(self) -> int:
        """The midnight from which parts of the day are counted, clock changes left aside."""
        return self.now_ms - self.now_ms % 60_000 - self.minute * 60_000


def _free(group: str, class_: str) -> Line:
    return Line(group=GroupId(group), class_=ClassId(class_))


@lru_cache(maxsize=_FORMS)
def _layout(form: bytes) -> Layout:
    return layout_of(json.loads(form))
