"""A roster as a workbook for a spreadsheet: who works when, need against roster, why not."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from simulation.roster.form import cells, day_name, spoken, texts
from simulation.roster.rota import Rota

_WORDS = {
    "roster": {"zh": "排班", "en": "Roster"},
    "places": {"zh": "窗口", "en": "Counters"},
    "need": {"zh": "需求与排班", "en": "Need and roster"},
    "notes": {"zh": "说明", "en": "Notes"},
    "clerk": {"zh": "姓名", "en": "Clerk"},
    "hours": {"zh": "工时", "en": "Hours"},
    "day": {"zh": "日期", "en": "Day"},
    "span": {"zh": "时段", "en": "Time"},
    "counter": {"zh": "窗口", "en": "Counter"},
    "breaks": {"zh": "休息", "en": "Breaks"},
    "needed": {"zh": "需要", "en": "needed"},
    "staffed": {"zh": "排班", "en": "staffed"},
}


def workbook(found: Rota, *, language: str) -> bytes:
    """Return the content of an XLSX file."""
    words = {word: said[language] for word, said in _WORDS.items()}
    days = [day_name(day, language) for day in found.staff.days]
    kinds = [kind.key for kind in found.need.kinds]
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        head = [words["clerk"], *days, words["hours"]]
        _sheet(book, words["roster"], head, _clerks(found, language))
        head = [words[word] for word in ("clerk", "day", "span", "counter", "breaks")]
        _sheet(book, words["places"], head, _places(found, days))
        head = [words["day"], words["span"]]
        head += [f"{key} {words[word]}" for key in kinds for word in ("needed", "staffed")]
        rows = list(_needs(found, days))
        page = _sheet(book, words["need"], head, rows)
        low = book.add_format({"bg_color": "#FFD9D9"})
        for at in range(len(kinds)):
            needed, staffed = 2 + 2 * at, 3 + 2 * at
            rule = f"=${_letter(staffed)}2<${_letter(needed)}2"
            marked = {"type": "formula", "criteria": rule, "format": low}
            page.conditional_format(1, staffed, max(1, len(rows)), staffed, marked)
        said = ([text[language]] for text in texts(found))
        _sheet(book, words["notes"], [words["notes"]], said)
    return memory.getvalue()


def _sheet(book: Any, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
    """Return a new sheet with a head and rows; never a formula, whatever a name looks like."""
    page = book.add_worksheet(name)
    page.freeze_panes(1, 1)
    page.set_column(0, len(head) - 1, 13)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, text in enumerate(head):
        page.write_string(0, column, text, bold)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write = page.write_string if isinstance(value, str) else page.write_number
            write(at, column, value)
    return page


def _clerks(found: Rota, language: str) -> Iterable[Sequence[Any]]:
    for at, clerk in enumerate(found.staff.clerks):
        yield [clerk.name, *cells(found, at, language), found.hours[at]]


def _places(found: Rota, days: Sequence[str]) -> Iterable[Sequence[Any]]:
    known = found.scenario.layout.counter_of
    for duty in found.duties:
        breaks = " ".join(spoken(rest) for rest in duty.breaks)
        for place in duty.places:
            number = known[place.counter].number
            name = found.staff.clerks[duty.clerk].name
            yield [name, days[duty.day], spoken(place.span), number, breaks]


def _needs(found: Rota, days: Sequence[str]) -> Iterable[Sequence[Any]]:
    for piece, staffed in zip(found.need.pieces, found.staffed, strict=True):
        both = [n for pair in zip(piece.needed, staffed, strict=True) for n in pair]
        yield [days[piece.day], spoken(piece.span), *both]


def _letter(column: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(column))
