"""``validate``: whether the model says what was."""

import argparse
import json
from pathlib import Path

from hall.domain.layout_file import read_layout
from simulation.afterwards import afterwards, afterwards_form, expected_in_file
from simulation.commands.common import (
    Commands,
    above_zero,
    add_answer,
    progress_bar,
    roster_beside,
    whole,
)
from simulation.past import Past, read_past
from simulation.scenario_file import read_scenario
from simulation.validation.form import validation_form, validation_text
from simulation.validation.trust import Limits
from simulation.validation.validate import Options, validate


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("validate", help="compare the model with the days that were")
    parser.add_argument("journal", type=Path, metavar="JOURNAL")
    parser.add_argument(
        "--scenario", type=Path, metavar="FILE", help="services, paces and layout of a scenario"
    )
    parser.add_argument("--layout", type=Path, metavar="FILE", help="of a journal without its own")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="the same")
    parser.add_argument(
        "--replications", type=whole, default=20, metavar="N", help="with a scenario"
    )
    parser.add_argument(
        "--forecast", type=Path, metavar="FILE", help="a report whose forecast to compare too"
    )
    limits = Limits()
    parser.add_argument(
        "--bias-share",
        type=above_zero,
        default=limits.bias_share,
        metavar="SHARE",
        help="off beyond it",
    )
    parser.add_argument(
        "--bias-minutes",
        type=above_zero,
        default=limits.bias_minutes,
        metavar="MINUTES",
        help="and it",
    )
    add_answer(parser)
    parser.set_defaults(command=_validate)


def _validate(given: argparse.Namespace) -> str:
    scenario = read_scenario(given.scenario) if given.scenario else None
    limits = Limits(bias_share=given.bias_share, bias_minutes=given.bias_minutes)
    options = Options(seed=given.seed, replications=given.replications, limits=limits)
    past = past_given(given)
    with progress_bar("day") as progress:
        found = validate(past, scenario, options=options, progress=progress)
    later = afterwards(expected_in_file(given.forecast), past) if given.forecast else None
    if given.json:
        form = validation_form(found)
        return json.dumps(
            {**form, "afterwards": afterwards_form(later)} if later else form, ensure_ascii=False
        )
    texts = [text.in_language(given.language) for text in later.texts] if later else []
    return "\n".join([validation_text(found, language=given.language), *texts])


def past_given(given: argparse.Namespace) -> Past:
    """Return the past of a journal, with the layout and the roster given beside it, if any."""
    layout = read_layout(given.layout) if given.layout else None
    roster = roster_beside(given.roster, layout)
    return read_past(given.journal, layout, roster)
