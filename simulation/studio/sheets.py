"""A table of figures, and tables as the sheets of a workbook."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

Cell = str | float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with a heading; its first column says whose figures a row holds."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def shown(table: Table) -> Iterator[list[str]]:
    """Yield the rows of a table as text, numbers with one digit."""
    for row in table.rows:
        yield [
            "–" if cell is None else f"{cell:.1f}" if isinstance(cell, float) else str(cell)
            for cell in row
        ]


def workbook(made: Mapping[str, Table], facts: Sequence[tuple[str, str]]) -> bytes:
    """Return tables as an XLSX workbook, with what they rest on as the first sheet."""
    import xlsxwriter  # noqa: PLC0415 - only who exports needs it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "0.0"})
        sheet = book.add_worksheet(gettext("What this rests on")[:31])
        sheet.set_column(0, 1, 40)
        for row, fact in enumerate(facts):
            sheet.write_row(row, 0, fact)
        for table in made.values():
            sheet = book.add_worksheet(table.title[:31])
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, len(table.head), 16)
            sheet.write_row(0, 0, table.head, bold)
            for row, cells in enumerate(table.rows, start=1):
                sheet.write_row(row, 0, cells, number)
            sheet.freeze_panes(1, 1)
    return out.getvalue()
