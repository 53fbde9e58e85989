"""Two months of a small hall that is known, and how calibration finds it again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from hall.domain.reading import DAYS, Source
from hall.measures.figures import MINUTE_MS
from simulation.arrivals import intervals
from simulation.calibration.arrivals import clock
from simulation.calibration.calibrate import Calibration
from simulation.demand import HOUR_MS, day_factor
from simulation.model import simulate
from simulation.past import Past, PastDay
from simulation.run import Runner
from simulation.scenario import Scenario
from simulation.scenario_file import scenario_in
from simulation.streams import Key

FIRST = date(2026, 3, 2)
#: Working days in two months.
TWO_MONTHS = 43
HALL = """
format = 1
name = "round trip"
[run]
days = [ DAYS ]
[demand]
interval_minutes = 60
day_factor_cv = 0.13
[demand.per_hour]
a = [ 12, 19, 17, 14, 11, 7 ]
b = [ 5, 8, 7, 6, 5, 3 ]
[demand.weekdays.mon]
a = [ 20, 24, 18, 16, 14, 8 ]
[demand.mix]
a = { a-1 = 0.6, a-2 = 0.4 }
[demand.classes]
priority = 0.06
appointment = 0.2
[demand.matters_per_visit]
counts = [ 0.9, 0.1 ]
[service.default]
cv = 0.8
approach_seconds = 20
[service.a-2]
cv = 0.5
[patience]
distribution = "weibull"
mean_minutes = 45
shape = 1.3
in_vain_seconds = 45
[no_shows]
share = 0.06
seconds = 60
return_share = 0.5
return_minutes = 8
[appointments]
slot_minutes = 20
no_show_share = 0.17
unpunctuality_minutes = { mean = -5, sd = 8 }
absent_seconds = 90
[staffing]
breaks = [ { counters = [ "1", "2" ], from = "11:00", until = "11:20" } ]
[layout_inline]
format = 1
[layout_inline.hall]
id = "round"
name = { zh = "小厅", en = "Small hall" }
time_zone = "Asia/Shanghai"
opening = [
  { days = "mon-fri", from = "09:00", until = "12:00" },
  { days = "mon-fri", from = "13:00", until = "16:00" },
]
[[layout_inline.groups]]
id = "a"
prefix = "A"
name = { zh = "甲", en = "a" }
[[layout_inline.groups]]
id = "b"
prefix = "B"
name = { zh = "乙", en = "b" }
[[layout_inline.matters]]
code = "a-1"
group = "a"
name = { zh = "甲一", en = "a1" }
handling_minutes = 5
[[layout_inline.matters]]
code = "a-2"
group = "a"
name = { zh = "甲二", en = "a2" }
handling_minutes = 8
[[layout_inline.matters]]
code = "b-1"
group = "b"
name = { zh = "乙一", en = "b1" }
handling_minutes = 9
[[layout_inline.counters]]
id = "1"
takes = [ "a" ]
[[layout_inline.counters]]
id = "2"
takes = [ "a", "b" ]
pace = { a = 1.1 }
[[layout_inline.counters]]
id = "3"
takes = [ "*" ]
"""
SERVICE = {"a-1": (5.0, 0.8), "a-2": (8.0, 0.5), "b-1": (9.0, 0.8)}
#: Figures that do not depend on the days, by name.
PLAIN = {
    "day_factor_cv": 0.13,
    "patience_mean_minutes": 45.0,
    "patience_shape": 1.3,
    "no_show_share": 0.06,
    "return_share": 0.5,
    "return_minutes": 8.0,
    "no_show_seconds": 60.0,
    "in_vain_seconds": 45.0,
    "missed_appointment_share": 0.17,
    "unpunctuality_mean_minutes": -5.0,
    "unpunctuality_sd_minutes": 8.0,
    "approach_seconds": 20.0,
}

Whose = tuple[str, ...]


def working_days(count: int) -> list[date]:
    """Return so many days from Monday to Friday."""
    days = (FIRST + timedelta(days=at) for at in range(2 * count))
    return [day for day in days if day.weekday() < 5][:count]


def a_hall(days: int = TWO_MONTHS, text: str = HALL) -> Scenario:
    """Return the hall, over so many working days."""
    named = ", ".join(day.isoformat() for day in working_days(days))
    return scenario_in(Source("hall", text.replace("DAYS", named)), folder=Path())


def a_past(scenario: Scenario, *, seed: int) -> Past:
    """Return what happened on the scenario's days, as if a journal had been read."""
    runner, layout = Runner(scenario, simulate), scenario.layout
    return Past(
        source="past",
        days=tuple(
            PastDay(
                day=day or FIRST,
                layout=layout,
                layouts=((0, layout),),
                roster=scenario.staffing,
                openings=plan.calendar.openings,
                trace=runner.trace(seed, 0, at),
                is_over=True,
                read_events=tuple,
            )
            for at, (day, plan) in enumerate(runner.days)
        ),
        flaws=(),
    )


