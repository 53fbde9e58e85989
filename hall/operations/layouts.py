"""Activating a layout and loading a roster."""

from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_in
from hall.operations.rollout import OtherHall, schedule_layout
from hall.operations.waitlist_offers import offer_freed
from hall.store.change import Change


def activate_layout(change: Change, *, file: str, text: str) -> Layout:
    """Make a layout file the hall's layout from now on; the same one again changes nothing.

    The first one is the hall's at once; every later one is a rollout like any other.
    """
    layout = layout_in(Source(file, text))
    if layout.hall != change.hall:
        raise OtherHall(layout.hall)
    if not change.base_layout:
        change.activate(layout, text, for_today=False)
    elif not layout.hash == change.base_layout == change.layout_hash:
        schedule_layout(change, file=file, text=text, at=None)
    return layout


def load_roster(change: Change, *, file: str, text: str) -> Roster:
    """Make a roster file the hall's roster from now on."""
    roster = roster_in(Source(file, text), change.layout)
    change.load_roster(roster, text)
    offer_freed(change)
    return roster
