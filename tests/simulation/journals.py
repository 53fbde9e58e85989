"""Journals of simulated days, for tests that read the past."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hall.domain.events import Event, event_form
from simulation.journal import journal
from simulation.run import Runner
from simulation.scenario import Scenario


def months(scenario: Scenario, days: Sequence[date], *, seed: int = 1) -> list[Event]:
    """Return the journal of some simulated days, each another replication."""
    events: list[Event] = []
    for at, day in enumerate(days):
        runner = Runner(replace(scenario, run=(day,)))
        trace = runner.trace(seed=seed, replication=at)
        roster = scenario.staffing if not events else None
        last = events[-1] if events else None
        events += journal(scenario.layout, trace, day=day, roster=roster, after=last)
    return events


def written(path: Path, events: Sequence[Event]) -> Path:
    """Write a journal as the hall exports it."""
    lines = [json.dumps(event_form(event), ensure_ascii=False) for event in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
