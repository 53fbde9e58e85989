"""What a hall was told and what it expects, made up: for the pages that show it."""

from datetime import datetime, timedelta
from typing import Any

from hall.context import Context, Forecast
from hall.domain.events import EventName
from hall.domain.identities import GroupId, HallId, TicketId
from hall.domain.moments import to_ms
from hall.queries.foreseen import best_of
from hall.store.forecasts import Reading, Step

MINUTE_MS = 60_000
#: Of three halves of an hour, the middle and the ends of the wait in minutes.
WAITS = ((20, 30, 45), (15, 24, 35), (5, 8, 14))


def foreseen(
    context: Context, hall: HallId, groups: list[GroupId], *, needed: int, planned: float
) -> datetime:
    """Keep a forecast made now of the next three half hours and return when it was made."""
    now = context.now()
    at_ms = to_ms(now)
    slots: list[dict[str, Any]] = []
    counters: list[dict[str, Any]] = []
    for number, (low, likely, high) in enumerate(WAITS):
        ends = {
            "from_ms": at_ms + number * 30 * MINUTE_MS,
            "until_ms": at_ms + (number + 1) * 30 * MINUTE_MS,
        }
        waits = {"low_ms": low, "likely_ms": likely, "high_ms": high}
        slots.append({**ends, **{name: minutes * MINUTE_MS for name, minutes in waits.items()}})
        short = groups[:1] if needed > planned else []
        counters.append(
            {**ends, "needed": needed, "planned": planned, "coming": 40, "waiting": 7}
            | {"short": short}
        )
    result = {"groups": dict.fromkeys(groups, slots), "counters": counters}
    kept = Forecast(at_ms=at_ms, result=result, best=best_of(result))
    context.forecasts.keep(hall, kept, since_ms=0)
    return now


def told(context: Context, hall: HallId, group: GroupId, *, waited_minutes: list[int]) -> None:
    """Keep that people were told 10 to 20 minutes, 15 most likely, and how long they waited."""
    now_ms = to_ms(context.now())
    local = context.ask(hall, lambda view: context.now().astimezone(view.layout.zone))
    steps: list[Step] = []
    for number, minutes in enumerate(waited_minutes, start=1):
        ticket = TicketId(f"{hall}-{number}")
        row = {
            "sequence": number,
            "ticket": ticket,
            "day": local.date().isoformat(),
            "minute": local.hour * 60 + local.minute,
            "group": group,
            "class": "walk_in",
            "joined_ms": now_ms,
            "work_ms": 5 * MINUTE_MS,
            "said_low": 10,
            "said_high": 20,
            "low_ms": 10 * MINUTE_MS,
            "likely_ms": 15 * MINUTE_MS,
            "high_ms": 20 * MINUTE_MS,
            "uncorrected_low_ms": 11 * MINUTE_MS,
            "uncorrected_likely_ms": 15 * MINUTE_MS,
            "uncorrected_high_ms": 19 * MINUTE_MS,
            "plain_ms": 30 * MINUTE_MS,
        }
        at_ms = now_ms + minutes * MINUTE_MS
        steps.append(Step(name=EventName.TICKET_ISSUED, ticket=ticket, at_ms=now_ms, row=row))
        steps.append(Step(name=EventName.TICKET_CALLED, ticket=ticket, at_ms=at_ms))
    context.forecasts.take(hall, Reading(sequence=len(steps), is_last=True, steps=tuple(steps)))


#: Longer than any forecast is shown.
STALE = timedelta(minutes=16)
