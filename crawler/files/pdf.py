"""Reads PDF by pypdf: the text of its pages, and which of them are scans."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pypdf import PasswordType, PdfReader
from pypdf.generic import DictionaryObject

from crawler.files.text import EncryptedError

if TYPE_CHECKING:
    from pypdf import PageObject

    from crawler.files.text import Lines

MOST_PAGES = 2_000
FEWEST_CHARACTERS = 30  # that a page with text has: a scan may carry a stamp or a page number
_DEPTH = 3  # of forms within forms that are searched for pictures


def read_pdf(data: bytes, lines: Lines) -> tuple[int, int, int]:
    """Add the text of a PDF to `lines`; return how many pages were read, there are, are scans.

    A page is a scan when it shows a picture and hardly a letter.

    :raises EncryptedError: it opens with a password only.
    """
    reader = PdfReader(io.BytesIO(data), strict=False)
    # Many files may be read by everybody, only not printed or changed: their password is empty.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise EncryptedError
    pages = len(reader.pages)
    done = scans = 0
    for page in reader.pages:
        if done >= MOST_PAGES:
            break
        text = page.extract_text()
        done += 1
        is_bare = sum(not letter.isspace() for letter in text) < FEWEST_CHARACTERS
        scans += is_bare and _shows_picture(page)
        if not lines.add(f"{text}\n", _font_of(page)):
            break
    return done, pages, scans


def _resources(holder: Any) -> DictionaryObject:
    found = holder.get("/Resources")
    found = found.get_object() if found is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _shows_picture(page: PageObject) -> bool:
    return any(_pictures(page, _DEPTH))


def _pictures(holder: Any, depth: int) -> Iterator[bool]:
    """Yield for each picture of a page, in its forms as well."""
    objects = _resources(holder).get("/XObject")
    objects = objects.get_object() if objects is not None else {}
    for name in objects or {}:
        one = objects[name].get_object()
        subtype = one.get("/Subtype")
        if subtype == "/Image":
            yield True
        elif subtype == "/Form" and depth:
            yield from _pictures(one, depth - 1)


def _font_of(page: PageObject) -> str | None:
    """Return the font of a page, where it has one alone: it may name a legacy charset."""
    fonts = _resources(page).get("/Font")
    fonts = fonts.get_object() if fonts is not None else {}
    names = {str(fonts[name].get_object().get("/BaseFont", "")) for name in fonts or {}}
    names = {name.lstrip("/").rpartition("+")[2] for name in names}
    return names.pop() if len(names) == 1 else None
