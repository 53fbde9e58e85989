"""Layout and roster files: checked, compared, loaded, scheduled."""

import argparse
import sys
from pathlib import Path

from hall import start
from hall.commands import rollouts
from hall.commands.common import Commands, add, group, known_hall, language, open_halls
from hall.dispatch.starvation import warnings
from hall.domain.layout_diff import differences
from hall.domain.layout_file import read_layout
from hall.domain.roster import read_roster


def declare(commands: Commands) -> None:
    """Add the commands."""
    layouts = group(commands, "layout", "layout files: checked, compared, put in force")
    add(layouts, "check", _check_layout, "say what is wrong").add_argument("file", type=Path)
    diff = add(layouts, "diff", _diff_layouts, "say in words what differs")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    add(layouts, "load", _load_layout, "make it the hall's layout").add_argument("file", type=Path)
    rollouts.declare(layouts)
    rosters = group(commands, "roster", "load roster files")
    load = add(rosters, "load", _load_roster, "make it the hall's roster")
    load.add_argument("file", type=Path)
    load.add_argument("--hall")


def _check_layout(asked: argparse.Namespace) -> int:
    layout = read_layout(asked.file)
    for warning in warnings(layout):
        print(f"{asked.file}: {warning.in_language(language())}", file=sys.stderr)
    print(f"{layout.hall} {layout.hash}")
    return 0


def _diff_layouts(asked: argparse.Namespace) -> int:
    for difference in differences(read_layout(asked.before), read_layout(asked.after)):
        print(difference.in_language(language()))
    return 0


def _load_layout(asked: argparse.Namespace) -> int:
    context = open_halls()
    known_hall(context, read_layout(asked.file).hall)
    with rollouts.refusals():
        layout = start.add_hall(context, asked.file)
    if context.ask(layout.hall, lambda view: view.base_layout) != layout.hash:
        print("scheduled; a second person has to approve it first", file=sys.stderr)
    print(layout.hash)
    return 0


def _load_roster(asked: argparse.Namespace) -> int:
    context = open_halls()
    hall = known_hall(context, asked.hall)
    layout = context.ask(hall, lambda view: view.layout)
    read_roster(asked.file, layout)
    start.give_roster(context, hall, asked.file)
    return 0
