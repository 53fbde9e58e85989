"""What the journal teaches about a hall: how waits came out, and its habits from that."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hall.dispatch.conformal import Told, correction
from hall.domain.events import Event, EventName
from hall.domain.habits import CV, Correction, Habits
from hall.domain.hours import business_day, minute_of_day
from hall.domain.identities import APPOINTMENT, WALK_IN, ClassId, GroupId, MatterCode
from hall.domain.layout import Policy
from hall.domain.moments import from_ms, read, to_ms
from hall.domain.tickets import Line
from hall.queries.expected import booked_per_hour
from hall.queries.foreseen import foreseen_at
from hall.store.forecasts import (
    Reading,
    Step,
    joined,
    last_told,
    learned_until,
    service_spread,
    waits_after,
)
from hall.store.view import View

#: How many events are read at once.
AT_ONCE = 500
#: How many of the last announcements a correction is learned from, and from how many services
#: how much their lengths vary.
LAST, ENOUGH = 2000, 200
#: How many days back arrivals are counted, and in parts of how many minutes.
DAYS, PART_MINUTES = 28, 30
#: Service times of halls vary at least and at most so much.
_STEADIEST, _WILDEST = 0.3, 2.0
_BOUND = frozenset({Policy.SHORTEST_QUEUE, Policy.BOUND_AT_ISSUE})


def waits_read(view: View, *, limit: int = AT_ONCE) -> Reading | None:
    """Return what the journal says of waits that was not taken into account yet, or nothing."""
    done = learned_until(view)
    if done >= view.sequence:
        return None
    events = waits_after(view, done, limit=limit)
    is_last = len(events) < limit
    return Reading(
        sequence=view.sequence if is_last else events[-1].sequence,
        is_last=is_last,
        steps=tuple(_step(view, event) for event in events),
    )


def habits(view: View) -> Habits:
    """Return what all that was taken into account teaches about the hall."""
    return Habits(
        cv=_cv(view),
        per_hour=_per_hour(view),
        announced=_correction(view, "uncorrected"),
        foreseen=_correction(view, "foreseen"),
    )


def today(view: View) -> date:
    """Return the business day, whether it was opened or not."""
    return view.day or view.today


def work_ms(view: View, group: GroupId, matters: Sequence[MatterCode] = ()) -> int:
    """Return how long a visit to a group is expected to occupy a counter."""
    if matters:
        return view.handling_ms(matters)
    usual = [matter.code for matter in view.layout.matters if matter.group == group]
    return view.handling_ms(usual) // max(1, len(usual))


def _step(view: View, event: Event) -> Step:
    assert event.ticket is not None  # noqa: S101
    is_begun = event.name in (EventName.TICKET_ISSUED, EventName.TICKET_QUEUED_AGAIN)
    return Step(
        name=event.name,
        ticket=event.ticket,
        at_ms=to_ms(event.at),
        row=_row(view, event) if is_begun else None,
    )


def _row(view: View, event: Event) -> dict[str, Any]:
    """Return what is kept of somebody who joined a line."""
    details, zone = event.details, view.layout.zone
    line = Line.of(details["line"])
    day = business_day(view.layout.hours, zone, event.at)
    joined_ms = to_ms(read(details["due_at"]))
    matters = [MatterCode(code) for code in details.get("matters", ())]
    row = {
        "sequence": event.sequence,
        "ticket": event.ticket,
        "day": day.isoformat(),
        "minute": minute_of_day(zone, day, event.at),
        "group": line.group,
        "class": line.class_,
        "joined_ms": joined_ms,
        "work_ms": work_ms(view, line.group, matters),
    }
    if details.get("outlook_ms") and "plain_ms" in details:
        row |= dict(zip(("low_ms", "likely_ms", "high_ms"), details["outlook_ms"], strict=True))
        names = ("uncorrected_low_ms", "uncorrected_likely_ms", "uncorrected_high_ms")
        row |= dict(zip(names, details["uncorrected_ms"], strict=True))
        row |= {f"said_{end}": details["estimate"][end] for end in ("low", "high")}
        row["plain_ms"] = details["plain_ms"]
    if event.name is EventName.TICKET_ISSUED and line.class_ == WALK_IN:
        row |= foreseen_at(view, line.group, from_ms(joined_ms))
    return row


def _cv(view: View) -> float:
    """Return how much service times vary, all matters together."""
    count, mean_ms, square = service_spread(view)
    if count < ENOUGH or mean_ms <= 0:
        return CV
    return min(_WILDEST, max(_STEADIEST, math.sqrt(max(0.0, square / mean_ms**2 - 1))))


def _per_hour(view: View) -> dict[Line, float]:
    """Return how many join each line in an hour at this time of the day, over the last days."""
    if view.layout.rule.policy in _BOUND:
        return {}
    day = today(view)
    rows = joined(
        view, first=day - timedelta(days=DAYS), last=day - timedelta(days=1), every=PART_MINUTES
    )
    days, now = {row.day for row in rows}, view.minute // PART_MINUTES
    found: dict[Line, float] = {}
    for row in rows:
        if row.part in (now, now + 1):
            line = Line(group=GroupId(row.group), class_=ClassId(row._mapping["class"]))
            share = row.people / len(days) * 60 / (2 * PART_MINUTES)
            found[line] = found.get(line, 0.0) + share
    booked = booked_per_hour(view, day)
    if booked is None:
        return found
    # Who booked is known: past days do not tell it better.
    return {line: often for line, often in found.items() if line.class_ != APPOINTMENT} | booked


def _correction(view: View, kind: str) -> Correction:
    columns = (f"{kind}_{part}_ms" for part in ("low", "likely", "high"))
    return correction([Told(*row) for row in last_told(view, *columns, limit=LAST)])
