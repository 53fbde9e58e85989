"""Opening, pausing and closing counters; a temporary one without editing any file."""

import json

from hall.domain.counters import CounterNow, CounterState
from hall.domain.events import EventName
from hall.domain.identities import CounterId, GroupId
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.operations.day import ensure_open
from hall.operations.guards import (
    CounterIsNotReady,
    clerk_of,
    free,
    staffed,
)
from hall.store.change import Change


def open_counter(change: Change, *, counter: CounterId) -> CounterNow:
    """Open a counter for the actor; one that somebody else left open is taken over."""
    ensure_open(change)
    now, clerk = change.counter_now(counter), clerk_of(change)
    if now.state is not CounterState.CLOSED and now.clerk == clerk:
        return now if now.state is CounterState.READY else ready_counter(change, counter=counter)
    details = {"clerk": clerk}
    if now.state is not CounterState.CLOSED and now.clerk is not None:
        details["taken_over_from"] = now.clerk
    return change.record_counter(EventName.COUNTER_OPENED, now, details=details)


def ready_counter(change: Change, *, counter: CounterId) -> CounterNow:
    """End a pause."""
    now = staffed(change, counter)
    if now.state is CounterState.READY:
        return now
    return change.record_counter(EventName.COUNTER_READY, now)


def pause_counter(change: Change, *, counter: CounterId, reason: str) -> CounterNow:
    """Stop calling for a while, and say why; the citizen at the counter is served to the end."""
    now = staffed(change, counter)
    if now.state is not CounterState.READY:
        raise CounterIsNotReady(counter)
    return change.record_counter(EventName.COUNTER_PAUSED, now, details={"reason": reason})


def close_counter(change: Change, *, counter: CounterId) -> CounterNow:
    """Close a counter at which nobody is."""
    now = change.counter_now(counter)
    if now.state is CounterState.CLOSED:
        return now
    staffed(change, counter)
    free(change, counter)
    return change.record_counter(EventName.COUNTER_CLOSED, now)


def ask_counter(change: Change, *, counter: CounterId) -> CounterNow:
    """Ask for a counter to be opened; its clerk and the guide see the request."""
    now = change.counter_now(counter)
    if now.state is CounterState.READY:
        return now
    return change.record_counter(EventName.COUNTER_ASKED, now)


def add_counter(
    change: Change, *, counter: CounterId, number: int, takes: tuple[GroupId, ...]
) -> None:
    """Add a temporary counter until the end of the day."""
    block = {"id": counter, "number": number, "takes": list(takes)}
    _extend(change, "counters", block)


def help_out(change: Change, *, counter: CounterId, groups: tuple[GroupId, ...]) -> None:
    """Let a counter take some groups besides, until the end of the day."""
    change.counter(counter)
    _extend(change, "help", {"counter": counter, "groups": list(groups)})


def _extend(change: Change, table: str, block: dict[str, object]) -> None:
    """Activate today's layout with one more block in its file."""
    ensure_open(change)
    source = change.layout_source(change.layout.hash)
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in block.items()]
    text = "\n".join([source, f"[[{table}]]", *lines, ""])
    layout = layout_in(Source(f"layout {change.layout.hash}", text))
    change.activate(layout, text, for_today=True)
