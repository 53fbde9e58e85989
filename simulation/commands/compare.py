"""``compare``: scenarios with the first of them, on the same people."""

import argparse
import json
from pathlib import Path

from hall.domain.reading import BadFile, Problem
from simulation.commands.common import Commands, add_options, replicated
from simulation.commands.varying import add_variations, varied
from simulation.compare import compare, result
from simulation.report import compare_form, compare_text
from simulation.scenario_file import read_scenario


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("compare", help="compare scenarios with the first one")
    parser.add_argument("first", type=Path, metavar="SCENARIO")
    parser.add_argument("other", nargs="*", type=Path, metavar="SCENARIO")
    add_variations(parser)
    add_options(parser)
    parser.set_defaults(command=_compare)


def _compare(given: argparse.Namespace) -> str:
    first, *others = (read_scenario(path) for path in (given.first, *given.other))
    scenarios = [first, *others, *(varied(first, variation) for variation in given.varied)]
    if len(scenarios) == 1:
        problem = "give another scenario, or vary this one (--demand, --layout, …)"
        raise BadFile(str(given.first), [Problem(at="compare", problem=problem)])
    runs = replicated(given, scenarios)
    results = [result(*pair) for pair in zip(scenarios, runs, strict=True)]
    found = [compare(one, results[0]) for one in results[1:]]
    if given.json:
        return json.dumps(compare_form(results, found, seed=given.seed), ensure_ascii=False)
    return compare_text(results, found, seed=given.seed, language=given.language)
