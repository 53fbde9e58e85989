"""Other halls with a free time, for whom this one has none that suits."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import current_app, request, url_for
from flask_babel import get_locale, gettext

from hall.access import context
from hall.context import View
from hall.domain.identities import MatterCode
from hall.domain.nearby import away_km, nearest
from hall.queries.nearby import OtherHall, free_here
from kiosk.frame import FIRST_LANGUAGE
from kiosk.numbers import qr_code

#: More nobody compares.
MOST = 3


def other_halls(view: View, matters: Sequence[MatterCode]) -> list[dict[str, Any]]:
    """Return the nearest other halls with a free time for some matters, each with its booking."""
    look = partial(free_here, matters=matters)
    others = [context().ask(hall, look) for hall in context().halls() if hall != view.hall]
    here = view.layout.location
    found = nearest(here, [other for other in others if other is not None])[:MOST]
    return [_told(other, away_km(here, other), matters) for other in found]


def _told(other: OtherHall, away: float | None, matters: Sequence[MatterCode]) -> dict[str, Any]:
    language = get_locale().language
    address = partial(url_for, "kiosk.days", hall=other.hall, m=list(matters))
    public = address() if language == FIRST_LANGUAGE else address(lang=language)
    root = current_app.config.get("PUBLIC_URL") or request.url_root
    name = other.name.in_language(language)
    return {
        "name": other.name,
        "km": away,
        "first_free": other.first_free,
        "wait": other.wait,
        "address": address(),
        "qr": qr_code(root.rstrip("/") + public, gettext("QR code of %(hall)s", hall=name)),
    }
