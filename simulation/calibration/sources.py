"""Where a past can come from: a journal, or a table of tickets of another system."""

from pathlib import Path

from hall.domain.layout import Layout, Name
from hall.domain.reading import BadFile, Problem
from hall.domain.roster import Roster
from simulation.calibration.tickets import UNSEEN, read_tickets
from simulation.past import Past, read_past


def is_table(path: Path) -> bool:
    """Whether a file is named as a table."""
    return path.name.endswith((".csv", ".csv.gz"))


def read_any(
    path: Path, layout: Layout | None, roster: Roster | None
) -> tuple[Past, tuple[Name, ...]]:
    """Return a past, and what its source cannot show.

    Args:
        path: a journal, or a table of tickets (``.csv``, ``.csv.gz``).
        layout: needed by a table, and by journals that do not hold theirs.
        roster: where the source holds none.

    Raises:
        BadFile: the file cannot be used, or needs a layout.
    """
    if not is_table(path):
        return read_past(path, layout, roster), ()
    if layout is None:
        problem = "a table does not say the hall's layout; give its file (--layout)"
        raise BadFile(str(path), [Problem(at="file", problem=problem)])
    return read_tickets(path, layout, roster), UNSEEN
