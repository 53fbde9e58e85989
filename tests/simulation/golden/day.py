"""The golden day as text: a line for each stop, times as the hall's clock says them."""

from pathlib import Path
from zoneinfo import ZoneInfo

from hall.domain.moments import from_ms
from hall.domain.trace import ABSENT
from simulation.run import Runner
from simulation.scenario_file import read_scenario

SCENARIO = Path(__file__).with_name("scenario.toml")
DAY = Path(__file__).with_name("day.tsv")
ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = (
    *("ticket", "stop", "class_", "group", "matters", "issued", "due", "called"),
    *("started", "finished", "outcome", "counter"),
)
TIMES = ("issued", "due", "called", "started", "finished")


def written() -> str:
    """Return the first day of the golden scenario."""
    stops = Runner(read_scenario(SCENARIO)).trace(seed=1, replication=0).stops
    lines = ["\t".join(COLUMNS)]
    for row in range(len(stops)):
        values = [(name, getattr(stops, name)[row]) for name in COLUMNS]
        lines.append("\t".join(_said(name, value) for name, value in values))
    return "\n".join(lines) + "\n"


def _said(name: str, value: object) -> str:
    if name in TIMES and isinstance(value, int):
        if value == ABSENT:
            return "-"
        return from_ms(value).astimezone(ZONE).strftime("%H:%M:%S.%f")[:-3]
    return "+".join(value) if isinstance(value, tuple) else str(value or "-")
