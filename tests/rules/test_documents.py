"""What the documents show can be read by the code."""

import re
from pathlib import Path

from hall.domain.events import EventName
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import roster_in
from hall.operations.outcomes import OUTCOMES

FORMATS = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")


def _block(kind: str) -> str:
    found = re.search(rf"```toml {kind}\n(.*?)```", FORMATS, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_documented_layout_and_roster_can_be_loaded() -> None:
    layout = layout_in(Source("docs/formats.md", _block("layout")))
    roster = roster_in(Source("docs/formats.md", _block("roster")), layout)
    assert (layout.counters[0].takes, len(roster.shifts)) == (("social", "tax"), 1)


def test_every_event_and_outcome_is_documented() -> None:
    told = set(re.findall(r"`(\w+)`", FORMATS))
    assert {name.value for name in EventName} - told == set()
    assert set(OUTCOMES) - told == set()
