"""What the record said about each figure of a fit, as a table for people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale, gettext

from hall.domain.identities import GroupId, MatterCode
from hall.domain.layout import Layout
from hall.domain.reading import DAYS
from simulation.calibration.words import WORDS
from simulation.studio import saying
from simulation.studio.sheets import Cell, Table

#: From here on a number has no digits after the point.
_WHOLE = 100
#: What does not say whose figure it is.
_OF_ALL = frozenset({"figure", "value", "ci95", "n"})


def evidence(found: Sequence[Mapping[str, Any]], layout: Layout) -> Table:
    """Return every figure with its interval; those of single times of the day come last."""
    ordered = sorted(found, key=lambda known: "from" in known)
    head = [
        *(gettext("Figure"), gettext("Whose"), gettext("Value")),
        *(gettext("at least"), gettext("at most"), gettext("Observations")),
    ]
    return Table(
        name="evidence",
        title=gettext("The figures behind it"),
        head=head,
        rows=[_row(known, layout) for known in ordered],
    )


def _row(known: Mapping[str, Any], layout: Layout) -> list[Cell]:
    word = WORDS[known["figure"]]
    many = saying.PERCENT if word.is_share else 1
    low, high = known["ci95"] or (None, None)
    said = gettext("cannot be told") if known["value"] is None else _number(known["value"] * many)
    ends = ["–" if end is None else _number(end * many) for end in (low, high)]
    return [saying.name(word.name), _whose(known, layout), said, *ends, str(known["n"])]


def _whose(known: Mapping[str, Any], layout: Layout) -> str:
    """Return whose figure it is; a clerk is never named, a plan needs no names."""
    said = [_of(kind, str(of), layout) for kind, of in known.items() if kind not in _OF_ALL]
    return " · ".join(said) or str(gettext("The whole hall"))


def _of(kind: str, of: str, layout: Layout) -> str:
    numbers = {str(counter.id): str(counter.number) for counter in layout.counters}
    words: dict[str, Callable[[], str]] = {
        "group": lambda: saying.name(layout.group_of[GroupId(of)].name),
        "matter": lambda: saying.name(layout.matter_of[MatterCode(of)].name),
        "weekday": lambda: get_day_names("wide", locale=get_locale())[DAYS.index(of)],
        "counter": lambda: gettext("Counter %(number)s", number=numbers.get(of, of)),
        "worker": lambda: gettext("one of the clerks"),
        "class": lambda: saying.class_name(of),
    }
    return words[kind]() if kind in words else of


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"
