"""The curve behind a page of bookings: one setting varied, the same people, many days."""

from collections.abc import Mapping
from typing import Any

from simulation.scenario_form import scenario_of
from simulation.studio.comparing import FEWEST_DAYS, MOST_DAYS
from simulation.trade.curve import Asked, curve
from simulation.trade.form import curve_form
from simulation.trade.settings import Setting
from simulation.vary import with_booked
from simulation.verdict.trials import Progress


def trade(document: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Return what a curve found, as JSON.

    Args:
        document: ``base`` (the form of a scenario), ``over`` (a setting), ``booked`` (the share
            that is supposed to book, or nothing), ``name``, ``seed`` and ``days``.
        progress: is told how many days are done, of how many.

    Raises:
        BadFile: nobody can book in this hall.
    """
    base = scenario_of(document["base"], file=document["name"])
    if document["booked"] is not None:
        base = with_booked(base, document["booked"])
    asked = Asked(
        setting=Setting(document["over"]),
        seed=document["seed"],
        days=min(MOST_DAYS, max(FEWEST_DAYS, int(document["days"]))),
    )
    return curve_form(curve(base, asked, progress=progress))
