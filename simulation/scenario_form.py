"""A scenario as the content of its file again: as plain JSON, and as TOML."""

import re
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from hall.domain.hours import DAY_MINUTES
from hall.domain.layout import Layout, Span
from hall.domain.layout_form import canonical_form
from hall.domain.reading import DAYS, Source
from hall.domain.roster import Roster
from simulation.scenario import Appointments, Demand, Distribution, Scenario, Service, Steady
from simulation.scenario_file import FORMAT, scenario_in

Form = dict[str, Any]

#: A list of numbers, a line each.
_NUMBERS = re.compile(r"\[\n((?:\s+[-+.\de]+,\n)+)\s*\]")

_LOGNORMAL = Service(distribution=Distribution.LOGNORMAL, cv=0.8)


def scenario_form(scenario: Scenario, *, layout: str | None = None) -> Form:
    """Return what a scenario file says, as plain JSON; dates are texts.

    Args:
        scenario: what the file is to say.
        layout: the path of the layout, relative to the file; without one the layout is inline.
    """
    form: Form = {"format": FORMAT, "name": scenario.name}
    if layout is not None:
        form["layout"] = layout
    form["run"] = _run(scenario)
    form["demand"] = _demand(scenario.demand)
    form["service"] = _service(scenario)
    form["patience"] = {"distribution": "none"}
    if scenario.patience is not None:
        form["patience"] = {
            "distribution": "weibull",
            "mean_minutes": scenario.patience.mean_minutes,
            "shape": scenario.patience.shape,
            "in_vain_seconds": scenario.patience.in_vain_seconds,
        }
    if scenario.no_shows is not None:
        form["no_shows"] = asdict(scenario.no_shows)
    if scenario.appointments is not None:
        form["appointments"] = _appointments(scenario.appointments)
    form["staffing"] = roster_form(scenario.staffing)
    if layout is None:
        form["layout_inline"] = layout_form(scenario.layout)
    return form


def scenario_text(scenario: Scenario, *, layout: str | None = None) -> str:
    """Return a scenario file (TOML) that reads as this scenario."""
    return _toml(scenario_form(scenario, layout=layout))


def scenario_of(form: Form, *, file: str = "scenario", folder: Path = Path()) -> Scenario:
    """Return the scenario that a form says.

    Args:
        form: as ``scenario_form`` gives it.
        file: what the scenario is called in messages.
        folder: from where the path of a layout is read.

    Raises:
        BadFile: with everything that is wrong with it.
    """
    return scenario_in(Source(file, _toml(form)), folder=folder)


def layout_form(layout: Layout) -> Form:
    """Return what a layout file says, as plain JSON; dates are texts."""
    form: Form = _as_written(canonical_form(layout))
    rule = form["call_rule"]
    rule["classes"] = {class_.pop("id"): class_ for class_ in rule["classes"]}
    for opening in form["hall"]["opening"]:
        opening["days"] = _days(opening["days"])
    return form


def layout_text(layout: Layout) -> str:
    """Return a layout file (TOML) that reads as this layout."""
    return tomli_w.dumps(_dated_layout(layout_form(layout)))


def roster_form(roster: Roster) -> Form:
    """Return what a roster file says, as plain JSON."""
    shifts = [
        {"days": _days(shift.days), "counters": list(shift.counters), **_span(shift.span)}
        for shift in roster.shifts
    ]
    breaks = [{"counters": list(rest.counters), **_span(rest.span)} for rest in roster.breaks]
    found = {"shifts": shifts, "breaks": breaks}
    return {name: values for name, values in found.items() if values}


def _run(scenario: Scenario) -> Form:
    run = scenario.run
    if isinstance(run, Steady):
        lengths = {"horizon_minutes": run.horizon_minutes, "warm_up_minutes": run.warm_up_minutes}
        return {"steady": lengths}
    return {"days": [day.isoformat() for day in run]}


