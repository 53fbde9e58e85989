"""What the tests of the rules are made of: small halls, tickets and events, changed by keyword."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hall.domain import moments
from hall.domain.events import Event, EventName
from hall.domain.identities import ClassId, CounterId, GroupId, HallId, LayoutHash, TicketId
from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import BadFile, Source
from hall.domain.tickets import Line, Status, Ticket

#: 09:00 at the hall of these tests, which keeps UTC.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE_MS = 60_000
CLASSES = "{ priority = { credit_minutes = 30 }, walk_in = {} }"


def a_group(id_: str, prefix: str) -> str:
    """Return a group with one matter, as it stands in a layout file."""
    name = f'{{ zh = "{id_}类", en = "{id_.capitalize()}" }}'
    return (
        f'[[groups]]\nid = "{id_}"\nprefix = "{prefix}"\nname = {name}\n'
        f'[[matters]]\ncode = "{id_}-matter"\ngroup = "{id_}"\nname = {name}\n'
        "handling_minutes = 6\n"
    )


def layout_text(  # noqa: PLR0913
    *,
    groups: Sequence[str] = ("social", "tax"),
    counters: Iterable[str] = ('id = "1"\ntakes = [ "*" ]',),
    opening: str = '[ { days = "mon-fri", from = "08:00", until = "16:00" } ]',
    zone: str = "UTC",
    hall: str = "",
    rule: str = "",
    classes: str = CLASSES,
    more: str = "",
) -> str:
    """Return a layout file of a small hall."""
    return "\n".join(
        [
            'format = 1\n[hall]\nid = "small"\nname = { zh = "小厅", en = "Small hall" }',
            f'time_zone = "{zone}"\nopening = {opening}\n{hall}',
            *(a_group(group, "AFKRSWXY"[at]) for at, group in enumerate(groups)),
            *(f"[[counters]]\n{counter}" for counter in counters),
            f"[call_rule]\nclasses = {classes}\n{rule}",
            more,
        ]
    )


def a_layout(**changes: Any) -> Layout:
    """Return the layout of a small hall; the keywords are those of ``layout_text``."""
    return layout_in(Source("layout.toml", layout_text(**changes)))


def problems_of(text: str) -> list[str]:
    """Return the lines that say what is wrong with a layout file."""
    try:
        layout_in(Source("layout.toml", text))
    except BadFile as bad:
        return bad.lines()
    return []


def a_line(group: str = "social", class_: str = "walk_in", counter: str | None = None) -> Line:
    """Return a line of the small hall."""
    return Line(
        group=GroupId(group),
        class_=ClassId(class_),
        counter=None if counter is None else CounterId(counter),
    )


def a_ticket(**changes: Any) -> Ticket:
    """Return a ticket that waits since nine."""
    facts: dict[str, Any] = {
        "id": TicketId("t"),
        "day": date(2026, 3, 2),
        "number": "A001",
        "status": Status.WAITING,
        "class_": ClassId("walk_in"),
        "line": a_line(),
        "matters": (),
        "issued_at": NINE,
        "due_at": NINE,
        "placed": 1,
    }
    return Ticket(**{**facts, **changes})


def an_event(name: EventName, *, sequence: int = 2, minutes: float = 0, **changes: Any) -> Event:
    """Return an event some minutes after nine."""
    facts: dict[str, Any] = {
        "hall": HallId("small"),
        "sequence": sequence,
        "at": NINE + timedelta(minutes=minutes),
        "name": name,
        "layout": LayoutHash("f" * 64),
    }
    return Event(**{**facts, **changes})


def a_place(line: Line | None = None, *, minutes: float = 0) -> dict[str, str]:
    """Return the details of an event that puts a ticket into a line."""
    return {
        "line": (line or a_line()).key,
        "due_at": moments.written(NINE + timedelta(minutes=minutes)),
    }
