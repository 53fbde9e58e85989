"""Business days and opening hours, in the hall's own time, over midnight and clock changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hall.domain.layout import Hours, Span

DAY_MINUTES = 24 * 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A period of time, half-open; ``until=None`` means it goes on."""

    start: datetime
    until: datetime | None = None


def day_start_minute(hours: Hours) -> int:
    """Return the minute after midnight at which a business day begins: when the night is over."""
    spans = [opening.span for opening in hours.openings]
    spans += [extra.span for extra in hours.extra_open]
    return max([0, *(span.until_minute - DAY_MINUTES for span in spans)])


def business_day(hours: Hours, zone: ZoneInfo, now: datetime) -> date:
    """Return the business day that ``now`` belongs to, in the hall's time zone."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    before = timedelta(days=1) if minute < day_start_minute(hours) else timedelta()
    return local.date() - before


def in_business_day(hours: Hours, span: Span) -> Span:
    """Return a span of the clock in minutes of a business day: after midnight is late, not early.

    Where a hall is open from 20:00 until 04:00, a break from 01:00 until 01:30 belongs to the
    night that began the day before, 1500 minutes after its midnight.
    """
    if span.from_minute >= day_start_minute(hours):
        return span
    return Span(
        from_minute=span.from_minute + DAY_MINUTES, until_minute=span.until_minute + DAY_MINUTES
    )


def minute_of_day(zone: ZoneInfo, day: date, now: datetime) -> int:
    """Return how many wall-clock minutes ``now`` is after the midnight of business day ``day``."""
    local = now.astimezone(zone)
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def moment(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return the moment, in UTC, at wall-clock ``minute`` after the midnight of ``day``.

    A time that a clock change skips is the moment of the change; one that comes twice is the first.
    """
    wall = datetime.combine(day, time()) + minute * _MINUTE
    while True:
        found = wall.replace(tzinfo=zone).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) == wall:
            return found
        wall += _MINUTE


def spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return the spans in which the hall is open on ``day``, in order, touching ones joined.

    An extra day's own hours stand instead of the week's, and against a closing on that date.
    """
    extra = [extra.span for extra in hours.extra_open if extra.date == day]
    if extra or day in hours.closed:
        return joined(extra)
    return joined(opening.span for opening in hours.openings if day.weekday() in opening.days)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that touch or overlap made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: s.from_minute):
        if found and span.from_minute <= found[-1].until_minute:
            until = max(found[-1].until_minute, span.until_minute)
            found[-1] = Span(from_minute=found[-1].from_minute, until_minute=until)
        else:
            found.append(span)
    return tuple(found)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of the spans, in order, when others are taken out of them."""
    left = joined(spans)
    for out in joined(taken):
        parts = (
            part
            for span in left
            for part in (
                (span.from_minute, min(span.until_minute, out.from_minute)),
                (max(span.from_minute, out.until_minute), span.until_minute),
            )
        )
        left = tuple(Span(from_minute=a, until_minute=b) for a, b in parts if a < b)
    return left


def common(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """Return the time that lies in one of the spans and in one of the others."""
    return joined(
        Span(from_minute=start, until_minute=until)
        for span in spans
        for other in others
        if (start := max(span.from_minute, other.from_minute))
        < (until := min(span.until_minute, other.until_minute))
    )


def openings_of(hours: Hours, zone: ZoneInfo, day: date) -> tuple[Period, ...]:
    """Return the periods, in UTC, in which the hall is open on ``day``."""
    return tuple(
        Period(
            start=moment(zone, day, span.from_minute), until=moment(zone, day, span.until_minute)
        )
        for span in spans_of(hours, day)
    )


def is_open(hours: Hours, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the hall is open at ``now``."""
    periods = openings_of(hours, zone, business_day(hours, zone, now))
    return any(p.start <= now and (p.until is None or now < p.until) for p in periods)