def _demand(demand: Demand) -> Form:
    weekdays = {DAYS[weekday]: _per_hour(rates) for weekday, rates in demand.weekdays}
    return {
        "interval_minutes": demand.interval_minutes,
        "day_factor_cv": demand.day_factor_cv,
        "per_hour": _per_hour(demand.per_hour),
        **({"weekdays": weekdays} if weekdays else {}),
        "mix": {group: dict(mix) for group, mix in demand.mix if mix},
        "classes": dict(demand.classes),
        "matters_per_visit": {"counts": list(demand.matters_per_visit)},
    }


def _per_hour(rates: Iterable[tuple[str, tuple[float, ...]]]) -> Form:
    return {group: some[0] if len(some) == 1 else list(some) for group, some in rates}


def _service(scenario: Scenario) -> Form:
    """Return the commonest kind of service as the default, and the matters that are not like it."""
    shaped = [s for _, s in scenario.services if s.distribution is not Distribution.EMPIRICAL]
    default = Tally(shaped).most_common(1)[0][0] if shaped else _LOGNORMAL
    form = {"default": {**_one_service(default), "approach_seconds": scenario.approach_seconds}}
    others: Form = {code: _one_service(s) for code, s in scenario.services if s != default}
    return {**form, **others}


def _one_service(service: Service) -> Form:
    form: Form = {"distribution": service.distribution.value, "cv": service.cv}
    if service.values_minutes:
        form["values_minutes"] = list(service.values_minutes)
    return form


def _appointments(rule: Appointments) -> Form:
    said = {
        "absent_seconds": rule.absent_seconds,
        "slot_minutes": rule.slot_minutes,
        "first_block": rule.first_block if rule.first_block > 1 else None,
        "overbooking": rule.overbooking,
        "by_rules": rule.by_rules or None,
        "by_staff": rule.by_staff or None,
    }
    return {
        **{key: value for key, value in said.items() if value is not None},
        "no_show_share": rule.no_show_share,
        "unpunctuality_minutes": {
            "mean": rule.unpunctuality_mean_minutes,
            "sd": rule.unpunctuality_sd_minutes,
        },
    }


def _days(days: Iterable[int]) -> str:
    return ",".join(DAYS[day] for day in sorted(days))


def _span(span: Span) -> dict[str, str]:
    return {"from": _clock(span.from_minute), "until": _clock(span.until_minute)}


def _clock(minute: int) -> str:
    hour, minute = divmod(minute % DAY_MINUTES, 60)
    return f"{hour:02d}:{minute:02d}"


def _as_written(value: Any) -> Any:
    """Return canonical content as files have it: no absent keys, times of the clock."""
    if isinstance(value, list):
        return [_as_written(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _as_written(item) for key, item in value.items() if item is not None}
    for end in ("from", "until"):
        if f"{end}_minute" in found:
            found[end] = _clock(found.pop(f"{end}_minute"))
    return found


def _toml(form: Form) -> str:
    """Return a form as TOML, with dates where files have dates."""
    dated = {**form, "run": _dated(form.get("run", {}), "days")}
    if "layout_inline" in form:
        dated["layout_inline"] = _dated_layout(form["layout_inline"])
    return _NUMBERS.sub(_in_a_row, tomli_w.dumps(dated))


def _in_a_row(numbers: re.Match[str]) -> str:
    """Return a list of numbers on one line."""
    return f"[ {' '.join(numbers[1].split()).rstrip(',')} ]"


def _dated_layout(form: Form) -> Form:
    hall = _dated(form.get("hall", {}), "closed")
    extra = [dict(_with_date(part)) for part in hall.get("extra_open", [])]
    return {**form, "hall": {**hall, "extra_open": extra}}


def _dated(table: Form, key: str) -> Form:
    return {**table, key: list(map(_date, table[key]))} if key in table else table


def _with_date(table: Form) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        yield key, _date(value) if key == "date" else value


def _date(text: Any) -> Any:
    """Return a date, or what cannot be one as it is, for the reader of the file to name."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return text
