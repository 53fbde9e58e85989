"""Activating a layout and loading a roster."""

from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.store.change import Change


class OtherHall(Exception):
    """The layout is another hall's."""


def activate_layout(change: Change, *, file: str, text: str) -> Layout:
    """Make a layout file the hall's layout from now on; the same one again changes nothing."""
    layout = layout_in(Source(file, text))
    if layout.hall != change.hall:
        raise OtherHall(layout.hall)
    if layout.hash != change.base_layout or layout.hash != change.layout_hash:
        change.activate(layout, text, for_today=False)
    return layout


def load_roster(change: Change, *, file: str, text: str) -> Roster:
    """Make a roster file the hall's roster from now on."""
    roster = roster_in(Source(file, text), change.layout)
    change.load_roster(roster, text)
    return roster
