"""Small halls and scenarios for the tests of the simulation."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hall.domain.identities import ClassId
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from simulation.calendar import steady
from simulation.plan import Plan, make_plan
from simulation.scenario import Scenario
from simulation.scenario_file import scenario_in
from simulation.visits import FOR_EVER, Visits

EXAMPLES = Path(__file__).parents[2] / "examples"
#: A rule under which nobody has any credit.
EQUAL = """{ priority = {}, appointment = { early = false }, walk_in = {}, returned = {} }"""
#: A rule under which priority, then appointments, go strictly first.
STRICT = """{ priority = { strict = true }, appointment = { strict = true, early = false },
              walk_in = {}, returned = {} }"""
#: A rule under which priority accumulates twice as fast.
TWICE = """{ priority = { weight = 2.0 }, appointment = {}, walk_in = {}, returned = {} }"""


def layout_text(  # noqa: PLR0913
    *,
    counters: int | Sequence[str] = 1,
    groups: Sequence[str] = ("a",),
    handling_minutes: float = 1,
    classes: str = EQUAL,
    policy: str = "clerk",
    walk: int = 0,
    at: str = "",
) -> str:
    """Return a layout file; ``counters`` are a number or blocks of keys, ``at`` a table prefix."""
    if isinstance(counters, int):
        counters = ['takes = [ "*" ]'] * counters
    parts = [
        f"[{at}hall]",
        'id = "small"',
        'name = { zh = "小", en = "Small" }',
        'time_zone = "UTC"',
        'opening = [ { days = "mon-sun", from = "09:00", until = "12:00" },',
        '            { days = "mon-sun", from = "13:00", until = "16:00" } ]',
        f"walk_minutes = {walk}",
        f"[{at}call_rule]",
        f'policy = "{policy}"',
        f"classes = {' '.join(classes.split())}",
    ]
    for index, group in enumerate(groups):
        name = f'name = {{ zh = "{group}", en = "{group}" }}'
        parts += [f"[[{at}groups]]", f'id = "{group}"', f'prefix = "{chr(65 + index)}"', name]
        parts += [f"[[{at}matters]]", f'code = "{group}-1"', f'group = "{group}"', name]
        parts += [f"handling_minutes = {handling_minutes}"]
    for index, counter in enumerate(counters):
        parts += [f"[[{at}counters]]", f'id = "{index + 1}"', counter]
    return "\n".join(parts)


def a_layout(
    *,
    counters: int | Sequence[str] = 1,
    groups: Sequence[str] = ("a",),
    classes: str = EQUAL,
    policy: str = "clerk",
    walk: int = 0,
) -> Layout:
    """Return a small layout."""
    text = layout_text(counters=counters, groups=groups, classes=classes, policy=policy, walk=walk)
    return layout_in(Source("small", f"format = 1\n{text}"))


def a_steady_plan(layout: Layout, *, horizon_ms: int = 10**9) -> Plan:
    """Return a plan in which every counter is always staffed."""
    classes = [ClassId(rule.id) for rule in layout.rule.classes]
    return make_plan(layout, steady(layout, horizon_ms=horizon_ms), classes=classes)


def some_visits(  # noqa: PLR0913
    arrival: Sequence[int],
    work: Sequence[int],
    *,
    due: Sequence[int] | None = None,
    class_: Sequence[int] | None = None,
    patience: Sequence[int] | None = None,
    matter: Sequence[int] | None = None,
    in_vain: Sequence[int] | None = None,
    back: Sequence[int] | None = None,
) -> Visits:
    """Return visits with one matter each, walking in for ever patient if not said otherwise."""
    count = len(arrival)
    return Visits(
        arrival=list(arrival),
        due=list(due or arrival),
        class_=list(class_ or [2] * count),
        patience=list(patience or [FOR_EVER] * count),
        matters=[(each,) for each in matter or [0] * count],
        work=[(each,) for each in work],
        in_vain=list(in_vain or [0] * count),
        back=list(back or [FOR_EVER] * count),
    )


def a_steady_scenario(  # noqa: PLR0913
    *,
    counters: int | Sequence[str],
    per_hour: float | Mapping[str, float],
    horizon_minutes: float,
    classes: str = EQUAL,
    shares: Mapping[str, float] | None = None,
    service: str = 'distribution = "exponential"',
    patience: str = 'distribution = "none"',
    more: str = "",
) -> Scenario:
    """Return a steady run with services of one minute on the mean; of one group, or those named."""
    rates = per_hour if isinstance(per_hour, Mapping) else {"a": per_hour}
    layout = layout_text(
        counters=counters, groups=list(rates), classes=classes, at="layout_inline."
    )
    text = f"""
format = 1
name = "steady"
[run]
steady = {{ horizon_minutes = {horizon_minutes}, warm_up_minutes = {horizon_minutes / 20} }}
[demand.per_hour]
{chr(10).join(f"{group} = {rate}" for group, rate in rates.items())}
[demand.classes]
{chr(10).join(f"{name} = {share}" for name, share in (shares or {}).items())}
[service.default]
{service}
[patience]
{patience}
{more}
[layout_inline]
format = 1
{layout}
"""
    return scenario_in(Source("steady", text), folder=Path())
