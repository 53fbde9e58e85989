"""The charts of a calibration as SVG files."""

import warnings
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from hall.domain.reading import BadFile, Problem
from simulation.calibration.charts import Chart

#: No more labels than this along an axis.
_LABELS = 14


def write_plots(folder: Path, charts: list[Chart], *, language: str) -> None:
    """Write each chart as ``ID.svg`` into a folder, which is made if it is missing.

    Raises:
        BadFile: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Text stays text: the reader's fonts draw it, whether this machine has them or not.
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "hall"}):
            for chart in charts:
                figure = Figure(figsize=(8, 4), layout="constrained")
                _draw(figure.subplots(), chart, language)
                with warnings.catch_warnings():
                    warnings.filterwarnings("ignore", message="Glyph .* missing")
                    figure.savefig(folder / f"{chart['id']}.svg", metadata={"Date": None})
    except OSError as error:
        problem = Problem(at="file", problem=f"cannot be written: {error.strerror}")
        raise BadFile(str(folder), [problem]) from error


def _draw(axes: Any, chart: Chart, language: str) -> None:
    """Draw one chart."""
    values = chart["x"]["values"]
    is_named = bool(values) and isinstance(values[0], str)
    places = list(range(len(values))) if is_named else values
    for at, series in enumerate(chart["series"]):
        heights = [float("nan") if value is None else value for value in series["values"]]
        name = series["name"][language]
        kind = chart["kind"] if at == 0 or chart["kind"] == "step" else "line"
        _line(axes, kind, places, heights, {"label": name, "color": f"C{at}"})
        if series["low"] is not None:
            edge = "post" if kind == "step" else None
            axes.fill_between(places, series["low"], series["high"], alpha=0.2, step=edge)
    if is_named:
        step = -(-len(values) // _LABELS)
        axes.set_xticks(places[::step], values[::step], rotation=45, ha="right")
    axes.set_title(chart["title"][language])
    axes.set_xlabel(chart["x"]["label"][language])
    axes.set_ylabel(chart["y"]["label"][language])
    axes.set_ylim(bottom=0)
    axes.legend()


def _line(
    axes: Any, kind: str, places: list[float], heights: list[float], look: dict[str, str]
) -> None:
    """Draw a series: as bars, points or steps where it is of that kind, else as a line."""
    if kind == "bar":
        width = 0.9 * (places[1] - places[0] if len(places) > 1 else 1)
        axes.bar(places, heights, width=width, alpha=0.5, **look)
    elif kind == "points":
        axes.plot(places, heights, "o", **look)
    elif kind == "step":
        axes.step(places, heights, where="post", **look)
    else:
        axes.plot(places, heights, **look)
