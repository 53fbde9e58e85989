"""Appointments on a simulated day: who asks for one, which slot they get, and when they come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from hall.domain.identities import APPOINTMENT, WALK_IN
from hall.domain.moments import length_ms
from hall.measures.measure import Openings
from simulation.arrivals import Intensity, arrive, spread
from simulation.flows import NONE, Flow, in_order, in_vain_ms
from simulation.places import Places, layout_by_rules
from simulation.scenario import Appointments, Scenario
from simulation.streams import Key, Purpose, Reals, Wholes
from simulation.visits import FOR_EVER, Booked, Visits

#: In place of a slot: of who finds none, and of who wants what cannot be booked.
NO_SLOT, NOT_BOOKABLE = -1, -2


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Those who want an appointment for one group, a row each."""

    group: str
    #: The slot that they have, where slots are spread evenly; else when they would like to come.
    wish: Wholes
    #: A uniform number each, by which they come or not.
    uniform: Reals
    #: By the rules: who asks first, and whom staff book.
    order: Reals
    by_staff: NDArray[np.bool_]


#: Who wants an appointment, and what they bring.
Wanting = tuple[Asked, Flow]


class Appointing:
    """How the hall of a scenario gives appointments, and how those come who have one."""

    def __init__(self, scenario: Scenario, rule: Appointments) -> None:
        classes = [known.id for known in scenario.layout.rule.classes]
        #: The position of the class of appointments.
        self.class_ = classes.index(APPOINTMENT)
        self._walk_in = classes.index(WALK_IN)
        self._scenario = scenario
        self._rule = rule
        self._share = dict(scenario.demand.classes).get(APPOINTMENT, 0.0)
        self._layout = layout_by_rules(scenario, rule)
        self._given_out = rule.given_out(self._layout)
        self._matters = scenario.layout.matters
        booking = self._layout.booking
        self._early_ms = length_ms(booking.early) if rule.by_rules else None
        self._late_ms = length_ms(booking.late) if rule.by_rules else FOR_EVER

    def ask(self, key: Key, group: str, openings: Openings, intensity: Intensity) -> Asked:
        """Return who wants an appointment for a group on a day.

        Args:
            key: the day.
            group: what they want it for.
            openings: when the hall is open.
            intensity: how often citizens come for the group, booked or not.
        """
        stream = key.stream(Purpose.BOOKING, group)
        whole = float(intensity.expected[-1])
        if not self._rule.by_rules:
            expected = self._share * whole * self._given_out
            wish = spread(stream, openings, self._rule, expected)
            uniform, order = stream.random(len(wish)), np.zeros(len(wish))
            return Asked(
                group=group, wish=wish, uniform=uniform, order=order, by_staff=order.astype(bool)
            )
        count = int(self._share * whole + stream.random())
        numbers = stream.random((count, 4))
        return Asked(
            group=group,
            wish=intensity.stretched(numbers[:, 0] * whole),
            uniform=numbers[:, 1],
            order=numbers[:, 2],
            by_staff=numbers[:, 3] < self._rule.by_staff,
        )

    def together(
        self, key: Key, openings: Openings, walking: Sequence[Flow], asked: Sequence[Wanting]
    ) -> Visits:
        """Return everybody who comes, group by group: who walks in, then who wanted to book.

        Args:
            key: the day.
            openings: when the hall is open.
            walking: those who walk in.
            asked: those who wanted an appointment, and what they bring.
        """
        given = self._given(key, asked) if self._rule.by_rules else [who.wish for who, _ in asked]
        tally, flows = Booked(), []
        for (who, brought), slot in zip(asked, given, strict=True):
            flow, counted = self._coming(key, openings, who, brought, slot)
            tally += counted
            flows.append(flow)
        every = chain.from_iterable(zip(walking, flows, strict=True))
        return in_order(list(every), tally)

    def _given(self, key: Key, asked: Sequence[Wanting]) -> list[Wholes]:
        """Return everybody's slot, ``NO_SLOT`` or ``NOT_BOOKABLE``, as they ask one by one."""
        day = date.fromordinal(max(key.day, 1))
        places = Places(self._scenario, self._layout, day, self._rule)
        given = [np.full(len(who.wish), NOT_BOOKABLE) for who, _ in asked]
        turns = sorted(
            (turn, at, row)
            for at, (who, _) in enumerate(asked)
            for row, turn in enumerate(who.order.tolist())
        )
        for _, at, row in turns:
            who, brought = asked[at]
            matters = [self._matters[each] for each in brought.matters[row] if each != NONE]
            if all(matter.appointments for matter in matters):
                codes = tuple(matter.code for matter in matters)
                wish, is_public = int(who.wish[row]), not who.by_staff[row]
                slot = places.book(codes, wish, is_public=is_public)
                given[at][row] = NO_SLOT if slot is None else slot
        return given

    def _coming(
        self, key: Key, openings: Openings, who: Asked, brought: Flow, slot: Wholes
    ) -> tuple[Flow, Booked]:
        """Return those who come of those who wanted an appointment, and how many are which."""
        has_slot = slot >= 0
        came = arrive(
            key,
            who.group,
            openings,
            self._rule,
            slot=np.where(has_slot, slot, who.wish),
            uniform=who.uniform,
            early_ms=self._early_ms,
        )
        is_late = has_slot & came.comes & (came.check_in - slot > self._late_ms)
        absent = has_slot & ~came.comes
        flow = replace(
            brought,
            arrival=np.where(has_slot, came.check_in, who.wish),
            due=np.where(has_slot, came.due, who.wish),
            class_=np.where(has_slot & ~is_late, self.class_, self._walk_in),
            slot=np.where(has_slot, slot, NONE),
        )
        counted = Booked(
            asked=len(slot),
            booked=int(has_slot.sum()),
            no_slot=int((slot == NO_SLOT).sum()),
            missed=int(absent.sum()),
            late=int(is_late.sum()),
        )
        if self._rule.absent_seconds is None:
            return flow.of(~absent), counted
        in_vain = in_vain_ms(self._rule.absent_seconds)
        return flow.without(absent, in_vain_ms=in_vain), counted
