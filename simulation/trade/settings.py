"""What a curve can go over: the values worth trying, the present one, how a scenario takes one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from math import inf

from hall.domain.identities import APPOINTMENT
from hall.domain.reading import BadFile, Problem
from simulation.scenario import Scenario
from simulation.vary import BOOKINGS, with_booked, with_changed_layout
from simulation.vary_bookings import (
    with_credit,
    with_first_block,
    with_overbooking,
    with_slot_minutes,
)

#: In place of minutes of credit: whoever booked goes before everybody else.
STRICT = inf
#: Two values that differ by less are one.
_DIGITS = 6


class Setting(StrEnum):
    """What is varied."""

    #: How many minutes booked citizens are ahead of walk-ins. 预约优先时间
    CREDIT = "credit"
    #: Which share of all visits is booked. 预约比例
    BOOKED = "booked"
    #: How long a slot is. 时段长度
    SLOT = "slot"
    #: So many times as many are booked into the first slot (Bailey–Welch). 首个时段
    FIRST_BLOCK = "first_block"
    #: Whether as many more are booked as never come. 超额预约
    OVERBOOKING = "overbooking"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Knob:
    """How one setting is read from a scenario, and set in it."""

    usual: tuple[float, ...]
    present: Callable[[Scenario], float]
    vary: Callable[[Scenario, float], Scenario]
    #: The least and the most that it can be, and whether only whole numbers are meant.
    least: float
    most: float
    is_whole: bool = False


def usual_values(scenario: Scenario, setting: Setting) -> tuple[float, ...]:
    """Return the values worth trying, the present one among them, in order."""
    values = _KNOBS[setting].usual
    if setting is Setting.BOOKED:
        others = sum(part for class_, part in scenario.demand.classes if class_ != APPOINTMENT)
        values = tuple(share for share in values if round(share + others, _DIGITS) <= 1)
    return in_order(scenario, setting, values)


def in_order(scenario: Scenario, setting: Setting, values: Iterable[float]) -> tuple[float, ...]:
    """Return some values and the present one, each once, the smallest first.

    Raises:
        BadFile: a value cannot be.
    """
    knob = _KNOBS[setting]
    wrong = [value for value in values if not _fits(knob, value)]
    if wrong:
        what = "a whole number" if knob.is_whole else "a number"
        wanted = f"should be {what} from {knob.least:g} to {knob.most:g}"
        raise _refused(scenario, setting.value, f"{wanted}, not {wrong[0]:g}")
    known = {round(value, _DIGITS) for value in (*values, present(scenario, setting))}
    return tuple(sorted(known))


def present(scenario: Scenario, setting: Setting) -> float:
    """Return what a setting is in the scenario."""
    return round(_KNOBS[setting].present(scenario), _DIGITS)


def varied(scenario: Scenario, setting: Setting, value: float) -> Scenario:
    """Return the scenario with another value; with the present one it is as it was."""
    if value == present(scenario, setting):
        return scenario
    return _KNOBS[setting].vary(scenario, value)


def check(scenario: Scenario, setting: Setting) -> None:
    """Refuse a scenario in which the setting says nothing.

    Raises:
        BadFile: nobody can book here, or nobody does.
    """
    if APPOINTMENT not in scenario.layout.class_of:
        raise _refused(scenario, "layout.call_rule", f"{APPOINTMENT!r} is missing of the classes")
    if setting is not Setting.BOOKED and not present(scenario, Setting.BOOKED):
        raise _refused(scenario, "demand.classes", "nobody books; say how many do: --booked 0.3")


def _fits(knob: _Knob, value: float) -> bool:
    return knob.least <= value <= knob.most and (
        not knob.is_whole or value == inf or value == round(value)
    )


def _credit(scenario: Scenario) -> float:
    rule = scenario.layout.class_of[APPOINTMENT]
    return STRICT if rule.strict else rule.credit / timedelta(minutes=1)


def _with_credit(scenario: Scenario, minutes: float) -> Scenario:
    return _always_first(scenario) if minutes == STRICT else with_credit(scenario, minutes)


def _always_first(scenario: Scenario) -> Scenario:
    """Return the scenario with booked citizens strictly first: what more and more credit leads to.

    Strict classes stand before the others, as a layout file has them.
    """
    layout = scenario.layout
    ruled = [
        replace(rule, strict=True) if rule.id == APPOINTMENT else rule
        for rule in layout.rule.classes
    ]
    classes = tuple(sorted(ruled, key=lambda rule: not rule.strict))
    changed = replace(layout, rule=replace(layout.rule, classes=classes))
    return with_changed_layout(scenario, changed)


def _slot(scenario: Scenario) -> float:
    rule = scenario.appointments or BOOKINGS
    return rule.slot_minutes or scenario.layout.booking.slot_minutes


def _overbooking(scenario: Scenario) -> float:
    rule = scenario.appointments or BOOKINGS
    by_layout = rule.by_rules and scenario.layout.booking.overbooking
    return float(by_layout if rule.overbooking is None else rule.overbooking)


_KNOBS: Mapping[Setting, _Knob] = {
    Setting.CREDIT: _Knob(
        usual=(0, 3, 6, 9, 12, 15, 20, 30, STRICT),
        present=_credit,
        vary=_with_credit,
        least=0,
        most=STRICT,
    ),
    Setting.BOOKED: _Knob(
        usual=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        present=lambda scenario: dict(scenario.demand.classes).get(APPOINTMENT, 0.0),
        vary=with_booked,
        least=0,
        most=1,
    ),
    Setting.SLOT: _Knob(
        usual=(5, 10, 15, 20, 30, 60),
        present=_slot,
        vary=lambda scenario, value: with_slot_minutes(scenario, round(value)),
        least=1,
        most=1440,
        is_whole=True,
    ),
    Setting.FIRST_BLOCK: _Knob(
        usual=(1, 2, 3, 4),
        present=lambda scenario: (scenario.appointments or BOOKINGS).first_block,
        vary=lambda scenario, value: with_first_block(scenario, round(value)),
        least=1,
        most=100,
        is_whole=True,
    ),
    Setting.OVERBOOKING: _Knob(
        usual=(0, 1),
        present=_overbooking,
        vary=lambda scenario, value: with_overbooking(scenario, on=bool(value)),
        least=0,
        most=1,
        is_whole=True,
    ),
}


def _refused(scenario: Scenario, at: str, problem: str) -> BadFile:
    return BadFile(scenario.file, [Problem(at=at, problem=problem)])
