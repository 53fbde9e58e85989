"""What the pages of the screens are made of: plain values from a layout and a board."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import segno
from babel.dates import get_day_names
from flask import current_app, request, url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, NotFound

from display.words import languages, words
from hall.domain.layout import Counter, Layout, Span

#: The languages that have recorded clips.
VOICES = ("zh", "en")
#: How the browser is to write dates.
_BROWSER_LOCALES = {"zh": "zh-CN", "en": "en-GB"}
_DAY_MINUTES = 24 * 60
_LOUDEST = 100


def wall(layout: Layout, board: Mapping[str, Any], *, zone: str | None) -> dict[str, Any]:
    """Return what the wall of a hall, or of one of its zones, is drawn from.

    Raises:
        NotFound: no counter of the hall stands in ``zone``.
    """
    if zone and all(counter.zone != zone for counter in layout.counters):
        raise NotFound(gettext("No counter of this hall stands in zone “%(zone)s”.", zone=zone))
    voice = {
        "folder": url_for("display.static", filename="voice/"),
        "languages": _voices(),
        "volume": _volume(),
    }
    return _screen(layout, board, shown={"zone": zone, "voice": voice}) | {
        "hours": opening_lines(layout),
        "code": _code(current_app.config.get("PUBLIC_URL") or request.url_root),
    }


def counter(layout: Layout, board: Mapping[str, Any], *, counter: Counter) -> dict[str, Any]:
    """Return what the screen above a counter is drawn from."""
    shown = {"counter": counter.id, "zone": counter.zone}
    return _screen(layout, board, shown=shown) | {
        "number": counter.number,
        "counter_name": _name(counter),
        "takes": [_name(group) for group in layout.groups if group.id in counter.takes],
        "takes_everything": len(counter.takes) == len(layout.groups),
    }


def opening_lines(layout: Layout) -> list[str]:
    """Return the opening hours of the week, a line for each set of days with the same hours."""
    names = get_day_names("abbreviated", locale=get_locale())
    spans: dict[tuple[int, ...], list[str]] = {}
    for opening in layout.hours.openings:
        spans.setdefault(tuple(sorted(opening.days)), []).append(_hours(opening.span))
    return [f"{_days(days, names)} {', '.join(times)}" for days, times in spans.items()]


def _screen(
    layout: Layout, board: Mapping[str, Any], *, shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what every screen in a hall needs, for its template and for its scripts."""
    first, second = languages()
    zone = f"?zone={quote(shown['zone'])}" if shown["zone"] else ""
    page = {
        "hall": layout.hall,
        "language": first,
        "locale": _BROWSER_LOCALES.get(first, first),
        "time_zone": layout.time_zone,
        "words": words(first),
        "board": board,
        "address": f"/api/v1/halls/{quote(layout.hall)}/board{zone}",
    }
    return {
        "first": first,
        "second": second,
        "large": page["words"],
        "small": words(second),
        "name": _name(layout),
        "zone": shown["zone"],
        "page": {**page, **shown},
    }


def _name(named: Any) -> dict[str, str]:
    return {language: named.name.in_language(language) for language in languages()}


def _voices() -> list[str]:
    wanted = request.args.get("voice", VOICES[0]).split(",")
    if not set(wanted) <= set(VOICES):
        spoken = ",".join(wanted)
        raise BadRequest(
            gettext("voice=%(spoken)s: there are recordings of zh and en", spoken=spoken)
        )
    return wanted


def _volume() -> float:
    written = request.args.get("volume", "100")
    if not (written.isdecimal() and int(written) <= _LOUDEST):
        raise BadRequest(gettext("volume=%(written)s: not a number from 0 to 100", written=written))
    return int(written) / _LOUDEST


def _code(address: str) -> Markup:
    """Return a QR code as inline SVG."""
    drawing = segno.make(address, error="m").svg_inline(
        scale=6, border=2, dark="#0b1f3a", light="#fff"
    )
    return Markup(drawing)  # noqa: S704 - drawn by segno from an address of our own


def _hours(span: Span) -> str:
    return "–".join(
        f"{minute % _DAY_MINUTES // 60:02d}:{minute % 60:02d}"
        for minute in (span.from_minute, span.until_minute)
    )


def _days(days: tuple[int, ...], names: Mapping[int, str]) -> str:
    first, last = days[0], days[-1]
    if first < last and days == tuple(range(first, last + 1)):
        return f"{names[first]}–{names[last]}"
    return " ".join(names[day] for day in days)
