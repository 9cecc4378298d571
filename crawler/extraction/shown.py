"""Text as a page shows it: on one line, spaces single, invisible characters gone."""

from __future__ import annotations

import unicodedata

from archive.vietnamese import clean


def one_line(text: str) -> str:
    """`text` in NFC with every run of white space as one space; nothing visible changes."""
    text = text.strip()
    if "  " in text or not text.isprintable():  # the only printable white space is the blank
        text = " ".join(text.split())
        if not (text.isascii() or text.isprintable()):  # zero width characters and the like
            return " ".join(clean(text).split())
    if text.isascii():
        return text
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def one_lines(texts: list[str]) -> list[str]:
    """Each of some short texts as `one_line` gives it; what they are made of is asked once."""
    lines = [" ".join(text.split()) for text in texts]
    shown = "".join(lines)
    if shown.isascii() or (shown.isprintable() and unicodedata.is_normalized("NFC", shown)):
        return lines
    return [one_line(text) for text in texts]
