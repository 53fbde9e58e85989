"""Each journal line carries the hash of the one before: whoever changes one breaks the chain."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.events import Event, EventName, event_form, event_in
from tests.rules.builders import an_event


def a_journal(length: int = 5) -> list[Event]:
    events: list[Event] = []
    for sequence in range(1, length + 1):
        event = an_event(
            EventName.TICKET_CALLED,
            sequence=sequence,
            minutes=sequence / 8,
            number="A001",
            details={"score": {"weight": 1.0, "为什么": "先到先办"}, "heads": []},
        )
        events.append(event.chained(events[-1].hash if events else NOTHING_BEFORE))
    return events


def broken_at(events: list[Event]) -> int | None:
    """Return the sequence of the first event that does not follow, as an auditor would find it."""
    previous = NOTHING_BEFORE
    for event in events:
        if event.previous != previous or event.chained(previous) != event:
            return event.sequence
        previous = event.hash
    return None


def test_an_untouched_journal_is_whole() -> None:
    assert broken_at(a_journal()) is None


def test_the_hash_is_that_of_the_line_without_its_hash() -> None:
    first, second = a_journal(2)
    line = event_form(second)
    del line["hash"]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = text.replace("1.0", "1")
    assert hashlib.sha256(text.encode()).hexdigest() == second.hash
    assert (first.previous, second.previous) == ("0" * 64, first.hash)


@pytest.mark.parametrize(
    "forged",
    [
        {"number": "A002"},
        {"counter": "9"},
        {"actor": "somebody"},
        {"details": {"score": {}, "heads": []}},
        {"name": EventName.TICKET_RECALLED},
        {"layout": "e" * 64},
        {"hash": "d" * 64},
        {"sequence": 4},
    ],
)
def test_a_changed_event_is_seen(forged: dict[str, Any]) -> None:
    events = a_journal()
    events[2] = replace(events[2], **forged)
    assert broken_at(events) == events[2].sequence


def test_a_forged_event_with_a_hash_of_its_own_is_seen_at_the_next() -> None:
    events = a_journal()
    events[2] = replace(events[2], number="A002").chained(events[1].hash)
    assert broken_at(events) == 4


def test_a_missing_and_an_exchanged_event_are_seen() -> None:
    events = a_journal()
    assert broken_at(events[:1] + events[2:]) == 3
    assert broken_at([events[0], events[2], events[1], *events[3:]]) == 3


def test_a_journal_line_is_read_back() -> None:
    for event in a_journal():
        line = json.loads(json.dumps(event_form(event)))
        assert event_in(line) == event
    assert event_form(a_journal()[0])["at"] == "2026-03-02T09:00:07.500Z"
