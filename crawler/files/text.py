"""The text of a file, or why there is none: for the process that reads one file (worker.py).

Nothing here limits time or memory: a file may be made to use up both, so the process does.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from archive.vietnamese import clean
from crawler.extraction.encoding import decode
from crawler.extraction.repair.texts import repair_texts
from crawler.files import formats

# Another one makes every file be read again: raise it when a reader gives another text.
READER = "1"

Kind = Literal["text", "scan", "image", "encrypted", "damaged", "unsupported", "too-heavy"]

MOST_CHARACTERS = 4_000_000  # of one file: 2,000 pages
MOST_UNPACKED = 256 * 1024 * 1024  # bytes that a package may unpack to
MOST_PARTS = 5_000

_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\u00a0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


class EncryptedError(Exception):
    """A file that opens with a password only."""


class TooHeavyError(Exception):
    """A file that would take more than files are given."""


@dataclass(slots=True)
class Lines:
    """Text as it is read, line by line, each with the font it is shown in; no more than allowed.

    An empty line parts pages, sheets and paragraphs.
    """

    lines: list[str] = field(default_factory=list)
    fonts: list[str | None] = field(default_factory=list)
    characters: int = 0
    is_full: bool = False

    def add(self, text: str, font: str | None = None) -> bool:
        """Add text of one or more lines; return whether more may come."""
        for line in text.split("\n"):
            shown = _SPACES.sub(" ", _CONTROLS.sub("", line)).strip()
            self.characters += len(shown) + 1
            if self.characters > MOST_CHARACTERS:
                self.is_full = True
                return False
            self.lines.append(shown)
            self.fonts.append(font)
        return True

    def text(self) -> str:
        """Return all of it, old fonts repaired, in NFC."""
        repaired, _ = repair_texts(self.lines, lambda number: self.fonts[number])
        return _EMPTY_LINES.sub("\n\n", clean("\n".join(repaired))).strip()


@dataclass(slots=True, kw_only=True)
class FileText:
    """What a file says: `pages` of a document or sheets of a workbook, `note` a sentence."""

    kind: Kind
    media_type: str
    text: str = ""
    pages: int | None = None
    note: str | None = None


def read(data: bytes) -> FileText:
    """Return what can be read of a file; never raises on what its bytes are."""
    found = formats.format_of(data)
    try:
        return _read(data, found)
    except EncryptedError:
        return FileText(kind="encrypted", media_type=found.media_type)
    except (TooHeavyError, MemoryError) as error:
        note = str(error) or "reading it takes too much memory"
        return FileText(kind="too-heavy", media_type=found.media_type, note=note)
    except Exception as error:  # noqa: BLE001 (a broken file may raise whatever it likes)
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return FileText(kind="damaged", media_type=found.media_type, note=_CONTROLS.sub("", told))


def _read(data: bytes, found: formats.Format) -> FileText:
    reader = _READERS.get(found)
    if reader is not None:
        return reader(data)
    kind: Kind = "unsupported"
    if found.is_image:
        kind = "image"
    elif found == formats.LOCKED:
        kind = "encrypted"
    return FileText(kind=kind, media_type=found.media_type)


def _plain(data: bytes) -> FileText:
    lines = Lines()
    lines.add(decode(data[: 4 * MOST_CHARACTERS])[0])
    return _of(lines, formats.TEXT)


def _pdf(data: bytes) -> FileText:
    from crawler.files.pdf import read_pdf  # noqa: PLC0415 (each reader takes a while to import)

    lines = Lines()
    read_pages, pages, scans = read_pdf(data, lines)
    result = _of(lines, formats.PDF, pages)
    if scans * 2 > read_pages:
        result.kind = "scan"
    elif scans:
        result.note = result.note or f"{scans} of its pages are scans"
    if read_pages < pages:
        result.note = f"only {read_pages} of its {pages} pages were read"
    return result


def _word(data: bytes) -> FileText:
    from crawler.files.word import read_word  # noqa: PLC0415

    refuse_bomb(data)
    lines = Lines()
    read_word(data, lines)
    return _of(lines, formats.WORD)


def _sheet(data: bytes) -> FileText:
    from crawler.files.sheet import read_sheet  # noqa: PLC0415

    refuse_bomb(data)
    lines = Lines()
    sheets, note = read_sheet(data, lines)
    result = _of(lines, formats.SHEET, sheets)
    result.note = result.note or note
    return result


def _of(lines: Lines, found: formats.Format, pages: int | None = None) -> FileText:
    note = f"only its first {MOST_CHARACTERS:,} characters were read" if lines.is_full else None
    return FileText(
        kind="text", media_type=found.media_type, text=lines.text(), pages=pages, note=note
    )


def refuse_bomb(data: bytes) -> None:
    """Refuse a package that would unpack to more than is reasonable.

    Its directory is believed: of a part that is larger than said there, no more is read.

    :raises TooHeavyError: it does.
    :raises EncryptedError: a part of it is encrypted.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise TooHeavyError(f"it has {len(parts)} parts")
    size = sum(part.file_size for part in parts)
    if size > MOST_UNPACKED:
        raise TooHeavyError(f"unpacked it has {size:,} bytes")
    if any(part.flag_bits & 1 for part in parts):
        raise EncryptedError


_READERS: dict[formats.Format, Callable[[bytes], FileText]] = {
    formats.PDF: _pdf,
    formats.WORD: _word,
    formats.SHEET: _sheet,
    formats.TEXT: _plain,
}


def joined(cells: Iterable[str]) -> str:
    """Return the cells of a row as a line, those without text left out."""
    return " | ".join(_filled(cells))


def _filled(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        shown = " ".join(cell.split())
        if shown:
            yield shown
