"""Draws an icon inside a page, so that it takes the colour and size of the text around it."""

import functools
from pathlib import Path

from markupsafe import Markup

ICONS = Path(__file__).parent / "static" / "vendor" / "tabler-icons-3.51.0"


class NoSuchIcon(LookupError):
    """The icon asked for was not vendored."""


@functools.cache
def icon(name: str) -> Markup:
    """Return an icon as inline SVG, hidden from screen readers: the words beside it are read.

    Args:
        name: the file's name in Tabler Icons, for example ``"ticket"``.

    Raises:
        NoSuchIcon: no file of that name was vendored.
    """
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        msg = f"icon {name!r} is not in {ICONS.name}"
        raise NoSuchIcon(msg)
    drawing = path.read_text(encoding="utf-8").partition(">")[2].replace("\n", "").strip()
    return Markup(  # noqa: S704 - our own vendored file
        '<svg class="ic" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        + drawing
    )
