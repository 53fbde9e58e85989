"""Sizing and rostering: the pooled 12-counter hall with 1,000 visitors, and 22 clerks for a week.

The promise is 90 % within 10 minutes, without a day factor and without patience. The sized hall
is run again with seeds that the sizing has never seen, half hour by half hour. The stationary
formula it is compared with knows the hall's true rates and service times, approach and pause
included.
"""

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.measuring import bound
from hall.domain.reading import Source
from simulation.engine import engine
from simulation.roster.rota import rota
from simulation.roster.staff import Staff
from simulation.roster.staff_file import staff_in
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.sizing import trial
from simulation.sizing.frame import Wish
from simulation.sizing.load import Load, stationary
from simulation.sizing.shares import Shares
from simulation.sizing.size import Sizing, size
from simulation.sizing.trial import trial_of

SCENARIO = Path("examples/twelve/pooled-1000.toml")
MINUTES, SHARE = 10, 0.9
SEEDS, DAYS = (101, 102, 103), 200
CLERKS = 22
#: Seconds from the call to the start, and before a free counter is given the next number.
EXTRA_SECONDS = 30


def main() -> int:
    """Measure and print; return how many bounds were missed."""
    scenario = read_scenario(SCENARIO)
    found, taken = _timed(scenario)
    missed = bound("sizing, seconds of processor time", taken, most=30)
    hours = _by_formula(scenario)
    print(f"       {found.counter_hours:g} counter hours; Erlang C by half hours {hours:g}")
    missed += bound("counter hours ÷ Erlang C", found.counter_hours / hours, most=0.97)
    for seed in SEEDS:
        shares = _validated(found, seed)
        worst = float(((shares.mean - SHARE) / np.maximum(shares.error, 1e-9)).min())
        missed += bound(f"worst half hour, seed {seed}, standard errors", worst, least=-2)
    demand = replace(scenario.demand, day_factor_cv=0.13)
    busy, _ = _timed(replace(scenario, demand=demand))
    assert busy.busy_days is not None
    more = busy.busy_days.counter_hours
    missed += bound("counter hours more with a day factor of 0.13", more, least=0.5)
    trial._simulate = engine("simpy")  # noqa: SLF001
    _, alone = _timed(scenario)
    missed += bound("sizing without the twin, seconds of processor time", alone, most=30)
    return missed + _rostered(found)


def _timed(scenario: Scenario) -> tuple[Sizing, float]:
    """Return a sizing and the processor time that it took."""
    began = time.process_time()
    found = size(scenario, Wish(minutes=MINUTES, share=SHARE))
    return found, time.process_time() - began


def _by_formula(scenario: Scenario) -> float:
    """Return the counter hours of the stationary formula, from the scenario's own numbers."""
    rates = dict(scenario.demand.per_hour)
    per_hour = np.sum([np.array(values) for values in rates.values()], axis=0)
    matters = {matter.group: matter.handling.total_seconds() for matter in scenario.layout.matters}
    weights = {group: sum(values) for group, values in rates.items()}
    seconds = sum(weights[group] * matters[group] for group in weights) / sum(weights.values())
    load = Load(offered=per_hour, per_hour=per_hour, minutes=(seconds + EXTRA_SECONDS) / 60)
    hours = 60 / scenario.demand.interval_minutes
    return float(stationary(load, minutes=MINUTES, share=SHARE).sum()) / hours


def _validated(found: Sizing, seed: int) -> Shares:
    """Return the shares of the sized hall on new days."""
    runner, asked = Runner(found.scenario), trial_of(found.frame)
    return Shares(rows=np.array([asked.shares(runner, seed, number) for number in range(DAYS)]))


def _rostered(found: Sizing) -> int:
    """Roster the clerks to the sizing; return how many bounds were missed."""
    staff = _staff(found)
    began = time.process_time()
    week = rota([found.scenario], staff)
    taken = time.process_time() - began
    print(
        f"       {week.need.hours:g} counter hours needed in {len(staff.days)} days, "
        f"{week.uncovered_hours:g} uncovered, {sum(week.hours):g} paid"
    )
    missed = bound(f"roster of {CLERKS} clerks for a week, seconds", taken, most=5)
    return missed + bound("distance from the best possible, %", 100 * week.gap, most=1)


def _staff(found: Sizing) -> Staff:
    """Return clerks with four shifts, a break around noon and some leave."""
    hours = [("08:00", "14:30"), ("09:00", "15:00"), ("09:30", "16:00"), ("08:00", "16:00")]
    rest = '[ { minutes = 45, from = "11:00", until = "13:30" } ]'
    shifts = [
        f'{{ id = "{at}", from = "{since}", until = "{until}", breaks = {rest} }}'
        for at, (since, until) in enumerate(hours)
    ]
    day = found.frame.day
    leave = {at: day + timedelta(days=at % 5) for at in range(0, CLERKS, 7)}
    clerks = [
        f'{{ id = "{at}"{f", leave = [ {leave[at]} ]" if at in leave else ""} }}'
        for at in range(CLERKS)
    ]
    text = f"""
format = 1
contracts = [ {{ id = "full", least_hours_per_week = 24, consecutive_days = 5 }} ]
shifts = [ {", ".join(shifts)} ]
clerks = [ {", ".join(clerks)} ]
"""
    return staff_in(Source("staff", text), found.frame.scenario.layout, first=date(2026, 3, 2))


if __name__ == "__main__":
    raise SystemExit(main())
