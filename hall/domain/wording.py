"""How the values of a layout are said, in Chinese and in English."""

from collections.abc import Iterable
from datetime import timedelta

from hall.domain.layout import Hours, Name, Opening, Span

_WEEK = (
    Name(zh="周一", en="Mon"),
    Name(zh="周二", en="Tue"),
    Name(zh="周三", en="Wed"),
    Name(zh="周四", en="Thu"),
    Name(zh="周五", en="Fri"),
    Name(zh="周六", en="Sat"),
    Name(zh="周日", en="Sun"),
)
#: So many days in a row are said as from–to.
_A_RANGE = 3
NOTHING = Name(zh="无", en="nothing")
YES, NO = Name(zh="是", en="yes"), Name(zh="否", en="no")


def plain(value: object) -> Name:
    """Return what is written alike in every language."""
    return Name(zh=str(value), en=str(value))


def yes(truth: object) -> Name:
    """Return yes or no."""
    return YES if truth else NO


def minutes(length: timedelta) -> Name:
    """Return a length of time in minutes."""
    count = length / timedelta(minutes=1)
    return Name(zh=f"{count:g} 分钟", en=f"{count:g} min")


def seconds(length: timedelta) -> Name:
    """Return a length of time in seconds."""
    count = length.total_seconds()
    return Name(zh=f"{count:g} 秒", en=f"{count:g} s")


def listed(names: Iterable[Name], *, empty: Name = NOTHING) -> Name:
    """Return several names as one, ``empty`` if there is none."""
    found = list(names)
    if not found:
        return empty
    return Name(zh="、".join(name.zh for name in found), en=", ".join(name.en for name in found))


def clock(minute: int) -> str:
    """Return a minute of a day as on a clock; 1500 is 01:00."""
    return "24:00" if minute == 24 * 60 else f"{minute // 60 % 24:02}:{minute % 60:02}"


def span(part: Span) -> Name:
    """Return a part of a day."""
    return plain(f"{clock(part.from_minute)}–{clock(part.until_minute)}")


def days(numbers: Iterable[int]) -> Name:
    """Return days of the week, three and more in a row as from–to."""
    left = sorted(numbers)
    runs: list[list[int]] = []
    for day in left:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return listed(_run(run) for run in runs)


def opening_hours(hours: Hours) -> Name:
    """Return when a hall is open in a week."""
    return listed(_opening(opening) for opening in hours.openings)


def extra_days(hours: Hours) -> Name:
    """Return on which dates a hall is open besides."""
    return listed(plain(f"{extra.date} {span(extra.span).en}") for extra in hours.extra_open)


def _opening(opening: Opening) -> Name:
    on, at = days(opening.days), span(opening.span)
    return Name(zh=f"{on.zh} {at.zh}", en=f"{on.en} {at.en}")


def _run(run: list[int]) -> Name:
    first, last = _WEEK[run[0]], _WEEK[run[-1]]
    if len(run) < _A_RANGE:
        return listed(_WEEK[day] for day in run)
    return Name(zh=f"{first.zh}至{last.zh}", en=f"{first.en}–{last.en}")
