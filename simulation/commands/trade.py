"""``trade``: what bookings cost whom, as a curve over one setting."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from simulation.commands.common import Commands, add_options, progress_bar, wanted
from simulation.crew import Crew, crew
from simulation.replicate import Extent, replicate
from simulation.scenario import Scenario
from simulation.scenario_file import read_scenario
from simulation.trade.curve import Asked, curve
from simulation.trade.form import STRICT_WORD, curve_form, value_of
from simulation.trade.settings import Setting
from simulation.trade.text import curve_text
from simulation.vary import with_booked


def declare(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("trade", help="weigh waits of walk-ins, of booked, idle counters")
    parser.add_argument("scenario", type=Path, metavar="SCENARIO")
    parser.add_argument(
        "--over",
        choices=[setting.value for setting in Setting],
        default=Setting.CREDIT.value,
        help="what is varied",
    )
    parser.add_argument(
        "--values",
        nargs="+",
        type=value,
        metavar="VALUE",
        help=f"what to try besides the present one; of credit also {STRICT_WORD}",
    )
    parser.add_argument(
        "--booked", type=_booked, metavar="SHARE", help="as if so large a share were booked"
    )
    add_options(parser, replications=60)
    parser.set_defaults(command=_trade)


@wanted(f"a number, or {STRICT_WORD}")
def value(text: str) -> float:
    """Read a value."""
    return value_of(text)


@wanted("a share from 0 to 1")
def _booked(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def _trade(given: argparse.Namespace) -> str:
    scenario = read_scenario(given.scenario)
    if given.booked is not None:
        scenario = with_booked(scenario, given.booked)
    with progress_bar("run") as progress, crew(given.workers, dask=given.dask) as hands:
        asked = Asked(
            setting=Setting(given.over),
            values=None if given.values is None else tuple(given.values),
            seed=given.seed,
            days=_days(given, [scenario], hands),
        )
        found = curve(scenario, asked, crew=hands, progress=progress)
    if given.json:
        return json.dumps(curve_form(found), ensure_ascii=False)
    return curve_text(found, language=given.language)


def _days(given: argparse.Namespace, halls: Sequence[Scenario], hands: Crew) -> int:
    """Return how many days are wanted, or enough for the mean wait of the hall as it is."""
    if given.precision is None:
        return int(given.replications)
    return len(
        replicate(halls, seed=given.seed, extent=Extent(precision=given.precision), crew=hands)[0]
    )
