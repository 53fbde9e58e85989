"""Bookings beside walk-ins: what the credit of appointments costs whom, over 200 days.

Four counters, services of 12 minutes on the mean (exponential), three appointments for each slot
of 12 minutes, 15 % of whom never come and cost a counter 90 seconds, and 5 or 3.5 walk-ins an hour.
The live hall's rules give the slots and call; those who come do so 5 minutes early on the mean,
give or take 8, and more than 10 minutes late they walk in. The same with everybody on the minute,
several times, so that chance is seen.
"""

from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

from benchmarks.measuring import bound
from hall.domain.identities import APPOINTMENT, WALK_IN
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.trade.curve import Asked, Curve, curve
from simulation.trade.names import P90
from simulation.trade.settings import STRICT, Setting
from simulation.trade.text import curve_text
from simulation.vary import BOOKINGS

DAYS, SEEDS = 200, 10
CREDITS = (0, 3, 6, 9, 12, 15, 20, 30, STRICT)
#: The credit by default, in minutes.
USUAL = 12
#: What nine in ten walk-ins and of those who booked wait at most, in minutes: beside 5 walk-ins an
#: hour, beside 3.5.
BOUNDS = {"busy": (40, 25), "calm": (29, 14)}
_WHO = (WALK_IN, APPOINTMENT)


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    missed = 0
    for name, most in BOUNDS.items():
        hall = read_scenario(Path(f"examples/beside/{name}.toml"))
        found = _curve(hall, CREDITS)
        print(curve_text(found, language="en"), end="\n\n", flush=True)
        for who, minutes in zip(_WHO, most, strict=True):
            what = f"{hall.name}, credit {USUAL}: p90 of class {who}, minutes"
            missed += bound(what, _p90(found, USUAL, who), most=minutes)
        _punctual(hall)
    return missed


def _curve(hall: Scenario, credits: tuple[float, ...], seed: int = 1) -> Curve:
    asked = Asked(setting=Setting.CREDIT, values=credits, seed=seed, days=DAYS)
    return curve(hall, asked)


def _p90(found: Curve, credit: float, who: str) -> float:
    point = next(point for point in found.points if point.value == credit)
    return point.figures[who][P90].mean or 0.0


def _punctual(hall: Scenario) -> None:
    """Print the same where everybody is on the minute, for several seeds."""
    rule = hall.appointments or BOOKINGS
    rule = replace(rule, unpunctuality_mean_minutes=0.0, unpunctuality_sd_minutes=0.0)
    punctual = replace(hall, appointments=rule)
    credits = (0, USUAL, STRICT)
    found = [_curve(punctual, credits, seed) for seed in range(1, SEEDS + 1)]
    print(f"on the minute, {SEEDS} times {DAYS} days: p90 in minutes, mean (standard deviation)")
    for credit in credits:
        said = [[_p90(one, credit, who) for one in found] for who in _WHO]
        both = ", ".join(
            f"{who} {fmean(p90s):.1f} ({stdev(p90s):.1f})"
            for who, p90s in zip(_WHO, said, strict=True)
        )
        name = "any due appointment first" if credit == STRICT else f"credit {credit:g}"
        print(f"  {name}: {both}", flush=True)
    print()


if __name__ == "__main__":
    raise SystemExit(main())
