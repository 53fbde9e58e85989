"""The journal: exported and verified."""

import argparse
import json
from collections.abc import Iterator

from hall.commands.common import Commands, add, group, known_hall, moment, open_halls
from hall.context import View
from hall.domain.events import Event, event_form
from hall.store.verify import flaws

FLAWED = 1
CHUNK = 1000


def declare(commands: Commands) -> None:
    """Add the commands."""
    journals = group(commands, "journal", "export or verify the journal")
    export = add(journals, "export", _export, "as JSON lines")
    export.add_argument("--hall")
    export.add_argument("--from", dest="start", metavar="T", help="a day, or a moment (RFC 3339)")
    export.add_argument("--until", metavar="T")
    verify = add(journals, "verify", _verify, "replay equals state, gapless, chain whole")
    verify.add_argument("--hall")


def _export(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    layout = context.ask(hall, lambda view: view.layout)
    since, until = (moment(text, layout.zone) for text in (asked.start, asked.until))

    def write(view: View) -> None:
        for event in _events(view):
            if (since is None or since <= event.at) and (until is None or event.at < until):
                print(json.dumps(event_form(event), ensure_ascii=False))

    context.ask(hall, write)
    return 0


def _verify(asked: argparse.Namespace) -> int:
    context = open_halls()
    halls = [known_hall(context, asked.hall)] if asked.hall else context.store.halls()
    status = 0
    for hall in halls:
        found, sequence = context.ask(hall, lambda view: (flaws(view), view.sequence))
        for flaw in found:
            print(f"{hall} {flaw.sequence}: {flaw.what}")
        if found:
            status = FLAWED
        else:
            print(f"{hall}: {sequence} events, whole")
    return status


def _events(view: View) -> Iterator[Event]:
    events = view.journal(after=0, limit=CHUNK)
    while events:
        yield from events
        events = view.journal(after=events[-1].sequence, limit=CHUNK)
