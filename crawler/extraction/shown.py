"""Text as a page shows it: on one line, spaces single, invisible characters gone."""

from __future__ import annotations

from archive.vietnamese import clean


def one_line(text: str) -> str:
    """`text` in NFC with every run of white space as one space; nothing visible changes."""
    return " ".join(clean(text).split())
