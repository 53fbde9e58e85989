"""The slots of a simulated day, given by the hall's own rules of booking."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from hall.domain.hours import spans_of
from hall.domain.identities import MatterCode
from hall.domain.layout import Layout
from hall.domain.moments import to_ms
from hall.domain.slots import Part, Slot, Taken, has_room, parts_of, slots_of
from simulation.scenario import Appointments, Scenario
from simulation.vary import with_changed_layout


def layout_by_rules(scenario: Scenario, rule: Appointments) -> Layout:
    """Return the layout under which slots are given: with the scenario's own length, if any."""
    layout = scenario.layout
    if rule.slot_minutes in (None, layout.booking.slot_minutes):
        return layout
    slot = timedelta(minutes=rule.slot_minutes or 0)
    booking = replace(layout.booking, slot=slot)
    return with_changed_layout(scenario, replace(layout, booking=booking)).layout


class Places:
    """The slots of one day, and what is taken in each.

    Slots, parts and room are those of ``hall.domain.slots``, as in the live hall.
    """

    def __init__(self, scenario: Scenario, layout: Layout, day: date, rule: Appointments) -> None:
        self._layout = layout
        self._slots = tuple(_slots(layout, scenario, day, rule.first_block))
        self._starts = [to_ms(slot.start) for slot in self._slots]
        self._given_out = rule.given_out(layout)
        self._taken: dict[int, Taken] = {}
        #: By what is wanted, the slots that have no room for it: none ever gets some again.
        self._full: dict[tuple[tuple[MatterCode, ...], bool], set[int]] = {}

    def book(self, matters: tuple[MatterCode, ...], wish_ms: int, *, is_public: bool) -> int | None:
        """Return when the slot begins that somebody gets: the wished one, else the nearest.

        Args:
            matters: what the visit is for; all of them can be booked.
            wish_ms: when they would like to come.
            is_public: whether it has to come out of the public share.
        """
        full = self._full.setdefault((matters, is_public), set())
        for at in self._nearest(wish_ms):
            if at not in full:
                parts = parts_of(self._layout, matters, self._slots[at].span.from_minute)
                if self._has_room(parts, is_public=is_public):
                    self._take(parts, is_public=is_public)
                    return self._starts[at]
                full.add(at)
        return None

    def _nearest(self, wish_ms: int) -> Sequence[int]:
        """Return the slots, the one in which the wish lies first, then the nearest to it."""
        if not self._starts:
            return []
        wished = max(0, int(np.searchsorted(self._starts, wish_ms, side="right")) - 1)
        begins = self._starts[wished]
        return sorted(range(len(self._starts)), key=lambda at: abs(self._starts[at] - begins))

    def _has_room(self, parts: Sequence[Part], *, is_public: bool) -> bool:
        return has_room(
            self._layout,
            self._slots,
            self._taken,
            parts,
            is_public=is_public,
            overbooked=self._given_out,
        )

    def _take(self, parts: Sequence[Part], *, is_public: bool) -> None:
        for part in parts:
            self._taken.setdefault(part.minute, Taken()).add(part, is_public=is_public)


def _slots(layout: Layout, scenario: Scenario, day: date, first_block: int) -> Iterator[Slot]:
    """Yield the slots of a day, the first of each opening so many times as large."""
    openings = {span.from_minute for span in spans_of(layout.hours, day)}
    for slot in slots_of(layout, scenario.staffing, day):
        times = first_block if slot.span.from_minute in openings else 1
        yield replace(slot, offer=tuple((groups, ms * times) for groups, ms in slot.offer))
