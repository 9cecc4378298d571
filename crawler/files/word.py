"""Reads DOCX by python-docx: paragraphs as lines, rows of tables as lines."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
from docx.table import Table

from crawler.files.text import joined

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

    from crawler.files.text import Lines

MOST_ROWS = 20_000  # of one table


def read_word(data: bytes, lines: Lines) -> None:
    """Add the text of a document to `lines`, in its order."""
    document = docx.Document(io.BytesIO(data))
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            goes_on = _add_table(block, lines)
        else:
            goes_on = lines.add(block.text, _font_of(block))
        if not goes_on:
            return


def _add_table(table: Table, lines: Lines) -> bool:
    for number, row in enumerate(table.rows):
        if number >= MOST_ROWS:
            return False
        # A merged cell comes once for each of its columns.
        cells = list({id(cell): cell for cell in row.cells}.values())
        fonts = (_font_of(part) for cell in cells for part in cell.paragraphs)
        if not lines.add(joined(cell.text for cell in cells), next(fonts, None)):
            return False
    return True


def _font_of(paragraph: Paragraph) -> str | None:
    """Return the font of a paragraph: it may name a legacy charset."""
    for run in paragraph.runs:
        if run.font.name:
            return run.font.name
    style = paragraph.style
    return style.font.name if style is not None else None
