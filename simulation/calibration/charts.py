"""What can be drawn of a calibration: what was seen beside what the scenario has."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.stats import lognorm

from hall.domain.layout import Layout, Name
from simulation.calibration.arrivals import Arrivals, clock
from simulation.calibration.calls import Calls, Seen
from simulation.calibration.estimates import Estimates
from simulation.calibration.figures import count_interval, share_interval
from simulation.calibration.patience import still_there
from simulation.calibration.services import MatterTime
from simulation.calibration.staffing import STEP, planned_counters
from simulation.streams import Reals

Chart = dict[str, Any]

SEEN = Name(zh="实测", en="seen")
FITTED = Name(zh="方案", en="scenario")
#: Histograms have so many bars.
_BARS = 20
#: Waits fall into so many parts of equal numbers of calls.
_PARTS = 10


def charts(found: Estimates) -> list[Chart]:
    """Return every chart as plain JSON: title, x, y, and series with values and bands.

    A chart is ``{id, kind, title, x: {label, values}, y: {label}, series: [{name, values, low,
    high}]}``; ``kind`` is ``line``, ``step``, ``bar`` or ``points``; what is not known is null.
    """
    return [
        *arrival_charts(found.arrivals, found.layout),
        *_days(found),
        *(_service(found, time) for time in found.work.times),
        *_patience(found),
        *_counters(found),
    ]


def arrival_charts(arrived: Arrivals, layout: Layout) -> Iterator[Chart]:
    """Yield for each group how many came when, and the rates of weekdays that differ."""
    times = [clock(minute) for minute in arrived.intervals.minutes]
    for at, group in enumerate(arrived.groups):
        name = layout.group_of[group].name
        counts, usual = arrived.counts[at], arrived.usual[at]
        bounds = [count_interval(count) for count in counts.tolist()]
        per = np.where(counts > 0, usual / np.maximum(counts, 1), 0)
        low, high = (np.array([bound[side] for bound in bounds]) * per for side in (0, 1))
        series = [_series(SEEN, usual, low=low, high=high)]
        if arrived.weekly is None:
            series.append(_series(FITTED, usual))
        else:
            series += _weekday_series(arrived, at)
        yield _chart(
            f"arrivals-{group}",
            "step",
            Name(zh=f"{name.zh}：每小时来访", en=f"{name.en}: visits per hour"),
            x=(Name(zh="时间", en="time"), times),
            y=Name(zh="每小时来访", en="visits per hour"),
            series=series,
        )


def _weekday_series(arrived: Arrivals, at: int) -> Iterator[dict[str, Any]]:
    """Yield the rates of each weekday, where they differ."""
    assert arrived.weekly is not None  # noqa: S101
    for weekday, some in sorted(arrived.intervals.of_weekday.items()):
        rates = np.full(len(arrived.intervals.minutes), np.nan)
        rates[list(some)] = arrived.weekly[weekday, at, list(some)]
        name = Name(
            zh=f"周{'一二三四五六日'[weekday]}",
            en=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[weekday],
        )
        yield _series(name, rates)


def _days(found: Estimates) -> Iterator[Chart]:
    days, visits = found.seen.days, found.seen.visits
    totals = np.bincount(visits.day, minlength=len(days)).astype(np.float64)
    arrived = found.arrivals
    usual = totals.mean() * arrived.levels[[day.weekday() for day in days]]
    yield _chart(
        "days",
        "bar",
        Name(zh="每天来访", en="Visits a day"),
        x=(Name(zh="日期", en="day"), [day.isoformat() for day in days]),
        y=Name(zh="来访", en="visits"),
        series=[_series(SEEN, totals), _series(FITTED, usual)],
    )


def _service(found: Estimates, time: MatterTime) -> Chart:
    name = found.layout.matter_of[time.code].name
    edges = np.linspace(0, float(np.quantile(time.seen, 0.98)) or 1.0, _BARS + 1)
    counts, _ = np.histogram(time.seen, edges)
    spread = float(np.sqrt(np.log1p(time.service.cv**2)))
    scale = time.mean_minutes / np.exp(spread**2 / 2)
    fitted = np.diff(lognorm.cdf(edges, max(spread, 1e-9), scale=scale))
    middles = [round(float(value), 2) for value in (edges[1:] + edges[:-1]) / 2]
    return _chart(
        f"service-{time.code}",
        "bar",
        Name(zh=f"{name.zh}：办理时长", en=f"{name.en}: service time"),
        x=(Name(zh="分钟", en="minutes"), middles),
        y=Name(zh="占比", en="share"),
        series=[
            _series(SEEN, counts / len(time.seen)),
            _series(Name(zh="对数正态", en="lognormal"), fitted),
        ],
    )


def _patience(found: Estimates) -> Iterator[Chart]:
    """Yield the share not there by how long they had waited; told leavings are in the curve."""
    called = found.calls.of(Seen.CAME, Seen.MISSED, Seen.CAME_BACK, Seen.GONE)
    if not len(called.wait):
        return
    edges = np.unique(np.quantile(called.wait, np.linspace(0, 1, _PARTS + 1)))
    part = np.searchsorted(edges[1:-1], called.wait, side="right")
    middles, absent, low, high = [], [], [], []
    for at in range(max(len(edges) - 1, 1)):
        mine = called.where(part == at)
        if not len(mine.wait):
            continue
        missing = len(mine.wait) - mine.count(Seen.CAME)
        middles.append(round(float(mine.wait.mean()), 2))
        absent.append(missing / len(mine.wait))
        bound = share_interval(missing, len(mine.wait))
        low.append(bound[0])
        high.append(bound[1])
    series = [_series(SEEN, np.array(absent), low=np.array(low), high=np.array(high))]
    series += [_series(FITTED, np.array([_not_there(found, wait) for wait in middles]))]
    yield _chart(
        "patience",
        "points",
        Name(zh="叫号时不在的比例", en="Not there when called"),
        x=(Name(zh="已等候（分）", en="waited, minutes"), middles),
        y=Name(zh="占比", en="share"),
        series=series,
    )


def _not_there(found: Estimates, wait: float) -> float:
    """Return the share not there when called after a wait, by the scenario."""
    manners = found.manners
    away = manners.away.value if manners.away else 0.0
    if manners.mean_minutes is None or manners.shape is None or _all_told(found.calls):
        return away
    there = still_there(manners.mean_minutes.value, manners.shape.value, wait)
    return 1 - (1 - away) * there


def _all_told(calls: Calls) -> bool:
    """Whether everybody who left had said so before being called."""
    return calls.count(Seen.LEFT) > 0 and calls.count(Seen.GONE) == 0


def _counters(found: Estimates) -> Iterator[Chart]:
    there = found.staffing.open_counters
    planned = planned_counters(found.layout, found.seen.days, found.staffing.roster)
    known = np.flatnonzero((there > 0) | (planned > 0))
    if not len(known):
        return
    steps = range(int(known[0]), int(known[-1]) + 1)
    yield _chart(
        "counters",
        "step",
        Name(zh="开着的窗口", en="Counters open"),
        x=(Name(zh="时间", en="time"), [clock(step * STEP) for step in steps]),
        y=Name(zh="窗口数", en="counters"),
        series=[_series(SEEN, there[list(steps)]), _series(FITTED, planned[list(steps)])],
    )


def _series(
    name: Name, values: Reals, *, low: Reals | None = None, high: Reals | None = None
) -> dict[str, Any]:
    return {
        "name": _text(name),
        "values": _plain(values),
        "low": None if low is None else _plain(low),
        "high": None if high is None else _plain(high),
    }


def _plain(values: Reals) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 4) for value in values]


def _chart(
    id_: str,
    kind: str,
    title: Name,
    *,
    x: tuple[Name, Sequence[str | float]],
    y: Name,
    series: list[dict[str, Any]],
) -> Chart:
    label, values = x
    return {
        "id": id_,
        "kind": kind,
        "title": _text(title),
        "x": {"label": _text(label), "values": list(values)},
        "y": {"label": _text(y)},
        "series": series,
    }


def _text(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
