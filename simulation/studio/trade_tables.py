"""A curve as a table, as the sheet of a workbook, and as what its charts are drawn from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext

from hall.domain.identities import APPOINTMENT, WALK_IN
from simulation.studio import saying
from simulation.studio.sheets import Cell, Table
from simulation.trade.names import ALL, IDLE, NO_SLOT, P90, WHO
from simulation.trade.words import COLUMNS

PERCENT = 100
#: A percentage of the idle time is drawn at least so wide, so that chance does not look like much.
IDLE_SPAN = 10


def curve_table(result: Mapping[str, Any]) -> Table:
    """Return the table beneath the charts: a row per value, each figure with its interval."""
    columns = list(_columns(result))
    rows: list[list[Cell]] = [
        [
            _value(result, point),
            *(_with_reach(point["figures"][who][name], name) for who, name in columns),
            _kept(point),
        ]
        for point in result["points"]
    ]
    head = [
        saying.name(result["title"]),
        *(saying.name(COLUMNS[column]) for column in columns),
        gettext("promise kept for"),
    ]
    return Table(name="curve", title=gettext("Every value"), head=head, rows=rows)


def figures_table(result: Mapping[str, Any]) -> Table:
    """Return the same in numbers, with the ends of the intervals and the paired changes."""
    columns = list(_columns(result))
    between = (gettext("at least"), gettext("at most"))
    rows: list[list[Cell]] = []
    for point in result["points"]:
        cells: list[Cell] = [_value(result, point)]
        for who, name in columns:
            for part in ("figures", "changes"):
                found = point[part][who][name]
                cells += [_scaled(value, name) for value in (found["mean"], *found["ci95"])]
        rows.append(cells)
    head = [saying.name(result["title"])]
    for column in columns:
        head += [saying.name(COLUMNS[column]), *between, gettext("against now"), *between]
    return Table(name="curve", title=gettext("Every value"), head=head, rows=rows)


def chart_data(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the charts of a curve are drawn from."""
    return {
        "kind": "curve",
        "numbers": [point["value"] for point in result["points"]],
        "labels": [saying.name(point["label"]) for point in result["points"]],
        "now": [point["value"] for point in result["points"]].index(result["present"]),
        "waits": {
            who: [_triple(point["figures"][who][P90]) for point in result["points"]] for who in WHO
        },
        "idle": [_triple(point["figures"][ALL][IDLE], PERCENT) for point in result["points"]],
        "idle_span": IDLE_SPAN,
        "target": result["target"],
        "words": _words(result),
        "language": saying.language(),
    }


def _words(result: Mapping[str, Any]) -> dict[str, str]:
    """Return the words inside the charts."""
    title, unit = saying.name(result["title"]), saying.name(result["unit"])
    return {
        "setting": f"{title} · {unit}" if unit else title,
        "walk_in": gettext("Walk-ins"),
        "appointment": gettext("Booked citizens"),
        "minutes": gettext("min"),
        "now": gettext("now"),
        "idle": gettext("Counters idle"),
        "target_walk_in": gettext("Target for walk-ins"),
        "target_appointment": gettext("Target for booked"),
    }


def _columns(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the columns; who found no slot has one where anybody did not."""
    for who, name in COLUMNS:
        if name != NO_SLOT or any(p["figures"][who][name]["mean"] for p in result["points"]):
            yield who, name


def _value(result: Mapping[str, Any], point: Mapping[str, Any]) -> str:
    label = saying.name(point["label"])
    if point["value"] == result["present"]:
        return str(gettext("%(value)s (now)", value=label))
    return label


def _with_reach(figure: Mapping[str, Any], name: str) -> str:
    mean, high = figure["mean"], figure["ci95"][1]
    if mean is None:
        return "–"
    said = f"{_scaled(mean, name):.1f}"
    return said if high is None else f"{said} ± {_scaled(high - mean, name):.1f}"


def _scaled(value: float | None, name: str) -> float | None:
    if value is None:
        return None
    return round(value * (PERCENT if name.endswith("_share") else 1), 3)


def _triple(figure: Mapping[str, Any], factor: float = 1) -> Sequence[float | None]:
    return [
        None if value is None else round(value * factor, 3)
        for value in (figure["mean"], *figure["ci95"])
    ]


def _kept(point: Mapping[str, Any]) -> str:
    """Return to whom the promise is kept, of those who come at all."""
    kept = [who for who in WHO if point["keeps"][who] and _comes(point, who)]
    words = {WALK_IN: gettext("walk-ins"), APPOINTMENT: gettext("booked")}
    both = {2: gettext("both"), 0: "–"}
    return str(both[len(kept)] if len(kept) in both else words[kept[0]])


def _comes(point: Mapping[str, Any], who: str) -> bool:
    return point["figures"][who][P90]["mean"] is not None
