"""Reads XLSX by openpyxl: a line a row, the name of each sheet before its rows."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from crawler.files.text import joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.files.text import Lines

MOST_CELLS = 500_000


def read_sheet(data: bytes, lines: Lines) -> tuple[int, str | None]:
    """Add what the cells show to `lines`; return the number of sheets, and a note if cut short.

    Of formulas the results that were stored are read; nothing is computed.
    """
    cells = 0
    with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as book:
        for sheet in book.worksheets:
            lines.add(f"{sheet.title}\n")
            sheet.reset_dimensions()  # what it claims to be: a million rows, often
            for row in sheet.iter_rows(values_only=True):
                line = joined(_shown(row))
                cells += len(row)
                if cells > MOST_CELLS:
                    return len(book.worksheets), f"only {MOST_CELLS:,} cells were read"
                if line and not lines.add(line):
                    return len(book.worksheets), None
            lines.add("")
        return len(book.worksheets), None


def _shown(row: Iterable[object]) -> Iterable[str]:
    """Yield the values of a row as people write them."""
    for value in row:
        if value is None:
            continue
        if isinstance(value, datetime) and (value.hour or value.minute):
            yield f"{value:%d/%m/%Y %H:%M}"
        elif isinstance(value, date):
            yield f"{value:%d/%m/%Y}"
        elif isinstance(value, float) and value.is_integer():
            yield str(int(value))
        else:
            yield str(value)
