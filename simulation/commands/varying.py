"""Options that vary a scenario in one respect; each makes one more scenario to compare."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hall.domain.layout import Policy
from hall.domain.layout_file import read_layout
from hall.domain.roster import read_roster
from simulation.commands.common import wanted
from simulation.scenario import Scenario
from simulation.scenario_manners import MOST_AT_FIRST
from simulation.vary import (
    with_booked,
    with_demand,
    with_layout,
    with_name,
    with_pace,
    with_policy,
    with_staffing,
)
from simulation.vary_bookings import (
    with_credit,
    with_first_block,
    with_overbooking,
    with_public_share,
    with_rules,
    with_slot_minutes,
)

#: The most that a number may multiply; the longest that a slot or a credit can be.
MOST, MOST_MINUTES = 100, 1440
_FACTOR = f"a number above 0, at most {MOST}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Variation:
    """What an option makes of the first scenario, and how that is called."""

    name: str
    vary: Callable[[Scenario], Scenario]


def add_variations(command: argparse.ArgumentParser) -> None:
    """Add the options; what was given stands in ``varied``, in the order of the command line."""
    for option, kind, metavar, what in (
        ("--layout", _layout, "FILE", "the same people in another layout"),
        ("--roster", _roster, "FILE", "with other shifts and breaks"),
        ("--policy", _policy, "POLICY", f"another way to call: {', '.join(Policy)}"),
        ("--pace", _pace, "FACTOR", "every pace so many times as long"),
        ("--demand", _demand, "FACTOR", "so many times as many visits"),
        ("--booked", _booked, "SHARE", "so large a share of the visits booked"),
        ("--credit", _credit, "MINUTES", "appointments so much ahead of walk-ins"),
        ("--slot", _slot, "MINUTES", "slots so long"),
        (
            "--first-block",
            _first_block,
            "TIMES",
            "so many times as many in an opening's first slot",
        ),
        ("--public", _public, "SHARE", "so much of counter time to be booked, by the hall's rules"),
    ):
        command.add_argument(
            option,
            dest="varied",
            action="append",
            default=[],
            type=kind,
            metavar=metavar,
            help=f"one more scenario: the first, {what}",
        )
    for option, variation, what in (
        ("--overbook", _OVERBOOK, "as many more booked as never come"),
        ("--by-rules", _BY_RULES, "slots given by the hall's own rules of booking"),
    ):
        command.add_argument(
            option,
            dest="varied",
            action="append_const",
            const=variation,
            help=f"one more scenario: the first, {what}",
        )


def varied(scenario: Scenario, variation: Variation) -> Scenario:
    """Return the scenario varied, under a name that says how."""
    return with_name(variation.vary(scenario), f"{scenario.name}; {variation.name}")


def _layout(text: str) -> Variation:
    return Variation(
        name=f"layout {text}", vary=lambda scenario: with_layout(scenario, read_layout(Path(text)))
    )


def _roster(text: str) -> Variation:
    def vary(scenario: Scenario) -> Scenario:
        return with_staffing(scenario, read_roster(Path(text), scenario.layout))

    return Variation(name=f"roster {text}", vary=vary)


@wanted(f"one of {', '.join(Policy)}")
def _policy(text: str) -> Variation:
    policy = Policy(text)
    return Variation(name=f"policy {text}", vary=lambda scenario: with_policy(scenario, policy))


@wanted(_FACTOR)
def _pace(text: str) -> Variation:
    factor = _factor(text)
    return Variation(name=f"pace × {factor:g}", vary=lambda scenario: with_pace(scenario, factor))


@wanted(_FACTOR)
def _demand(text: str) -> Variation:
    factor = _factor(text)
    return Variation(
        name=f"demand × {factor:g}", vary=lambda scenario: with_demand(scenario, factor)
    )


@wanted("a share from 0 to 1")
def _booked(text: str) -> Variation:
    share = _share(text)
    return Variation(name=f"{share:.0%} booked", vary=lambda scenario: with_booked(scenario, share))


@wanted(f"a number of minutes, at most {MOST_MINUTES}")
def _credit(text: str) -> Variation:
    minutes = float(text)
    if not 0 <= minutes <= MOST_MINUTES:
        raise ValueError(text)
    return Variation(
        name=f"credit {minutes:g} min", vary=lambda scenario: with_credit(scenario, minutes)
    )


@wanted(f"a whole number of minutes, 1 to {MOST_MINUTES}")
def _slot(text: str) -> Variation:
    minutes = _whole(text, MOST_MINUTES)
    return Variation(
        name=f"slots of {minutes} min", vary=lambda scenario: with_slot_minutes(scenario, minutes)
    )


@wanted(f"a whole number, 1 to {MOST_AT_FIRST}")
def _first_block(text: str) -> Variation:
    times = _whole(text, MOST_AT_FIRST)
    return Variation(
        name=f"first block × {times}", vary=lambda scenario: with_first_block(scenario, times)
    )


@wanted("a share from 0 to 1")
def _public(text: str) -> Variation:
    share = _share(text)
    return Variation(
        name=f"{share:.0%} of counter time", vary=lambda s: with_public_share(with_rules(s), share)
    )


_OVERBOOK = Variation(name="overbooked", vary=with_overbooking)
_BY_RULES = Variation(name="by the hall's rules", vary=with_rules)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def _whole(text: str, most: int) -> int:
    number = int(text)
    if not 1 <= number <= most:
        raise ValueError(text)
    return number


def _factor(text: str) -> float:
    factor = float(text)
    if not 0 < factor <= MOST:
        raise ValueError(text)
    return factor
