"""The plain controls of the editor: what they show of a plan, and the change they ask for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from hall.domain.hours import spans_of
from hall.domain.identities import APPOINTMENT, CounterId, GroupId
from hall.domain.layout import Counter, Policy, Span
from hall.domain.roster import Break
from simulation.scenario import Scenario, Steady
from simulation.studio import change as changing
from simulation.studio.change import Change
from simulation.studio.saying import name

PERCENT = 100
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_HOUR = 60


#: What a browser sent.
Form = MultiDict[str, str]


class Impossible(Exception):
    """The plan cannot be; the text says why, in the language of the request."""


def change_in(form: Form, base: Scenario) -> Change:
    """Return the change that the editor's form asks for.

    Raises:
        Impossible: a break cannot be read, or is for a counter that is not there.
        ValueError: a number cannot be read.
    """
    layout = base.layout
    added = tuple(CounterId(like) for like in form.getlist("added"))
    known = list(_counters(base, added))
    sent = {c.id: tuple(map(GroupId, form.getlist(f"takes-{c.id}"))) for c in known}
    open_ = set(form.getlist("open"))
    takes = tuple(
        (c.id, sent[c.id]) for c in known if c.id in open_ and set(sent[c.id]) != set(c.takes)
    )
    breaks = tuple(_breaks(form, [counter.id for counter in known]))
    policy = Policy(form.get("policy") or layout.rule.policy)
    booked = _share(form.get("booked"))
    return Change(
        closed=tuple(c.id for c in known if c.id not in open_),
        added=added,
        takes=takes,
        pace=1 + _number(form.get("pace"), 0) / PERCENT,
        growth=1 + _number(form.get("growth"), 0) / PERCENT,
        booked=None if booked is None or round(booked, 4) == booked_share(base) else booked,
        policy=None if policy is layout.rule.policy else policy,
        breaks=None if _each(breaks) == _each(base.staffing.breaks) else breaks,
    )


def controls(base: Scenario, change: Change) -> dict[str, Any]:
    """Return what the editor shows."""
    layout, takes = base.layout, dict(change.takes)
    breaks = base.staffing.breaks if change.breaks is None else change.breaks
    since, until = hours(base)
    return {
        "groups": layout.groups,
        "counters": [
            {
                "id": counter.id,
                "number": counter.number,
                "name": counter.name,
                "was": list(counter.takes) if counter.id in layout.counter_of else None,
                "takes": list(takes.get(counter.id, counter.takes)),
                "open": counter.id not in change.closed,
                "resets": bool(counter.during),
            }
            for counter in _counters(base, change.added)
        ],
        "added": change.added,
        "pace": round((change.pace - 1) * PERCENT),
        "growth": round((change.growth - 1) * PERCENT),
        "booked": round((booked_share(base) if change.booked is None else change.booked) * PERCENT),
        "booked_now": round(booked_share(base) * PERCENT),
        "can_book": APPOINTMENT in layout.class_of,
        "policy": change.policy or layout.rule.policy,
        "policy_now": layout.rule.policy,
        "policies": list(Policy),
        "breaks": [
            {
                "counters": ", ".join(counters),
                "from": clock(span.from_minute),
                "until": clock(span.until_minute),
            }
            for span, counters in _by_span(breaks)
        ],
        "since": since,
        "until": until,
    }


def check(base: Scenario, change: Change) -> None:
    """Refuse a plan in which no counter takes some group, or nobody is left.

    Raises:
        Impossible: it says which group.
    """
    takes = dict(change.takes)
    open_ = [c for c in _counters(base, change.added) if c.id not in change.closed]
    taken = {group for c in open_ for group in (takes[c.id] if c.id in takes else c.ever_takes())}
    left = [group for group in base.layout.groups if group.id not in taken]
    if left:
        names = "、".join(name(group.name) for group in left)
        raise Impossible(gettext("No counter takes %(groups)s any more", groups=names))


def hours(base: Scenario) -> tuple[int, int]:
    """Return from which to which minute of the day the hall is open at all."""
    if isinstance(base.run, Steady):
        return 0, 24 * _HOUR
    spans = spans_of(base.layout.hours, base.run[0])
    return spans[0].from_minute, spans[-1].until_minute


def booked_share(base: Scenario) -> float:
    """Return the share of all visits that is booked now."""
    return round(dict(base.demand.classes).get(APPOINTMENT, 0.0), 4)


def clock(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"


def _each(breaks: Iterable[Break]) -> set[tuple[CounterId, Span]]:
    """Return the breaks counter by counter."""
    return {(counter, rest.span) for rest in breaks for counter in rest.counters}


def _by_span(breaks: Iterable[Break]) -> list[tuple[Span, list[CounterId]]]:
    """Return which counters rest together, the earliest break first."""
    together: dict[Span, list[CounterId]] = {}
    for rest in breaks:
        together.setdefault(rest.span, []).extend(rest.counters)
    return sorted(together.items(), key=lambda item: (item[0].from_minute, item[0].until_minute))


def _counters(base: Scenario, added: tuple[CounterId, ...]) -> tuple[Counter, ...]:
    """Return every counter of the editor: those of the layout and those added to it."""
    return changing.after(base, Change(added=added), name=base.name).layout.counters


def _breaks(form: Form, known: Sequence[CounterId]) -> Iterator[Break]:
    rows = zip(
        form.getlist("break-counters"),
        form.getlist("break-from"),
        form.getlist("break-until"),
        strict=True,
    )
    for counters, since, until in rows:
        named = tuple(CounterId(c) for c in re.split(r"[\s,，、]+", counters.strip()) if c)
        if not named:
            continue
        span = Span(from_minute=_minute(since), until_minute=_minute(until))
        if span.from_minute >= span.until_minute:
            raise Impossible(
                gettext("The break from %(since)s ends at %(until)s", since=since, until=until)
            )
        if unknown := [c for c in named if c not in known]:
            raise Impossible(
                gettext(
                    "A break names counters that are not there: %(ids)s", ids=", ".join(unknown)
                )
            )
        yield Break(counters=named, span=span)


def _minute(written: str) -> int:
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise Impossible(gettext("“%(written)s” is no time of the day", written=written))
    return int(found[1]) * _HOUR + int(found[2])


def _number(written: str | None, default: float) -> float:
    return float(written) if written else default


def _share(written: str | None) -> float | None:
    return None if not written else float(written) / PERCENT


def summary(base: Scenario, change: Change) -> dict[str, Any]:
    """Return how a plan differs from the hall as it is, in numbers."""
    plan = changing.after(base, change, name=base.name)
    groups = len(base.layout.groups)

    def count(scenario: Scenario) -> dict[str, int]:
        counters = scenario.layout.counters
        every = sum(len(counter.takes) == groups for counter in counters)
        return {"counters": len(counters), "comprehensive": every}

    return {"before": count(base), "after": count(plan), **_said(base, change)}


def _said(base: Scenario, change: Change) -> Mapping[str, Any]:
    return {
        "pace": round((change.pace - 1) * PERCENT) if change.takes else 0,
        "growth": round((change.growth - 1) * PERCENT),
        "booked": None if change.booked is None else round(change.booked * PERCENT),
        "booked_now": round(booked_share(base) * PERCENT),
        "policy": change.policy,
        "breaks": change.breaks is not None,
    }