def truths(past: Past, scenario: Scenario, *, seed: int) -> dict[Whose, float]:
    """Return what calibration should find; rates are those that the drawn days really had."""
    found: dict[Whose, float] = {(name,): value for name, value in PLAIN.items()}
    for code, (minutes, cv) in SERVICE.items():
        found["service_minutes", code] = minutes
        found["service_cv", code] = cv
    found |= {("class_share", "priority"): 0.06, ("class_share", "appointment"): 0.2}
    found |= {("mix", "a", "a-1"): 0.6, ("matters_share", "2"): 0.1}
    realised: dict[Whose, list[float]] = defaultdict(list)
    for day in past.days:
        factor = day_factor(
            Key(seed=seed, replication=0, day=day.day.toordinal()), scenario.demand.day_factor_cv
        )
        starts, _ = intervals(day.openings, 30 * MINUTE_MS)
        midnight = day.openings[0][0] - 9 * HOUR_MS
        for group, rates in scenario.demand.rates_on(day.day.weekday()):
            realised["visits_per_hour", group].append(factor * float(np.mean(rates)))
            for at, start in enumerate(starts.tolist()):
                when = clock((start - midnight) // MINUTE_MS)
                realised["visits_per_hour", group, when].append(factor * rates[at // 2])
                weekly = ("visits_per_hour", group, DAYS[day.day.weekday()], when)
                found[weekly] = rates[at // 2]
    found |= {whose: float(np.mean(rates)) for whose, rates in realised.items()}
    found["visits_per_hour",] = sum(found["visits_per_hour", group] for group in ("a", "b"))
    return found


@dataclass
class Coverage:
    """How often intervals cover, and how far estimates are off, by figure."""

    covered: dict[Whose, list[bool]] = field(default_factory=lambda: defaultdict(list))
    off: dict[Whose, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, found: Calibration, truth: dict[Whose, float]) -> None:
        """Take a calibration into account."""
        known = {(e.figure, *(value for _, value in e.of)): e for e in found.evidence}
        for whose, value in truth.items():
            evidence = known.get(whose)
            if evidence is None or evidence.value is None or evidence.interval is None:
                continue
            low, high = evidence.interval
            self.covered[whose].append(low - 1e-9 <= value <= high + 1e-9)
            self.off[whose].append(evidence.value / value - 1)

    def share(self, some: Iterable[Whose]) -> float:
        """Return how often the intervals of some figures cover, together."""
        return float(np.mean([one for whose in some for one in self.covered[whose]]))

    def bias(self, whose: Whose) -> float:
        """Return how far the estimates of a figure are off on the mean, relative to it."""
        return float(np.mean(self.off[whose]))


def is_cell(whose: Whose) -> bool:
    """Whether a figure is the rate of one interval of the day; there are hundreds."""
    return whose[0] == "visits_per_hour" and ":" in whose[-1]
