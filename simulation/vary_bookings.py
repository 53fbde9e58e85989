"""How a scenario takes bookings, changed in one respect: what planners weigh wait against idle by.

Where a scenario states nothing of bookings, they behave as ``BOOKINGS`` say; how many are booked
says ``with_booked``. Every function is pure, as in ``simulation.vary``.
"""

from dataclasses import replace
from datetime import timedelta

from hall.domain.identities import APPOINTMENT
from simulation.scenario import USUAL_SLOT, Appointments, Scenario, Steady
from simulation.vary import BOOKINGS, refuse, with_changed_layout


def with_credit(scenario: Scenario, minutes: float) -> Scenario:
    """Return the scenario with bookings so many minutes ahead of walk-ins, and not strictly.

    Raises:
        BadFile: the layout has no class for appointments.
    """
    layout = scenario.layout
    if APPOINTMENT not in layout.class_of:
        refuse(scenario, "layout.call_rule", [APPOINTMENT], "is missing among the classes")
    credit = timedelta(minutes=minutes)
    classes = tuple(
        replace(rule, credit=credit, strict=False) if rule.id == APPOINTMENT else rule
        for rule in layout.rule.classes
    )
    rule = replace(layout.rule, classes=classes)
    return with_changed_layout(scenario, replace(layout, rule=rule))


def with_slot_minutes(scenario: Scenario, minutes: int) -> Scenario:
    """Return the scenario with slots of another length."""
    return replace(scenario, appointments=replace(_bookings(scenario), slot_minutes=minutes))


def with_first_block(scenario: Scenario, times: int) -> Scenario:
    """Return the scenario with so many times as many booked into the first slot of an opening."""
    return replace(scenario, appointments=replace(_bookings(scenario), first_block=times))


def with_overbooking(scenario: Scenario, *, on: bool = True) -> Scenario:
    """Return the scenario with as many more booked as never come, or not."""
    return replace(scenario, appointments=replace(_bookings(scenario), overbooking=on))


def with_rules(scenario: Scenario, *, on: bool = True) -> Scenario:
    """Return the scenario with slots given by the hall's rules of booking, or spread evenly.

    Raises:
        BadFile: there are no slots to give: a steady run, or no matter can be booked.
    """
    rule = _bookings(scenario)
    if on and isinstance(scenario.run, Steady):
        refuse(scenario, "appointments.by_rules", ["steady"], "has no slots that rules could give")
    if on and not any(matter.appointments for matter in scenario.layout.matters):
        refuse(scenario, "layout.matters", ["appointments"], "is true of no matter")
    if not on:
        rule = replace(rule, slot_minutes=rule.slot_minutes or USUAL_SLOT, by_staff=0.0)
    return replace(scenario, appointments=replace(rule, by_rules=on))


def with_public_share(scenario: Scenario, share: float) -> Scenario:
    """Return the scenario with such a share of counter time to be booked by everybody.

    Raises:
        BadFile: what staff may book besides exceeds the rest.
    """
    layout = scenario.layout
    if share + layout.booking.staff_share > 1:
        refuse(scenario, "layout.booking", ["public_share"], "leaves shares that exceed 1")
    booking = replace(layout.booking, public_share=share)
    return with_changed_layout(scenario, replace(layout, booking=booking))


def _bookings(scenario: Scenario) -> Appointments:
    return scenario.appointments or BOOKINGS
