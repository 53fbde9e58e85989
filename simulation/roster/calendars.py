"""A roster as calendars (iCalendar, RFC 5545): one for all, or one for each clerk."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from icalendar import Calendar, Event, Timezone

from hall.domain.hours import moment
from simulation.roster.duties import Duty
from simulation.roster.form import spoken
from simulation.roster.rota import Rota

_WORDS = {
    "place": {"zh": "窗口 {counter}", "en": "Counter {counter}"},
    "break": {"zh": "休息 {span}", "en": "Break {span}"},
    "list": {"zh": "，", "en": ", "},
}


def calendars(found: Rota, *, now: datetime, language: str) -> dict[str, bytes]:
    """Return each clerk's calendar by the clerk's id; no names of anybody else are in it."""
    return {
        clerk.id: _calendar(found, [at], now=now, language=language)
        for at, clerk in enumerate(found.staff.clerks)
    }


def one_calendar(found: Rota, *, now: datetime, language: str) -> bytes:
    """Return one calendar of everybody's shifts, each with the clerk's name."""
    everybody = list(range(len(found.staff.clerks)))
    return _calendar(found, everybody, now=now, language=language)


def _calendar(found: Rota, clerks: list[int], *, now: datetime, language: str) -> bytes:
    layout, days = found.scenario.layout, found.staff.days
    calendar = Calendar()
    calendar.add("prodid", "-//service hall//roster//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", layout.name.in_language(language))
    zone = Timezone.from_tzinfo(layout.zone, first_date=days[0], last_date=days[-1])
    calendar.add_component(zone)
    for duty in found.duties:
        if duty.clerk in clerks:
            calendar.add_component(
                _event(found, duty, now=now, language=language, is_alone=len(clerks) == 1)
            )
    return bytes(calendar.to_ical())


def _event(found: Rota, duty: Duty, *, now: datetime, language: str, is_alone: bool) -> Event:
    layout, day = found.scenario.layout, found.staff.days[duty.day]
    clerk, shift = found.staff.clerks[duty.clerk], found.staff.shifts[duty.shift]
    start, end = (
        moment(layout.zone, day, minute).astimezone(layout.zone)
        for minute in (shift.span.from_minute, shift.span.until_minute)
    )
    counters = _WORDS["list"][language].join(_counters(found, duty, language))
    event = Event()
    name = f"{layout.hall} {clerk.id} {day.isoformat()} {shift.span.from_minute}"
    event.add("uid", sha256(name.encode()).hexdigest()[:32])
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", counters if is_alone else f"{clerk.name} {counters}".strip())
    event.add("location", layout.name.in_language(language))
    event.add("description", "\n".join(_lines(found, duty, language)))
    return event


def _counters(found: Rota, duty: Duty, language: str) -> list[str]:
    """Return the counters of a duty, each once, in the order in which they come."""
    known = found.scenario.layout.counter_of
    seen = dict.fromkeys(place.counter for place in duty.places)
    return [_WORDS["place"][language].format(counter=known[c].number) for c in seen]


def _lines(found: Rota, duty: Duty, language: str) -> Iterator[str]:
    """Yield where a clerk is when, and the breaks, in order."""
    known = found.scenario.layout.counter_of
    lines = [
        (
            place.span.from_minute,
            f"{spoken(place.span)} "
            + _WORDS["place"][language].format(counter=known[place.counter].number),
        )
        for place in duty.places
    ]
    lines += [
        (rest.from_minute, _WORDS["break"][language].format(span=spoken(rest)))
        for rest in duty.breaks
    ]
    yield from (line for _, line in sorted(lines))
