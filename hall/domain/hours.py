"""Business days and opening hours, in the hall's own time, over midnight and clock changes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hall.domain.layout import Hours, Span

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A period of time, half-open; ``until=None`` means it goes on."""

    start: datetime
    until: datetime | None = None


def day_start_minute(hours: Hours) -> int:
    """Return the minute after midnight at which a business day begins: once the last night is over."""
    spans = [opening.span for opening in hours.openings]
    spans += [extra.span for extra in hours.extra_open]
    return max([0, *(span.until_minute - DAY_MINUTES for span in spans)])


def business_day(hours: Hours, zone: ZoneInfo, now: datetime) -> date:
    """Return the business day that ``now`` belongs to, in the hall's time zone."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    before = timedelta(days=1) if minute < day_start_minute(hours) else timedelta()
    return local.date() - before


def minute_of_day(zone: ZoneInfo, day: date, now: datetime) -> int:
    """Return how many wall-clock minutes ``now`` is after the midnight of business day ``day``."""
    local = now.astimezone(zone)
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def moment(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return the moment, in UTC, at wall-clock ``minute`` after the midnight of ``day``.

    A time that a clock change skips is the moment of the change; one that comes twice is the first.
    """
    days, rest = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60))
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    skipped = found.astimezone(zone).replace(tzinfo=None) != wall
    if not skipped:
        return found
    after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return max(found, after) - abs(
        wall.replace(tzinfo=zone, fold=1).utcoffset() - wall.replace(tzinfo=zone).utcoffset()
    )  # type: ignore[operator]


def spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return the spans in which the hall is open on ``day``, in order, touching ones joined."""
    extra = [extra.span for extra in hours.extra_open if extra.date == day]
    if not extra and day not in hours.closed:
        extra = [o.span for o in hours.openings if day.weekday() in o.days]
    joined: list[Span] = []
    for span in sorted(extra, key=lambda s: s.from_minute):
        if joined and span.from_minute <= joined[-1].until_minute:
            until = max(joined[-1].until_minute, span.until_minute)
            joined[-1] = Span(from_minute=joined[-1].from_minute, until_minute=until)
        else:
            joined.append(span)
    return tuple(joined)


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
